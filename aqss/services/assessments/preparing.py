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
from aqss.domain.errors import Fault, InvalidInput, StaleEdit
from aqss.domain.lifecycle import allows, require_ability
from aqss.gateways.french import paris
from aqss.gateways.links import Links
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
from aqss.services.assessments.scope import Scope, check_scope, write_assignments, write_words
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.assessments.team import list_team
from aqss.services.editions import PublishedEdition, current_editions, load_edition, load_workflow
from aqss.services.proof_uses import drop_proofs


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
    NotAllowed, NotPossibleNow, :class:`StaleEdit`, :class:`InvalidInput`.
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
    _write_scope(session, assessment, scope, editions)
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
    if assessment.version != expected_version:
        raise StaleEdit("assessment", assessment_id, expected_version, assessment.version)
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
    session: Session, assessment: Assessment, scope: Scope, editions: Mapping[str, PublishedEdition]
) -> None:
    _change_sheets(session, assessment, scope, editions)
    write_words(assessment, scope)
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
    answered = session.scalars(
        select(Sheet.edition_id)
        .where(Sheet.id.in_(ids))
        .where(or_(_holds_words_of(Answer), _holds_words_of(BlindRating)))
        .order_by(Sheet.position)
    ).all()
    if answered:
        titles = [load_edition(session, edition_id).grid.title for edition_id in answered]
        raise InvalidInput(tuple(Fault("grids", "grid-answered", (title,)) for title in titles))
    session.execute(delete(Answer).where(Answer.sheet_id.in_(ids)))
    session.execute(delete(BlindRating).where(BlindRating.sheet_id.in_(ids)))
    session.execute(delete(Assignment).where(Assignment.sheet_id.in_(ids)))
    drop_proofs(session, ids)
    session.execute(delete(Sheet).where(Sheet.id.in_(ids)))


def _holds_words_of(table: type[Answer] | type[BlindRating]) -> ColumnElement[bool]:
    """The condition for a sheet to hold an answer or a comment there."""
    said = or_(table.kind != "blank", table.comment != "")
    return select(table.sheet_id).where(table.sheet_id == Sheet.id, said).exists()
