"""What awaits a person in the assessments of all their centres, for the home page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.lifecycle import ways_out
from aqss.persistence.assessments import Answer, Assessment, Assignment, Score, Sheet
from aqss.persistence.centres import Centre
from aqss.services.assessments.counting import CountedSheet, Progress, read_progress
from aqss.services.assessments.finding import IS_OVER, IS_SELF_ASSESSMENT
from aqss.services.assessments.participation import Participation, read_participations
from aqss.services.assessments.rounds import BLIND, DIRECT, is_round_open
from aqss.services.assessments.scope import named_dates
from aqss.services.assessments.scores import IS_OF_SHEET, TALLY, tally_of
from aqss.services.editions import load_edition, load_workflow
from aqss.services.runs.given import list_given


class Task(StrEnum):
    """What a person is waited for, as far as an assessment goes."""

    PREPARE = "prepare"  # the coordinator: choose the scope, open the rating
    RATE = "rate"  # whoever is asked for a sheet: finish it
    RATE_ALONE = "rate-alone"  # whoever is asked to rate alone first: declare it finished
    CONCLUDE = "conclude"  # the coordinator: every sheet, or everybody who rates alone, is finished; go on
    AGREE = "agree"  # the coordinator: hold the session where the team agrees
    VALIDATE = "validate"  # the manager: validate, or send back
    GIVEN = "given"  # whoever was given a task of the check-list


@dataclass(frozen=True)
class AskedSheet:
    """A sheet of a running assessment; ``is_mine``: the actor is asked for it.

    ``is_finished``: declared so, or none of its criteria applies.
    """

    content: EditionContent
    progress: Progress
    is_started: bool
    is_finished: bool
    is_mine: bool


@dataclass(frozen=True)
class Awaiting:
    """One thing to do, when it is due.

    ``sheet``: the one to rate, for a rating only; ``own``: how far one's own is; ``label``: of a given task.
    """

    task: Task
    assessment: Assessment
    centre_name: str
    due_at: datetime | None
    sheet: AskedSheet | None = None
    own: Progress | None = None
    label: str = ""


def what_awaits(session: Session, actor: Actor) -> tuple[Awaiting, ...]:
    """What the actor is waited for in every centre of theirs, the most urgent first, without date last.

    All but a task is due when the state of its assessment is. A constant number of queries, over what still
    runs.
    """
    rows = session.execute(
        select(Assessment, Centre.name)
        .join(Centre, Centre.id == Assessment.centre_id)
        .where(
            Assessment.centre_id.in_(actor.centre_ids()),
            ~IS_OVER,
            IS_SELF_ASSESSMENT,
            Centre.closed_at.is_(None),
        )
    ).all()
    together = [row.Assessment for row in rows if row.Assessment.rating == DIRECT]
    alone = [row.Assessment for row in rows if row.Assessment.rating == BLIND]
    sheets = _sheets(session, actor, together)
    participations = read_participations(session, alone, of_user=actor.user_id) if alone else {}
    awaiting: list[Awaiting] = []
    for row in rows:
        assessment: Assessment = row.Assessment
        workflow = load_workflow(session, assessment.workflow_edition_id)
        mine, raters = sheets.get(assessment.id, ()), participations.get(assessment.id, ())
        awaiting.extend(_of_assessment(actor, assessment, row.name, workflow, mine, raters))
    given = list_given(session, actor, Assessment, named_dates, IS_SELF_ASSESSMENT)
    awaiting += [Awaiting(Task.GIVEN, one.run, one.centre_name, one.due_at, label=one.label) for one in given]
    return tuple(sorted(awaiting, key=_urgency))


def _of_assessment(
    actor: Actor,
    assessment: Assessment,
    centre_name: str,
    workflow: Workflow,
    sheets: Sequence[AskedSheet],
    raters: Sequence[Participation],
) -> Iterable[Awaiting]:
    state = workflow.by_state[assessment.state]
    due = assessment.due_at
    if "rate" in (state.allows or ()):
        for sheet in sheets:
            if sheet.is_mine and not sheet.is_finished:
                yield Awaiting(Task.RATE, assessment, centre_name, due, sheet)
    if is_round_open(workflow, assessment):
        for one in raters:
            if one.participant.user_id == actor.user_id and one.participant.finished_at is None:
                yield Awaiting(Task.RATE_ALONE, assessment, centre_name, due, own=one.progress)
    is_rated = _is_rated(sheets, raters)
    task = _lead_task(actor, assessment, workflow, state, is_rated=is_rated)
    if task is not None:
        yield Awaiting(task, assessment, centre_name, due)


def _lead_task(
    actor: Actor, assessment: Assessment, workflow: Workflow, state: State, *, is_rated: bool
) -> Task | None:
    """What is waited of who leads: told by what the state allows, never by its name.

    Where the team rates, preparing again is a possibility, not something waited for.
    """
    allowed = state.allows or ()
    coordinates = is_allowed(actor, Permission.ASSESSMENT_PREPARE, centre_id=assessment.centre_id)
    if "agree" in allowed:
        return Task.AGREE if coordinates else None
    if "rate" in allowed:
        return Task.CONCLUDE if coordinates and is_rated else None
    if "prepare" in allowed:
        return Task.PREPARE if coordinates else None
    validates = is_allowed(actor, Permission.ASSESSMENT_VALIDATE, centre_id=assessment.centre_id)
    roles = actor.roles_in(assessment.centre_id)
    return Task.VALIDATE if validates and ways_out(workflow, assessment.state, roles) else None


def _is_rated(sheets: Sequence[AskedSheet], raters: Sequence[Participation]) -> bool:
    """Whether nothing is waited for any more: every sheet, or everybody still there who rates alone."""
    done = [sheet.is_finished for sheet in sheets]
    done += [one.participant.finished_at is not None for one in raters if not one.participant.has_left]
    return bool(done) and all(done)


def _sheets(
    session: Session, actor: Actor, assessments: Iterable[Assessment]
) -> dict[int, tuple[AskedSheet, ...]]:
    """Assessment → its sheets in their order."""
    profiles = {assessment.id: tuple(assessment.profile) for assessment in assessments}
    rows = _sheet_rows(session, actor, profiles)
    progress = read_progress(
        session,
        [
            CountedSheet(
                row.Sheet.id,
                load_edition(session, row.Sheet.edition_id),
                profiles[row.Sheet.assessment_id],
                tally_of(row),
            )
            for row in rows
        ],
    )
    found: dict[int, tuple[AskedSheet, ...]] = {}
    for row in rows:
        sheet: Sheet = row.Sheet
        content = load_edition(session, sheet.edition_id)
        asked = AskedSheet(
            content=content,
            progress=progress[sheet.id],
            is_started=row.is_started,
            is_finished=sheet.finished_at is not None or not content.grid.asks(profiles[sheet.assessment_id]),
            is_mine=row.user_id is not None,
        )
        found[sheet.assessment_id] = (*found.get(sheet.assessment_id, ()), asked)
    return found


def _sheet_rows(session: Session, actor: Actor, assessment_ids: Collection[int]) -> Sequence[Any]:
    """Each sheet with its tally, whether it has an answer, and the actor when they are asked for it."""
    return session.execute(
        select(
            Sheet,
            Assignment.user_id,
            exists().where(Answer.sheet_id == Sheet.id, ~Answer.carried).label("is_started"),
            *TALLY,
        )
        .join(Score, IS_OF_SHEET)
        .outerjoin(Assignment, (Assignment.sheet_id == Sheet.id) & (Assignment.user_id == actor.user_id))
        .where(Sheet.assessment_id.in_(assessment_ids))
        .order_by(Sheet.position)
    ).all()


def _urgency(one: Awaiting) -> tuple[datetime, int]:
    return one.due_at or datetime.max.replace(tzinfo=UTC), one.assessment.id
