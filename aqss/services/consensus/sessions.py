"""A sitting from its preparation to its end: reveal, begin, go from criterion to criterion, join, end.

Everything stands in the database at each gesture: whoever opens the page again resumes where the team was.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed
from aqss.domain.errors import NotFound
from aqss.persistence.assessments import Assessment
from aqss.persistence.consensus import AgendaItem, ConsensusSession, Follower
from aqss.services.assessments.agreed import list_open_rounds
from aqss.services.assessments.noting import note
from aqss.services.attempts import Attempt
from aqss.services.consensus.agendas import (
    LEAST_MINUTES,
    MOST_MINUTES,
    following_of,
    list_items,
    parse_minutes,
    plan_items,
    plan_route,
    read_matters,
)
from aqss.services.consensus.second_rounds import close_rounds
from aqss.services.consensus.sittings import (
    Point,
    find_sitting,
    get_blind_assessment,
    get_point,
    list_points,
    open_sitting,
    require_agreeing,
    touch,
)

CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Read aloud across a room and typed on a phone: neither I, L and 1, nor O and 0."""

CODE_LENGTH = 6

JOINING = "join-session"
"""The purpose of attempts at a code: see :mod:`aqss.services.attempts`."""


def prepare_session(
    session: Session, actor: Actor, *, assessment_id: int, minutes: str, now: datetime
) -> ConsensusSession:
    """Open a sitting of so many minutes, its agenda planned; the spread may be seen from now on.

    From then on no individual rating of the first round changes. The sitting already open, if any, is left as
    it is. By a coordinator while the state allows ``agree``. Raises
    :class:`~aqss.domain.errors.InvalidInput` on ``minutes``.
    """
    assessment = get_blind_assessment(session, actor, assessment_id, Permission.ASSESSMENT_AGREE, lock=True)
    require_agreeing(session, assessment)
    found = find_sitting(session, assessment_id)
    if found is not None:
        return found
    whole = parse_minutes("minutes", minutes, LEAST_MINUTES, MOST_MINUTES)
    assessment.revealed_at = assessment.revealed_at or now
    row = ConsensusSession(
        assessment_id=assessment_id,
        code=new_code(session),
        minutes=whole,
        opened_at=now,
        opened_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    plan_items(session, assessment, row)
    note(session, actor, assessment, "session-prepared", {"minutes": whole}, now)
    session.flush()
    return row


def start_session(session: Session, actor: Actor, *, assessment_id: int, now: datetime) -> None:
    """Begin: the clock starts, the screens show the first criterion. Twice is once."""
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    if sitting.row.started_at is not None:
        return
    sitting.row.started_at = now
    route = plan_route(list_items(session, sitting.row), read_matters(session, sitting.assessment))
    if route:
        _show(sitting.row, route[0].point, now)
    touch(sitting)
    session.flush()


def go_to(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    now: datetime,
    only_from: tuple[str, str] | None = None,
) -> None:
    """Show that criterion on every screen; where it is already, nothing changes.

    The target is named: of two people who press « suivant » together, neither skips a criterion.
    ``only_from`` (grid, code): not when the screens show another one by now.
    """
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    points = list_points(session, sitting.assessment)
    target = get_point(points, grid, criterion)
    if only_from is not None and not _is_current(sitting.row, get_point(points, *only_from)):
        return
    if _is_current(sitting.row, target):
        return
    sitting.row.started_at = sitting.row.started_at or now
    _leave(session, sitting.row, now)
    _show(sitting.row, target, now)
    touch(sitting)
    session.flush()


def postpone(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str, now: datetime
) -> None:
    """Come back to that criterion later: it goes to the end of the agenda, the screens to what follows it.

    Only while the screens show it: the second of two who press together puts off nothing more.
    """
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    point = get_point(list_points(session, sitting.assessment), grid, criterion)
    if not _is_current(sitting.row, point):
        return
    items = list_items(session, sitting.row)
    following = following_of(plan_route(items, read_matters(session, sitting.assessment)), point.key)
    _leave(session, sitting.row, now)
    session.execute(
        update(AgendaItem)
        .where(
            AgendaItem.session_id == sitting.row.id,
            AgendaItem.sheet_id == point.sheet_id,
            AgendaItem.criterion == point.code,
        )
        .values(postponed_at=now)
    )
    if following is not None:
        _show(sitting.row, following.point, now)
    touch(sitting)
    session.flush()


def end_session(session: Session, actor: Actor, *, assessment_id: int, now: datetime) -> None:
    """End the sitting: its second rounds close, its code opens nothing more. Another may be prepared.

    What a round had set aside stands again unless its result is there to be seen.
    """
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    _leave(session, sitting.row, now)
    close_rounds(session, sitting, list_open_rounds(session, assessment_id), actor.user_id, now)
    sitting.row.current_sheet_id = sitting.row.current_criterion = sitting.row.current_since = None
    sitting.row.ended_at = now
    touch(sitting)
    note(session, actor, sitting.assessment, "session-ended", {}, now)
    session.flush()


def join(session: Session, actor: Actor, *, code: str, now: datetime) -> int:
    """Follow the open sitting of that code from one's own device; the key of its assessment.

    Raises :class:`NotFound` for a code that opens nothing, or nothing of the person's: the same. The caller
    counts attempts with :func:`attempt_at` first.
    """
    assessment = session.scalars(
        select(Assessment)
        .join(ConsensusSession, ConsensusSession.assessment_id == Assessment.id)
        .where(ConsensusSession.code == clean_code(code), ConsensusSession.ended_at.is_(None))
    ).one_or_none()
    if assessment is None or not is_allowed(
        actor, Permission.ASSESSMENT_READ, centre_id=assessment.centre_id
    ):
        raise NotFound("session", "code")
    sitting = open_sitting(session, actor, assessment.id, Permission.ASSESSMENT_READ)
    if session.get(Follower, (sitting.row.id, actor.user_id)) is None:
        session.add(Follower(session_id=sitting.row.id, user_id=actor.user_id, joined_at=now))
        touch(sitting)
        session.flush()
    return assessment.id


def attempt_at(actor: Actor, client: str) -> Attempt:
    """A code tried by somebody signed in, from a client's network address: counted as passwords are."""
    return Attempt(JOINING, f"user {actor.user_id}", client)


def clean_code(typed: str) -> str:
    """The code as it is kept, from however it is typed: « k7m 2pq » is K7M2PQ."""
    return "".join(sign for sign in typed[:40].upper() if sign in CODE_SIGNS)


def new_code(session: Session, draw: Callable[[str], str] = secrets.choice) -> str:
    """One that no open sitting has, sign by sign from ``draw``."""
    taken = set(session.scalars(select(ConsensusSession.code).where(ConsensusSession.ended_at.is_(None))))
    while True:
        code = "".join(draw(CODE_SIGNS) for _ in range(CODE_LENGTH))
        if code not in taken:
            return code


def _is_current(row: ConsensusSession, point: Point) -> bool:
    return point.key == (row.current_sheet_id, row.current_criterion)


def _show(row: ConsensusSession, point: Point, now: datetime) -> None:
    row.current_sheet_id, row.current_criterion, row.current_since = point.sheet_id, point.code, now


def _leave(session: Session, row: ConsensusSession, now: datetime) -> None:
    """Add the present visit to the time spent on the criterion, when it is on the agenda."""
    if row.current_since is None:
        return
    seconds = max(0, int((now - row.current_since).total_seconds()))
    session.execute(
        update(AgendaItem)
        .where(
            AgendaItem.session_id == row.id,
            AgendaItem.sheet_id == row.current_sheet_id,
            AgendaItem.criterion == row.current_criterion,
        )
        .values(seconds_spent=AgendaItem.seconds_spent + seconds)
    )
