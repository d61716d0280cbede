"""Passing from one state of an assessment to the next: what holds it back and sets off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import InvalidTransition
from aqss.domain.lifecycle import allows
from aqss.domain.texts import clean_text
from aqss.gateways.links import Links
from aqss.persistence.assessments import Assessment, Sheet
from aqss.services.assessments.agreed import give_back_open
from aqss.services.assessments.announcing import announce_rating, announce_synthesis
from aqss.services.assessments.cutting import end_blind_rating
from aqss.services.assessments.essentials import are_essentials_answered
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.freezing import freeze
from aqss.services.assessments.mailed_synthesis import read_mailed_synthesis
from aqss.services.assessments.noting import note
from aqss.services.assessments.participants import list_raters
from aqss.services.assessments.scope import named_dates
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.editions import load_edition, load_workflow
from aqss.services.runs.passing import (
    REASON_LIMIT,
    Asked,
    Check,
    Move,
    are_tasks_done,
    list_moves,
    pass_to,
    require_version,
    roles_lacking,
)
from aqss.services.teams import list_held_roles, list_team


def available_moves(session: Session, actor: Actor, assessment_id: int) -> tuple[Move, ...]:
    """The ways out that the person's roles in the centre give, in the workflow's order.

    None for a sheet of a dossier: the dossier closes it at its end.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    if assessment.dossier_id is not None:
        return ()
    workflow = load_workflow(session, assessment.workflow_edition_id)
    roles = actor.roles_in(assessment.centre_id)
    return list_moves(session, assessment, workflow, actor, roles, GUARD_CHECKS)


def lacking_roles(session: Session, actor: Actor, assessment_id: int) -> tuple[Role, ...]:
    """The roles one of which it takes to go on from the present state, when nobody of the centre has any."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    return roles_lacking(workflow, assessment.state, list_held_roles(session, assessment.centre_id))


def move(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    to: str,
    expected_version: int,
    now: datetime,
    links: Links,
    reason: str = "",
) -> Assessment:
    """Pass to the state ``to``, with all that the transition sets off, in one transaction.

    At an end, names are cut from blind ratings, whatever the workflow sets off.
    ``expected_version`` is the assessment's when the page was shown. Raises
    :class:`~aqss.domain.errors.InvalidTransition` (no such passage, not theirs, or guards),
    :class:`StaleEdit`, :class:`NotFound`, :class:`~aqss.domain.errors.InvalidInput` on ``reason``.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ, lock=True)
    require_version(assessment, "assessment", expected_version)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    if assessment.dossier_id is not None:
        raise InvalidTransition(workflow.workflow, assessment.state, to, "unknown")
    reason = clean_text("reason", reason, REASON_LIMIT, required=False)
    came_from, roles, dates = assessment.state, actor.roles_in(assessment.centre_id), named_dates(assessment)
    passage = pass_to(session, assessment, workflow, actor, roles, GUARD_CHECKS, to=to, now=now, dates=dates)
    facts = {"from": came_from, "to": passage.to, "reason": reason}
    note(session, actor, assessment, "assessment-moved", facts, now)
    is_end = workflow.by_state[passage.to].final
    if is_end:
        give_back_open(session, assessment, now)  # before scores are frozen
    for effect in passage.effects:
        EFFECT_ACTIONS[effect](session, assessment, links, now)
    if is_end:
        _end(session, assessment, workflow, came_from, now)
    session.flush()
    return assessment


def _end(session: Session, assessment: Assessment, workflow: Workflow, came_from: str, now: datetime) -> None:
    """What reaching an end does; one whose results are no longer read is given up, not closed."""
    is_closed = allows(workflow, assessment.state, "read-results")
    assessment.closed_from = came_from if is_closed else None
    end_blind_rating(session, assessment, now, is_kept=is_closed)


def _is_scope_chosen(asked: Asked[Assessment]) -> bool:
    """A grid, and somebody to rate it where each one answers alone first."""
    query = select(Sheet.id).where(Sheet.assessment_id == asked.run.id).limit(1)
    return asked.session.scalar(query) is not None and bool(list_raters(asked.session, asked.run))


def _is_objective_written(asked: Asked[Assessment]) -> bool:
    return bool(asked.run.objective and asked.run.trigger)


def _are_all_grids_finished(asked: Asked[Assessment]) -> bool:
    """A grid of which nothing applies to the centre has nothing to finish."""
    sheets = asked.session.scalars(select(Sheet).where(Sheet.assessment_id == asked.run.id)).all()
    return bool(sheets) and all(
        sheet.finished_at is not None
        or not load_edition(asked.session, sheet.edition_id).grid.asks(asked.run.profile)
        for sheet in sheets
    )


def _is_spread_unseen(asked: Asked[Assessment]) -> bool:
    return asked.run.revealed_at is None


def _are_essentials_answered(asked: Asked[Assessment]) -> bool:
    return are_essentials_answered(asked.session, asked.run)


GUARD_CHECKS: Mapping[str, Check[Assessment]] = {
    "scope-chosen": _is_scope_chosen,
    "objective-written": _is_objective_written,
    "all-grids-finished": _are_all_grids_finished,
    "tasks-done": are_tasks_done,
    "spread-unseen": _is_spread_unseen,
    "essentials-answered": _are_essentials_answered,
}
"""How each guard of an assessment (:data:`aqss.domain.definitions.words.GUARDS`) is told."""


def _invite_participants(session: Session, assessment: Assessment, links: Links, now: datetime) -> None:
    announce_rating(session, assessment, list_raters(session, assessment), links, now)


def _announce_results(session: Session, assessment: Assessment, links: Links, now: datetime) -> None:
    workflow = load_workflow(session, assessment.workflow_edition_id)
    synthesis = read_mailed_synthesis(session, assessment, workflow)
    people = list_team(session, assessment.centre_id)
    announce_synthesis(session, assessment, people, synthesis, links, now)


def _freeze_scores(session: Session, assessment: Assessment, _links: Links, now: datetime) -> None:
    """The scores of that instant are the ones later assessments and aggregates compare with.

    What the report says besides is kept too: it never changes again.
    """
    assessment.closed_at = now
    rewrite_scores(session, assessment.id)
    freeze(session, assessment)


EFFECT_ACTIONS: Mapping[str, Callable[[Session, Assessment, Links, datetime], None]] = {
    "invite-participants": _invite_participants,
    "announce-results": _announce_results,
    "freeze-scores": _freeze_scores,
}
"""What each effect on an assessment (:data:`aqss.domain.definitions.words.EFFECTS`) does."""
