"""What a coordinator chooses from when starting or preparing an assessment: grids, people of the centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.errors import NotFound
from aqss.domain.lifecycle import allows, require_ability
from aqss.domain.texts import folded
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Assessment, Assignment, Sheet
from aqss.persistence.centres import Centre
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.participants import ListedParticipant, list_participants
from aqss.services.assessments.rounds import is_round_closed
from aqss.services.assessments.scope import Scope
from aqss.services.editions import current_editions, load_edition, load_workflow
from aqss.services.teams import is_of_team


@dataclass(frozen=True)
class TeamMember:
    """Somebody who holds a role over the centre now."""

    user_id: int
    name: str
    professions: tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """``contents``: the grids to choose from, in order; ``profile``: the flags that tell what applies."""

    contents: tuple[EditionContent, ...]
    profile: tuple[str, ...]
    team: tuple[TeamMember, ...]


@dataclass(frozen=True)
class Preparation:
    """An assessment as prepared so far, and what it may become; ``can_rate``: the team rates it already.

    ``participants``: those of the scope, the ones who have left the centre included. ``is_round_closed``:
    neither they nor the grids change any more.
    """

    assessment: Assessment
    scope: Scope
    offer: Offer
    can_rate: bool
    participants: tuple[ListedParticipant, ...]
    is_round_closed: bool


def read_offer(session: Session, actor: Actor, centre_id: int) -> Offer:
    """What a new assessment of the centre may hold. Raises NotAllowed, and NotFound for a closed centre."""
    require(actor, Permission.ASSESSMENT_PREPARE, centre_id=centre_id)
    centre = session.get(Centre, centre_id)
    if centre is None or centre.closed_at is not None:
        raise NotFound("centre", centre_id)
    contents = tuple(load_edition(session, edition.id) for edition in current_editions(session))
    return Offer(contents, tuple(centre.flags), _team(session, centre_id))


def read_preparation(session: Session, actor: Actor, assessment_id: int) -> Preparation:
    """The scope as it stands; a grid chosen earlier is offered in its own edition, still there or not.

    While the state allows ``prepare``; else raises :class:`~aqss.domain.errors.NotPossibleNow`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    require_ability(workflow, assessment.state, "prepare")
    sheets = session.scalars(
        select(Sheet).where(Sheet.assessment_id == assessment_id).order_by(Sheet.position)
    ).all()
    contents = {edition.grid: edition.id for edition in current_editions(session)}
    contents |= {sheet.grid: sheet.edition_id for sheet in sheets}
    participants = list_participants(session, assessment_id)
    scope = Scope(
        title=assessment.title,
        objective=assessment.objective,
        trigger=assessment.trigger,
        trigger_note=assessment.trigger_note,
        grids=tuple(sheet.grid for sheet in sheets),
        assignments=_assigned(session, sheets),
        round_ends_on=assessment.round_ends_on,
        rating=assessment.rating,
        participants=tuple(one.user_id for one in participants),
    )
    offered = tuple(load_edition(session, edition_id) for edition_id in contents.values())
    offer = Offer(offered, tuple(assessment.profile), _team(session, assessment.centre_id))
    return Preparation(
        assessment,
        scope,
        offer,
        allows(workflow, assessment.state, "rate"),
        participants,
        is_round_closed(workflow, assessment),
    )


def _assigned(session: Session, sheets: Sequence[Sheet]) -> dict[str, list[int]]:
    """Grid → the people asked for it."""
    grids = {sheet.id: sheet.grid for sheet in sheets}
    assigned: dict[str, list[int]] = {grid: [] for grid in grids.values()}
    rows = session.execute(
        select(Assignment.sheet_id, Assignment.user_id).where(Assignment.sheet_id.in_(grids))
    )
    for sheet_id, user_id in rows:
        assigned[grids[sheet_id]].append(user_id)
    return assigned


def _team(session: Session, centre_id: int) -> tuple[TeamMember, ...]:
    rows = session.execute(
        select(User.id, User.name, Membership.professions)
        .join(Membership, Membership.user_id == User.id)
        .where(is_of_team(centre_id))
    )
    team = [TeamMember(row.id, row.name, tuple(row.professions)) for row in rows]
    return tuple(sorted(team, key=lambda person: (folded(person.name), person.user_id)))
