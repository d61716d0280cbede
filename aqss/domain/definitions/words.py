"""Closed lists of the words that definition files may use. Loads no library: ``aqss check`` starts fast."""

from __future__ import annotations

from typing import Literal, get_args

from aqss.domain.access import Role

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

ROLES: dict[str, str] = {
    Role.MEMBER.value: "équipe",
    Role.COORDINATOR.value: "coordination",
    Role.MANAGER.value: "direction",
    Role.STRUCTURE.value: "structure d’appui",
    Role.ADMINISTRATOR.value: "administration",
}
"""Who is named in a workflow file → what a person reads."""

OWNER: dict[str, str] = {"owner": "pilote"}
OWNED: tuple[str, ...] = ("action", "dossier")
"""Subjects that somebody is in charge of: there alone a passage may be asked for (``by``) by the owner."""

RECIPIENTS: dict[str, str] = {**ROLES, **OWNER, "participants": "personnes qui participent"}

NAMED_DATES: dict[str, str] = {
    "meeting-start": "début de la réunion",
    "action-due": "échéance de l’action",
    "round-end": "fin de la cotation",
    "review": "revue",
    "year-end": "fin de l’année",
}
"""Dates of a subject that a due date may name."""

_TASKS_DONE = "Toutes les tâches de l’étape sont faites."

GUARDS: dict[str, dict[str, str]] = {
    "assessment": {
        "scope-chosen": "Au moins une grille est choisie, et au moins une personne pour coter.",
        "objective-written": "L’objectif et le déclencheur sont écrits.",
        "all-grids-finished": "Chaque grille choisie est déclarée terminée.",
        "tasks-done": _TASKS_DONE,
        "spread-unseen": "Personne n’a encore vu la répartition des voix.",
        "essentials-answered": "Chaque impératif à reprendre a une action, ou un motif écrit.",
    },
    "action": {
        "owner-named": "L’action a un pilote.",
        "due-written": "L’échéance de l’action est écrite.",
        "effect-expected": "L’effet attendu est écrit, avec la date où le vérifier.",
        "steps-done": "Tout ce qui est à faire dans l’action est fait.",
        "result-written": "Le résultat est écrit.",
        "closed-by-another": "La personne qui clôt l’action n’en est pas le pilote.",
        "tasks-done": _TASKS_DONE,
    },
    "meeting": {
        "tasks-done": _TASKS_DONE,
    },
    "dossier": {
        "tasks-done": _TASKS_DONE,
        "documents-given": "Chaque document attendu dans l’étape est joint.",
        "grids-finished": "Chaque grille du dossier est déclarée terminée.",
        "period-chosen": "La période est choisie.",
        "question-written": "La question est écrite, et la structure d’appui choisie.",
        "centre-described": "Le numéro FINESS, la commune et les activités du centre sont écrits.",
        "consents-noted": "L’accord de chaque personne rencontrée est noté.",
        "recordings-deleted": "Chaque enregistrement est effacé, et la date notée.",
    },
}
"""What a transition may wait for (``when``), by subject: name → what has to be true, as a person reads it."""

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

SPAN_HOURS = {"h": 1, "d": 24, "w": 168}
"""The last letter of a span such as ``12h``, ``14d`` or ``2w`` → hours."""
