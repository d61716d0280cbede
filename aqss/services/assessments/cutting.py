"""Cutting names from blind ratings: once an assessment is over, nothing says any more who answered what.

Spreads remain of what was closed, nothing of what was given up. Who took part stays known, not what they
said.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, ConsensusSession, Participant, SecondRound
from aqss.services.assessments.spreads import keep_spreads

KEPT_FOR = timedelta(days=365)
"""Names are cut this long after the spread could be seen, even while the assessment still runs; or, where it
never was, after the last answer."""

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

    The team of one that still runs goes on from the spreads: they say the same as before. What nobody has
    seen nor touched for as long is deleted, and may be rated again.
    """
    ratings = (
        select(BlindRating.participant_id)
        .join(Sheet, Sheet.id == BlindRating.sheet_id)
        .where(Sheet.assessment_id == Assessment.id)
    )
    has_names = ratings.exists()
    is_recent = ratings.where(BlindRating.updated_at > now - KEPT_FOR).exists()
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
        .where(
            has_names,
            or_(
                and_(Assessment.revealed_at <= now - KEPT_FOR, ~is_sitting),
                and_(Assessment.revealed_at.is_(None), ~is_recent),
            ),
        )
        .with_for_update()
    ).all()
    for assessment in found:
        if assessment.revealed_at is not None:
            keep_spreads(session, assessment)
        else:
            _forget_finished(session, assessment.id)
        _delete_ratings(session, assessment.id)
    return len(found)


def _forget_finished(session: Session, assessment_id: int) -> None:
    """Whoever had finished has nothing left to have finished."""
    participants = update(Participant).where(Participant.assessment_id == assessment_id)
    session.execute(participants.values(finished_at=None))


def _delete_ratings(session: Session, assessment_id: int) -> None:
    """Every blind rating; a second round that nobody closed goes with its votes, and may be opened again."""
    sheet_ids = select(Sheet.id).where(Sheet.assessment_id == assessment_id)
    session.execute(delete(BlindRating).where(BlindRating.sheet_id.in_(sheet_ids)))
    session.execute(
        delete(SecondRound).where(SecondRound.sheet_id.in_(sheet_ids), SecondRound.closed_at.is_(None))
    )
