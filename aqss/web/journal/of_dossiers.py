"""The journal of dossiers and of the directory of partners, in French."""

from __future__ import annotations

from collections.abc import Mapping

from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.french import NBSP, count_fr
from aqss.services.journal import Entry
from aqss.web.journal.parts import Facts, Predicate, fields_fr, of_task, passage_fr
from aqss.web.words import quoted

FIELDS: Mapping[str, str] = {
    "title": "le titre",
    "purpose": "l’objet",
    "owner_id": "qui le mène",
    "people": "qui y travaille",
    "period_from": "le début de la période",
    "period_to": "la fin de la période",
    "year_ends_on": "la date de clôture de l’année",
    "structure_id": "la structure d’appui",
}
"""Field of a dossier → what it is called."""


def _started(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
    title = quoted(facts.get("title", ""))
    return "a commencé un dossier" if entry.about else f"a commencé le dossier {title}"


def _changed(facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
    told = fields_fr(facts.get("changed", ()), FIELDS)
    return f"a modifié le dossier{NBSP}: {told}" if told else "a modifié le dossier"


def _named(words: str, fact: str = "title") -> Predicate:
    return lambda facts, _entry, _catalogue: f"{words} {quoted(facts.get(fact, ''))}"


def _plain(words: str) -> Predicate:
    return lambda _facts, _entry, _catalogue: words


def _document(facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
    expected = f", comme {quoted(facts['document'])}" if facts.get("document") else ""
    return f"a joint le document {quoted(facts.get('title', ''))}{expected}"


def _targets(facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
    return f"a changé {count_fr(facts.get('count', 0), 'cible')}"


PREDICATES: Mapping[str, Predicate] = {
    "dossier-started": _started,
    "dossier-changed": _changed,
    "dossier-moved": lambda facts, entry, _c: f"a fait passer le dossier {passage_fr(facts, entry)}",
    "dossier-task-done": of_task("a déclaré faite"),
    "dossier-task-reopened": of_task("a rouvert"),
    "dossier-task-assigned": of_task("a dit qui fait, et pour quand,"),
    "dossier-task-added": of_task("a ajouté"),
    "dossier-task-removed": of_task("a retiré"),
    "dossier-note-added": _plain("a écrit une note"),
    "dossier-note-removed": _plain("a retiré une note"),
    "dossier-message-added": _plain("a écrit un message dans les échanges de la demande"),
    "dossier-document-added": _document,
    "dossier-document-removed": _named("a retiré le document"),
    "dossier-sheet-opened": _named("a ouvert la fiche"),
    "dossier-sheet-removed": _named("a retiré la fiche"),
    "dossier-targets-changed": _targets,
    "interview-added": _plain("a ajouté un entretien"),
    "interview-changed": _plain("a modifié un entretien"),
    "interview-removed": _plain("a retiré un entretien"),
    "partner-added": _named("a ajouté à l’annuaire", "name"),
    "partner-changed": _named("a modifié dans l’annuaire", "name"),
    "partner-removed": _named("a retiré de l’annuaire", "name"),
}
"""Verb → what its author did, from the facts of the entry."""
