"""Rows for tests, filled in with what the test does not care about. Each is flushed; the test commits."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.lifecycle import allows
from aqss.persistence.accounts import Membership, User
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.proofs import Proof, ProofUse
from aqss.services.actions.finding import named_dates
from aqss.services.assessments.essentials import read_unmet_essentials, waive_essential
from aqss.services.assessments.mailed_synthesis import MailedCriteria, MailedSynthesis
from aqss.services.editions import current_workflow
from aqss.services.runs.passing import enter
from tests.clock import MONDAY_MORNING

PASSWORD = "trois chevaux sur un balcon"
"""Fit for any of the people built here."""

PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$Ggi/hxepMMBgzECMuN6YPw$3hGN+FeXnOiijRcen9tMFP99xi1h4s5U+C1gyEa8pCs"
)

_numbers = itertools.count(1)
_Row = TypeVar("_Row")


def a_user(session: Session, **values: Any) -> User:
    """A person who can sign in with :data:`PASSWORD`; ``password_hash=None``: with no password yet."""
    number = next(_numbers)
    user = User(
        **{
            "email": f"personne.{number}@exemple.fr",
            "name": f"Personne Numéro{number}",
            "password_hash": PASSWORD_HASH,
            "is_administrator": False,
            "created_at": MONDAY_MORNING,
            **values,
        }
    )
    return _added(session, user)


def an_administrator(session: Session, **values: Any) -> User:
    return a_user(session, is_administrator=True, **values)


def a_centre(session: Session, **values: Any) -> Centre:
    """A municipal centre of Dordogne with no flag and no FINESS number."""
    number = next(_numbers)
    centre = Centre(
        **{
            "name": f"Centre de santé {number}",
            "kind": "municipal",
            "finess": None,
            "region": "75",
            "department": "24",
            "town": "Bergerac",
            "flags": [],
            "version": 1,
            "created_at": MONDAY_MORNING,
            **values,
        }
    )
    return _added(session, centre)


def a_structure(session: Session, **values: Any) -> Structure:
    """A CPias of Nouvelle-Aquitaine that looks at the infectious risk."""
    number = next(_numbers)
    structure = Structure(
        **{
            "name": f"CPias {number}",
            "kind": "cpias",
            "regions": ["75"],
            "modules": ["risque-infectieux"],
            "version": 1,
            "created_at": MONDAY_MORNING,
            **values,
        }
    )
    return _added(session, structure)


def a_member(
    session: Session,
    place: Centre | Structure,
    role: Role | str | None = None,
    *,
    user: User | None = None,
    professions: tuple[str, ...] = (),
    created_at: datetime = MONDAY_MORNING,
    disabled_at: datetime | None = None,
    **values: Any,
) -> User:
    """A person with a role in a centre (member) or a structure: ``user``, else a new one with ``values``."""
    user = user or a_user(session, **values)
    is_centre = isinstance(place, Centre)
    membership = Membership(
        user_id=user.id,
        role=str(role or (Role.MEMBER if is_centre else Role.STRUCTURE)),
        centre_id=place.id if is_centre else None,
        structure_id=None if is_centre else place.id,
        professions=list(professions),
        created_at=created_at,
        disabled_at=disabled_at,
    )
    _added(session, membership)
    return user


def waive_essentials(session: Session, actor: Actor, assessment_id: int, now: datetime) -> None:
    """Write why none of the essential criteria not met has an action: the direction may then validate."""
    for unmet in read_unmet_essentials(session, session.get_one(Assessment, assessment_id)):
        if not unmet.answered.is_given:
            waive_essential(
                session,
                actor,
                assessment_id=assessment_id,
                grid=unmet.content.grid.grid,
                criterion=unmet.criterion.criterion,
                reason="Déjà prévu ailleurs.",
                now=now,
            )


def actor_of(session: Session, user: User) -> Actor:
    """The person as services receive them, with the roles they hold now."""
    memberships = session.scalars(
        select(Membership)
        .where(Membership.user_id == user.id, Membership.disabled_at.is_(None))
        .order_by(Membership.id)
    )
    grants = [Grant(Role(m.role), centre_id=m.centre_id, structure_id=m.structure_id) for m in memberships]
    if user.is_administrator:
        grants.append(Grant(Role.ADMINISTRATOR))
    return Actor(user.id, user.name, tuple(grants))


def membership_of(session: Session, user: User, place: Centre | Structure) -> Membership:
    """The role of that person in that place."""
    column = Membership.centre_id if isinstance(place, Centre) else Membership.structure_id
    return session.scalars(select(Membership).where(Membership.user_id == user.id, column == place.id)).one()


def _added(session: Session, row: _Row) -> _Row:
    session.add(row)
    session.flush()
    return row


def a_proof(session: Session, centre: Centre, assessment: Assessment, criterion: str, **values: Any) -> Proof:
    """A link, or a file when ``file_name`` is told; shown on the sheet of ``grid``, the first unless told."""
    number, grid = next(_numbers), values.pop("grid", assessment.sheets[0].grid)
    kind: dict[str, Any] = {"url": f"https://exemple.fr/preuve/{number}"}
    if "file_name" in values:
        kind = {"media_type": "application/pdf", "size": 1000, "sha256": f"{number:064x}"}
    proof = Proof(
        **{
            "centre_id": centre.id,
            "title": f"Preuve {number}",
            "dated_on": MONDAY_MORNING.date(),
            "added_at": MONDAY_MORNING,
            **kind,
            **values,
        }
    )
    _added(session, proof)
    sheet = next(sheet for sheet in assessment.sheets if sheet.grid == grid)
    _added(session, ProofUse(proof_id=proof.id, sheet_id=sheet.id, criterion=criterion))
    return proof


def an_action(session: Session, centre: Centre, **values: Any) -> Action:
    """An action of the centre under its next number, in the first state of the published workflow « action ».

    ``state``: another one, entered at ``entered_at``, with what goes with it. ``contributors``: keys of
    people. ``criteria``: (key of a sheet, criterion).
    """
    workflow = current_workflow(session, "action")
    state = values.pop("state", workflow.content.initial.state)
    entered_at = values.pop("entered_at", MONDAY_MORNING)
    contributors, criteria = values.pop("contributors", ()), values.pop("criteria", ())
    last = session.scalar(select(func.max(Action.number)).where(Action.centre_id == centre.id))
    number = values.get("number", (last or 0) + 1)
    plain: dict[str, Any] = {
        "title": f"Action {number}",
        "kind": "corrective",
        "criticality": 2,
        "feasibility": 3,
        "impact": 2,
        "origin": "criterion" if criteria else "free",
        "done_at": entered_at if allows(workflow.content, state, "close") else None,
        "created_at": MONDAY_MORNING,
        "version": 1,
    }
    own = {"centre_id": centre.id, "workflow_edition_id": workflow.id, "number": number}
    action = Action(**{**plain, **own, **values})
    enter(action, workflow.content, state, entered_at, named_dates(action))
    _added(session, action)
    session.add_all(ActionContributor(action_id=action.id, user_id=key) for key in contributors)
    session.add_all(
        ActionCriterion(action_id=action.id, sheet_id=sheet, criterion=code) for sheet, code in criteria
    )
    session.flush()
    return action


def a_bare_synthesis(rank: int = 1) -> MailedSynthesis:
    """What the mail of a closing tells where there is nothing to tell."""
    none = MailedCriteria([], 0)
    return MailedSynthesis(
        rank=rank,
        modules=[],
        strengths=[],
        weak_points=[],
        essential_failed=none,
        essential_open=none,
        in_dissent=none,
        agreed=0,
        at_once=0,
    )
