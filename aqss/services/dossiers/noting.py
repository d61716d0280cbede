"""What the journal keeps of a dossier: the verbs, and writing one with the change it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.persistence.dossiers import Dossier
from aqss.services.journal import record

VERBS: dict[str, tuple[str, ...]] = {
    "dossier-started": ("title", "workflow"),
    "dossier-changed": ("changed",),  # names of fields
    "dossier-moved": ("from", "to", "reason"),  # states
    "dossier-task-done": ("state", "task", "label"),  # a line of the check-list, or the words of a free task
    "dossier-task-reopened": ("state", "task", "label"),
    "dossier-task-assigned": ("state", "task", "label"),
    "dossier-task-added": ("label",),
    "dossier-task-removed": ("label",),
    "dossier-note-added": (),
    "dossier-note-removed": (),
    "dossier-message-added": (),  # between the centre and the structure it asked
    "dossier-document-added": ("title", "document"),
    "dossier-document-removed": ("title",),
    "dossier-sheet-opened": ("title",),
    "dossier-sheet-removed": ("title",),
    "dossier-targets-changed": ("count",),
    "interview-added": (),  # nothing that tells who was met
    "interview-changed": (),
    "interview-removed": (),
}
"""Verb → the names of its facts; the subject is always the dossier."""


def note(
    session: Session,
    actor: Actor,
    dossier: Dossier,
    verb: str,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add a verb of :data:`VERBS` to the journal of the dossier's centre."""
    record(session, dossier, verb, by=actor.user_id, at=now, facts=facts)
