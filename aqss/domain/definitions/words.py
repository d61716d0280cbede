"""Closed lists of the words that definition files may use. Loads no library: ``aqss check`` starts fast."""

from __future__ import annotations

from typing import Literal, get_args

from aqss.domain.access import CENTRE_ROLES, Role

EVERYBODY = "tous"
"""The respondent word that means every profession."""

UNKNOWN, NOT_APPLICABLE = "nsp", "na"
"""The words for « ne sait pas » and « non concerné »."""

NO_LEVELS: tuple[str, ...] = (UNKNOWN, NOT_APPLICABLE)
"""Answers that exist on every scale, and so cannot be levels of one."""

StructureKind = Literal["staraqs", "cpias", "omedit", "federation"]
STRUCTURE_KINDS: tuple[str, ...] = get_args(StructureKind)
Stake = Literal["securite", "legal"]
STAKES: tuple[str, ...] = get_args(Stake)
SCALE_KINDS: tuple[str, ...] = ("levels", "number", "text")

ABILITIES: dict[str, tuple[str, ...]] = {
    "assessment": ("prepare", "rate", "agree", "read-results"),
    "action": ("edit", "progress", "close"),
    "meeting": ("edit-agenda", "attend", "decide"),
    "dossier": ("edit",),
}
"""What a state may allow, by subject: the closed list. Services ask for one of these words."""

SUBJECTS: tuple[str, ...] = tuple(ABILITIES)

PEOPLE: dict[str, str] = {
    Role.MEMBER.value: "équipe",
    Role.COORDINATOR.value: "coordination",
    Role.MANAGER.value: "direction",
    Role.STRUCTURE.value: "structure d’appui",
    "owner": "pilote",
    "participants": "personnes qui participent",
}
"""Who is named in a workflow file → what a person reads. The administrator, who reads no work, is not."""

OWNER = "owner"
"""Who is in charge of one action or one dossier: no role, which is held over a centre."""

_TEAM = tuple(role.value for role in CENTRE_ROLES)

TASK_ROLES: dict[str, tuple[str, ...]] = {
    "assessment": _TEAM,
    "action": _TEAM,
    "meeting": _TEAM,
    "dossier": (*_TEAM, Role.STRUCTURE.value),
}
"""Who a task may be left to (``role``), by subject. Only dossiers are read by a structure."""

ASKERS: dict[str, tuple[str, ...]] = {
    "assessment": _TEAM,
    "action": (*_TEAM, OWNER),
    "meeting": _TEAM,
    "dossier": (*_TEAM, Role.STRUCTURE.value, OWNER),
}
"""Who may ask for a passage (``by``), by subject."""

RECIPIENTS: dict[str, tuple[str, ...]] = {
    subject: (*askers, "participants") for subject, askers in ASKERS.items()
}
"""Who may be reminded (``to``), by subject."""

NAMED_DATES: dict[str, dict[str, str]] = {
    "assessment": {"round-end": "fin de la cotation"},
    "action": {"action-due": "échéance de l’action", "review": "revue"},
    "meeting": {"meeting-start": "début de la réunion"},
    "dossier": {"year-end": "fin de l’année"},
}
"""Dates that a due date may name, by subject: name → what a person reads."""

_TASKS_DONE = "Faire toutes les tâches de l’étape."

GUARDS: dict[str, dict[str, str]] = {
    "assessment": {
        "scope-chosen": "Choisir au moins une grille, et au moins une personne pour coter.",
        "objective-written": "Écrire l’objectif et le déclencheur.",
        "all-grids-finished": "Déclarer terminée chaque grille choisie.",
        "tasks-done": _TASKS_DONE,
        "spread-unseen": "Que personne n’ait vu la répartition des voix.",
        "essentials-answered": "Prévoir une action pour chaque impératif à reprendre, ou écrire un motif.",
    },
    "action": {
        "owner-named": "Nommer un pilote.",
        "due-written": "Écrire l’échéance.",
        "effect-expected": "Écrire l’effet attendu, et la date où le vérifier.",
        "steps-done": "Déclarer faite chaque tâche de l’action, ou toute l’action si elle n’en a pas.",
        "result-written": "Écrire le résultat.",
        "closed-by-another": (
            "Faire clore l’action par une personne qui n’en est pas le pilote et ne l’a pas déclarée faite."
        ),
        "tasks-done": _TASKS_DONE,
    },
    "meeting": {
        "tasks-done": _TASKS_DONE,
    },
    "dossier": {
        "tasks-done": _TASKS_DONE,
        "documents-given": "Joindre chaque document attendu dans l’étape.",
        "grids-finished": "Déclarer terminée chaque grille du dossier.",
        "period-chosen": "Choisir la période.",
        "question-written": "Écrire la question, et choisir la structure d’appui.",
        "centre-described": "Écrire le numéro FINESS, la commune et les activités du centre.",
        "consents-noted": "Ajouter au moins un entretien, et noter l’accord de chaque personne rencontrée.",
        "recordings-deleted": "Effacer chaque enregistrement, et noter la date.",
    },
}
"""What a transition may wait for (``when``), by subject: name → what has to be done, as a person reads it."""

NEEDED_ABILITIES: dict[str, dict[str, tuple[str, ...]]] = {
    "assessment": {"all-grids-finished": ("rate", "agree")},
    "action": {"steps-done": ("progress",), "result-written": ("close",)},
    "meeting": {},
    "dossier": {"consents-noted": ("edit",)},
}
"""Guards that come true by what people do → what some state must allow for it, one of these at least."""

GUARDS_LOST_FOR_GOOD = ("spread-unseen",)
"""Those that, once they no longer hold, never will again: what waits for one is no longer offered."""

EFFECTS: dict[str, dict[str, str]] = {
    "assessment": {
        "invite-participants": "Prévenir les personnes de l’équipe que la cotation est ouverte.",
        "announce-results": "Envoyer la synthèse à toute l’équipe.",
        "freeze-scores": "Figer les scores et le rapport à la date de clôture.",
    },
    "action": {
        "tell-owner": "Prévenir le pilote que l’action lui revient.",
    },
    "meeting": {},
    "dossier": {
        "open-centre": "Ouvrir le centre, qui n’est plus un projet.",
        "open-grids": "Ouvrir les grilles du dossier.",
        "freeze-grids": "Figer les réponses aux grilles du dossier.",
        "tell-structure": "Prévenir la structure d’appui, qui peut alors lire le dossier.",
        "tell-centre": "Prévenir la coordination du centre.",
    },
}
"""What a transition sets off (``then``), by subject: name → what happens, as a person reads it."""

GRID_WORDS: tuple[str, ...] = ("grids-finished", "open-grids", "freeze-grids")
"""Guards and effects that make no sense without the key ``grids``."""

PERIOD_WORDS: tuple[str, ...] = ("period-chosen", "year-end")
INTERVIEW_WORDS: tuple[str, ...] = ("consents-noted", "recordings-deleted")
"""A dossier whose workflow says one of them tells of a period, or of people met."""

TELLS_STRUCTURE = "tell-structure"
"""The effect without which a structure never sees a dossier."""

MOST_STATES = 40
MOST_TASKS = MOST_DOCUMENTS = 40
MOST_PASSAGES = MOST_REMINDERS = 20
"""Bounds on a workflow, the last ones on each of its states: more than anybody reads on a page."""

SPAN_HOURS = {"h": 1, "d": 24, "w": 168}
"""The last letter of a span such as ``12h``, ``14d`` or ``2w`` → hours."""
