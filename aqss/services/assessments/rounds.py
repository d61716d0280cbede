"""Individual ratings, before the team agrees: whether a person may still write or change theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import NotPossibleNow
from aqss.domain.lifecycle import allows

DIRECT, BLIND = "direct", "blind"
"""The values of :attr:`aqss.persistence.assessments.Assessment.rating`."""


class RatedAssessment(Protocol):
    """An assessment, or a row that carries these columns of it."""

    @property
    def rating(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def revealed_at(self) -> datetime | None: ...


def is_round_open(workflow: Workflow, assessment: RatedAssessment) -> bool:
    """Whether each person rates alone now: the state allows ``rate``, not yet ``agree``, no spread was seen.

    Once one could be (``revealed_at``) nothing of the first round changes, even in a rating opened again:
    what moved between two looks would tell who moved it.
    """
    is_rating = allows(workflow, assessment.state, "rate") and not allows(workflow, assessment.state, "agree")
    return assessment.rating == BLIND and assessment.revealed_at is None and is_rating


def is_agreeing(workflow: Workflow, assessment: RatedAssessment) -> bool:
    """Whether the team now agrees on what each person rated alone."""
    return assessment.rating == BLIND and allows(workflow, assessment.state, "agree")


def is_round_closed(workflow: Workflow, assessment: RatedAssessment) -> bool:
    """Whether the team agrees on what each one rated alone, or could already see a spread of it.

    Who rates and what is rated no longer change: nobody could rate alone what would come.
    """
    is_seen = assessment.rating == BLIND and assessment.revealed_at is not None
    return is_seen or is_agreeing(workflow, assessment)


def require_round_open(workflow: Workflow, assessment: RatedAssessment) -> None:
    """Raise :class:`NotPossibleNow` unless :func:`is_round_open`."""
    if not is_round_open(workflow, assessment):
        raise NotPossibleNow("rate", assessment.state)
