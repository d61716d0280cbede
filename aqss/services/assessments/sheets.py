"""The sheets of an assessment: the task list, the page of one grid, and declaring it finished."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY, Criterion, Section
from aqss.domain.definitions.scales import Scale
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.lifecycle import allows, require_ability
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Answer, Assessment, Assignment, Score, Sheet
from aqss.services.assessments.finding import get_assessment, get_sheet
from aqss.services.assessments.noting import note
from aqss.services.assessments.recorded import BLANK, Recorded, recorded
from aqss.services.assessments.scores import TALLY, Standing, standing, tally_of
from aqss.services.editions import load_edition, load_workflow

ACTIVE_FOR = timedelta(minutes=10)
"""Somebody whose last answer on the sheet is younger than this is shown as being on it."""


class SheetStatus(StrEnum):
    """Where a sheet stands: finished only when a person says so, whatever is answered."""

    NOT_STARTED = "not-started"
    STARTED = "started"
    FINISHED = "finished"


@dataclass(frozen=True)
class Person:
    user_id: int
    name: str


@dataclass(frozen=True)
class Trace:
    """Who did it last, and when; ``name`` is None when no person did."""

    name: str | None
    at: datetime


@dataclass(frozen=True)
class TaskLine:
    """A sheet in the task list; ``last`` is its finish, else its latest answer."""

    content: EditionContent
    status: SheetStatus
    standing: Standing
    last: Trace | None
    assigned: tuple[Person, ...]
    is_mine: bool


@dataclass(frozen=True)
class TaskList:
    """The sheets of an assessment in their order; ``can_rate``: its state allows it now."""

    assessment: Assessment
    workflow: Workflow
    state: State
    can_rate: bool
    lines: tuple[TaskLine, ...]


@dataclass(frozen=True)
class SheetLine:
    """One criterion that applies, with what the team has answered; version 0: nothing yet."""

    criterion: Criterion
    scale: Scale
    answer: Recorded
    version: int
    last: Trace | None
    is_mine: bool


@dataclass(frozen=True)
class SheetSection:
    section: Section
    standing: Standing
    lines: tuple[SheetLine, ...]


@dataclass(frozen=True)
class SheetPage:
    """The page of one grid; sections without a criterion that applies are left out.

    ``resume_at``: the first criterion without an answer, those of the person's professions before the others.
    """

    assessment: Assessment
    workflow: Workflow
    state: State
    can_rate: bool
    edition_id: int
    content: EditionContent
    finished: Trace | None
    standing: Standing
    sections: tuple[SheetSection, ...]
    resume_at: str | None
    assigned: tuple[Person, ...]
    active: tuple[Trace, ...]


def read_task_list(session: Session, actor: Actor, assessment_id: int) -> TaskList:
    """Every sheet with its status, its progress (from the score rows) and who rates it, for the team."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    rows = session.execute(
        select(Sheet, User.name, *TALLY)
        .join(
            Score,
            (Score.assessment_id == Sheet.assessment_id)
            & (Score.module == Sheet.module)
            & (Score.grid == Sheet.grid)
            & (Score.section == ""),
        )
        .outerjoin(User, User.id == Sheet.finished_by_id)
        .where(Sheet.assessment_id == assessment_id)
        .order_by(Sheet.position)
    ).all()
    latest = _latest_answers(session, assessment_id)
    assigned = _assigned(session, [row.Sheet.id for row in rows])
    lines = []
    for row in rows:
        sheet: Sheet = row.Sheet
        content = load_edition(session, sheet.edition_id)
        people = assigned.get(sheet.id, ())
        lines.append(
            TaskLine(
                content=content,
                status=_status(sheet, latest),
                standing=standing(tally_of(row), content),
                last=_finish(sheet, row.name) or latest.get(sheet.id),
                assigned=people,
                is_mine=any(person.user_id == actor.user_id for person in people),
            )
        )
    can_rate = allows(workflow, assessment.state, "rate")
    return TaskList(assessment, workflow, workflow.by_state[assessment.state], can_rate, tuple(lines))


