"""Cutting names from blind ratings: once an assessment is over, nothing says any more who answered what.

Spreads remain of what was closed, nothing of what was given up. Who took part stays known, not what they
said.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, ConsensusSession, Participant, SecondRound, Spread
from aqss.services.assessments.agreed import give_back_open
from aqss.services.assessments.participants import HAS_RATED
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.spreads import keep_spreads

KEPT_FOR = timedelta(days=365)
"""Names are cut this long after the spread could be seen, even while the assessment still runs; or, where it
never was, after the last answer."""

LONGEST_SITTING = timedelta(days=1)
"""A sitting where something was opened or shown since then may be going on: its votes are not taken from
under it.
"""


def end_blind_rating(session: Session, assessment: Assessment, now: datetime, *, is_kept: bool) -> None:
    """What reaching a final state does to a blind rating, whatever the workflow sets off.

    The sitting still open ends, names are cut, and no blind rating is accepted from then on. ``is_kept``: the
    assessment is closed; otherwise it is given up, and no spread remains.
    """
    if assessment.rating != BLIND:
        return
    _change_open_sitting(session, assessment.id, ended_at=now)
    if is_kept:
        assessment.revealed_at = assessment.revealed_at or now
        keep_spreads(session, assessment)
    else:
        session.execute(delete(Spread).where(Spread.sheet_id.in_(_sheets_of(assessment.id))))
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
    found = session.scalars(
        select(Assessment)
        .where(
            has_names,
            or_(
                and_(Assessment.revealed_at <= now - KEPT_FOR, ~_is_sitting(now)),
                and_(Assessment.revealed_at.is_(None), ~is_recent),
            ),
        )
        .with_for_update()
    ).all()
    for assessment in found:
        if assessment.revealed_at is not None:
            give_back_open(session, assessment, now)
            keep_spreads(session, assessment)
            _mark_who_rated(session, assessment)
            _change_open_sitting(session, assessment.id)
        else:
            _forget_finished(session, assessment.id)
        _delete_ratings(session, assessment.id)
    return len(found)


def _is_sitting(now: datetime) -> ColumnElement[bool]:
    """The condition for the assessment to have a sitting that may be going on."""
    since = now - LONGEST_SITTING
    is_voting = select(SecondRound.sheet_id).where(
        SecondRound.session_id == ConsensusSession.id,
        SecondRound.closed_at.is_(None),
        SecondRound.opened_at > since,
    )
    return (
        select(ConsensusSession.id)
        .where(
            ConsensusSession.assessment_id == Assessment.id,
            ConsensusSession.ended_at.is_(None),
            or_(
                ConsensusSession.opened_at > since,
                ConsensusSession.current_since > since,
                is_voting.exists(),
            ),
        )
        .exists()
    )


def _change_open_sitting(session: Session, assessment_id: int, **values: datetime) -> None:
    """Set these of the sitting that is open, whose screens then show it anew."""
    session.execute(
        update(ConsensusSession)
        .where(ConsensusSession.assessment_id == assessment_id, ConsensusSession.ended_at.is_(None))
        .values(version=ConsensusSession.version + 1, **values)
    )


def _mark_who_rated(session: Session, assessment: Assessment) -> None:
    """Whoever rated without a word of having finished had, at the latest when the spread could be seen.

    Their answers gone, nothing else would tell that they took part, and by profession, in the report.
    """
    unmarked = (Participant.assessment_id == assessment.id, Participant.finished_at.is_(None), HAS_RATED)
    session.execute(
        update(Participant).where(*unmarked).values(finished_at=assessment.revealed_at),
        execution_options={"synchronize_session": "fetch"},
    )


def _forget_finished(session: Session, assessment_id: int) -> None:
    """Whoever had finished has nothing left to have finished."""
    participants = update(Participant).where(Participant.assessment_id == assessment_id)
    session.execute(participants.values(finished_at=None))


def _delete_ratings(session: Session, assessment_id: int) -> None:
    """Every blind rating; a second round that nobody closed goes with its votes, and may be opened again."""
    sheet_ids = _sheets_of(assessment_id)
    session.execute(delete(BlindRating).where(BlindRating.sheet_id.in_(sheet_ids)))
    session.execute(
        delete(SecondRound).where(SecondRound.sheet_id.in_(sheet_ids), SecondRound.closed_at.is_(None))
    )


def _sheets_of(assessment_id: int) -> Select[int]:
    return select(Sheet.id).where(Sheet.assessment_id == assessment_id)
