"""What the screens of a sitting show: the projected one, the phones, and the poll that tells when to look.

Nothing here says who rated what: votes come from :mod:`aqss.services.assessments.spreads`, and one's own vote
goes to one's own phone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.lifecycle import allows
from aqss.persistence.assessments import Answer, Assessment
from aqss.persistence.consensus import AgendaItem, ConsensusSession, Follower
from aqss.services.assessments.finding import checked_id
from aqss.services.assessments.participants import find_participant
from aqss.services.assessments.recorded import BLANK, Recorded, recorded
from aqss.services.assessments.spreads import Key
from aqss.services.consensus.agendas import (
    Matter,
    following_of,
    list_items,
    list_ratifiable,
    plan_route,
    preceding_of,
    read_matters,
)
from aqss.services.consensus.currents import Current, current_key, read_current
from aqss.services.consensus.second_rounds import find_own_vote
from aqss.services.consensus.sittings import find_sitting, get_blind_assessment, list_points
from aqss.services.editions import load_workflow

_assessments = cast(Table, Assessment.__table__)
_sessions = cast(Table, ConsensusSession.__table__)

# Thirty people ask it every few seconds: one statement, built once.
_beat = (
    select(
        _assessments.c.version.label("assessment_version"),
        _sessions.c.id,
        _sessions.c.version,
    )
    .select_from(
        _assessments.outerjoin(
            _sessions, and_(_sessions.c.assessment_id == _assessments.c.id, _sessions.c.ended_at.is_(None))
        )
    )
    .where(_assessments.c.id == bindparam("assessment_id"))
)


def read_mark(session: Session, assessment_id: int) -> str:
    """What changes whenever a screen of the assessment would: a short text, compared and no more.

    The caller has checked that the person is of the team.
    """
    row = (
        session.connection().execute(_beat, {"assessment_id": checked_id("assessment", assessment_id)}).one()
    )
    return _mark(row.assessment_version, row.id, row.version)


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A line of the agenda; ``answer`` is the team's, once it has one."""

    matter: Matter
    item: AgendaItem
    answer: Recorded
    is_current: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """The screen of who leads. ``row`` is None while no sitting is open; ``sittings``: how many there were.

    ``left``: still open and on no agenda, voted on or not. ``ratifiable``: see
    :func:`~aqss.services.consensus.agendas.list_ratifiable`. ``matters``: every criterion to agree on, none
    before the spread may be seen.
    """

    assessment: Assessment
    mark: str
    can_agree: bool
    row: ConsensusSession | None
    sittings: int
    followers: int
    current: Current | None
    lines: tuple[AgendaLine, ...]
    left: tuple[Matter, ...]
    ratifiable: tuple[Matter, ...]
    matters: tuple[Matter, ...]
    following: Matter | None
    preceding: Matter | None

    @property
    def settled(self) -> int:
        return sum(matter.is_settled for matter in self.matters)

    @property
    def voted_on(self) -> tuple[Matter, ...]:
        """Those of the second rounds that are open, on the screens or not."""
        return tuple(matter for matter in self.matters if matter.is_voted_on)

    @property
    def voted_on_elsewhere(self) -> tuple[Matter, ...]:
        """The same, but for the criterion on the screens."""
        key = current_key(self.row)
        return tuple(matter for matter in self.voted_on if matter.point.key != key)

    @property
    def is_through(self) -> bool:
        """Whether every criterion of the agenda is settled, once begun: something else comes next."""
        return (
            self.row is not None
            and self.row.started_at is not None
            and all(line.matter.is_settled for line in self.lines)
        )


@dataclass(frozen=True, slots=True)
class Phone:
    """The screen of who follows. ``vote``: their own, in the second round of the current criterion.

    ``is_over``: a sitting has ended, and none is open. ``has_results``: what it decided may be read now.
    """

    assessment: Assessment
    mark: str
    can_agree: bool
    has_results: bool
    row: ConsensusSession | None
    is_over: bool
    current: Current | None
    has_joined: bool
    is_participant: bool
    vote: Recorded | None


