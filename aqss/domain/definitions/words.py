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

ROLES: tuple[str, ...] = tuple(role.value for role in Role)
RECIPIENTS: tuple[str, ...] = (*ROLES, "owner", "participants")
NAMED_DATES: tuple[str, ...] = ("meeting-start", "action-due", "round-end", "review", "year-end")

GUARDS: dict[str, str] = {
    "scope-chosen": "Au moins une grille est choisie, et au moins une personne pour coter.",
    "objective-written": "L’objectif et le déclencheur sont écrits.",
    "all-grids-finished": "Chaque grille choisie est déclarée terminée.",
    "tasks-done": "Toutes les tâches de l’étape sont faites.",
    "spread-unseen": "Personne n’a encore vu la répartition des voix.",
}
"""What a transition may wait for (``when``): name → what has to be true, in the words a person reads."""

GUARDS_LOST_FOR_GOOD = ("spread-unseen",)
"""Those that, once they no longer hold, never will again: what waits for one is no longer offered."""

EFFECTS: dict[str, str] = {
    "invite-participants": "Prévenir les personnes de l’équipe que la cotation est ouverte.",
    "announce-results": "Envoyer la synthèse à toute l’équipe.",
    "freeze-scores": "Figer les scores et le rapport à la date de clôture.",
}
"""What a transition sets off (``then``): name → what happens, in the words a person reads."""

SPAN_HOURS = {"h": 1, "d": 24, "w": 168}
"""The last letter of a span such as ``12h``, ``14d`` or ``2w`` → hours."""
