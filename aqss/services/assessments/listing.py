"""The assessments of a centre, and of all the centres of a person: what runs, and some of what is over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Assessment, Score, Sheet
from aqss.persistence.editions import Edition
from aqss.services.assessments.closings import PastClosing, read_closings
from aqss.services.assessments.counting import Agreed, criteria_applying, pool_agreed, read_agreed
from aqss.services.assessments.finding import IS_OVER, IS_SELF_ASSESSMENT
from aqss.services.assessments.participants import list_participants_of
from aqss.services.assessments.rounds import is_agreeing, is_round_open
from aqss.services.assessments.scores import TALLY, tally_of
from aqss.services.editions import load_edition, load_workflow
from aqss.services.paging import nearest_page

PAGE_SIZE = 20
"""How many assessments that are over a page of a centre's list shows."""

LATEST = 3
"""How many of them each centre has in the list of all the centres of a person."""


@dataclass(frozen=True)
class AssessmentLine:
    """An assessment in a list; ``modules``: each module's tally, in the order of the sheets.

    ``sheets``: those that ask the centre something; ``finished``: how many of them are declared so. While
    each person rates alone, ``raters`` of the centre do, and ``raters_finished`` of them have finished; None
    otherwise. ``agreed``: how far the team is while it agrees on that; None otherwise. ``closings``: the
    earlier ones of an assessment reopened since.
    """

    assessment: Assessment
    workflow: Workflow
    state: State
    sheets: int
    finished: int
    modules: Mapping[str, Tally]
    raters: int | None = None
    raters_finished: int = 0
    agreed: Agreed | None = None
    closings: tuple[PastClosing, ...] = ()


@dataclass(frozen=True)
class CentreAssessments:
    """What runs, all of it, and a page of the ``total`` that are over, closed or given up; the latest first.

    Pages are numbered from 1 and there is always one.
    """

    running: tuple[AssessmentLine, ...] = ()
    over: tuple[AssessmentLine, ...] = ()
    total: int = 0
    number: int = 1
    count: int = 1


def list_assessments(session: Session, actor: Actor, centre_id: int, page: int = 1) -> CentreAssessments:
    """The assessments of the centre, for its team; a page out of range is the nearest one.

    A constant number of queries, over what runs and one page. Raises
    :class:`~aqss.domain.errors.NotAllowed`.
    """
    require(actor, Permission.ASSESSMENT_READ, centre_id=centre_id)
    total = session.scalar(_of([centre_id], IS_OVER).with_only_columns(func.count()).order_by(None)) or 0
    at = nearest_page(page, total=total, size=PAGE_SIZE)
    shown = _of([centre_id], IS_OVER).limit(PAGE_SIZE).offset(at.first)
    running, ended = session.scalars(_of([centre_id], ~IS_OVER)).all(), session.scalars(shown).all()
    lines = _lines(session, [*running, *ended])
    return CentreAssessments(lines[: len(running)], lines[len(running) :], total, at.number, at.count)


def list_own_assessments(session: Session, actor: Actor) -> dict[int, CentreAssessments]:
    """Centre of the actor → what runs there and the :data:`LATEST` that are over.

    The same number of queries for every centre together.
    """
    centre_ids = actor.centre_ids()
    lines = _lines(session, [*_running(session, centre_ids), *_latest(session, centre_ids)])
    counts = session.execute(
        select(Assessment.centre_id, func.count().label("total"))
        .where(Assessment.centre_id.in_(centre_ids), IS_SELF_ASSESSMENT, IS_OVER)
        .group_by(Assessment.centre_id)
    )
    totals = {row.centre_id: row.total for row in counts}
    return {
        centre_id: CentreAssessments(
            running=tuple(line for line in _within(lines, centre_id) if not line.state.final),
            over=tuple(line for line in _within(lines, centre_id) if line.state.final),
            total=totals.get(centre_id, 0),
        )
        for centre_id in centre_ids
    }


def list_running(session: Session, actor: Actor) -> tuple[AssessmentLine, ...]:
    """What runs in every centre of the actor, the latest first."""
    return _lines(session, _running(session, actor.centre_ids()))


