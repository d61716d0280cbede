"""What the journal tells of actions, and of essential criteria without any."""

from __future__ import annotations

from collections.abc import Mapping

from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.french import NBSP
from aqss.services.actions.words import ORIGINS
from aqss.services.journal import Entry
from aqss.web.journal.parts import Facts, Predicate, fields_fr, of_task, passage_fr
from aqss.web.words import quoted

FIELDS: Mapping[str, str] = {
    "title": "le titre",
    "kind": "le type",
    "finding": "le constat",
    "means": "les moyens",
    "owner_id": "le pilote",
    "contributors": "les contributeurs",
    "starts_on": "le début",
    "due_on": "l’échéance",
    "criticality": "la criticité",
    "feasibility": "la faisabilité",
    "impact": "l’impact",
    "criteria": "les critères",
    "effect_on": "ce que l’effet mesure",
    "effect_measure": "la mesure de l’effet",
    "effect_from": "le point de départ",
    "effect_to": "l’effet attendu",
    "review_on": "la date de vérification",
}
"""Field of an action → what it is called."""


def _planned(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
    number = "" if facts.get("number") is None else f" n°{NBSP}{facts['number']}"
    origin = ORIGINS.get(str(facts.get("origin")), "")
    told = f"a prévu {'une action' if entry.about else 'cette action'}{number}"
    return f"{told}, origine{NBSP}: {origin.lower()}" if origin else told


def _changed(facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
    changed = fields_fr(facts.get("changed", ()), FIELDS)
    return f"a modifié l’action{NBSP}: {changed}" if changed else "a modifié l’action"


def _progressed(facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
    before, after = facts.get("from", ""), facts.get("to", "")
    return f"a porté l’avancement de {before} à {after}{NBSP}%"


def _of(words: str, fact: str) -> Predicate:
    return lambda facts, _entry, _catalogue: f"{words} {quoted(facts.get(fact, ''))}"


def _of_criterion(words: str) -> Predicate:
    return lambda facts, _entry, _catalogue: f"{words} le critère {facts.get('criterion', '')}"


PREDICATES: Mapping[str, Predicate] = {
    "action-planned": _planned,
    "action-changed": _changed,
    "action-moved": lambda facts, entry, _c: f"a fait passer l’action {passage_fr(facts, entry)}",
    "action-progressed": _progressed,
    "action-step-added": _of("a ajouté la tâche", "step"),
    "action-step-removed": _of("a retiré la tâche", "step"),
    "action-step-assigned": _of("a dit qui fait, et pour quand, la tâche", "step"),
    "action-step-done": _of("a déclaré faite la tâche", "step"),
    "action-step-reopened": _of("a rouvert la tâche", "step"),
    "action-task-done": of_task("a déclaré faite"),
    "action-task-reopened": of_task("a rouvert"),
    "action-task-assigned": of_task("a dit qui fait, et pour quand,"),
    "action-proof-added": _of("a ajouté la preuve", "title"),
    "action-proof-removed": _of("a retiré la preuve", "title"),
    "essential-waived": _of_criterion("a écrit pourquoi aucune action ne répond à l’impératif non tenu,"),
    "essential-unwaived": _of_criterion("a retiré le motif d’une absence d’action sur"),
}
"""Verb → what its author did, from the facts of the entry."""
