"""Changing an action: its words, its people, its dates, its marks, the criteria it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.domain.lifecycle import allows, require_ability
from aqss.gateways.french import paris
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.services.actions.announcing import tell_owner_among
from aqss.services.actions.criteria import AnsweredCriterion, Key, find_key, load_criteria, require_read
from aqss.services.actions.drafts import FIELDS, MOST_CRITERIA, Draft, check_draft, draft_of, write_draft
from aqss.services.actions.finding import get_action, named_dates
from aqss.services.actions.noting import note
from aqss.services.actions.starting import write_people_and_criteria
from aqss.services.editions import load_workflow
from aqss.services.runs.passing import redate, require_version
from aqss.services.teams import list_team

STARTED_WITH = ("owner_id", "due_on", "review_on")
"""What a start asks for beside the effect: once written, it may change, and no longer be missing."""


@dataclass(frozen=True)
class Standing:
    """An action as it stands, with what a change of it is judged by: ``team``, key → person of today;
    ``criteria``: those of the centre that it answers, or is asked to.
    """

    action: Action
    workflow: Workflow
    draft: Draft
    team: Mapping[int, User]
    criteria: Mapping[Key, AnsweredCriterion]

    @property
    def is_settled(self) -> bool:
        """Whether it has started: the effect expected was promised."""
        return allows(self.workflow, self.action.state, "progress")


def read_draft(session: Session, action: Action) -> Draft:
    """The action as a draft to change; its reader was let in by the caller."""
    return _read_drafts(session, [action])[action.id]


def read_standings(session: Session, centre_id: int, actions: Sequence[Action]) -> dict[int, Standing]:
    """Each of these actions of the centre as it stands, by key; a constant number of queries."""
    drafts = _read_drafts(session, actions)
    keys = dict.fromkeys(key for draft in drafts.values() for key in draft.criteria)
    criteria = load_criteria(session, centre_id, keys)
    team = {person.id: person for person in list_team(session, centre_id)}
    return {
        one.id: Standing(one, load_workflow(session, one.workflow_edition_id), drafts[one.id], team, criteria)
        for one in actions
    }


def change_action(
    session: Session,
    actor: Actor,
    *,
    action_id: int,
    draft: Draft,
    expected_version: int,
    now: datetime,
    links: Links,
) -> Action:
    """Replace what a person wrote of the action, in a state allowing ``edit``.

    Once its state allows ``progress``, the effect expected was promised: it no longer changes
    (``effect-settled``), but for the day it is looked at; what it started with is not taken away
    (``required``); and who is put in charge hears of it. People who left since stay. Raises
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.StaleEdit`,
    :class:`~aqss.domain.errors.InvalidInput`, and as :func:`~.finding.get_action`.
    """
    action, _ = _get_editable(session, actor, action_id)
    require_version(action, "action", expected_version)
    standing = read_standings(session, action.centre_id, [action])[action.id]
    asked = load_criteria(session, action.centre_id, draft.criteria)
    standing = replace(standing, criteria=asked)
    write_change(session, actor, standing, check_change(standing, draft, now), now, links)
    session.flush()
    return action


def check_change(standing: Standing, draft: Draft, now: datetime) -> Draft:
    """The draft as it would be written, by the rules of :func:`change_action`; reads and writes nothing."""
    action, before = standing.action, standing.draft
    require_ability(standing.workflow, action.state, "edit")
    if standing.is_settled:
        _require_promised(draft, before)
        draft = replace(draft, **_NO_EFFECT)  # what the team answered since does not unmake the promise
    more = [one for key, one in standing.criteria.items() if key in draft.criteria]
    require_read(one for one in more if one.key not in before.criteria)
    checked = check_draft(
        draft,
        team={*standing.team, *before.contributors, *([before.owner_id] if before.owner_id else ())},
        criteria=standing.criteria,
        today=min(paris(now).date(), paris(action.created_at).date()),
        required=[name for name in STARTED_WITH if standing.is_settled and getattr(before, name)],
    )
    if standing.is_settled:
        checked = replace(checked, **{name: getattr(before, name) for name in _NO_EFFECT})
    return checked


def write_change(
    session: Session, actor: Actor, standing: Standing, draft: Draft, now: datetime, links: Links
) -> None:
    """Write what :func:`check_change` gave, and tell it; left to the caller to flush."""
    action, before = standing.action, standing.draft
    _write(session, action, standing.workflow, before, draft)
    if changed := changed_fields(before, draft):
        note(session, actor, action, "action-changed", {"changed": changed}, now)
    if standing.is_settled and draft.owner_id != before.owner_id:
        tell_owner_among(session, actor, action, standing.team.values(), links, now)


def link_criterion(
    session: Session,
    actor: Actor,
    *,
    action_id: int,
    assessment_id: int,
    grid: str,
    criterion: str,
    now: datetime,
) -> Action:
    """Have an action answer one more criterion of an assessment of its centre, in a state allowing ``edit``.

    Nothing else of it is looked at, nor changed. Raises :class:`~aqss.domain.errors.NotFound` for a criterion
    of none of these, :class:`~aqss.domain.errors.InvalidInput` on ``criteria``, and as
    :func:`~.criteria.require_read` and :func:`change_action`.
    """
    action, _ = _get_editable(session, actor, action_id)
    key = find_key(session, assessment_id, grid, criterion)
    found = load_criteria(session, action.centre_id, [key])
    if not found:
        raise NotFound("criterion", criterion)
    require_read(found.values())
    known = read_draft(session, action).criteria
    if key in known:
        return action
    if len(known) >= MOST_CRITERIA:
        raise InvalidInput((Fault("criteria", "too-many", (MOST_CRITERIA,)),))
    session.add(ActionCriterion(action_id=action.id, sheet_id=key[0], criterion=criterion))
    action.version += 1
    note(session, actor, action, "action-changed", {"changed": ["criteria"]}, now)
    session.flush()
    return action


def changed_fields(before: Draft, after: Draft) -> list[str]:
    """Names of what differs between the two, in their order."""
    changed = [name for name in (*FIELDS, "effect_on") if getattr(before, name) != getattr(after, name)]
    sets = ("contributors", "criteria")
    return changed + [name for name in sets if {*getattr(before, name)} != {*getattr(after, name)}]


def _get_editable(session: Session, actor: Actor, action_id: int) -> tuple[Action, Workflow]:
    """The action, locked, and the workflow it follows."""
    action = get_action(session, actor, action_id, Permission.ACTION_EDIT, lock=True)
    workflow = load_workflow(session, action.workflow_edition_id)
    require_ability(workflow, action.state, "edit")
    return action, workflow


_NO_EFFECT: Mapping[str, Any] = {"effect_on": None, "effect_measure": "", "effect_from": "", "effect_to": ""}


def _require_promised(draft: Draft, before: Draft) -> None:
    """The effect is left out of the form once it is promised; sent all the same, it must be the same."""
    for name in ("effect_on", "effect_measure", "effect_to"):
        if getattr(draft, name) and getattr(draft, name) != getattr(before, name):
            raise InvalidInput((Fault(name, "effect-settled"),))
    if before.effect_on is not None and before.effect_on not in draft.criteria:
        raise InvalidInput((Fault("criteria", "effect-settled"),))


def _write(session: Session, action: Action, workflow: Workflow, before: Draft, draft: Draft) -> None:
    write_draft(action, draft)
    if (before.contributors, before.criteria) != (draft.contributors, draft.criteria):
        for table in (ActionContributor, ActionCriterion):
            session.execute(delete(table).where(table.action_id == action.id))
        write_people_and_criteria(session, action, draft)
    redate(action, workflow, named_dates(action))
    action.version += 1


def _read_drafts(session: Session, actions: Collection[Action]) -> dict[int, Draft]:
    """Action → its draft, in two queries."""
    ids = [one.id for one in actions]
    people: dict[int, list[int]] = {key: [] for key in ids}
    answered: dict[int, list[Key]] = {key: [] for key in ids}
    for action_id, user_id in session.execute(
        select(ActionContributor.action_id, ActionContributor.user_id)
        .where(ActionContributor.action_id.in_(ids))
        .order_by(ActionContributor.user_id)
    ):
        people[action_id].append(user_id)
    for action_id, sheet_id, criterion in session.execute(
        select(ActionCriterion.action_id, ActionCriterion.sheet_id, ActionCriterion.criterion)
        .where(ActionCriterion.action_id.in_(ids))
        .order_by(ActionCriterion.sheet_id, ActionCriterion.criterion)
    ):
        answered[action_id].append((sheet_id, criterion))
    return {one.id: draft_of(one, tuple(people[one.id]), tuple(answered[one.id])) for one in actions}