def read_stage(session: Session, actor: Actor, assessment_id: int) -> Stage:
    """The sitting as who leads it sees it. The same number of queries whatever there is to show.

    By a coordinator. Raises :class:`~aqss.domain.errors.NotAllowed`, and
    :class:`~aqss.domain.errors.NotFound` when the assessment is rated together.
    """
    assessment = get_blind_assessment(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    row = find_sitting(session, assessment_id)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    matters = read_matters(session, assessment)
    items = list_items(session, row) if row else ()
    route = plan_route(items, matters)
    points = [matter.point for matter in matters]
    key = current_key(row)
    on_agenda = {(item.sheet_id, item.criterion) for item in items}
    return Stage(
        assessment=assessment,
        mark=_mark_of(assessment, row),
        can_agree=allows(workflow, assessment.state, "agree"),
        row=row,
        sittings=_count_sittings(session, assessment_id),
        followers=_count(session, Follower, Follower.session_id == row.id) if row else 0,
        current=read_current(session, assessment, row, points, items) if row else None,
        lines=tuple(_lines(session, items, matters, key)),
        left=tuple(matter for matter in route if matter.point.key not in on_agenda),
        ratifiable=list_ratifiable(matters, items),
        matters=matters,
        following=following_of(route, key),
        preceding=preceding_of(route, key),
    )


def read_phone(session: Session, actor: Actor, assessment_id: int) -> Phone:
    """The sitting as somebody of the team follows it: only the criterion on the screens is read.

    Thirty of them read it within seconds of each gesture. Raises as :func:`read_stage`.
    """
    assessment = get_blind_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    row = find_sitting(session, assessment_id)
    key = current_key(row)
    participant = find_participant(session, assessment_id, actor.user_id)
    points = list_points(session, assessment) if row else ()
    has_joined = row is not None and session.get(Follower, (row.id, actor.user_id)) is not None
    workflow = load_workflow(session, assessment.workflow_edition_id)
    return Phone(
        assessment=assessment,
        mark=_mark_of(assessment, row),
        can_agree=allows(workflow, assessment.state, "agree"),
        has_results=allows(workflow, assessment.state, "read-results"),
        row=row,
        is_over=row is None and _count_sittings(session, assessment_id) > 0,
        current=read_current(session, assessment, row, points, ()) if row else None,
        has_joined=has_joined,
        is_participant=participant is not None,
        vote=find_own_vote(session, participant, key) if participant and key else None,
    )


def _lines(
    session: Session, items: Sequence[AgendaItem], matters: Sequence[Matter], key: Key | None
) -> Iterator[AgendaLine]:
    by_key = {matter.point.key: matter for matter in matters}
    answers = _answers(session, items)
    for item in items:
        at = item.sheet_id, item.criterion
        if at in by_key:
            yield AgendaLine(by_key[at], item, answers.get(at, BLANK), at == key)


def _answers(session: Session, items: Sequence[AgendaItem]) -> dict[Key, Recorded]:
    """Criterion → the team's answer, for those of the agenda."""
    rows = session.execute(
        select(*Answer.__table__.c).where(
            Answer.sheet_id.in_({item.sheet_id for item in items}),
            Answer.criterion.in_({item.criterion for item in items}),
        )
    )
    return {(row.sheet_id, row.criterion): recorded(row) for row in rows}


def _count(session: Session, table: type[Any], condition: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(condition)) or 0


def _count_sittings(session: Session, assessment_id: int) -> int:
    return _count(session, ConsensusSession, ConsensusSession.assessment_id == assessment_id)


def _mark_of(assessment: Assessment, row: ConsensusSession | None) -> str:
    return _mark(assessment.version, row.id if row else None, row.version if row else None)


def _mark(assessment_version: int, session_id: int | None, version: int | None) -> str:
    return f"{assessment_version}.{session_id or 0}.{version or 0}"
