"""Changing an action: its words, its people, its dates, its marks, the criteria it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.services.actions.announcing import tell_owner
from aqss.services.actions.criteria import Key, find_key, load_criteria
from aqss.services.actions.drafts import FIELDS, MOST_CRITERIA, Draft, check_draft, draft_of, write_draft
from aqss.services.actions.finding import get_action, named_dates
from aqss.services.actions.noting import note
from aqss.services.actions.starting import write_people_and_criteria
from aqss.services.editions import load_workflow
from aqss.services.runs.passing import redate, require_version
from aqss.services.teams import list_team


def read_draft(session: Session, action: Action) -> Draft:
    """The action as a draft to change; its reader was let in by the caller."""
    return draft_of(action, _contributors(session, action.id), _criteria(session, action.id))


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
    (``effect-settled``), but for the day it is looked at; and who is put in charge hears of it. People who
    left since stay. Raises
    :class:`~aqss.domain.errors.NotPossibleNow`, :class:`~aqss.domain.errors.StaleEdit`,
    :class:`~aqss.domain.errors.InvalidInput`, and as :func:`~.finding.get_action`.
    """
    action, workflow = _get_editable(session, actor, action_id)
    require_version(action, "action", expected_version)
    before = read_draft(session, action)
    criteria = load_criteria(session, action.centre_id, draft.criteria)
    team = {person.id for person in list_team(session, action.centre_id)}
    known = {*team, *before.contributors, *([before.owner_id] if before.owner_id else ())}
    is_settled = allows(workflow, action.state, "progress")
    if is_settled:
        _require_promised(draft, before)
        draft = replace(draft, **_NO_EFFECT)  # what the team answered since does not unmake the promise
    today = min(paris(now).date(), paris(action.created_at).date())
    checked = check_draft(draft, team=known, criteria=criteria, today=today)
    if is_settled:
        checked = replace(checked, **{name: getattr(before, name) for name in _NO_EFFECT})
    _write(session, action, workflow, before, checked)
    if changed := changed_fields(before, checked):
        note(session, actor, action, "action-changed", {"changed": changed}, now)
    if is_settled and checked.owner_id != before.owner_id:
        tell_owner(session, actor, action, links, now)
    session.flush()
    return action


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
    of none of these, :class:`~aqss.domain.errors.InvalidInput` on ``criteria``, and as :func:`change_action`.
    """
    action, _ = _get_editable(session, actor, action_id)
    key = find_key(session, assessment_id, grid, criterion)
    if not load_criteria(session, action.centre_id, [key]):
        raise NotFound("criterion", criterion)
    known = _criteria(session, action.id)
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
    session.flush()


def _contributors(session: Session, action_id: int) -> Sequence[int]:
    rows = select(ActionContributor.user_id).where(ActionContributor.action_id == action_id)
    return tuple(session.scalars(rows.order_by(ActionContributor.user_id)))


def _criteria(session: Session, action_id: int) -> Sequence[Key]:
    rows = session.execute(
        select(ActionCriterion.sheet_id, ActionCriterion.criterion)
        .where(ActionCriterion.action_id == action_id)
        .order_by(ActionCriterion.sheet_id, ActionCriterion.criterion)
    )
    return tuple((row.sheet_id, row.criterion) for row in rows)
