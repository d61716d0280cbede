"""Individual ratings, before the team agrees: whether a person may still write or change theirs."""

from __future__ import annotations

from datetime import datetime

from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import NotPossibleNow
from aqss.domain.lifecycle import allows

DIRECT, BLIND = "direct", "blind"
"""The values of :attr:`aqss.persistence.assessments.Assessment.rating`."""


def is_round_open(workflow: Workflow, state: str) -> bool:
    """Whether the state is one where each person rates alone: it allows ``rate`` and not yet ``agree``."""
    return allows(workflow, state, "rate") and not allows(workflow, state, "agree")


def require_round_open(workflow: Workflow, state: str, revealed_at: datetime | None) -> None:
    """Raise :class:`NotPossibleNow` unless :func:`is_round_open` and nobody could see a spread yet.

    Once one could (``revealed_at``) nothing of the first round changes, even in a rating opened again: what
    moved between two looks would tell who moved it.
    """
    if revealed_at is not None or not is_round_open(workflow, state):
        raise NotPossibleNow("rate", state)
