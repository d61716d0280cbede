"""A second blind round on the criterion of the screens, at once, from the phones of who has joined.

Its spread is shown once it is closed: when every participant has voted, or when who leads closes it. Closed
with fewer answers than a spread needs, or abandoned, it showed nothing and may be opened again. The first
round is kept.

An agreement on the criterion does not stand beside the votes: opening the round sets it aside. A round that
shows nothing gives it back; once a result is there to be seen, the team agrees anew.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.divergence import FEWEST_VOICES
from aqss.domain.errors import Fault, InvalidInput, NotAllowed, NotPossibleNow
from aqss.domain.texts import clean_text
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Assessment
from aqss.persistence.consensus import BlindRating, ConsensusSession, Follower, Participant, SecondRound
from aqss.persistence.consensus import Spread as SpreadRow
from aqss.services.assessments.agreed import give_back, set_aside
from aqss.services.assessments.noting import note
from aqss.services.assessments.participants import find_participant
from aqss.services.assessments.rating import COMMENT_LIMIT, Submission, read_rating
from aqss.services.assessments.recorded import Recorded, journal_code
from aqss.services.assessments.spreads import (
    FIRST_ROUND,
    LAST_ROUND,
    NOTHING,
    Key,
    quotes,
    read_spreads,
    with_quote,
)
from aqss.services.consensus.sittings import Point, Sitting, get_point, list_points, open_sitting, touch
from aqss.services.journal import record
from aqss.services.places import IS_HELD


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many answered, whatever they answered: not all of it is a voice.

    ``joined``: participants who follow the sitting now. ``expected``: those who answered, and those of the
    team who still may, here or not. ``is_kept``: names are cut since, only its spread is left.
    """

    voted: int
    joined: int
    expected: int
    is_kept: bool = False

    @property
    def is_held(self) -> bool:
        """Whether the round, once closed, is held for good: on four answers, or names being cut since.

        How many answered is no secret: every screen counted them.
        """
        return self.is_kept or self.voted >= FEWEST_VOICES

    @property
    def is_complete(self) -> bool:
        """Whether nobody is waited for any more."""
        return self.voted == self.expected

    @property
    def is_thin(self) -> bool:
        """Whether so few have joined that their votes would not be shown."""
        return self.joined < FEWEST_VOICES


def open_second_round(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    last_opened_at: datetime | None,
    now: datetime,
) -> None:
    """Let who joined vote again on the criterion of the screens. Open already: nothing changes.

    By a coordinator who saw it closed since it was ``last_opened_at`` (None: never opened). What the team had
    agreed on it is set aside. Raises :class:`NotPossibleNow` for another criterion than the one on the
    screens (``second-round``, ``elsewhere``), when it was opened meanwhile (``another``), or had its second
    round (``held``): one is enough, but one closed on fewer than four answers showed nothing and may be
    opened again. Its answers are kept, and may be changed.
    """
    sitting, point = _on_screen(session, actor, assessment_id, grid, criterion, Permission.ASSESSMENT_AGREE)
    found = session.get(SecondRound, point.key, populate_existing=True)
    if found is not None and found.closed_at is None:
        return
    if last_opened_at != (found.opened_at if found is not None else None):
        raise NotPossibleNow("second-round", "another")
    if found is not None and read_turnout(session, sitting.row, point.key).is_held:
        raise NotPossibleNow("second-round", "held")
    row = found or SecondRound(sheet_id=point.sheet_id, criterion=point.code)
    row.session_id, row.opened_at, row.closed_at, row.abandoned_at = sitting.row.id, now, None, None
    session.add(row)
    facts = {"grid": grid, "criterion": criterion}
    note(session, actor, sitting.assessment, "second-round-opened", facts, now)
    before = set_aside(session, sitting.assessment, row, actor.user_id, now)
    if before is not None:
        withdrawn = {**facts, "from": journal_code(before)}
        note(session, actor, sitting.assessment, "consensus-withdrawn", withdrawn, now)
    touch(sitting)
    session.flush()


def close_second_round(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    opened_at: datetime | None,
    now: datetime,
) -> None:
    """Show the result of the round ``opened_at`` then, with the votes there are. By a coordinator.

    Closed already: nothing changes. Raises :class:`NotPossibleNow` (``second-round``, ``another``) when it
    was opened again since.
    """
    sitting, row = _leading(session, actor, assessment_id, grid, criterion, opened_at)
    if row is not None:
        _end_round(session, actor, sitting, row, "second-round-closed", grid, now)


def abandon_second_round(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    opened_at: datetime | None,
    now: datetime,
) -> None:
    """Stop the round ``opened_at`` then, its result never seen: everything is as before it opened.

    Its answers are deleted, whatever their number; words written meanwhile join the first round's, and are
    shown. By a coordinator. Closed already: nothing changes. Raises as :func:`close_second_round`.
    """
    sitting, row = _leading(session, actor, assessment_id, grid, criterion, opened_at)
    if row is not None:
        _delete_votes(session, (row.sheet_id, row.criterion))
        row.abandoned_at = now
        _end_round(session, actor, sitting, row, "second-round-abandoned", grid, now)


