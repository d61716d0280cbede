"""A centre and a structure at work, for the journeys that open every page: their people, what they rated."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre
from aqss.persistence.mails import Mail
from aqss.services.assessments.moving import move
from aqss.services.assessments.rating import Submission
from aqss.services.dossiers.starting import Start, start_dossier
from aqss.services.invitations import InvitationMade, invite_from_command
from aqss.services.password_resets import ask_reset
from tests.builders import (
    a_centre,
    a_member,
    a_proof,
    a_structure,
    a_user,
    actor_of,
    an_administrator,
    membership_of,
)
from tests.clock import MONDAY_MORNING
from tests.house.places import CRITERION, NOBODY, Set, a_dossier, a_plan
from tests.web.assessments.scene import (
    FIGURES,
    GRID,
    Team,
    a_scope,
    advance,
    make_assessment,
    make_team,
    rate,
)

GRIDS = (GRID, "politique-qualite", "identite-patients", "hygiene-mains", FIGURES)
"""Three of a module, for its radar; one of another; one without score."""

ANSWERS = (
    Submission("level", "oui"),
    Submission("level", "partiel", "Le compte rendu n’est pas toujours relu."),
    Submission("level", "non"),
    Submission("na", "Pas de plateau technique."),
    Submission("unknown", ""),
    None,
    Submission("level", "oui", "Vu en réunion le 3 mars."),
)
"""One of each kind, over and over; None leaves a criterion without an answer."""

WRITTEN: dict[str, dict[str, str]] = {
    "levels": {},
    "number": {"kind": "number", "value": "12"},
    "text": {"kind": "text", "value": "En discussion."},
}
"""Kind of scale → what is answered there instead."""


@dataclass(frozen=True)
class Region:
    """``places``: one of each thing that an address may name; ``closed``: the same, somebody's access closed.

    ``tokens``: endpoint → the secret of a link that opens it. ``dossiers``: one more of each other workflow,
    for what only some keep.
    """

    team: Team
    places: Set
    closed: Set
    people: dict[str, User]
    tokens: dict[str, str]
    dossiers: tuple[int, ...]


def a_region(behind: Runtime) -> Region:
    """A team and a structure, somebody of each role, and an assessment just begun."""
    team = make_team(behind)
    assessment = make_assessment(behind, team, a_scope(*GRIDS), to="preparation")
    with behind.sessions.writing() as session:
        centre, structure = session.get_one(Centre, team.centre_id), a_structure(session)
        helper = a_member(session, structure)
        _invite_long_ago(session, behind, centre)
        invited = _invite(session, behind, Role.MEMBER, centre_id=centre.id)
        _give_up_the_mails(session, behind, centre)
        proof = a_proof(session, centre, session.get_one(Assessment, assessment), CRITERION, grid=GRID).id
        places = Set(
            centre=centre,
            structure=structure,
            centre_membership=membership_of(session, team.colleague, centre).id,
            structure_membership=membership_of(session, helper, structure).id,
            centre_invitation=invited.invitation_id,
            structure_invitation=_invite(
                session, behind, Role.STRUCTURE, structure_id=structure.id
            ).invitation_id,
            instance_invitation=_invite(session, behind, Role.ADMINISTRATOR).invitation_id,
            user=helper.id,
            assessment=assessment,
            proof=proof,
            **a_dossier(session, actor_of(session, team.coordinator), centre, proof),
            **a_plan(session, centre, proof),
        )
        tokens = {
            "invitations.open_invitation": invited.link.rpartition("/")[2],
            "accounts.open_reset": _reset_token(session, behind, a_user(session)),
        }
        people = _people(session, team, helper)
        region = Region(
            team, places, _closed(session, places), people, tokens, _dossiers(session, behind, team)
        )
        session.commit()
    return region


def _dossiers(session: Session, behind: Runtime, team: Team) -> tuple[int, ...]:
    leader, now = actor_of(session, team.coordinator), behind.clock.now()
    begun = (
        start_dossier(
            session, leader, centre_id=team.centre_id, start=Start(workflow, f"Dossier {workflow}"), now=now
        )
        for workflow in ("indicateurs-annuels", "diagnostic-territorial", "demande-appui")
    )
    return tuple(dossier.id for dossier in begun)


def _people(session: Session, team: Team, helper: User) -> dict[str, User]:
    return {
        NOBODY: a_user(session),
        Role.MEMBER: team.member,
        Role.COORDINATOR: team.coordinator,
        Role.MANAGER: team.manager,
        Role.STRUCTURE: helper,
        Role.ADMINISTRATOR: an_administrator(session),
    }


def _closed(session: Session, places: Set) -> Set:
    """Where somebody was and is no longer."""
    at_centre, at_structure = (
        membership_of(session, a_member(session, place, disabled_at=MONDAY_MORNING), place).id
        for place in (places.centre, places.structure)
    )
    return replace(places, centre_membership=at_centre, structure_membership=at_structure)


def _invite(session: Session, behind: Runtime, role: Role, **place: int) -> InvitationMade:
    now = behind.clock.now()
    return invite_from_command(
        session, email="invitee@exemple.fr", role=role, now=now, links=behind.links, **place
    )


def _invite_long_ago(session: Session, behind: Runtime, centre: Centre) -> None:
    """Somebody whose invitation is no longer valid."""
    invite_from_command(
        session,
        email="jamais.venue@exemple.fr",
        role=Role.COORDINATOR,
        centre_id=centre.id,
        now=MONDAY_MORNING,
        links=behind.links,
    )


def _give_up_the_mails(session: Session, behind: Runtime, centre: Centre) -> None:
    """As when the server knows nobody under these addresses."""
    for mail in session.scalars(select(Mail).where(Mail.centre_id == centre.id)):
        mail.given_up_at = behind.clock.now()
        mail.last_answer = "550 5.1.1 no such user"


def _reset_token(session: Session, behind: Runtime, user: User) -> str:
    ask_reset(session, user.email, user.email, behind.clock.now(), behind.links)
    mail = session.scalars(select(Mail).where(Mail.address == user.email)).one()
    return next(word for word in mail.body_text.split() if "/mot-de-passe/" in word).rpartition("/")[2]


def bring_to(behind: Runtime, region: Region, catalogue: Catalogue, state: str) -> None:
    """Let the assessment be rated, if it ever is, and reach a state; the profile changes meanwhile."""
    key = region.places.assessment
    if state != "preparation":
        advance(behind, region.team, key, "cotation")
        rate_grids(behind, region.team, catalogue, key)
    if state == "abandonnee":
        _abandon(behind, region.team, key)
    else:
        advance(behind, region.team, key, state)
    with behind.sessions.writing() as session:
        session.get_one(Centre, region.team.centre_id).flags = ["dentaire", "imagerie"]
        session.commit()


def close_an_earlier_one(behind: Runtime, team: Team, catalogue: Catalogue) -> None:
    """What the results of a later assessment are shown beside."""
    key = make_assessment(behind, team, a_scope(*GRIDS, title="Campagne 2025"))
    rate_grids(behind, team, catalogue, key, shift=2)
    advance(behind, team, key, "close")


def rate_grids(behind: Runtime, team: Team, catalogue: Catalogue, key: int, shift: int = 0) -> None:
    """Answer the criteria that concern everybody, as :data:`ANSWERS` come round."""
    for name in GRIDS:
        grid = catalogue.grids[name]
        answers = {}
        for rank, criterion in enumerate(one for one in grid.criteria if one.applies(frozenset())):
            answer = ANSWERS[(rank + shift) % len(ANSWERS)]
            if answer is not None:
                written = WRITTEN[catalogue.scale_of(grid, criterion).kind]
                answers[criterion.criterion] = replace(answer, **written)
        rate(behind, team.member, key, answers, grid=name)


def lead_another_centre(behind: Runtime, team: Team) -> None:
    """The coordinator has a second centre."""
    with behind.sessions.writing() as session:
        a_member(
            session, a_centre(session), Role.COORDINATOR, user=session.get_one(User, team.coordinator.id)
        )
        session.commit()


def _abandon(behind: Runtime, team: Team, key: int) -> None:
    with behind.sessions.writing() as session:
        move(
            session,
            actor_of(session, team.coordinator),
            assessment_id=key,
            to="abandonnee",
            expected_version=session.get_one(Assessment, key).version,
            now=behind.clock.now(),
            links=behind.links,
        )
        session.commit()
