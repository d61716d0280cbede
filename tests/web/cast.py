"""Two centres and a structure with their people, for the tests of the pages of places."""

from __future__ import annotations

from dataclasses import dataclass

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.persistence.accounts import Invitation, User
from aqss.persistence.centres import Centre, Structure
from aqss.services.invitations import invite_from_command
from tests.builders import a_centre, a_member, a_structure, an_administrator, membership_of

BUILT = (
    "Centre de Port-Amiral",
    "Centre de Vauxperle",
    "CPias des Trois-Rives",
)


@dataclass(frozen=True)
class Cast:
    """Port-Amiral has a coordinator, a manager and a nurse; Vauxperle a coordinator; the CPias one person."""

    runtime: Runtime
    centre: Centre
    other: Centre
    structure: Structure
    nadia: User
    paul: User
    lea: User
    zoe: User
    odile: User
    root: User

    def membership(self, user: User, place: Centre | Structure | None = None) -> int:
        """The key of somebody's role in Port-Amiral, or in another place."""
        with self.runtime.sessions.reading() as session:
            return membership_of(session, user, place or self.centre).id

    def invitation(
        self, email: str, role: Role = Role.MEMBER, place: Centre | Structure | None = None
    ) -> Invitation:
        """Somebody invited to Port-Amiral, or to another place."""
        place = place or self.centre
        key = "centre_id" if isinstance(place, Centre) else "structure_id"
        with self.runtime.sessions.writing() as session:
            made = invite_from_command(
                session,
                email=email,
                role=role,
                **{key: place.id},
                now=self.runtime.clock.now(),
                links=self.runtime.links,
            )
            session.commit()
            return session.get_one(Invitation, made.invitation_id)


def make_cast(runtime: Runtime) -> Cast:
    with runtime.sessions.writing() as session:
        centre = a_centre(session, name=BUILT[0], town="Bergerac", flags=["mt", "dentaire"])
        other = a_centre(session, name=BUILT[1])
        structure = a_structure(session, name=BUILT[2])
        made = Cast(
            runtime=runtime,
            centre=centre,
            other=other,
            structure=structure,
            nadia=a_member(session, centre, Role.COORDINATOR, name="Nadia Benali", email="nadia@exemple.fr"),
            paul=a_member(session, centre, Role.MANAGER, name="Paul Roux", email="paul@exemple.fr"),
            lea=a_member(
                session, centre, name="Léa Martin", email="lea@exemple.fr", professions=("infirmier",)
            ),
            zoe=a_member(session, other, Role.COORDINATOR, name="Zoé Faure", email="zoe@exemple.fr"),
            odile=a_member(session, structure, name="Odile Sauvageon", email="odile@exemple.fr"),
            root=an_administrator(session, name="Racine Admin", email="racine@exemple.fr"),
        )
        session.commit()
    return made
