"""What the journal keeps of an assessment: the verbs, and writing one with the change it tells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.persistence.assessments import Assessment
from aqss.services.journal import record

VERBS: dict[str, tuple[str, ...]] = {
    "assessment-started": ("title", "grids"),
    "assessment-prepared": ("changed", "added", "removed"),  # names of fields; grids
    "participants-changed": ("added", "removed"),  # how many, never who
    "participants-reminded": ("count",),
    "participation-finished": (),
    "participation-resumed": (),
    "assessment-profile-applied": ("added", "removed"),  # flags
    "assessment-moved": ("from", "to", "reason"),  # states
    "assessment-reopened": ("from", "to", "reason"),  # states
    "task-done": ("state", "task"),
    "task-reopened": ("state", "task"),
    "task-assigned": ("state", "task"),
    "sheet-finished": ("grid",),
    "sheet-resumed": ("grid",),
    "session-prepared": ("minutes",),
    "session-ended": (),
    "second-round-opened": ("grid", "criterion"),
    "second-round-closed": ("grid", "criterion"),
    "second-round-abandoned": ("grid", "criterion"),
    "consensus-withdrawn": ("grid", "criterion", "from"),  # by the second round that opens on it
    "consensus-restored": ("grid", "criterion", "to"),  # that round showed nothing
    "consensus-saved": ("grid", "criterion", "from", "to", "dissent"),  # codes; whether somebody disagrees
    "consensus-ratified": ("count",),
    "essential-waived": ("grid", "criterion"),
    "essential-unwaived": ("grid", "criterion"),
    "proof-added": ("grid", "criterion", "title"),
    "proof-removed": ("grid", "criterion", "title"),
    "answer-saved": ("grid", "criterion", "from", "to", "comment"),  # codes; whether the comment changed
}
"""Verb → the names of its facts; the subject is always the assessment."""


def note(
    session: Session, actor: Actor, assessment: Assessment, verb: str, facts: Mapping[str, Any], now: datetime
) -> None:
    """Add a verb of :data:`VERBS` to the journal of the assessment's centre."""
    record(session, assessment, verb, by=actor.user_id, at=now, facts=facts)
