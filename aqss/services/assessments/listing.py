"""The assessments of a centre, and what awaits a person in all of theirs, for the home page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed, require
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.lifecycle import due_at, ways_out
from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Assessment, Assignment, Score, Sheet
from aqss.persistence.centres import Centre
from aqss.services.assessments.moving import named_dates
from aqss.services.assessments.scores import TALLY, Standing, standing, tally_of
from aqss.services.editions import load_edition, load_workflow


@dataclass(frozen=True)
class AssessmentLine:
    """An assessment in its centre's list; ``modules``: each module's tally, in the order of the sheets."""

    assessment: Assessment
    workflow: Workflow
    state: State
    sheets: int
    finished: int
    modules: Mapping[str, Tally]


class Task(StrEnum):
    """What a person is waited for, as far as an assessment goes."""

    PREPARE = "prepare"  # the coordinator: choose the scope, open the rating
    RATE = "rate"  # whoever is asked for a sheet: finish it
    CONCLUDE = "conclude"  # the coordinator: every sheet is finished, go on
    AGREE = "agree"  # the coordinator: hold the session where the team agrees
    VALIDATE = "validate"  # the manager: validate, or send back


@dataclass(frozen=True)
class Awaiting:
    """One thing to do; ``content`` and ``standing`` are those of the sheet, for a rating only."""

    task: Task
    assessment: Assessment
    centre_name: str
    due_at: datetime | None
    content: EditionContent | None = None
    standing: Standing | None = None


def list_assessments(session: Session, actor: Actor, centre_id: int) -> tuple[AssessmentLine, ...]:
    """Every assessment of the centre, the latest first, for its team; in three queries.

    Raises :class:`~aqss.domain.errors.NotAllowed`.
    """
    require(actor, Permission.ASSESSMENT_READ, centre_id=centre_id)
    return _list_of(session, (centre_id,))


def list_own_assessments(session: Session, actor: Actor) -> tuple[AssessmentLine, ...]:
    """Every assessment of every centre of the actor, the latest first; in the same three queries."""
    return _list_of(session, actor.centre_ids())


def _list_of(session: Session, centre_ids: Sequence[int]) -> tuple[AssessmentLine, ...]:
    assessments = session.scalars(
        select(Assessment)
        .where(Assessment.centre_id.in_(centre_ids))
        .order_by(Assessment.started_on.desc(), Assessment.id.desc())
    ).all()
    ids = [assessment.id for assessment in assessments]
    counts = {
        row.assessment_id: (row.sheets, row.finished)
        for row in session.execute(
            select(
                Sheet.assessment_id,
                func.count().label("sheets"),
                func.count(Sheet.finished_at).label("finished"),
            )
            .where(Sheet.assessment_id.in_(ids))
            .group_by(Sheet.assessment_id)
        )
    }
    modules = _module_tallies(session, ids)
    lines = []
    for assessment in assessments:
        workflow = load_workflow(session, assessment.workflow_edition_id)
        sheets, finished = counts.get(assessment.id, (0, 0))
        state = workflow.by_state[assessment.state]
        lines.append(
            AssessmentLine(assessment, workflow, state, sheets, finished, modules.get(assessment.id, {}))
        )
    return tuple(lines)


def what_awaits(session: Session, actor: Actor) -> tuple[Awaiting, ...]:
    """What the actor is waited for in every centre of theirs, the most urgent first, without date last.

    A rating is due when the round ends; the rest, when its state is. In two queries.
    """
    rows = session.execute(
        select(Assessment, Centre.name)
        .join(Centre, Centre.id == Assessment.centre_id)
        .where(
            Assessment.centre_id.in_(actor.centre_ids()),
            Assessment.closed_at.is_(None),
            Centre.closed_at.is_(None),
        )
    ).all()
    sheets = _sheets(session, actor, [row.Assessment.id for row in rows])
    awaiting: list[Awaiting] = []
    for row in rows:
        assessment: Assessment = row.Assessment
        workflow = load_workflow(session, assessment.workflow_edition_id)
        mine = sheets.get(assessment.id, ())
        awaiting.extend(_of_assessment(actor, assessment, row.name, workflow, mine))
    return tuple(sorted(awaiting, key=_urgency))


@dataclass(frozen=True)
class _AskedSheet:
    """A sheet of an open assessment; ``is_mine``: the actor is asked for it."""

    content: EditionContent
    is_finished: bool
    is_mine: bool
    standing: Standing


def _of_assessment(
    actor: Actor, assessment: Assessment, centre_name: str, workflow: Workflow, sheets: Sequence[_AskedSheet]
) -> Iterable[Awaiting]:
    state = workflow.by_state[assessment.state]
    dates = named_dates(assessment)
    due = due_at(state.due, assessment.entered_at, dates)
    if "rate" in (state.allows or ()):
        for sheet in sheets:
            if sheet.is_mine and not sheet.is_finished:
                round_end = dates.get("round-end", due)
                yield Awaiting(Task.RATE, assessment, centre_name, round_end, sheet.content, sheet.standing)
    task = _lead_task(actor, assessment, workflow, state, sheets)
    if task is not None:
        yield Awaiting(task, assessment, centre_name, due)


def _lead_task(
    actor: Actor, assessment: Assessment, workflow: Workflow, state: State, sheets: Sequence[_AskedSheet]
) -> Task | None:
    """What is waited of who leads: told by what the state allows, never by its name."""
    allowed = state.allows or ()
    coordinates = is_allowed(actor, Permission.ASSESSMENT_PREPARE, centre_id=assessment.centre_id)
    if "prepare" in allowed:
        return Task.PREPARE if coordinates else None
    if "agree" in allowed:
        return Task.AGREE if coordinates else None
    if "rate" in allowed:
        is_over = bool(sheets) and all(sheet.is_finished for sheet in sheets)
        return Task.CONCLUDE if coordinates and is_over else None
    validates = is_allowed(actor, Permission.ASSESSMENT_VALIDATE, centre_id=assessment.centre_id)
    roles = actor.roles_in(assessment.centre_id)
    return Task.VALIDATE if validates and ways_out(workflow, assessment.state, roles) else None


def _sheets(
    session: Session, actor: Actor, assessment_ids: Sequence[int]
) -> dict[int, tuple[_AskedSheet, ...]]:
    rows = session.execute(
        select(Sheet, Assignment.user_id, *TALLY)
        .join(
            Score,
            (Score.assessment_id == Sheet.assessment_id)
            & (Score.module == Sheet.module)
            & (Score.grid == Sheet.grid)
            & (Score.section == ""),
        )
        .outerjoin(Assignment, (Assignment.sheet_id == Sheet.id) & (Assignment.user_id == actor.user_id))
        .where(Sheet.assessment_id.in_(assessment_ids))
        .order_by(Sheet.position)
    )
    found: dict[int, tuple[_AskedSheet, ...]] = {}
    for row in rows:
        sheet: Sheet = row.Sheet
        content = load_edition(session, sheet.edition_id)
        asked = _AskedSheet(
            content, sheet.finished_at is not None, row.user_id is not None, standing(tally_of(row), content)
        )
        found[sheet.assessment_id] = (*found.get(sheet.assessment_id, ()), asked)
    return found


def _module_tallies(session: Session, assessment_ids: Sequence[int]) -> dict[int, dict[str, Tally]]:
    position = (
        select(func.min(Sheet.position))
        .where(Sheet.assessment_id == Score.assessment_id, Sheet.module == Score.module)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Score.assessment_id, Score.module, *TALLY)
        .where(Score.assessment_id.in_(assessment_ids), Score.scope == "module")
        .order_by(Score.assessment_id, position)
    )
    found: dict[int, dict[str, Tally]] = {}
    for row in rows:
        found.setdefault(row.assessment_id, {})[row.module] = tally_of(row)
    return found


def _urgency(one: Awaiting) -> tuple[datetime, int]:
    return one.due_at or datetime.max.replace(tzinfo=UTC), one.assessment.id
