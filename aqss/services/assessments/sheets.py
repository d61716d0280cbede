"""The sheets of an assessment: the task list, and declaring one finished."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.errors import NotPossibleNow
from aqss.domain.lifecycle import allows, require_ability
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Answer, Assessment, Assignment, Score, Sheet
from aqss.services.assessments.confirming import confirm_sheet
from aqss.services.assessments.counting import (
    Agreed,
    CountedSheet,
    Progress,
    criteria_applying,
    pool_agreed,
    pool_progress,
    read_agreed,
    read_progress,
)
from aqss.services.assessments.finding import get_assessment, get_sheet
from aqss.services.assessments.noting import note
from aqss.services.assessments.rounds import BLIND, is_agreeing
from aqss.services.assessments.scores import IS_OF_SHEET, TALLY, Standing, standing, tally_of
from aqss.services.editions import load_edition, load_workflow


class SheetStatus(StrEnum):
    """Where a sheet stands: finished only when a person says so, whatever is answered.

    Empty: none of its criteria applies to the centre, so that nothing is waited for.
    """

    EMPTY = "empty"
    NOT_STARTED = "not-started"
    STARTED = "started"
    FINISHED = "finished"


@dataclass(frozen=True)
class Person:
    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Who did it last, and when; ``name`` is None when no person did."""

    name: str | None
    at: datetime


@dataclass(frozen=True)
class TaskLine:
    """A sheet in the task list; ``last`` is its finish, else its latest answer.

    ``agreed``: how far the team is on it, while it agrees on what each person rated alone.
    """

    content: EditionContent
    status: SheetStatus
    standing: Standing
    progress: Progress
    last: Trace | None
    assigned: tuple[Person, ...]
    is_mine: bool
    agreed: Agreed | None = None


@dataclass(frozen=True)
class TaskList:
    """The sheets of an assessment in their order, and how far they are together.

    ``can_rate``: its state allows it now, together or each one alone. ``unfinished``: what is still waited
    for; ``unassigned``: those of them that nobody is asked for. ``agreed``: all sheets together, while the
    team agrees on what each person rated alone; None otherwise.
    """

    assessment: Assessment
    workflow: Workflow
    state: State
    can_rate: bool
    lines: tuple[TaskLine, ...]
    progress: Progress

    @property
    def agreed(self) -> Agreed | None:
        parts = [line.agreed for line in self.lines if line.agreed is not None]
        return pool_agreed(parts) if parts else None

    @property
    def unfinished(self) -> tuple[TaskLine, ...]:
        over = (SheetStatus.FINISHED, SheetStatus.EMPTY)
        return tuple(line for line in self.lines if line.status not in over)

    @property
    def unassigned(self) -> tuple[TaskLine, ...]:
        return tuple(line for line in self.unfinished if not line.assigned)


