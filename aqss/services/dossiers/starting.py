"""Starting a dossier: a workflow is chosen among those published, and followed for good."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, Role, require
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.errors import Fault, InvalidInput, NotFound
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_line, clean_text, first_free
from aqss.gateways.french import paris
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier, DossierPerson, IndicatorTarget
from aqss.persistence.editions import WorkflowEdition
from aqss.services.dossiers.finding import named_dates
from aqss.services.dossiers.noting import note
from aqss.services.dossiers.parts import parts_of
from aqss.services.editions import load_workflow
from aqss.services.runs.passing import begin, roles_lacking
from aqss.services.teams import list_held_roles, list_team

SUBJECT = "dossier"
TITLE_LIMIT = 160
PURPOSE_LIMIT = 4000


@dataclass(frozen=True)
class Start:
    """What a person writes of a new dossier; ``people``: ids of those who work on it beside its owner."""

    workflow: str
    title: str
    purpose: str = ""
    owner_id: int | None = None
    people: Collection[int] = ()


@dataclass(frozen=True)
class Offer:
    """What a dossier of the centre may be started with; ``previous``: the one it would follow."""

    centre_name: str
    workflows: tuple[Workflow, ...]
    team: tuple[tuple[int, str], ...]
    previous: Dossier | None = None


def read_offer(session: Session, actor: Actor, centre_id: int, previous_id: int | None = None) -> Offer:
    """The published workflows of dossiers that fit the centre, and its team.

    A project of a centre is offered those that open one, an open centre the others. After ``previous_id``:
    the one that it leads to. Raises :class:`NotFound`, :class:`~aqss.domain.errors.NotAllowed`.
    """
    require(actor, Permission.DOSSIER_EDIT, centre_id=centre_id)
    centre = _get_open_centre(session, centre_id)
    previous = None if previous_id is None else _get_previous(session, centre_id, previous_id)
    workflows = published_workflows(session)
    if previous is not None:
        onward = load_workflow(session, previous.workflow_edition_id).next
        workflows = tuple(one for one in workflows if one.workflow == onward)
    return Offer(
        centre.name,
        tuple(one for one in workflows if fits(one, centre)),
        tuple((person.id, person.name) for person in list_team(session, centre_id)),
        previous,
    )


def fits(workflow: Workflow, centre: Centre) -> bool:
    """Whether that centre may follow it: a project those that open a centre, an open centre the others."""
    return parts_of(workflow).opens_centre == centre.is_project


def find_stop(session: Session, centre_id: int, workflow: Workflow) -> tuple[State, tuple[Role, ...]] | None:
    """The first state that nobody of the centre could pass on, with the roles one of which it takes."""
    held = list_held_roles(session, centre_id)
    stops = ((state, roles_lacking(workflow, state.state, held)) for state in workflow.states)
    return next(((state, lacking) for state, lacking in stops if lacking), None)


def list_in_creation(session: Session, actor: Actor) -> frozenset[int]:
    """The projects among the actor's centres whose creation a dossier follows now."""
    rows = session.scalars(
        select(Dossier.centre_id)
        .join(Centre, Centre.id == Dossier.centre_id)
        .where(Centre.id.in_(actor.centre_ids()), Centre.is_project, Dossier.ended_at.is_(None))
        .distinct()
    )
    return frozenset(rows)


def published_workflows(session: Session) -> tuple[Workflow, ...]:
    """Those that new dossiers may follow, in the order of the catalogue."""
    rows = session.execute(
        select(WorkflowEdition.id, WorkflowEdition.hash)
        .where(WorkflowEdition.is_current)
        .order_by(WorkflowEdition.position)
    )
    found = (load_workflow(session, row.id, row.hash) for row in rows.all())
    return tuple(one for one in found if one.subject == SUBJECT)


def propose_title(
    session: Session, centre_id: int, workflow: Workflow, now: datetime, previous: Dossier | None = None
) -> str:
    """« Patient traceur 2026 », or the first « … (2) », « … (3) » that no dossier of the centre has yet.

    The year is the present one; after the period of ``previous``, the one after it.
    """
    ended_on = previous.period_to if previous else None
    title = f"{workflow.title} {ended_on.year + 1 if ended_on else paris(now).year}"
    taken = session.scalars(select(Dossier.title).where(Dossier.centre_id == centre_id))
    return first_free(title, set(taken))


