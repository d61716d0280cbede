"""Preparing an assessment: its words, its grids and who rates what, while the state allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.errors import Fault, InvalidInput, StaleEdit
from aqss.domain.lifecycle import require_ability
from aqss.gateways.french import paris
from aqss.persistence.assessments import Answer, Assessment, Assignment, Sheet
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.noting import note
from aqss.services.assessments.scope import Scope, check_scope, list_team, write_assignments, write_words
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.editions import PublishedEdition, current_editions, load_workflow


def change_preparation(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    scope: Scope,
    expected_version: int,
    now: datetime,
) -> Assessment:
    """Replace the scope, the edit having started from ``expected_version``, in a state allowing ``prepare``.

    A grid kept keeps its edition, a grid added takes the current one, a grid that holds answers cannot be
    left out (``grid-answered``). Raises :class:`StaleEdit`, :class:`InvalidInput`,
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.NotFound`,
    :class:`~aqss.domain.errors.NotAllowed`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE, lock=True)
    require_ability(load_workflow(session, assessment.workflow_edition_id), assessment.state, "prepare")
    if assessment.version != expected_version:
        raise StaleEdit("assessment", assessment_id, expected_version, assessment.version)
    editions = {edition.grid: edition for edition in current_editions(session)}
    today = paris(now).date()
    scope = check_scope(
        scope,
        offered=tuple(dict.fromkeys([*editions, *(sheet.grid for sheet in assessment.sheets)])),
        team={person.id for person in list_team(session, assessment.centre_id)},
        earliest=min(today, assessment.round_ends_on or today),
        today=today,
    )
    facts = _differences(assessment, scope)
    _change_sheets(session, assessment, scope, editions)
    write_words(assessment, scope)
    assessment.version += 1
    session.flush()
    write_assignments(session, assessment_id, scope)
    rewrite_scores(session, assessment_id)
    note(session, actor, assessment, "assessment-prepared", facts, now)
    session.flush()
    return assessment


def _differences(assessment: Assessment, scope: Scope) -> dict[str, list[str]]:
    """What the journal keeps: which words changed, which grids came and went."""
    words = ("title", "objective", "trigger", "trigger_note", "round_ends_on")
    grids = [sheet.grid for sheet in assessment.sheets]
    return {
        "changed": [name for name in words if getattr(assessment, name) != getattr(scope, name)],
        "added": [grid for grid in scope.grids if grid not in grids],
        "removed": [grid for grid in grids if grid not in scope.grids],
    }


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
    answered = session.scalars(
        select(Sheet.grid)
        .where(Sheet.id.in_(ids))
        .where(
            select(Answer.sheet_id)
            .where(Answer.sheet_id == Sheet.id, or_(Answer.kind != "blank", Answer.comment != ""))
            .exists()
        )
        .order_by(Sheet.position)
    ).all()
    if answered:
        raise InvalidInput(tuple(Fault("grids", "grid-answered", (grid,)) for grid in answered))
    session.execute(delete(Answer).where(Answer.sheet_id.in_(ids)))
    session.execute(delete(Assignment).where(Assignment.sheet_id.in_(ids)))
    session.execute(delete(Sheet).where(Sheet.id.in_(ids)))
