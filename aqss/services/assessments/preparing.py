"""Preparing an assessment: its words, its grids and who rates what, while the state allows it.

Before the rating opens, and again while the team rates: a grid forgotten, a colleague away, a later end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, union_all
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.lifecycle import allows, require_ability
from aqss.gateways.french import paris
from aqss.gateways.links import Links
from aqss.persistence.actions import ActionCriterion, Waiver
from aqss.persistence.assessments import Answer, Assessment, Assignment, Sheet
from aqss.persistence.consensus import BlindRating, Participant
from aqss.services.assessments.announcing import announce_rating
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.noting import note
from aqss.services.assessments.participants import (
    list_participants,
    plan_change,
    require_change,
    write_change,
)
from aqss.services.assessments.rounds import BLIND, is_round_closed
from aqss.services.assessments.scope import Scope, check_scope, named_dates, write_assignments, write_words
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.editions import PublishedEdition, current_editions, load_edition, load_workflow
from aqss.services.proof_uses import drop_proofs
from aqss.services.runs.passing import redate, require_version
from aqss.services.teams import list_team


def change_preparation(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    scope: Scope,
    expected_version: int,
    now: datetime,
    links: Links,
    removals: Collection[int] = (),
) -> Assessment:
    """Replace the scope, the edit having started from ``expected_version``, in a state allowing ``prepare``.

    A grid kept keeps its edition, a grid added takes the current one, one with answers stays
    (``grid-answered``). Once the state allows ``rate``, objective, trigger, grids and participants are no
    longer emptied, how it rates is settled (``rating-settled``), and who is newly asked hears of it.

    Participants and their grids change until their round closes (``grids-settled``); who has answered is
    taken away (else ``participant-rated``), answers too, where ``removals`` names that user. Raises NotFound,
    NotAllowed, NotPossibleNow, :class:`~aqss.domain.errors.StaleEdit`, :class:`InvalidInput`.
    """
    assessment, workflow = _get_preparable(session, actor, assessment_id, expected_version)
    can_rate, is_closed = allows(workflow, assessment.state, "rate"), is_round_closed(workflow, assessment)
    editions = {edition.grid: edition for edition in current_editions(session)}
    team = {person.id: person for person in list_team(session, assessment.centre_id)}
    participants = list_participants(session, assessment_id)
    scope = _check(scope, assessment, editions, {*team, *(p.user_id for p in participants)}, now, can_rate)
    _require_settled(session, assessment, scope, has_opened=can_rate, is_closed=is_closed)
    change = plan_change(participants, scope.participants)
    require_change(session, assessment, workflow, change, removals)
    asked, facts = _asked(session, assessment_id), _differences(assessment, scope)
    _write_scope(session, assessment, workflow, scope, editions)
    if any(facts.values()) or assessment.rating != BLIND:  # who rates alone has its own entry
        note(session, actor, assessment, "assessment-prepared", facts, now)
    if not is_closed:
        write_change(session, actor, assessment, change, now)
    if can_rate:
        newly_asked = sorted((_asked(session, assessment_id) - asked) & {*team})
        announce_rating(session, assessment, [team[user_id] for user_id in newly_asked], links, now)
    return assessment


def _check(
    scope: Scope,
    assessment: Assessment,
    editions: Mapping[str, PublishedEdition],
    team: Collection[int],
    now: datetime,
    can_rate: bool,
) -> Scope:
    today = paris(now).date()
    return check_scope(
        scope,
        offered=tuple(dict.fromkeys([*editions, *(sheet.grid for sheet in assessment.sheets)])),
        team=team,
        earliest=min(today, assessment.round_ends_on or today),
        today=today,
        settled=_written(assessment) if can_rate else (),
    )


def _get_preparable(
    session: Session, actor: Actor, assessment_id: int, expected_version: int
) -> tuple[Assessment, Workflow]:
    """The assessment, locked, and the workflow it follows."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE, lock=True)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    require_ability(workflow, assessment.state, "prepare")
    require_version(assessment, "assessment", expected_version)
    return assessment, workflow


def _written(assessment: Assessment) -> list[str]:
    """What is there already, of what opening the rating may wait for."""
    asked = {
        "objective": assessment.objective,
        "trigger": assessment.trigger,
        "grids": assessment.sheets,
        "participants": assessment.rating == BLIND,
    }
    return [name for name, value in asked.items() if value]


def _asked(session: Session, assessment_id: int) -> set[int]:
    """Everybody asked for a sheet, or to rate alone."""
    assigned = (
        select(Assignment.user_id)
        .join(Sheet, Sheet.id == Assignment.sheet_id)
        .where(Sheet.assessment_id == assessment_id)
    )
    alone = select(Participant.user_id).where(Participant.assessment_id == assessment_id)
    return set(session.scalars(assigned.union(alone)))


