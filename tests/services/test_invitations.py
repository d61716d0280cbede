"""Roles offered by mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import CENTRE_ROLES, Actor, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import Fault, InvalidInput, LinkRefused, NotAllowed, NotFound
from aqss.gateways.links import Links
from aqss.persistence.accounts import Invitation, User
from aqss.persistence.centres import Centre
from aqss.persistence.journal import JournalEntry
from aqss.persistence.mails import Mail
from aqss.services.acceptances import read_invitation
from aqss.services.invitations import (
    InvitationMade,
    invite,
    invite_from_command,
    purge_invitations,
    revoke_invitation,
)
from tests.builders import (
    a_centre,
    a_member,
    a_structure,
    a_user,
    actor_of,
    an_administrator,
)
from tests.clock import FakeClock


class Inviting:
    """Somebody who invites, with what a test does not care about filled in."""

    def __init__(self, session: Session, catalogue: Catalogue, clock: FakeClock, links: Links) -> None:
        self.session, self.catalogue, self.clock, self.links = session, catalogue, clock, links

    def __call__(self, actor: Actor, **values: Any) -> InvitationMade:
        values = {"email": "awa@exemple.fr", "name": "", "role": "member", **values}
        return invite(self.session, actor, self.catalogue, now=self.clock.now(), links=self.links, **values)

    def faults(self, actor: Actor, **values: Any) -> list[tuple[str, str]]:
        with pytest.raises(InvalidInput) as refusal:
            self(actor, **values)
        return [(fault.field, fault.code) for fault in refusal.value.faults]


@pytest.fixture
def inviting(session: Session, small_catalogue: Catalogue, clock: FakeClock, links: Links) -> Inviting:
    return Inviting(session, small_catalogue, clock, links)


@pytest.fixture
def centre(session: Session) -> Centre:
    return a_centre(session, name="Centre du Lac")


@pytest.fixture
def coordinator(session: Session, centre: Centre) -> Actor:
    return actor_of(session, a_member(session, centre, Role.COORDINATOR, name="Nadia Bellanger"))


def count(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def token_of(made: InvitationMade) -> str:
    return made.link.rsplit("/", 1)[1]


def reason_of(session: Session, made: InvitationMade, clock: FakeClock) -> str:
    with pytest.raises(LinkRefused) as refusal:
        read_invitation(session, token_of(made), clock.now())
    return refusal.value.reason


def test_an_invitation_is_sent_with_its_link(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    made = inviting(
        coordinator, email=" Awa@Exemple.fr ", name=" Awa Diop ", role="coordinator", centre_id=centre.id,
        professions=["infirmier", "coordination"],
    )  # fmt: skip
    row = session.get_one(Invitation, made.invitation_id)
    assert (row.email, row.name, row.role) == ("awa@exemple.fr", "Awa Diop", "coordinator")
    assert (row.centre_id, row.structure_id, row.invited_by_id) == (centre.id, None, coordinator.user_id)
    assert row.professions == ["coordination", "infirmier"]
    assert made.expires_at == row.expires_at == clock.now() + timedelta(days=7)
    assert made.link == f"https://aqss.exemple.fr/invitation/{token_of(made)}"
    assert row.token_hash != token_of(made)
    mail = session.scalars(select(Mail)).one()
    assert (mail.address, mail.centre_id, mail.expires_at) == ("awa@exemple.fr", centre.id, made.expires_at)
    assert mail.subject == "Invitation à rejoindre «\u00a0Centre du Lac\u00a0» dans aqss"
    for body in (mail.body_text, mail.body_html):
        assert made.link in body
        assert "Nadia Bellanger vous invite à rejoindre l’équipe de «\u00a0Centre du Lac\u00a0»" in body
        assert "9 mars 2026 à 10\u00a0h\u00a000" in body
        assert "Vous y préparerez" in body
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.verb, entry.user_id, entry.centre_id) == ("invited", coordinator.user_id, centre.id)
    assert entry.facts == {"email": "awa@exemple.fr", "role": "coordinator"}


def test_names_in_a_mail_are_text_and_nothing_else(
    session: Session, inviting: Inviting, clock: FakeClock
) -> None:
    place = a_centre(session, name="<img src=x> & {{ 7*7 }}")
    lead = actor_of(session, a_member(session, place, Role.COORDINATOR, name="<a href=//mal.exemple>ici</a>"))
    inviting(lead, centre_id=place.id, name="<b>Awa</b>")
    html = session.scalars(select(Mail.body_html)).one()
    assert "&lt;img src=x&gt; &amp; {{ 7*7 }}" in html
    assert "<img" not in html
    assert "<a href=//mal" not in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("member", "Vous y donnerez votre avis"),
        ("coordinator", "Vous y préparerez"),
        ("manager", "Vous y lirez"),
    ],
)
def test_a_mail_says_what_the_role_is_for(
    session: Session, inviting: Inviting, coordinator: Actor, centre: Centre, role: str, sentence: str
) -> None:
    inviting(coordinator, role=role, centre_id=centre.id)
    assert sentence in session.scalars(select(Mail.body_text)).one()


@pytest.mark.parametrize("lead", [Role.COORDINATOR, Role.MANAGER])
@pytest.mark.parametrize("role", CENTRE_ROLES)
def test_who_leads_a_centre_offers_any_of_its_roles(
    session: Session, inviting: Inviting, centre: Centre, lead: Role, role: Role
) -> None:
    actor = actor_of(session, a_member(session, centre, lead))
    assert inviting(actor, role=role.value, centre_id=centre.id).role is role


@pytest.mark.parametrize("role", ["structure", "administrator", "Coordinator", "root", "member "])
def test_a_centre_offers_no_role_from_elsewhere(
    session: Session, inviting: Inviting, coordinator: Actor, centre: Centre, role: str
) -> None:
    assert inviting.faults(coordinator, role=role, centre_id=centre.id) == [("role", "unknown-choice")]
    assert count(session, Invitation) == count(session, Mail) == count(session, JournalEntry) == 0


def test_a_coordinator_offers_nothing_elsewhere(
    session: Session, inviting: Inviting, coordinator: Actor, centre: Centre
) -> None:
    foreign, structure = a_centre(session), a_structure(session)
    for place in (
        {"centre_id": foreign.id},
        {"centre_id": 999_999},
        {"structure_id": structure.id, "role": "structure"},
        {"structure_id": 999_999, "role": "structure"},
        {"role": "administrator"},
        {"centre_id": centre.id, "structure_id": structure.id},
    ):
        with pytest.raises(NotAllowed):
            inviting(coordinator, **place)
    assert count(session, Invitation) == 0


def test_a_member_or_a_structure_invites_nobody(session: Session, inviting: Inviting, centre: Centre) -> None:
    structure = a_structure(session)
    member = actor_of(session, a_member(session, centre, Role.MEMBER))
    supporter = actor_of(session, a_member(session, structure))
    for actor, place in ((member, {"centre_id": centre.id}), (supporter, {"structure_id": structure.id})):
        with pytest.raises(NotAllowed):
            inviting(actor, role="structure" if "structure_id" in place else "member", **place)


def test_an_administrator_invites_anywhere(session: Session, inviting: Inviting, centre: Centre) -> None:
    administrator = actor_of(session, an_administrator(session))
    structure = a_structure(session, name="CPias du Sud")
    assert inviting(administrator, role="manager", centre_id=centre.id).role is Role.MANAGER
    made = inviting(administrator, role="structure", structure_id=structure.id)
    assert made.role is Role.STRUCTURE
    assert inviting(administrator, role="administrator").role is Role.ADMINISTRATOR
    mails = session.scalars(select(Mail.body_text).order_by(Mail.id)).all()
    assert "rejoindre la structure d’appui «\u00a0CPias du Sud\u00a0»" in mails[1]
    assert "Vous y trouverez le référentiel" in mails[1]
    assert "vous invite à administrer aqss" in mails[2]
    assert "Vous y créerez" in mails[2]
    subjects = session.scalars(select(Mail.subject).order_by(Mail.id)).all()
    assert subjects[2] == "Invitation à administrer aqss"


def test_an_invitation_names_one_place(session: Session, inviting: Inviting, centre: Centre) -> None:
    administrator = actor_of(session, an_administrator(session))
    with pytest.raises(NotFound):
        inviting(administrator, centre_id=centre.id, structure_id=a_structure(session).id)


def test_nobody_is_invited_to_a_place_unknown_or_closed(
    session: Session, inviting: Inviting, clock: FakeClock
) -> None:
    administrator = actor_of(session, an_administrator(session))
    closed, gone = a_centre(session, closed_at=clock.now()), a_structure(session, closed_at=clock.now())
    for place in (
        {"centre_id": closed.id},
        {"centre_id": 999_999},
        {"structure_id": gone.id, "role": "structure"},
    ):
        with pytest.raises(NotFound):
            inviting(administrator, **place)


def test_every_fault_of_an_invitation_is_told_at_once(
    inviting: Inviting, coordinator: Actor, centre: Centre
) -> None:
    assert inviting.faults(
        coordinator,
        email="awa",
        name="1 85 05 78 006 084 91",
        role="",
        professions=["pilote"],
        centre_id=centre.id,
    ) == [
        ("email", "email"),
        ("name", "patient-identifier"),
        ("role", "required"),
        ("professions", "unknown-choice"),
    ]


def test_somebody_of_the_team_is_told_as_such(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    a_member(session, centre, email="awa@exemple.fr")
    a_member(session, centre, email="ancien@exemple.fr", disabled_at=clock.now())
    assert inviting.faults(coordinator, centre_id=centre.id) == [("email", "already-member")]
    assert inviting.faults(coordinator, email="ancien@exemple.fr", centre_id=centre.id) == [
        ("email", "member-disabled")
    ]


def test_an_administrator_is_not_invited_again(session: Session, inviting: Inviting) -> None:
    administrator = an_administrator(session, email="awa@exemple.fr")
    assert inviting.faults(actor_of(session, administrator), role="administrator") == [
        ("email", "already-member")
    ]


def test_inviting_tells_nothing_of_accounts_elsewhere(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    a_member(session, a_centre(session), Role.MANAGER, email="ailleurs@exemple.fr", name="Secret")
    a_user(session, email="fermee@exemple.fr", disabled_at=clock.now())
    answers = []
    for email in ("ailleurs@exemple.fr", "fermee@exemple.fr", "inconnue@exemple.fr"):
        made = inviting(coordinator, email=email, centre_id=centre.id)
        mail = session.scalars(select(Mail).where(Mail.address == email)).one()
        answers.append((made.role, made.expires_at, mail.body_text.replace(token_of(made), ""), mail.user_id))
    assert answers[0] == answers[1] == answers[2]
    assert "Secret" not in answers[0][2]


def test_inviting_again_replaces_the_open_invitation_of_that_place(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    elsewhere = a_centre(session)
    administrator = actor_of(session, an_administrator(session))
    other_place = inviting(administrator, centre_id=elsewhere.id)
    other_person = inviting(coordinator, email="zoe@exemple.fr", centre_id=centre.id)
    first = inviting(coordinator, centre_id=centre.id)
    second = inviting(coordinator, role="manager", centre_id=centre.id)
    assert reason_of(session, first, clock) == "expired"
    for kept in (other_place, other_person, second):
        assert read_invitation(session, token_of(kept), clock.now())


def test_the_command_invites_with_nobody_signed_in(session: Session, clock: FakeClock, links: Links) -> None:
    made = invite_from_command(
        session, email="Premiere@Exemple.fr", role="administrator", now=clock.now(), links=links
    )
    assert made.email == "premiere@exemple.fr"
    offer = read_invitation(session, token_of(made), clock.now())
    assert (offer.inviter, offer.role, offer.place.kind) == (None, Role.ADMINISTRATOR, "instance")
    assert "Vous pouvez maintenant administrer aqss." in session.scalars(select(Mail.body_text)).one()
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.user_id, entry.centre_id, entry.verb) == (None, None, "invited")


def test_the_command_checks_as_the_site_does(
    session: Session, clock: FakeClock, links: Links, centre: Centre
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        invite_from_command(
            session, email="non", role="administrator", centre_id=centre.id, now=clock.now(), links=links
        )
    assert refusal.value.faults == (Fault("email", "email"), Fault("role", "unknown-choice"))
    with pytest.raises(NotFound):
        invite_from_command(
            session, email="a@exemple.fr", role="member", centre_id=999_999, now=clock.now(), links=links
        )


def test_a_revoked_invitation_opens_nothing(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    made = inviting(coordinator, centre_id=centre.id)
    revoke_invitation(session, coordinator, made.invitation_id, clock.now())
    assert reason_of(session, made, clock) == "expired"
    revoke_invitation(session, coordinator, made.invitation_id, clock.now())
    verbs = session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)).all()
    assert verbs == ["invited", "revoked"]


def test_an_accepted_invitation_is_not_revoked(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    made = inviting(coordinator, centre_id=centre.id)
    session.get_one(Invitation, made.invitation_id).accepted_at = clock.now()
    revoke_invitation(session, coordinator, made.invitation_id, clock.now())
    assert reason_of(session, made, clock) == "used"


def test_the_invitations_of_another_centre_do_not_exist(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    made = inviting(coordinator, centre_id=centre.id)
    foreigner = actor_of(session, a_member(session, a_centre(session), Role.COORDINATOR))
    keys = []
    for key in (made.invitation_id, 999_999):
        with pytest.raises(NotFound) as refusal:
            revoke_invitation(session, foreigner, key, clock.now())
        keys.append((refusal.value.kind, refusal.value.key))
    assert keys == [("invitation", made.invitation_id), ("invitation", 999_999)]
    assert read_invitation(session, token_of(made), clock.now())


def test_invitations_nobody_accepted_are_forgotten(
    session: Session, inviting: Inviting, clock: FakeClock, coordinator: Actor, centre: Centre
) -> None:
    inviting(coordinator, centre_id=centre.id)
    accepted = inviting(coordinator, email="zoe@exemple.fr", centre_id=centre.id)
    session.get_one(Invitation, accepted.invitation_id).accepted_at = clock.now()
    clock.advance(days=96)
    purge_invitations(session, clock.now())
    assert count(session, Invitation) == 2
    clock.advance(days=1)
    purge_invitations(session, clock.now())
    assert session.scalars(select(Invitation.email)).all() == ["zoe@exemple.fr"]
    assert count(session, User) == 1
