"""What the journal keeps of an action: the verbs, and writing one with the change it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.persistence.actions import Action
from aqss.services.journal import record

VERBS: dict[str, tuple[str, ...]] = {
    "action-planned": ("number", "origin"),
    "action-changed": ("changed",),  # names of fields
    "action-moved": ("from", "to", "reason"),  # states
    "action-progressed": ("from", "to"),  # percents
    "action-step-added": ("step",),  # its label
    "action-step-removed": ("step",),
    "action-step-assigned": ("step",),
    "action-step-done": ("step",),
    "action-step-reopened": ("step",),
    "action-task-done": ("state", "task"),
    "action-task-reopened": ("state", "task"),
    "action-task-assigned": ("state", "task"),
    "action-proof-added": ("title",),
    "action-proof-removed": ("title",),
}
"""Verb → the names of its facts; the subject is always the action."""


def note(
    session: Session, actor: Actor, action: Action, verb: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """Add a verb of :data:`VERBS` to the journal of the action's centre."""
    record(session, action, verb, by=actor.user_id, at=now, facts=facts)