def _require_settled(
    session: Session, assessment: Assessment, scope: Scope, *, has_opened: bool, is_closed: bool
) -> None:
    """Raise :class:`InvalidInput` where the way of rating changes after somebody could answer, and grids
    after their individual round: what comes would be rated by nobody alone, what goes has its spread.
    """
    if is_closed and {*scope.grids} != {sheet.grid for sheet in assessment.sheets}:
        raise InvalidInput((Fault("grids", "grids-settled"),))
    if scope.rating != assessment.rating and (has_opened or _has_answers(session, assessment)):
        raise InvalidInput((Fault("rating", "rating-settled"),))


def _has_answers(session: Session, assessment: Assessment) -> bool:
    sheets = select(Sheet.id).where(Sheet.assessment_id == assessment.id)
    answers = union_all(
        select(Answer.sheet_id).where(Answer.sheet_id.in_(sheets)),
        select(BlindRating.sheet_id).where(BlindRating.sheet_id.in_(sheets)),
    ).limit(1)
    return session.scalar(answers) is not None


def _differences(assessment: Assessment, scope: Scope) -> dict[str, list[str]]:
    """What the journal keeps: which words changed, which grids came and went."""
    words = ("title", "objective", "trigger", "trigger_note", "round_ends_on", "rating")
    grids = [sheet.grid for sheet in assessment.sheets]
    return {
        "changed": [name for name in words if getattr(assessment, name) != getattr(scope, name)],
        "added": [grid for grid in scope.grids if grid not in grids],
        "removed": [grid for grid in grids if grid not in scope.grids],
    }


def _write_scope(
    session: Session,
    assessment: Assessment,
    workflow: Workflow,
    scope: Scope,
    editions: Mapping[str, PublishedEdition],
) -> None:
    _change_sheets(session, assessment, scope, editions)
    write_words(assessment, scope)
    redate(assessment, workflow, named_dates(assessment))
    assessment.version += 1
    session.flush()
    write_assignments(session, assessment.id, scope)
    rewrite_scores(session, assessment.id)


def _change_sheets(
    session: Session, assessment: Assessment, scope: Scope, editions: Mapping[str, PublishedEdition]
) -> None:
    kept = {sheet.grid: sheet for sheet in assessment.sheets if sheet.grid in scope.grids}
    _remove_sheets(session, [sheet for sheet in assessment.sheets if sheet.grid not in scope.grids])
    for position, grid in enumerate(scope.grids):
        if grid in kept:
            kept[grid].position = position
        else:
            edition = editions[grid]
            session.add(
                Sheet(
                    assessment_id=assessment.id,
                    edition_id=edition.id,
                    grid=grid,
                    module=edition.module,
                    position=position,
                )
            )
    session.flush()
    session.expire(assessment, ["sheets"])


def _remove_sheets(session: Session, sheets: Sequence[Sheet]) -> None:
    ids = [sheet.id for sheet in sheets]
    holds_words = or_(_holds_words_of(Answer), _holds_words_of(BlindRating))
    is_in_plan = select(ActionCriterion.sheet_id).where(ActionCriterion.sheet_id == Sheet.id).exists()
    _refuse_where(session, ids, holds_words, "grid-answered")
    _refuse_where(session, ids, is_in_plan, "grid-in-plan")
    for table in (Answer, BlindRating, Assignment, Waiver):
        session.execute(delete(table).where(table.sheet_id.in_(ids)))
    drop_proofs(session, ids)
    session.execute(delete(Sheet).where(Sheet.id.in_(ids)))


def _refuse_where(
    session: Session, sheet_ids: Sequence[int], condition: ColumnElement[bool], code: str
) -> None:
    """Raise :class:`InvalidInput` with the titles of the grids of those sheets that ``condition`` keeps."""
    kept = session.scalars(
        select(Sheet.edition_id).where(Sheet.id.in_(sheet_ids), condition).order_by(Sheet.position)
    ).all()
    if kept:
        titles = [load_edition(session, edition_id).grid.title for edition_id in kept]
        raise InvalidInput(tuple(Fault("grids", code, (title,)) for title in titles))


def _holds_words_of(table: type[Answer] | type[BlindRating]) -> ColumnElement[bool]:
    """The condition for a sheet to hold an answer or a comment there."""
    said = or_(table.kind != "blank", table.comment != "")
    return select(table.sheet_id).where(table.sheet_id == Sheet.id, said).exists()