def _of(centre_ids: Sequence[int], condition: ColumnElement[bool]) -> Select[Assessment]:
    return (
        select(Assessment)
        .where(Assessment.centre_id.in_(centre_ids), IS_SELF_ASSESSMENT, condition)
        .order_by(Assessment.started_on.desc(), Assessment.id.desc())
    )


def _running(session: Session, centre_ids: Sequence[int]) -> Sequence[Assessment]:
    return session.scalars(_of(centre_ids, ~IS_OVER)).all()


def _latest(session: Session, centre_ids: Sequence[int]) -> Sequence[Assessment]:
    """The :data:`LATEST` of each centre that are over."""
    latest_first = (Assessment.started_on.desc(), Assessment.id.desc())
    ranked = (
        select(
            Assessment,
            func.row_number().over(partition_by=Assessment.centre_id, order_by=latest_first).label("rank"),
        )
        .where(Assessment.centre_id.in_(centre_ids), IS_SELF_ASSESSMENT, IS_OVER)
        .subquery()
    )
    found = aliased(Assessment, ranked)
    return session.scalars(
        select(found).where(ranked.c.rank <= LATEST).order_by(found.started_on.desc(), found.id.desc())
    ).all()


def _within(lines: Iterable[AssessmentLine], centre_id: int) -> Iterable[AssessmentLine]:
    return (line for line in lines if line.assessment.centre_id == centre_id)


def _lines(session: Session, assessments: Sequence[Assessment]) -> tuple[AssessmentLine, ...]:
    """Those assessments in that order, their sheets counted and their modules pooled: four queries."""
    ids = [assessment.id for assessment in assessments]
    profiles = {assessment.id: assessment.profile for assessment in assessments}
    rows = session.execute(
        select(Sheet.id, Sheet.assessment_id, Sheet.edition_id, Edition.hash, Sheet.finished_at)
        .join(Edition, Edition.id == Sheet.edition_id)
        .where(Sheet.assessment_id.in_(ids))
    ).all()
    counts = _sheet_counts(session, profiles, rows)
    agreed = _agreed(session, assessments, rows)
    modules = _module_tallies(session, ids)
    participants = list_participants_of(session, ids)
    closings = read_closings(session, ids)
    lines = []
    for assessment in assessments:
        workflow = load_workflow(session, assessment.workflow_edition_id)
        sheets, finished = counts[assessment.id]
        state = workflow.by_state[assessment.state]
        tallies, past = modules.get(assessment.id, {}), closings[assessment.id]
        line = AssessmentLine(
            assessment,
            workflow,
            state,
            sheets,
            finished,
            tallies,
            agreed=agreed.get(assessment.id),
            closings=past,
        )
        raters = [one for one in participants.get(assessment.id, ()) if not one.has_left]
        if raters and is_round_open(workflow, assessment):
            done = sum(one.finished_at is not None for one in raters)
            line = replace(line, raters=len(raters), raters_finished=done)
        lines.append(line)
    return tuple(lines)


def _sheet_counts(
    session: Session, profiles: Mapping[int, Collection[str]], rows: Iterable[Any]
) -> dict[int, tuple[int, int]]:
    """Assessment → how many of its sheets ask the centre something, and how many are declared finished."""
    counts = dict.fromkeys(profiles, (0, 0))
    for row in rows:
        if load_edition(session, row.edition_id, row.hash).grid.asks(profiles[row.assessment_id]):
            sheets, finished = counts[row.assessment_id]
            counts[row.assessment_id] = (sheets + 1, finished + (row.finished_at is not None))
    return counts


def _agreed(session: Session, assessments: Iterable[Assessment], rows: Iterable[Any]) -> dict[int, Agreed]:
    """Assessment → how far its team is, for those that agree now; one query if there is any."""
    agreeing = {
        one.id: one.profile
        for one in assessments
        if is_agreeing(load_workflow(session, one.workflow_edition_id), one)
    }
    sheets = {row.id: row for row in rows if row.assessment_id in agreeing}
    criteria = {
        key: criteria_applying(load_edition(session, row.edition_id, row.hash), agreeing[row.assessment_id])
        for key, row in sheets.items()
    }
    found: dict[int, Agreed] = {}
    for key, part in read_agreed(session, criteria).items():
        assessment_id = sheets[key].assessment_id
        found[assessment_id] = pool_agreed([part, found.get(assessment_id, Agreed(0, 0))])
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
