"""The journal in French: for each verb, what its author did. Who rated what is never among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.french import NBSP, count_fr, list_fr
from aqss.services.journal import Entry, Named
from aqss.web.journal import of_actions, of_dossiers
from aqss.web.journal.parts import Facts, Predicate, fields_fr, of_task, passage_fr, state_fr
from aqss.web.words import ROLES, quoted

ITSELF = "aqss"
"""Who did what nobody signed in did: a command, or the job process."""


@dataclass(frozen=True)
class Line:
    """An entry as read: who, what they did, and what it is about, when that has a page of its own.

    ``who`` is empty where the words are a sentence by themselves. ``has_hour``: its time of day is told.
    """

    at: datetime
    who: str
    did: str
    about: Named | None = None
    has_hour: bool = True


FIELDS: Mapping[str, str] = {
    "name": "le nom",
    "kind": "le type",
    "finess": "le numéro FINESS",
    "region": "la région",
    "regions": "les régions",
    "department": "le département",
    "town": "la commune",
    "flags": "les activités",
    "sites": "les antennes",
    "modules": "les modules suivis",
    "title": "le titre",
    "objective": "l’objectif",
    "trigger": "le déclencheur",
    "trigger_note": "la précision sur le déclencheur",
    "round_ends_on": "la fin de la cotation",
    "rating": "la façon de coter",
}
"""Field of a description or of a preparation → what it is called."""

DAY_ONLY = ("participation-finished", "participation-resumed")
"""Verbs of which the day is told and no hour: when somebody rated alone would tell what is theirs."""

BY_ITSELF = ("consensus-restored",)
"""Verbs of what follows from a gesture: it is nobody's own, whoever made the gesture."""

_PLACES = {"structure": "la structure d’appui"}
_OF_PLACES = {"structure": "de la structure d’appui"}


def line_of(entry: Entry, catalogue: Catalogue) -> Line:
    """The entry in words. A verb without words of its own is told as a change."""
    tell = PREDICATES.get(entry.verb, _changed)
    return Line(
        entry.at,
        "" if entry.verb in BY_ITSELF else entry.name or ITSELF,
        tell(entry.facts, entry, catalogue),
        entry.about,
        has_hour=entry.verb not in DAY_ONLY,
    )