def read_sheet(session: Session, actor: Actor, assessment_id: int, grid: str, now: datetime) -> SheetPage:
    """Everything the page of a grid shows, in the same number of queries whatever its length."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    sheet = get_sheet(session, assessment_id, grid)
    content = load_edition(session, sheet.edition_id)
    standings = _standings(session, sheet, content)
    answers = _answers(session, sheet.id)
    professions = _professions(session, actor, assessment.centre_id)
    sections = tuple(
        SheetSection(section, standings[section.section], lines)
        for section in content.grid.sections
        if (lines := tuple(_lines(content, section, assessment.profile, answers, professions)))
    )
    finisher = session.get(User, sheet.finished_by_id) if sheet.finished_by_id else None
    return SheetPage(
        assessment=assessment,
        workflow=workflow,
        state=workflow.by_state[assessment.state],
        can_rate=allows(workflow, assessment.state, "rate"),
        edition_id=sheet.edition_id,
        content=content,
        finished=_finish(sheet, finisher.name if finisher else None),
        standing=standings[""],
        sections=sections,
        resume_at=_resume_at([line for section in sections for line in section.lines]),
        assigned=_assigned(session, [sheet.id]).get(sheet.id, ()),
        active=_active(answers.values(), actor, now),
    )


def finish_sheet(session: Session, actor: Actor, *, assessment_id: int, grid: str, now: datetime) -> None:
    """Declare the sheet finished, complete or not: a person decides, not a count. Twice is once.

    While the state allows ``rate``, by anybody of the team. Raises
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.NotFound`.
    """
    assessment, sheet = _get_open_sheet(session, actor, assessment_id, grid)
    if sheet.finished_at is None:
        sheet.finished_at, sheet.finished_by_id = now, actor.user_id
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
    return assessment, sheet


def _status(sheet: Sheet, latest: Mapping[int, Trace]) -> SheetStatus:
    if sheet.finished_at is not None:
        return SheetStatus.FINISHED
    return SheetStatus.STARTED if sheet.id in latest else SheetStatus.NOT_STARTED


def _finish(sheet: Sheet, name: str | None) -> Trace | None:
    return None if sheet.finished_at is None else Trace(name, sheet.finished_at)


def _latest_answers(session: Session, assessment_id: int) -> dict[int, Trace]:
    """The latest change of an answer on each sheet that has one."""
    rank = func.row_number().over(
        partition_by=Answer.sheet_id, order_by=(Answer.updated_at.desc(), Answer.criterion)
    )
    ranked = (
        select(Answer.sheet_id, Answer.updated_at, Answer.updated_by_id, rank.label("rank"))
        .join(Sheet, Sheet.id == Answer.sheet_id)
        .where(Sheet.assessment_id == assessment_id)
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


def _standings(session: Session, sheet: Sheet, content: EditionContent) -> dict[str, Standing]:
    """Section → standing; the whole grid's under the empty name."""
    rows = session.execute(
        select(Score.section, *TALLY).where(
            Score.assessment_id == sheet.assessment_id,
            Score.module == sheet.module,
            Score.grid == sheet.grid,
        )
    )
    return {row.section: standing(tally_of(row), content) for row in rows}


@dataclass(frozen=True)
class _Given:
    answer: Recorded
    version: int
    user_id: int | None
    last: Trace


def _answers(session: Session, sheet_id: int) -> dict[str, _Given]:
    columns = [c for c in Answer.__table__.c if c.name != "sheet_id"]
    rows = session.execute(
        select(*columns, User.name)
        .outerjoin(User, User.id == Answer.updated_by_id)
        .where(Answer.sheet_id == sheet_id)
    )
    return {
        row.criterion: _Given(recorded(row), row.version, row.updated_by_id, Trace(row.name, row.updated_at))
        for row in rows
    }


def _professions(session: Session, actor: Actor, centre_id: int) -> frozenset[str]:
    found = session.scalars(
        select(Membership.professions).where(
            Membership.user_id == actor.user_id, Membership.centre_id == centre_id
        )
    ).one_or_none()
    return frozenset(found or ())


def _lines(
    content: EditionContent,
    section: Section,
    profile: Collection[str],
    answers: Mapping[str, _Given],
    professions: Collection[str],
) -> Iterable[SheetLine]:
    for criterion in section.criteria:
        if criterion.applies(profile):
            given = answers.get(criterion.criterion)
            respondents = criterion.respondents or content.grid.respondents
            yield SheetLine(
                criterion=criterion,
                scale=content.scale_of(criterion),
                answer=given.answer if given else BLANK,
                version=given.version if given else 0,
                last=given.last if given else None,
                is_mine=EVERYBODY in respondents or not frozenset(respondents).isdisjoint(professions),
            )


def _resume_at(lines: Sequence[SheetLine]) -> str | None:
    blank = [line for line in lines if line.answer.kind == "blank"]
    first = next((line for line in blank if line.is_mine), blank[0] if blank else None)
    return first.criterion.criterion if first else None


def _active(given: Iterable[_Given], actor: Actor, now: datetime) -> tuple[Trace, ...]:
    """The other people whose latest answer on the sheet is recent, the most recent first."""
    latest: dict[int | None, Trace] = {}
    for one in sorted(given, key=lambda one: one.last.at, reverse=True):
        is_other = one.user_id is not None and one.user_id != actor.user_id
        if is_other and one.last.at > now - ACTIVE_FOR:
            latest.setdefault(one.user_id, one.last)
    return tuple(latest.values())
