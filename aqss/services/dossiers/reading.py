"""The page of a dossier, for its team: where it stands, what is to be done, and all that it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role, is_allowed
from aqss.domain.actions import days_late
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.lifecycle import allows, roles_onward
from aqss.gateways.french import paris
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.dossiers import Dossier, DossierPerson, Interview
from aqss.services.dossiers.documents import DocumentLine, list_documents
from aqss.services.dossiers.exchanges import Exchange, may_write, read_exchanges
from aqss.services.dossiers.finding import get_run, works_on
from aqss.services.dossiers.interviews import list_interviews
from aqss.services.dossiers.listing import is_late
from aqss.services.dossiers.moving import available_moves, list_missing_documents, structure_may_act
from aqss.services.dossiers.parts import Parts, parts_of
from aqss.services.dossiers.sheets import SheetLine, list_sheets
from aqss.services.dossiers.starting import fits, published_workflows
from aqss.services.dossiers.targets import Figure, read_figures
from aqss.services.dossiers.tasks import read_tasks
from aqss.services.editions import load_workflow
from aqss.services.journal import Entry, read_history
from aqss.services.runs.comments import CommentLine, list_comments
from aqss.services.runs.passing import Move, roles_lacking
from aqss.services.runs.tasks import TaskLine
from aqss.services.teams import list_held_roles, list_team


@dataclass(frozen=True)
class ActionLine:
    """An action that comes from the dossier; ``is_late``: as the plan tells it, its due day is past."""

    id: int
    number: int
    title: str
    owner: str | None
    state: str
    is_over: bool
    is_late: bool


@dataclass(frozen=True)
class People:
    """``owner``: who is in charge; ``others``: who works on it; ``team``: whom a task may be given to."""

    owner: str | None
    others: tuple[str, ...]
    team: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Neighbours:
    """The dossier that it follows, and the one that follows it: key and title.

    ``next_workflow``: what it leads to once over, while none follows it and the centre may follow that.
    """

    previous: tuple[int, str] | None
    following: tuple[int, str] | None
    next_workflow: str | None


@dataclass(frozen=True)
class DossierPage:
    """Everything that the page shows to ``actor``'s eyes.

    ``waits_for``: words of ``by`` one of which it takes to go further.

    ``can_edit``: they may change the dossier in its present state; ``can_work``: they may attach documents;
    ``leads``: they edit dossiers in this centre, whatever the state. ``lacking``: roles nobody holds, one of
    which it takes to go on. ``awaits_structure``: the next word is the structure's; ``is_held_outside``: and
    the centre cannot go on without it. ``can_write``: they may say something to it.
    """

    dossier: Dossier
    workflow: Workflow
    state: State
    parts: Parts
    centre_name: str
    structure: str | None
    people: People
    neighbours: Neighbours
    is_late: bool
    leads: bool
    can_edit: bool
    can_work: bool
    moves: tuple[Move, ...]
    lacking: tuple[Role, ...]
    tasks: tuple[TaskLine, ...]
    documents: tuple[DocumentLine, ...]
    missing_documents: tuple[str, ...]
    notes: tuple[CommentLine, ...]
    awaits_structure: bool
    waits_for: tuple[str, ...]
    can_write: bool
    exchanges: tuple[Exchange, ...]
    history: tuple[Entry, ...]
    sheets: tuple[SheetLine, ...]
    figures: tuple[Figure, ...]
    interviews: tuple[Interview, ...]
    actions: tuple[ActionLine, ...]

    @property
    def is_held_outside(self) -> bool:
        return self.waits_for == (Role.STRUCTURE,)

    @property
    def is_over(self) -> bool:
        return self.dossier.ended_at is not None


def read_dossier(session: Session, actor: Actor, dossier_id: int, now: datetime) -> DossierPage:
    """The dossier, for somebody of its team; the same queries whatever it holds.

    Raises :class:`~aqss.domain.errors.NotFound`.
    """
    dossier, workflow = get_run(session, actor, dossier_id, Permission.DOSSIER_READ)
    centre = session.get_one(Centre, dossier.centre_id)
    parts = parts_of(workflow)
    leads = is_allowed(actor, Permission.DOSSIER_EDIT, centre_id=dossier.centre_id)
    is_open = allows(workflow, dossier.state, "edit")
    held = list_held_roles(session, dossier.centre_id)
    return DossierPage(
        dossier=dossier,
        workflow=workflow,
        state=workflow.by_state[dossier.state],
        parts=parts,
        centre_name=centre.name,
        structure=_structure(session, dossier),
        people=_people(session, dossier),
        neighbours=_neighbours(session, dossier, workflow, centre),
        is_late=is_late(dossier, now),
        leads=leads,
        can_edit=leads and is_open,
        can_work=is_open and works_on(session, actor, dossier),
        moves=available_moves(session, actor, dossier, workflow),
        lacking=roles_lacking(workflow, dossier.state, held),
        tasks=read_tasks(session, actor, dossier, workflow),
        documents=list_documents(session, dossier),
        missing_documents=list_missing_documents(session, dossier, workflow),
        notes=list_comments(session, dossier, actor.user_id),
        awaits_structure=dossier.sent_at is not None and structure_may_act(workflow, dossier.state),
        waits_for=roles_onward(workflow, dossier.state),
        can_write=may_write(session, actor, dossier),
        exchanges=read_exchanges(session, actor, dossier, workflow),
        history=read_history(session, dossier, workflow),
        sheets=list_sheets(session, dossier),
        figures=read_figures(session, dossier, parts.grids) if parts.has_targets else (),
        interviews=list_interviews(session, dossier),
        actions=_actions(session, dossier, now),
    )


def _structure(session: Session, dossier: Dossier) -> str | None:
    return session.scalar(select(Structure.name).where(Structure.id == dossier.structure_id))


def _people(session: Session, dossier: Dossier) -> People:
    owner = session.scalar(select(User.name).where(User.id == dossier.owner_id))
    others = session.scalars(
        select(User.name)
        .join(DossierPerson, DossierPerson.user_id == User.id)
        .where(DossierPerson.dossier_id == dossier.id)
        .order_by(User.name, User.id)
    )
    team = list_team(session, dossier.centre_id)
    return People(owner, tuple(others), tuple((one.id, one.name) for one in team))


def _neighbours(session: Session, dossier: Dossier, workflow: Workflow, centre: Centre) -> Neighbours:
    rows = session.execute(
        select(Dossier.id, Dossier.title, Dossier.previous_id)
        .where((Dossier.id == dossier.previous_id) | (Dossier.previous_id == dossier.id))
        .order_by(Dossier.id)
    ).all()
    previous = next(((row.id, row.title) for row in rows if row.id == dossier.previous_id), None)
    following = next(((row.id, row.title) for row in rows if row.previous_id == dossier.id), None)
    offered = {one.workflow for one in published_workflows(session) if fits(one, centre)}
    is_offered = dossier.ended_at is not None and following is None and workflow.next in offered
    return Neighbours(previous, following, workflow.next if is_offered else None)


def _actions(session: Session, dossier: Dossier, now: datetime) -> tuple[ActionLine, ...]:
    rows = session.execute(
        select(Action, User.name.label("owner"))
        .outerjoin(User, User.id == Action.owner_id)
        .where(Action.dossier_id == dossier.id)
        .order_by(Action.number)
    )
    return tuple(_action(session, row.Action, row.owner, now) for row in rows)


def _action(session: Session, action: Action, owner: str | None, now: datetime) -> ActionLine:
    workflow = load_workflow(session, action.workflow_edition_id)
    is_over = action.ended_at is not None
    is_done = is_over or action.done_at is not None
    return ActionLine(
        action.id,
        action.number,
        action.title,
        owner,
        workflow.by_state[action.state].label,
        is_over,
        days_late(action.due_on, paris(now).date(), is_done=is_done) > 0,
    )
