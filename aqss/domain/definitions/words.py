"""Closed lists of the words that definition files may use. Loads no library: ``aqss check`` starts fast."""

from __future__ import annotations

from aqss.domain.access import Role

EVERYBODY = "tous"
"""The respondent word that means every profession."""

NO_LEVELS: tuple[str, ...] = ("nsp", "na")
"""Answers that exist on every scale, and so cannot be levels of one."""

STRUCTURE_KINDS: tuple[str, ...] = ("staraqs", "cpias", "omedit", "federation")
STAKES: tuple[str, ...] = ("securite", "legal")
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