def close_rounds(
    session: Session, sitting: Sitting, rows: Collection[SecondRound], by: int | None, now: datetime
) -> None:
    """Close those rounds of the sitting; what they set aside stands again where they show nothing.

    ``by``: who asked for it, for the journal; None when nobody did.
    """
    for row in rows:
        row.closed_at = now
    session.flush()
    unseen = _list_unseen(session, sitting, [row for row in rows if row.set_aside is not None])
    for grid, criterion, answer in give_back(session, sitting.assessment, unseen, now):
        facts = {"grid": grid, "criterion": criterion, "to": journal_code(answer)}
        record(session, sitting.assessment, "consensus-restored", by=by, at=now, facts=facts)


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

    By a participant who has joined. Once every participant has answered, joined or not, the round closes by
    itself. Nothing of it goes to the journal. Raises :class:`NotAllowed`, :class:`NotPossibleNow`
    (``second-round``, ``closed``), and :class:`InvalidInput` on ``rating`` and ``reason``.
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
    if turnout.is_complete:
        close_rounds(session, sitting, [found], None, now)
    touch(sitting)
    session.flush()
    return turnout


def add_word(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str, text: str, now: datetime
) -> None:
    """Add a comment without a name to the criterion of the screens.

    It joins what the person wrote of that criterion, as a quote of its own: of the second round while one
    is open, then shown once it is closed or abandoned; else of the first, and shown at once. By a
    participant who has joined. Raises :class:`InvalidInput` on ``comment``, ``too-long`` for all they wrote
    of it together.
    """
    sitting, point, participant = _as_voter(session, actor, assessment_id, grid, criterion)
    found = session.get(SecondRound, point.key, populate_existing=True)
    is_voting = found is not None and found.closed_at is None
    row = _own_row(session, participant, point, LAST_ROUND if is_voting else FIRST_ROUND, now)
    word = clean_text("comment", text, COMMENT_LIMIT)
    if quotes(row.comment)[-1:] == (word,):
        return  # sent again, its reply lost on the way
    row.comment = with_quote(row.comment, word)
    if len(row.comment) > COMMENT_LIMIT:
        raise InvalidInput((Fault("comment", "too-long", (COMMENT_LIMIT,)),))
    row.version += 1
    row.updated_at = now
    session.add(row)
    touch(sitting)
    session.flush()


def read_turnout(session: Session, row: ConsensusSession, key: Key) -> Turnout:
    """How far a second round of that criterion is, or went, the people of the team counted. One query."""
    of_team = (
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .join(Assessment, Assessment.centre_id == Membership.centre_id)
        .where(Assessment.id == row.assessment_id, User.id == Participant.user_id, IS_HELD)
        .exists()
    )
    follows = and_(Follower.user_id == Participant.user_id, Follower.session_id == row.id)
    found = session.execute(
        select(
            func.count(BlindRating.participant_id),
            func.count(Follower.user_id),
            func.count(Participant.id),
            _is_kept(key),
        )
        .select_from(Participant)
        .outerjoin(BlindRating, and_(BlindRating.participant_id == Participant.id, *_answers_to(key)))
        .outerjoin(Follower, follows)
        .where(Participant.assessment_id == row.assessment_id, or_(of_team, BlindRating.round.is_not(None)))
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


def _leading(
    session: Session, actor: Actor, assessment_id: int, grid: str, criterion: str, opened_at: datetime | None
) -> tuple[Sitting, SecondRound | None]:
    """The sitting, and the round of that criterion ``opened_at`` then, wherever the screens are.

    None when it is closed, or there is none. Raises :class:`NotPossibleNow` when it was opened again since.
    """
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    point = get_point(list_points(session, sitting.assessment), grid, criterion)
    found = session.get(SecondRound, point.key, populate_existing=True)
    if found is not None and found.opened_at != opened_at:
        raise NotPossibleNow("second-round", "another")
    return sitting, found if found is not None and found.closed_at is None else None


def _end_round(
    session: Session, actor: Actor, sitting: Sitting, row: SecondRound, verb: str, grid: str, now: datetime
) -> None:
    """Close it as the actor asked; ``verb``: what the journal tells of it."""
    note(session, actor, sitting.assessment, verb, {"grid": grid, "criterion": row.criterion}, now)
    close_rounds(session, sitting, [row], actor.user_id, now)
    touch(sitting)
    session.flush()


def _list_unseen(
    session: Session, sitting: Sitting, rows: Collection[SecondRound]
) -> tuple[SecondRound, ...]:
    """Of these rounds, closed, those that show nothing."""
    if not rows:
        return ()
    keys = [(row.sheet_id, row.criterion) for row in rows]
    spreads = read_spreads(session, sitting.assessment, keys)
    last = [spreads[key].get(LAST_ROUND, NOTHING) for key in keys]
    return tuple(
        row for row, one in zip(rows, last, strict=True) if one.spread.shown is None and not one.words
    )


def _is_kept(key: Key) -> ColumnElement[bool]:
    """Whether a spread of its second round is kept."""
    kept = select(SpreadRow.round).where(
        SpreadRow.sheet_id == key[0], SpreadRow.criterion == key[1], SpreadRow.round == LAST_ROUND
    )
    return kept.exists()


def _delete_votes(session: Session, key: Key) -> None:
    """Every answer of that second round; a row stays where it holds words."""
    session.execute(delete(BlindRating).where(*_answers_to(key), BlindRating.comment == ""))
    session.execute(
        update(BlindRating)
        .where(*_answers_to(key))
        .values(kind="blank", level=None, number=None, words="", reason="", version=BlindRating.version + 1)
    )


def _answers_to(key: Key) -> tuple[ColumnElement[bool], ...]:
    """The condition for a rating to be an answer of the second round of that criterion."""
    return (
        BlindRating.sheet_id == key[0],
        BlindRating.criterion == key[1],
        BlindRating.round == LAST_ROUND,
        BlindRating.kind != "blank",
    )


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
