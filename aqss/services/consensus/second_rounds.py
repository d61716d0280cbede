"""A second blind round on the criterion of the screens, at once, from the phones of who has joined.

Its spread is shown once it is closed: when everybody who joined has voted, or when who leads closes it. The
first round is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.errors import Fault, InvalidInput, NotAllowed, NotPossibleNow
from aqss.domain.texts import clean_text
from aqss.persistence.consensus import BlindRating, ConsensusSession, Follower, Participant, SecondRound
from aqss.persistence.consensus import Spread as SpreadRow
from aqss.services.assessments.noting import note
from aqss.services.assessments.participants import find_participant
from aqss.services.assessments.rating import COMMENT_LIMIT, Submission, read_rating
from aqss.services.assessments.recorded import Recorded
from aqss.services.assessments.spreads import FIRST_ROUND, LAST_ROUND, Key
from aqss.services.consensus.sittings import Point, Sitting, get_point, list_points, open_sitting, touch


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many answered, of the participants who joined, whatever they answered: not all of it is a voice."""

    voted: int
    joined: int


def open_second_round(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str, now: datetime
) -> None:
    """Let who joined vote again on the criterion of the screens. Open already: nothing changes.

    By a coordinator. Raises :class:`NotPossibleNow` for another criterion than the one on the screens
    (``second-round``, ``elsewhere``), or when it had its second round (``held``): one is enough, but one
    closed without a vote may be opened again.
    """
    sitting, point = _on_screen(session, actor, assessment_id, grid, criterion, Permission.ASSESSMENT_AGREE)
    found = session.get(SecondRound, point.key, populate_existing=True)
    if found is not None and found.closed_at is None:
        return
    if found is not None and has_voted(session, point.key):
        raise NotPossibleNow("second-round", "held")
    row = found or SecondRound(sheet_id=point.sheet_id, criterion=point.code)
    row.session_id, row.opened_at, row.closed_at = sitting.row.id, now, None
    session.add(row)
    note(
        session, actor, sitting.assessment, "second-round-opened", {"grid": grid, "criterion": criterion}, now
    )
    touch(sitting)
    session.flush()


def close_second_round(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str, now: datetime
) -> None:
    """Show the result with the votes there are. Closed already: nothing changes. By a coordinator."""
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    point = get_point(list_points(session, sitting.assessment), grid, criterion)
    found = session.get(SecondRound, point.key, populate_existing=True)
    if found is None or found.closed_at is not None:
        return
    found.closed_at = now
    note(
        session, actor, sitting.assessment, "second-round-closed", {"grid": grid, "criterion": criterion}, now
    )
    touch(sitting)
    session.flush()


def vote(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    submission: Submission,
    now: datetime,
) -> Turnout:
    """One's own voice in the second round that is open; it may be changed until the round closes.

    By a participant who has joined. The last voice expected closes the round. Nothing of it goes to the
    journal. Raises :class:`NotAllowed`, :class:`NotPossibleNow` (``second-round``, ``closed``), and
    :class:`InvalidInput` on ``rating`` and ``reason``.
    """
    sitting, point, participant = _as_voter(session, actor, assessment_id, grid, criterion)
    found = session.get(SecondRound, point.key, populate_existing=True)
    if found is None or found.closed_at is not None:
        raise NotPossibleNow("second-round", "closed")
    if submission.kind in (None, "blank"):
        raise InvalidInput((Fault("rating", "required"),))
    answer = read_rating(point.scale, str(submission.kind), submission.value)
    _write_vote(session, participant, point, answer, now)
    turnout = read_turnout(session, sitting.row, point.key)
    if turnout.voted == turnout.joined:
        found.closed_at = now
    touch(sitting)
    session.flush()
    return turnout


def add_word(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str, text: str, now: datetime
) -> None:
    """Add a comment without a name to the criterion of the screens.

    It joins what the person wrote of that criterion, as a paragraph of its own: of the second round while one
    is open, then shown with its result; else of the first, and shown at once. By a participant who has
    joined. Raises :class:`InvalidInput` on ``comment``.
    """
    sitting, point, participant = _as_voter(session, actor, assessment_id, grid, criterion)
    found = session.get(SecondRound, point.key, populate_existing=True)
    is_voting = found is not None and found.closed_at is None
    row = _own_row(session, participant, point, LAST_ROUND if is_voting else FIRST_ROUND, now)
    word = clean_text("comment", text, COMMENT_LIMIT)
    if _ends_with(row.comment, word):
        return  # sent again, its reply lost on the way
    row.comment = clean_text("comment", f"{row.comment}\n\n{word}", COMMENT_LIMIT)
    row.version += 1
    row.updated_at = now
    session.add(row)
    touch(sitting)
    session.flush()


