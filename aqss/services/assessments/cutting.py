"""Cutting names from blind ratings: once an assessment is over, nothing says any more who answered what.

Spreads remain of what was closed, nothing of what was given up. Who took part stays known, not what they
said.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, ConsensusSession, SecondRound
from aqss.services.assessments.spreads import keep_spreads

KEPT_FOR = timedelta(days=365)
"""Names are cut this long after the spread could be seen, even while the assessment still runs."""

LONGEST_SITTING = timedelta(days=1)
"""A sitting opened since then may be going on: its votes are not taken from under it."""


def end_blind_rating(session: Session, assessment: Assessment, now: datetime, *, is_kept: bool) -> None:
    """What reaching a final state does to a blind rating, whatever the workflow sets off.

    The sitting still open ends, names are cut, and no blind rating is accepted from then on. ``is_kept``: the
    assessment is closed; otherwise it is given up, and no spread remains.
    """
    if assessment.rating != "blind":
        return
    session.execute(
        update(ConsensusSession)
        .where(ConsensusSession.assessment_id == assessment.id, ConsensusSession.ended_at.is_(None))
        .values(ended_at=now, version=ConsensusSession.version + 1)
    )
    if is_kept:
        assessment.revealed_at = assessment.revealed_at or now
        keep_spreads(session, assessment)
    _delete_ratings(session, assessment.id)
    session.flush()


def cut_old_names(session: Session, now: datetime) -> int:
    """Cut the names of what was revealed :data:`KEPT_FOR` ago; how many assessments that was.

    The team of one that still runs goes on from the spreads: they say the same as before.
    """
    has_names = (
        select(BlindRating.participant_id)
        .join(Sheet, Sheet.id == BlindRating.sheet_id)
        .where(Sheet.assessment_id == Assessment.id)
        .exists()
    )
    is_sitting = (
        select(ConsensusSession.id)
        .where(
            ConsensusSession.assessment_id == Assessment.id,
            ConsensusSession.ended_at.is_(None),
            ConsensusSession.opened_at > now - LONGEST_SITTING,
        )
        .exists()
    )
    found = session.scalars(
        select(Assessment)
        .where(Assessment.revealed_at <= now - KEPT_FOR, has_names, ~is_sitting)
        .with_for_update()
    ).all()
    for assessment in found:
        keep_spreads(session, assessment)
        _delete_ratings(session, assessment.id)
    return len(found)


def _delete_ratings(session: Session, assessment_id: int) -> None:
    """Every blind rating; a second round that nobody closed goes with its votes, and may be opened again."""
    sheet_ids = select(Sheet.id).where(Sheet.assessment_id == assessment_id)
    session.execute(delete(BlindRating).where(BlindRating.sheet_id.in_(sheet_ids)))
    session.execute(
        delete(SecondRound).where(SecondRound.sheet_id.in_(sheet_ids), SecondRound.closed_at.is_(None))
    )