def start_dossier(
    session: Session,
    actor: Actor,
    *,
    centre_id: int,
    start: Start,
    now: datetime,
    previous_id: int | None = None,
) -> Dossier:
    """Start a dossier of the centre in the first state of the workflow, in its current version.

    ``previous_id``: the one that ended and offered it; its period, a year later, and its targets are those it
    starts with. Raises :class:`InvalidInput` on ``workflow``, ``title``, ``purpose``, ``owner`` and
    ``people``, :class:`NotFound`, :class:`~aqss.domain.errors.NotAllowed`.
    """
    offer = read_offer(session, actor, centre_id, previous_id)
    workflow = next((one for one in offer.workflows if one.workflow == start.workflow), None)
    team = {user_id for user_id, _ in offer.team}
    title, purpose = _check(start, workflow, team)
    dossier = Dossier(
        centre_id=centre_id,
        workflow=start.workflow,
        title=title,
        purpose=purpose,
        owner_id=start.owner_id,
        previous_id=previous_id,
        created_at=now,
        created_by_id=actor.user_id,
    )
    if offer.previous is not None:
        _follow(dossier, offer.previous)
    begin(session, dossier, start.workflow, now, named_dates(dossier))
    session.add(dossier)
    session.flush()
    write_people(session, dossier, start.people)
    if offer.previous is not None:
        _copy_targets(session, dossier, offer.previous)
    note(session, actor, dossier, "dossier-started", now, {"title": title, "workflow": start.workflow})
    session.flush()
    return dossier


def check_words(intake: Intake, title: str, purpose: str) -> tuple[str, str]:
    """Title and purpose made canonical, their faults gathered by ``intake``."""
    return (
        intake.read("", clean_line, "title", title, TITLE_LIMIT),
        intake.read("", clean_text, "purpose", purpose, PURPOSE_LIMIT, required=False),
    )


def check_people(intake: Intake, owner_id: int | None, people: Collection[int], team: set[int]) -> None:
    """Who is in charge and who works on it are of the team."""
    if owner_id is not None and owner_id not in team:
        intake.fault("owner", "unknown-choice")
    if not {*people} <= team:
        intake.fault("people", "unknown-choice")


def write_people(session: Session, dossier: Dossier, people: Collection[int]) -> None:
    """Add these people to the dossier, each once; its owner is not named twice."""
    for user_id in sorted({*people} - {dossier.owner_id}):
        session.add(DossierPerson(dossier_id=dossier.id, user_id=user_id))


def _check(start: Start, workflow: Workflow | None, team: set[int]) -> tuple[str, str]:
    intake = Intake()
    if workflow is None:
        intake.fault("workflow", "unknown-choice" if start.workflow else "required")
    words = check_words(intake, start.title, start.purpose)
    check_people(intake, start.owner_id, start.people, team)
    intake.finish()
    return words


def _get_open_centre(session: Session, centre_id: int) -> Centre:
    centre = session.get(Centre, centre_id)
    if centre is None or centre.closed_at is not None:
        raise NotFound("centre", centre_id)
    return centre


def _get_previous(session: Session, centre_id: int, previous_id: int) -> Dossier:
    """The dossier of the same centre that ended; one that another already follows is refused."""
    previous = session.get(Dossier, previous_id) if 0 < previous_id <= LARGEST_ID else None
    if previous is None or previous.centre_id != centre_id or previous.ended_at is None:
        raise NotFound("dossier", previous_id)
    followed = session.scalar(select(Dossier.title).where(Dossier.previous_id == previous.id).limit(1))
    if followed is not None:
        raise InvalidInput((Fault("previous", "already-followed", (followed,)),))
    return previous


def _follow(dossier: Dossier, previous: Dossier) -> None:
    """The same dates, a year later."""
    dossier.period_from = _year_after(previous.period_from)
    dossier.period_to = _year_after(previous.period_to)
    dossier.year_ends_on = _year_after(previous.year_ends_on)


def _year_after(day: date | None) -> date | None:
    if day is None:
        return None
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, day.month, 28 if is_leap_day else day.day)


def _copy_targets(session: Session, dossier: Dossier, previous: Dossier) -> None:
    kept = session.scalars(select(IndicatorTarget).where(IndicatorTarget.dossier_id == previous.id))
    session.add_all(
        [
            IndicatorTarget(dossier_id=dossier.id, criterion=one.criterion, target=one.target)
            for one in kept.all()
        ]
    )