def read_task_list(session: Session, actor: Actor, assessment_id: int) -> TaskList:
    """Every sheet with its status, how far it is and who rates it, for the team."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    lines = _lines(session, actor, assessment, agrees=is_agreeing(workflow, assessment))
    return TaskList(
        assessment,
        workflow,
        workflow.by_state[assessment.state],
        allows(workflow, assessment.state, "rate"),
        lines,
        pool_progress(line.progress for line in lines),
    )


def _lines(session: Session, actor: Actor, assessment: Assessment, *, agrees: bool) -> tuple[TaskLine, ...]:
    rows = session.execute(
        select(Sheet, User.name, *TALLY)
        .join(Score, IS_OF_SHEET)
        .outerjoin(User, User.id == Sheet.finished_by_id)
        .where(Sheet.assessment_id == assessment.id)
        .order_by(Sheet.position)
    ).all()
    latest = _latest_answers(session, assessment.id)
    assigned = _assigned(session, [row.Sheet.id for row in rows])
    counted = [_counted(session, assessment, row) for row in rows]
    progress = read_progress(session, counted)
    agreed = read_agreed(
        session, {one.sheet_id: criteria_applying(one.content, one.profile) for one in counted if agrees}
    )
    lines = []
    for row in rows:
        sheet: Sheet = row.Sheet
        content = load_edition(session, sheet.edition_id)
        people = assigned.get(sheet.id, ())
        lines.append(
            TaskLine(
                content=content,
                status=_status(sheet, latest, asks=content.grid.asks(assessment.profile)),
                standing=standing(tally_of(row), content),
                progress=progress[sheet.id],
                last=_finish(sheet, row.name) or latest.get(sheet.id),
                assigned=people,
                is_mine=any(person.user_id == actor.user_id for person in people),
                agreed=agreed.get(sheet.id),
            )
        )
    return tuple(lines)


def _counted(session: Session, assessment: Assessment, row: Any) -> CountedSheet:
    content = load_edition(session, row.Sheet.edition_id)
    return CountedSheet(row.Sheet.id, content, tuple(assessment.profile), tally_of(row))


def finish_sheet(session: Session, actor: Actor, *, assessment_id: int, grid: str, now: datetime) -> None:
    """Declare the sheet finished, complete or not: a person decides, not a count. Twice is once.

    What was carried from the assessment before is then confirmed.

    While the state allows ``rate``, by anybody of the team that rates together. Raises
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.NotFound`.
    """
    assessment, sheet = _get_open_sheet(session, actor, assessment_id, grid)
    if sheet.finished_at is None:
        sheet.finished_at, sheet.finished_by_id = now, actor.user_id
        confirm_sheet(session, actor, sheet, now)
        note(session, actor, assessment, "sheet-finished", {"grid": grid}, now)
        session.flush()


def resume_sheet(session: Session, actor: Actor, *, assessment_id: int, grid: str, now: datetime) -> None:
    """Take back :func:`finish_sheet`, under the same conditions."""
    assessment, sheet = _get_open_sheet(session, actor, assessment_id, grid)
    if sheet.finished_at is not None:
        sheet.finished_at = sheet.finished_by_id = None
        note(session, actor, assessment, "sheet-resumed", {"grid": grid}, now)
        session.flush()


def _get_open_sheet(
    session: Session, actor: Actor, assessment_id: int, grid: str
) -> tuple[Assessment, Sheet]:
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_RATE, lock=True)
    sheet = get_sheet(session, assessment_id, grid)
    require_ability(load_workflow(session, assessment.workflow_edition_id), assessment.state, "rate")
    if assessment.rating == BLIND:
        raise NotPossibleNow("rate", assessment.state)  # a sheet is finished when the team has agreed on it
    return assessment, sheet


def _status(sheet: Sheet, latest: Mapping[int, Trace], *, asks: bool) -> SheetStatus:
    if not asks:
        return SheetStatus.EMPTY
    if sheet.finished_at is not None:
        return SheetStatus.FINISHED
    return SheetStatus.STARTED if sheet.id in latest else SheetStatus.NOT_STARTED


def _finish(sheet: Sheet, name: str | None) -> Trace | None:
    return None if sheet.finished_at is None else Trace(name, sheet.finished_at)


def _latest_answers(session: Session, assessment_id: int) -> dict[int, Trace]:
    """The latest change of an answer on each sheet that has one; what is only carried is nobody's change."""
    rank = func.row_number().over(
        partition_by=Answer.sheet_id, order_by=(Answer.updated_at.desc(), Answer.criterion)
    )
    ranked = (
        select(Answer.sheet_id, Answer.updated_at, Answer.updated_by_id, rank.label("rank"))
        .join(Sheet, Sheet.id == Answer.sheet_id)
        .where(Sheet.assessment_id == assessment_id, ~Answer.carried)
        .subquery()
    )
    rows = session.execute(
        select(ranked.c.sheet_id, ranked.c.updated_at, User.name)
        .outerjoin(User, User.id == ranked.c.updated_by_id)
        .where(ranked.c.rank == 1)
    )
    return {row.sheet_id: Trace(row.name, row.updated_at) for row in rows}


def _assigned(session: Session, sheet_ids: Collection[int]) -> dict[int, tuple[Person, ...]]:
    rows = session.execute(
        select(Assignment.sheet_id, User.id, User.name)
        .join(User, User.id == Assignment.user_id)
        .where(Assignment.sheet_id.in_(sheet_ids))
        .order_by(User.name, User.id)
    )
    people: dict[int, tuple[Person, ...]] = {}
    for row in rows:
        people[row.sheet_id] = (*people.get(row.sheet_id, ()), Person(row.id, row.name))
    return people
