"""What there is to choose from when an action is written: people, criteria it may answer, other actions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed, require
from aqss.domain.effects import weak_criteria
from aqss.domain.lifecycle import allows, require_ability
from aqss.domain.progress import Occasion
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action, ActionCriterion
from aqss.persistence.assessments import Assessment, Sheet
from aqss.services.actions.changing import read_draft
from aqss.services.actions.criteria import AnsweredCriterion, Key, load_criteria, load_criteria_of
from aqss.services.actions.drafts import Draft
from aqss.services.actions.finding import IS_OVER, get_action
from aqss.services.actions.reading import Person
from aqss.services.assessments.essentials import Place
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.recorded import answer_of, read_answers
from aqss.services.assessments.rounds import is_round_open
from aqss.services.editions import load_edition, load_workflow
from aqss.services.teams import list_team

LATEST = 10
"""Assessments looked through for one whose results are read."""


@dataclass(frozen=True)
class Offer:
    """``people``: the team, and whoever the stored action names that left it. ``criteria``: those asked
    for, then those that the latest assessment found weak.
    """

    people: tuple[Person, ...]
    criteria: tuple[AnsweredCriterion, ...]


@dataclass(frozen=True)
class Editable:
    """An action to change; ``is_settled``: the effect expected was promised, it no longer changes."""

    action: Action
    draft: Draft
    is_settled: bool


@dataclass(frozen=True)
class Other:
    """An action that answers the same criterion, of this assessment (``is_linked``) or of an earlier one."""

    action: Action
    state: str
    is_linked: bool
    can_link: bool


def read_editable(session: Session, actor: Actor, action_id: int) -> Editable:
    """The action as a draft, for who leads the plan, in a state allowing ``edit``.

    Raises :class:`~aqss.domain.errors.NotPossibleNow`, and as :func:`~.finding.get_action`.
    """
    action = get_action(session, actor, action_id, Permission.ACTION_EDIT)
    workflow = load_workflow(session, action.workflow_edition_id)
    require_ability(workflow, action.state, "edit")
    is_settled = allows(workflow, action.state, "progress")
    return Editable(action, read_draft(session, action), is_settled)


def read_offer(
    session: Session,
    actor: Actor,
    centre_id: int,
    criteria: Collection[Key] = (),
    stored: Editable | None = None,
) -> Offer:
    """What the form of an action offers, in a constant number of queries; for who leads the plan.

    ``criteria``: those a page or a form asks for, of any centre. People are named from what is ``stored``,
    never from what was sent: that would tell who works elsewhere.
    """
    require(actor, Permission.ACTION_EDIT, centre_id=centre_id)
    team = [Person(one.id, one.name) for one in list_team(session, centre_id)]
    gone = _people(session, _named(stored) - {one.id for one in team})
    keys = dict.fromkeys((*criteria, *_weak_keys(session, centre_id)))
    return Offer((*team, *gone), tuple(load_criteria(session, centre_id, keys).values()))


def list_others(session: Session, actions: Iterable[Action], key: Key) -> tuple[Other, ...]:
    """Actions of the centre that answer the criterion: whether of this assessment, or may be linked to it."""
    actions = list(actions)
    criteria = load_criteria_of(session, [one.id for one in actions])
    found = []
    for action in actions:
        workflow = load_workflow(session, action.workflow_edition_id)
        is_linked = any(one.key == key for one in criteria[action.id])
        can_link = not is_linked and allows(workflow, action.state, "edit")
        found.append(Other(action, workflow.by_state[action.state].label, is_linked, can_link))
    return tuple(found)


def list_linkable(session: Session, actor: Actor, assessment: Assessment) -> dict[Place, tuple[Action, ...]]:
    """Criterion → the actions of the centre that answer it in another assessment, and may be linked to this
    one too, by number; none to who does not lead the plan. One query.
    """
    if not is_allowed(actor, Permission.ACTION_EDIT, centre_id=assessment.centre_id):
        return {}
    rows = session.execute(
        select(Action, Sheet.grid, ActionCriterion.criterion, Sheet.assessment_id)
        .join(ActionCriterion, ActionCriterion.action_id == Action.id)
        .join(Sheet, Sheet.id == ActionCriterion.sheet_id)
        .where(Action.centre_id == assessment.centre_id, ~IS_OVER)
        .order_by(Action.number)
    ).all()
    found: dict[Place, dict[int, Action]] = {}
    for action, grid, criterion, _ in rows:
        workflow = load_workflow(session, action.workflow_edition_id)
        if allows(workflow, action.state, "edit"):
            found.setdefault((grid, criterion), {})[action.id] = action
    for action, grid, criterion, assessment_id in rows:
        if assessment_id == assessment.id:
            found.get((grid, criterion), {}).pop(action.id, None)
    return {place: tuple(actions.values()) for place, actions in found.items() if actions}


def _named(stored: Editable | None) -> set[int]:
    if stored is None:
        return set()
    draft = stored.draft
    return {*draft.contributors, *([draft.owner_id] if draft.owner_id else ())}


def _people(session: Session, ids: Collection[int]) -> tuple[Person, ...]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)).order_by(User.name, User.id))
    return tuple(Person(row.id, row.name) for row in rows)


def _weak_keys(session: Session, centre_id: int) -> list[Key]:
    """The criteria that are not met in the latest assessment that is read, grid by grid."""
    latest = _find_latest(session, centre_id)
    if latest is None:
        return []
    sheets = session.execute(
        select(Sheet.id, Sheet.edition_id).where(Sheet.assessment_id == latest.id).order_by(Sheet.position)
    ).all()
    answers = read_answers(session, [sheet.id for sheet in sheets])
    keys: list[Key] = []
    for sheet in sheets:
        said = {code: answer_of(one) for code, one in answers.get(sheet.id, {}).items()}
        rated = {code: answer for code, answer in said.items() if answer is not None}
        occasion = Occasion(load_edition(session, sheet.edition_id), rated, latest.profile)
        keys += [(sheet.id, code) for code in weak_criteria(occasion)]
    return keys


def _find_latest(session: Session, centre_id: int) -> Assessment | None:
    """The latest begun whose results the team reads now; none that each person rates alone."""
    rows = session.scalars(
        select(Assessment)
        .where(Assessment.centre_id == centre_id, IS_SELF_ASSESSMENT)
        .order_by(Assessment.started_on.desc(), Assessment.id.desc())
        .limit(LATEST)
    )
    for assessment in rows:
        workflow = load_workflow(session, assessment.workflow_edition_id)
        is_read = allows(workflow, assessment.state, "read-results")
        if is_read and not is_round_open(workflow, assessment):
            return assessment
    return None