def read_turnout(session: Session, row: ConsensusSession, key: Key) -> Turnout:
    """Of the participants who joined the sitting, how many have voted on that criterion. One query."""
    voted = and_(
        BlindRating.participant_id == Participant.id,
        BlindRating.sheet_id == key[0],
        BlindRating.criterion == key[1],
        BlindRating.round == LAST_ROUND,
        BlindRating.kind != "blank",
    )
    found = session.execute(
        select(func.count(BlindRating.participant_id), func.count(Participant.id))
        .select_from(Follower)
        .join(
            Participant,
            and_(Participant.user_id == Follower.user_id, Participant.assessment_id == row.assessment_id),
        )
        .outerjoin(BlindRating, voted)
        .where(Follower.session_id == row.id)
    ).one()
    return Turnout(*found)


def find_own_vote(session: Session, participant: Participant, key: Key) -> Recorded | None:
    """What that participant voted in the second round, for their own screen; None when they have not."""
    row = session.get(BlindRating, (participant.id, *key, LAST_ROUND))
    if row is None or row.kind == "blank":
        return None
    return Recorded(row.kind, row.level, row.number, row.words, row.reason)


def _on_screen(
    session: Session, actor: Actor, assessment_id: int, grid: str, criterion: str, permission: Permission
) -> tuple[Sitting, Point]:
    sitting = open_sitting(session, actor, assessment_id, permission)
    point = get_point(list_points(session, sitting.assessment), grid, criterion)
    if point.key != (sitting.row.current_sheet_id, sitting.row.current_criterion):
        raise NotPossibleNow("second-round", "elsewhere")
    return sitting, point


def _as_voter(
    session: Session, actor: Actor, assessment_id: int, grid: str, criterion: str
) -> tuple[Sitting, Point, Participant]:
    sitting, point = _on_screen(session, actor, assessment_id, grid, criterion, Permission.ASSESSMENT_RATE)
    participant = find_participant(session, assessment_id, actor.user_id)
    if participant is None or session.get(Follower, (sitting.row.id, actor.user_id)) is None:
        raise NotAllowed(Permission.ASSESSMENT_RATE)
    return sitting, point, participant


def has_voted(session: Session, key: Key) -> bool:
    """Whether somebody voted in it: with their name still, or names being cut since."""
    voted = select(BlindRating.round).where(
        BlindRating.sheet_id == key[0],
        BlindRating.criterion == key[1],
        BlindRating.round == LAST_ROUND,
        BlindRating.kind != "blank",
    )
    return (
        session.scalar(voted.limit(1)) is not None or session.get(SpreadRow, (*key, LAST_ROUND)) is not None
    )


def _ends_with(comment: str, word: str) -> bool:
    """Whether ``word`` is its last paragraph, or its last ones: not the end of a sentence."""
    return f"\n\n{comment}".endswith(f"\n\n{word}")


def _own_row(
    session: Session, participant: Participant, point: Point, rank: int, now: datetime
) -> BlindRating:
    """One's row of that round, or a blank one to be added."""
    found = session.get(BlindRating, (participant.id, *point.key, rank), populate_existing=True)
    return found or BlindRating(
        participant_id=participant.id,
        sheet_id=point.sheet_id,
        criterion=point.code,
        round=rank,
        kind="blank",
        words="",
        reason="",
        comment="",
        version=0,
        updated_at=now,
    )


def _write_vote(
    session: Session, participant: Participant, point: Point, answer: Recorded, now: datetime
) -> None:
    row = _own_row(session, participant, point, LAST_ROUND, now)
    row.kind, row.level, row.number = answer.kind, answer.level, answer.number
    row.words, row.reason = answer.words, answer.reason
    row.version += 1
    row.updated_at = now
    session.add(row)
    session.flush()
