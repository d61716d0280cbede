"""Passing from one state of a dossier to the next: what holds it back and what it sets off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.texts import clean_text
from aqss.gateways.links import Links
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier, DossierProof
from aqss.services.dossiers import interviews, sheets, support
from aqss.services.dossiers.finding import get_passable, named_dates, roles_of
from aqss.services.dossiers.noting import note
from aqss.services.dossiers.parts import parts_of
from aqss.services.journal import record
from aqss.services.runs.passing import (
    REASON_LIMIT,
    Asked,
    Check,
    Move,
    are_tasks_done,
    find_move,
    list_moves,
    pass_to,
    require_version,
)


@dataclass(frozen=True)
class Passed:
    """A passage just made, for what it sets off; ``reason``: the word that ``actor`` gave."""

    session: Session
    dossier: Dossier
    workflow: Workflow
    actor: Actor
    reason: str
    links: Links
    now: datetime


def available_moves(session: Session, actor: Actor, dossier: Dossier, workflow: Workflow) -> tuple[Move, ...]:
    """The ways out that what the person is for the dossier gives, in the workflow's order."""
    return list_moves(session, dossier, workflow, actor, roles_of(actor, dossier), GUARD_CHECKS)


def get_move(session: Session, actor: Actor, dossier_id: int, to: str) -> tuple[Dossier, Workflow, Move]:
    """The way out to ``to``, before it is taken; :class:`NotFound` when the person has none."""
    dossier, workflow = get_passable(session, actor, dossier_id)
    return dossier, workflow, find_move(available_moves(session, actor, dossier, workflow), to)


def move_dossier(
    session: Session,
    actor: Actor,
    *,
    dossier_id: int,
    to: str,
    expected_version: int,
    now: datetime,
    links: Links,
    reason: str = "",
) -> Dossier:
    """Pass to the state ``to``, with all that the transition sets off, in one transaction.

    At an end its sheets are frozen, whatever the workflow sets off. By the team, and by the structure it was
    sent to. Raises :class:`~aqss.domain.errors.InvalidTransition` (no such passage, not theirs, or guards),
    :class:`~aqss.domain.errors.StaleEdit`, :class:`NotFound`, :class:`~aqss.domain.errors.InvalidInput` on
    ``reason``.
    """
    dossier, workflow = get_passable(session, actor, dossier_id, lock=True)
    require_version(dossier, "dossier", expected_version)
    reason = clean_text("reason", reason, REASON_LIMIT, required=False)
    came_from, roles, dates = dossier.state, roles_of(actor, dossier), named_dates(dossier)
    passage = pass_to(session, dossier, workflow, actor, roles, GUARD_CHECKS, to=to, now=now, dates=dates)
    note(session, actor, dossier, "dossier-moved", now, {"from": came_from, "to": to, "reason": reason})
    passed = Passed(session, dossier, workflow, actor, reason, links, now)
    for effect in passage.effects:
        EFFECT_ACTIONS[effect](passed)
    if dossier.ended_at is not None:
        _freeze_grids(passed)
    session.flush()
    return dossier


def list_missing_documents(session: Session, dossier: Dossier, workflow: Workflow) -> tuple[str, ...]:
    """The documents that the present state expects and that are not attached."""
    given = set(session.scalars(select(DossierProof.document).where(DossierProof.dossier_id == dossier.id)))
    return tuple(one for one in workflow.by_state[dossier.state].documents or () if one not in given)


def _are_documents_given(asked: Asked[Dossier]) -> bool:
    return not list_missing_documents(asked.session, asked.run, asked.workflow)


def _are_grids_finished(asked: Asked[Dossier]) -> bool:
    return sheets.are_finished(asked.session, asked.run)


def _is_period_chosen(asked: Asked[Dossier]) -> bool:
    return asked.run.period_from is not None and asked.run.period_to is not None


def _is_question_written(asked: Asked[Dossier]) -> bool:
    """To a structure that the centre may still ask."""
    offered = {one.id for one in support.list_structures_for(asked.session, asked.run.centre_id)}
    return bool(asked.run.purpose) and asked.run.structure_id in offered


def _is_centre_described(asked: Asked[Dossier]) -> bool:
    centre = asked.session.get_one(Centre, asked.run.centre_id)
    return bool(centre.finess and centre.town and centre.flags)


def _are_consents_noted(asked: Asked[Dossier]) -> bool:
    return interviews.are_consents_noted(asked.session, asked.run)


def _are_recordings_deleted(asked: Asked[Dossier]) -> bool:
    return interviews.are_recordings_deleted(asked.session, asked.run)


GUARD_CHECKS: Mapping[str, Check[Dossier]] = {
    "tasks-done": are_tasks_done,
    "documents-given": _are_documents_given,
    "grids-finished": _are_grids_finished,
    "period-chosen": _is_period_chosen,
    "question-written": _is_question_written,
    "centre-described": _is_centre_described,
    "consents-noted": _are_consents_noted,
    "recordings-deleted": _are_recordings_deleted,
}
"""How each guard of a dossier (:data:`aqss.domain.definitions.words.GUARDS`) is told."""


def _open_centre(passed: Passed) -> None:
    """Once: a centre that is open already stays so, and nothing is told."""
    centre = passed.session.get_one(Centre, passed.dossier.centre_id)
    if centre.is_project:
        centre.is_project = False
        centre.version += 1
        record(passed.session, centre, "opened", by=passed.actor.user_id, at=passed.now)


def _open_grids(passed: Passed) -> None:
    """The first sheet, once; where people are met, each interview opens its own."""
    parts = parts_of(passed.workflow)
    if not parts.has_interviews and not sheets.has_sheets(passed.session, passed.dossier):
        title = sheets.propose_title(passed.session, passed.dossier)
        sheets.open_sheet(passed.session, passed.actor, passed.dossier, parts.grids, title, passed.now)


def _freeze_grids(passed: Passed) -> None:
    sheets.freeze_sheets(passed.session, passed.dossier, passed.now)


def _tell_structure(passed: Passed) -> None:
    session, links, now = passed.session, passed.links, passed.now
    support.tell_structure(session, passed.dossier, passed.workflow, passed.reason, links, now)


def _tell_centre(passed: Passed) -> None:
    session, links, now = passed.session, passed.links, passed.now
    support.tell_centre(session, passed.dossier, passed.workflow, passed.reason, links, now)


EFFECT_ACTIONS: Mapping[str, Callable[[Passed], None]] = {
    "open-centre": _open_centre,
    "open-grids": _open_grids,
    "freeze-grids": _freeze_grids,
    "tell-structure": _tell_structure,
    "tell-centre": _tell_centre,
}
"""What each effect on a dossier (:data:`aqss.domain.definitions.words.EFFECTS`) does."""


def structure_may_act(workflow: Workflow, state: str) -> bool:
    """Whether the next word is the support structure's."""
    return any(Role.STRUCTURE in one.by for one in workflow.by_state[state].transitions or ())
