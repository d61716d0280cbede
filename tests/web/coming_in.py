"""A small cast for the tests of pages."""

from __future__ import annotations

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.persistence.accounts import User
from aqss.services.invitations import InvitationMade, invite_from_command
from tests.builders import a_centre, a_member
from tests.page import Page, Site

EMAIL = "nadia@exemple.fr"


def make_coordinator(runtime: Runtime) -> User:
    """Nadia Benali, who coordinates the centre of Port-Amiral."""
    with runtime.sessions.writing() as session:
        centre = a_centre(session, name="Centre de Port-Amiral")
        user = a_member(session, centre, Role.COORDINATOR, name="Nadia Benali", email=EMAIL)
        session.commit()
    return user


def make_invitation(runtime: Runtime, email: str, *, role: str = "member") -> InvitationMade:
    """An invitation to a new centre, « Centre de Vauxperle »."""
    with runtime.sessions.writing() as session:
        centre = a_centre(session, name="Centre de Vauxperle")
        made = invite_from_command(
            session,
            email=email,
            role=role,
            centre_id=centre.id,
            now=runtime.clock.now(),
            links=runtime.links,
        )
        session.commit()
    return made


def path_of(link: str) -> str:
    """The part of a link after the address of the site."""
    return link.removeprefix("http://localhost")


def sign_in(site: Site, email: str, password: str, status: int = 200) -> Page:
    """By the form."""
    return site.submit(site.get("/connexion"), "Se connecter", {"email": email, "password": password}, status)