def _changed(_facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
    return "a fait un changement"


def _all_quoted(texts: Iterable[object]) -> str:
    return list_fr([quoted(text) for text in texts])


def _role(code: object) -> str:
    return quoted(ROLES.get(str(code), str(code)))


def _place(entry: Entry) -> str:
    return _PLACES.get(entry.subject_kind, "le centre")


def _grids(names: Iterable[str], catalogue: Catalogue) -> str:
    grids = catalogue.grids
    return _all_quoted(grids[name].title if name in grids else name for name in names)


def _grid(facts: Facts, catalogue: Catalogue) -> str:
    return _grids([facts.get("grid", "")], catalogue)


def _flags(codes: Iterable[str], catalogue: Catalogue) -> str:
    return _all_quoted(catalogue.flag_labels.get(code, code) for code in codes)


def _described(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
    whose = _OF_PLACES.get(entry.subject_kind, "du centre")
    changed = fields_fr(facts.get("changed", ()), FIELDS)
    return (
        f"a modifié la description {whose}{NBSP}: {changed}"
        if changed
        else f"a modifié la description {whose}"
    )


def _professions(facts: Facts, _entry: Entry, catalogue: Catalogue) -> str:
    labels = catalogue.profession_labels
    after = [labels.get(code, code) for code in facts.get("after", ())]
    if not after:
        return f"a retiré les professions notées pour {facts.get('name', '')}"
    return f"a noté ce que fait {facts.get('name', '')}{NBSP}: {_all_quoted(after)}"


def _access(verb: str) -> Predicate:
    def tell(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
        what = "un compte" if entry.subject_kind == "account" else "un accès"
        return f"a {verb} {what}{NBSP}: {facts.get('name', '')}"

    return tell


def _started(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
    grids = facts.get("grids", ())
    chosen = f", avec {count_fr(len(grids), 'grille')}" if grids else ""
    name = "une auto-évaluation" if entry.about else f"l’auto-évaluation {quoted(facts.get('title', ''))}"
    return f"a commencé {name}{chosen}"


def _prepared(facts: Facts, _entry: Entry, catalogue: Catalogue) -> str:
    parts = [
        fields_fr(facts.get("changed", ()), FIELDS),
        _named("grilles ajoutées", _grids(facts.get("added", ()), catalogue)),
        _named("grilles retirées", _grids(facts.get("removed", ()), catalogue)),
    ]
    told = f"{NBSP}; ".join(part for part in parts if part)
    return f"a modifié la préparation{NBSP}: {told}" if told else "a modifié qui cote quoi"


def _asked_people(facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
    parts = [
        count_fr(count, one, many)
        for count, one, many in (
            (facts.get("added", 0), "personne ajoutée", "personnes ajoutées"),
            (facts.get("removed", 0), "personne retirée", "personnes retirées"),
        )
        if count
    ]
    return f"a changé qui cote individuellement{NBSP}: {list_fr(parts)}"


def _followed(facts: Facts, _entry: Entry, catalogue: Catalogue) -> str:
    parts = [
        _named("activités ajoutées", _flags(facts.get("added", ()), catalogue)),
        _named("activités retirées", _flags(facts.get("removed", ()), catalogue)),
    ]
    told = f"{NBSP}; ".join(part for part in parts if part)
    return f"a appliqué le profil du centre{NBSP}: {told}" if told else "a appliqué le profil du centre"


def _moved(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
    return f"a fait passer l’auto-évaluation {passage_fr(facts, entry)}"


def _reopened(facts: Facts, entry: Entry, _catalogue: Catalogue) -> str:
    to = state_fr(facts.get("to"), entry)
    return (
        f"a rouvert l’auto-évaluation close, à l’étape {to}, motif{NBSP}: {quoted(facts.get('reason', ''))}"
    )


def _proof(verb: str) -> Predicate:
    def tell(facts: Facts, _entry: Entry, _catalogue: Catalogue) -> str:
        return f"a {verb} preuve {quoted(facts.get('title', ''))}, critère {facts.get('criterion', '')}"

    return tell


def _named(label: str, words: str) -> str:
    return f"{label}{NBSP}: {words}" if words else ""


def _of_criterion(words: str) -> Predicate:
    def tell(facts: Facts, _entry: Entry, catalogue: Catalogue) -> str:
        return f"{words} le critère {facts.get('criterion', '')} de la grille {_grid(facts, catalogue)}"

    return tell


def _agreed(facts: Facts, entry: Entry, catalogue: Catalogue) -> str:
    told = _of_criterion("a noté la réponse de l’équipe sur")(facts, entry, catalogue)
    return f"{told}, quelqu’un restant en désaccord" if facts.get("dissent") else told


PREDICATES: Mapping[str, Predicate] = {
    "created": lambda _facts, entry, _c: f"a créé {_place(entry)}",
    "described": _described,
    "closed": lambda _facts, entry, _c: f"a fermé {_place(entry)}",
    "reopened": lambda _facts, entry, _c: f"a rouvert {_place(entry)}",
    "opened": lambda _facts, entry, _c: f"a ouvert {_place(entry)}, qui était un projet",
    "invited": lambda facts, _e, _c: f"a invité {facts.get('email', '')}, rôle {_role(facts.get('role'))}",
    "revoked": lambda facts, _e, _c: f"a retiré l’invitation envoyée à {facts.get('email', '')}",
    "accepted": lambda facts, _e, _c: f"a accepté son invitation, rôle {_role(facts.get('role'))}",
    "role-changed": lambda facts, _e, _c: (
        f"a changé un rôle{NBSP}: {facts.get('name', '')},"
        f" {_role(facts.get('after'))} au lieu de {_role(facts.get('before'))}"
    ),
    "professions-changed": _professions,
    "disabled": _access("fermé"),
    "enabled": _access("rouvert"),
    "signed-in": lambda _f, _e, _c: "a ouvert une session",
    "signed-out": lambda _f, _e, _c: "a fermé sa session",
    "password-changed": lambda _f, _e, _c: "a changé son mot de passe",
    "password-reset-asked": lambda facts, _e, _c: (
        f"a envoyé un lien pour choisir un mot de passe{NBSP}: {facts.get('name', '')}"
    ),
    "password-reset": lambda _f, _e, _c: "a choisi un mot de passe par le lien reçu",
    "renamed": lambda facts, _e, _c: (
        f"a changé son nom{NBSP}: {quoted(facts.get('after', ''))}"
        f" au lieu de {quoted(facts.get('before', ''))}"
    ),
    "withdrawn": lambda facts, _e, _c: f"a retiré le rôle d’administration{NBSP}: {facts.get('name', '')}",
    "assessment-started": _started,
    "assessment-prepared": _prepared,
    "session-prepared": lambda facts, _e, _c: (
        f"a préparé une séance d’accord de {count_fr(facts.get('minutes', 0), 'minute')}"
    ),
    "session-ended": lambda _f, _e, _c: "a terminé la séance d’accord",
    "second-round-opened": _of_criterion("a ouvert un deuxième tour sur"),
    "second-round-closed": _of_criterion("a clos le deuxième tour sur"),
    "second-round-abandoned": _of_criterion("a abandonné le deuxième tour sur"),
    "consensus-withdrawn": _of_criterion("a remis à décider, le temps d’un deuxième tour,"),
    "consensus-restored": _of_criterion("L’accord d’avant le deuxième tour est rétabli sur"),
    "consensus-saved": _agreed,
    "consensus-ratified": lambda facts, _e, _c: (
        f"a ratifié {count_fr(facts.get('count', 0), 'accord')} de l’équipe"
    ),
    "participants-changed": _asked_people,
    "participants-reminded": lambda facts, _e, _c: (
        f"a relancé {count_fr(facts.get('count', 0), 'personne')} pour la cotation individuelle"
    ),
    "participation-finished": lambda _f, _e, _c: "a déclaré terminée sa cotation individuelle",
    "participation-resumed": lambda _f, _e, _c: "a repris sa cotation individuelle",
    "assessment-profile-applied": _followed,
    "assessment-moved": _moved,
    "assessment-reopened": _reopened,
    "task-done": of_task("a déclaré faite"),
    "task-reopened": of_task("a rouvert"),
    "task-assigned": of_task("a dit qui fait, et pour quand,"),
    "sheet-finished": lambda facts, _e, catalogue: f"a déclaré terminée la grille {_grid(facts, catalogue)}",
    "proof-added": _proof("ajouté la"),
    "proof-removed": _proof("retiré la"),
    "sheet-resumed": lambda facts, _e, catalogue: f"a rouvert la grille {_grid(facts, catalogue)}",
    **of_actions.PREDICATES,
    **of_dossiers.PREDICATES,
}
"""Verb → what its author did, from the facts of the entry. A missing fact leaves a gap, never a failure."""
