"""A centre, a structure and what they hold, for the matrix: its own set for each person who tries a route.

An address that takes a new kind of argument needs a row in :data:`ARGUMENTS`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from aqss.domain.access import CENTRE_ROLES, Actor, Role
from aqss.persistence.accounts import Invitation, User
from aqss.persistence.actions import ActionProof
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.dossiers import DossierProof, Partner
from aqss.persistence.runs import Task
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from aqss.services.dossiers.starting import Start, start_dossier
from tests.builders import (
    a_centre,
    a_member,
    a_proof,
    a_structure,
    a_user,
    actor_of,
    an_action,
    an_administrator,
    membership_of,
)
from tests.clock import MONDAY_MORNING

GRID = "coordination"
CRITERION = "A2-01"
NOBODY = "nobody"
"""Somebody signed in with no role at all."""

WHO = (NOBODY, *Role)

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Set:
    """One centre and one structure, each with somebody in it and somebody invited; an assessment begun."""

    centre: Centre
    structure: Structure
    centre_membership: int
    structure_membership: int
    centre_invitation: int
    structure_invitation: int
    instance_invitation: int
    user: int
    assessment: int
    proof: int
    dossier: int
    partner: int
    action: int
    step: int


def a_set(session: Session) -> Set:
    centre, structure = a_centre(session), a_structure(session)
    coordinator = a_member(session, centre, Role.COORDINATOR)
    a_member(session, centre, Role.COORDINATOR)
    helper = a_member(session, structure)
    assessment = start_assessment(
        session,
        actor_of(session, coordinator),
        centre_id=centre.id,
        scope=Scope("Auto-évaluation", grids=(GRID,)),
        now=MONDAY_MORNING,
    )
    proof = a_proof(session, centre, assessment, CRITERION, file_name="visite.pdf")
    return Set(
        centre=centre,
        structure=structure,
        centre_membership=membership_of(session, coordinator, centre).id,
        structure_membership=membership_of(session, helper, structure).id,
        centre_invitation=an_invitation(session, Role.MEMBER, centre_id=centre.id),
        structure_invitation=an_invitation(session, Role.STRUCTURE, structure_id=structure.id),
        instance_invitation=an_invitation(session, Role.ADMINISTRATOR),
        user=helper.id,
        assessment=assessment.id,
        proof=proof.id,
        **a_dossier(session, actor_of(session, coordinator), centre, proof.id),
        **a_plan(session, centre, proof.id),
    )


def a_dossier(session: Session, leader: Actor, centre: Centre, proof_id: int) -> dict[str, int]:
    """A dossier just begun, with that proof, and somebody in the directory: their keys."""
    dossier = start_dossier(
        session,
        leader,
        centre_id=centre.id,
        start=Start("patient-traceur", "Patient traceur"),
        now=MONDAY_MORNING,
    )
    partner = Partner(centre_id=centre.id, name="Hôpital", updated_at=MONDAY_MORNING)
    session.add_all((DossierProof(dossier_id=dossier.id, proof_id=proof_id), partner))
    session.flush()
    return {"dossier": dossier.id, "partner": partner.id}


def a_plan(session: Session, centre: Centre, proof_id: int) -> dict[str, int]:
    """An action of nobody in particular, with a step and that proof: their keys."""
    action = an_action(session, centre, title="Relire dix dossiers")
    step = Task(action_id=action.id, label="Choisir les dossiers", position=1)
    session.add_all((step, ActionProof(action_id=action.id, proof_id=proof_id)))
    session.flush()
    return {"action": action.id, "step": step.id}


def an_invitation(session: Session, role: Role, **place: int) -> int:
    invitation = Invitation(
        email="invitee@exemple.fr",
        role=role,
        token_hash=f"{next(_numbers):064}",
        created_at=MONDAY_MORNING,
        expires_at=MONDAY_MORNING + timedelta(days=14),
        **place,
    )
    session.add(invitation)
    session.flush()
    return invitation.id


def a_person(session: Session, who: str, places: Set) -> User:
    """Somebody with that role in those places, as far as the role is held there."""
    if who == NOBODY:
        return a_user(session)
    if who == Role.ADMINISTRATOR:
        return an_administrator(session)
    return a_member(session, places.centre if who in CENTRE_ROLES else places.structure, who)


Argument = Callable[[Set, frozenset[str]], object]

ARGUMENTS: dict[str, Argument] = {
    "centre_id": lambda places, _names: places.centre.id,
    "structure_id": lambda places, _names: places.structure.id,
    "membership_id": lambda places, names: (
        places.structure_membership if "structure_id" in names else places.centre_membership
    ),
    "invitation_id": lambda places, names: (
        places.centre_invitation
        if "centre_id" in names
        else places.structure_invitation
        if "structure_id" in names
        else places.instance_invitation
    ),
    "user_id": lambda places, _names: places.user,
    "proof_id": lambda places, _names: places.proof,
    "assessment_id": lambda places, _names: places.assessment,
    "grid": lambda _places, _names: GRID,
    "criterion": lambda _places, _names: CRITERION,
    "action_id": lambda places, _names: places.action,
    "step": lambda places, _names: places.step,
    "comment_id": lambda _places, _names: 1,
    "dossier_id": lambda places, _names: places.dossier,
    "partner_id": lambda places, _names: places.partner,
    "note_id": lambda _places, _names: 1,
    "sheet_id": lambda _places, _names: 1,
    "interview_id": lambda _places, _names: 1,
    "to": lambda _places, names: (
        "abandonne" if "dossier_id" in names else "abandonnee" if "action_id" in names else "cotation"
    ),
    "task": lambda _places, names: (
        "parcours" if "dossier_id" in names else "cause" if "action_id" in names else "objectif"
    ),
    "module": lambda _places, _names: "risques-generaux",
    "workflow": lambda _places, _names: "auto-evaluation",
    "code": lambda _places, _names: "K7M2PQ",
    "token": lambda _places, _names: "x" * 43,
}
"""Argument of an address → its value in a set; ``names``: every argument of the address."""

FINER: dict[str, frozenset[Role]] = {
    "assessments.confirm_move": frozenset({Role.COORDINATOR}),  # the passage to « cotation », by its workflow
    "proofs.confirm_removal": frozenset({Role.COORDINATOR}),  # or whoever added it: nobody, in a set
    "assessment_tasks.tick": frozenset({Role.COORDINATOR}),  # the task « objectif », by its workflow
    "actions.confirm_move": frozenset({Role.COORDINATOR}),  # the passage to « abandonnee », by its workflow
    "actions.tick_task": frozenset({Role.COORDINATOR}),  # the task « cause », by its workflow
    **{
        f"actions.{name}": frozenset({Role.COORDINATOR, Role.MANAGER})  # or who works on it
        for name in (
            *("add_step", "tick_step", "step", "assign_step", "remove_step"),
            *("add_proof", "add_proof_again", "confirm_proof_removal", "remove_proof"),
        )
    },
    "dossiers.confirm_move": frozenset({Role.COORDINATOR}),  # the passage to « abandonne », by its workflow
    "dossier_work.tick": frozenset({Role.COORDINATOR}),  # the task « parcours », by its workflow
    **{
        f"dossier_documents.{name}": frozenset({Role.COORDINATOR, Role.MANAGER})  # or who works on it
        for name in ("adding", "add", "again", "confirm_removal", "remove")
    },
}
"""Endpoint → the roles that its service lets do what :data:`ARGUMENTS` name, where the route lets more in."""

HIDDEN = frozenset({"assessments.confirm_move", "actions.confirm_move", "dossiers.confirm_move"})
"""Endpoints of :data:`FINER` where the other roles find nothing (404): a passage is listed to its own."""

MADE_LATER = frozenset(
    {
        "reports.pdf",
        "plan_report.pdf",
        "proofs.content",
        "dossier_documents.content",
        "actions.take_back_comment",
        "actions.link",
        "actions.waiver",
        "actions.waive",
        "dossier_work.remove",
        "dossier_work.take_note_back",
        "dossier_parts.drop_sheet",
        *(
            f"sitting.{name}"  # of an assessment rated individually
            for name in (
                *("stage", "phone", "prepare", "start", "go", "come_back_later", "save_consensus"),
                *("open_round", "close_round", "abandon_round", "cast_vote", "say"),
                *("agenda", "change_agenda", "ratification", "ratify_all", "ending", "end"),
            )
        ),
    }
)
"""Endpoints whose subject is not there yet in a new set: not found, even by who may open them."""

ABSENT = {
    "action_id": 987_654,
    "centre_id": 987_654,
    "dossier_id": 987_654,
    "partner_id": 987_654,
    "structure_id": 987_654,
    "membership_id": 987_654,
    "assessment_id": 987_654,
    "proof_id": 987_654,
    "invitation_id": 987_654,
    "user_id": 987_654,
}
"""Keys that no row has."""

SCOPED = {
    "action_id": "centre",
    "centre_id": "centre",
    "assessment_id": "centre",
    "dossier_id": "centre",
    "structure_id": "structure",
    "proof_id": "centre",
}
"""Argument → the kind of place it belongs to. An address with none of them concerns no place."""
