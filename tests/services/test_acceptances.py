"""Coming into aqss by an invitation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Grant, Role
from aqss.domain.errors import InvalidInput, LinkRefused, NotSignedIn
from aqss.gateways.links import Links
from aqss.persistence.accounts import Invitation, Membership, User
from aqss.persistence.centres import Centre
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from aqss.services.acceptances import Accepted, InvitationOffer, accept, join, read_invitation
from aqss.services.invitations import invite, invite_from_command
from aqss.services.places import Place
from aqss.services.sign_ins import claim_sign_in
from tests.builders import (
    a_centre,
    a_member,
    a_structure,
    a_user,
    actor_of,
    membership_of,
)
from tests.clock import FakeClock


@pytest.fixture
def offered(session: Session, clock: FakeClock, links: Links) -> Callable[..., str]:
    """The token of an invitation sent to Awa."""

    def send(**values: Any) -> str:
        values = {"email": "awa@exemple.fr", "role": "member", **values}
        made = invite_from_command(session, now=clock.now(), links=links, **values)
        return made.link.rsplit("/", 1)[1]

    return send


@pytest.fixture
def centre(session: Session) -> Centre:
    return a_centre(session, name="Centre du Lac")


def reason_of(call: Callable[[], object]) -> str:
    with pytest.raises(LinkRefused) as refusal:
        call()
    assert refusal.value.kind == "invitation"
    return refusal.value.reason


def count(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_holder_of_a_link_is_told_what_it_offers(
    session: Session, clock: FakeClock, links: Links, small_catalogue: Any, centre: Centre
) -> None:
    lead = actor_of(session, a_member(session, centre, Role.COORDINATOR, name="Nadia Bellanger"))
    made = invite(
        session,
        lead,
        small_catalogue,
        email="awa@exemple.fr",
        name="Awa",
        role="member",
        centre_id=centre.id,
        professions=["infirmier"],
        now=clock.now(),
        links=links,
    )
    assert read_invitation(session, made.link.rsplit("/", 1)[1], clock.now()) == InvitationOffer(
        email="awa@exemple.fr",
        name="Awa",
        role=Role.MEMBER,
        professions=("infirmier",),
        place=Place(centre.id, None, "Centre du Lac"),
        inviter="Nadia Bellanger",
        expires_at=made.expires_at,
        has_account=False,
        is_closed=False,
    )


@pytest.mark.parametrize(("password_hash", "has_account"), [("haché", True), (None, False)])
def test_the_holder_is_told_whether_the_address_has_an_account(
    session: Session,
    clock: FakeClock,
    offered: Callable[..., str],
    centre: Centre,
    password_hash: str | None,
    has_account: bool,
) -> None:
    a_user(session, email="awa@exemple.fr", password_hash=password_hash)
    assert read_invitation(session, offered(centre_id=centre.id), clock.now()).has_account is has_account


def test_the_holder_is_told_that_the_account_of_the_address_is_closed(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    a_user(session, email="awa@exemple.fr", disabled_at=clock.now())
    assert read_invitation(session, offered(centre_id=centre.id), clock.now()).is_closed


def test_somebody_new_gets_an_account_and_the_role(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    accepted = accept(session, offered(centre_id=centre.id), " Awa Diop ", "haché", clock.now())
    awa = session.scalars(select(User).where(User.email == "awa@exemple.fr")).one()
    assert accepted == Accepted(awa.id, centre.id, None)
    assert (awa.name, awa.password_hash, awa.is_administrator) == ("Awa Diop", "haché", False)
    assert actor_of(session, awa).grants == (Grant(Role.MEMBER, centre_id=centre.id),)
    assert claim_sign_in(session, "awa@exemple.fr", "client", clock.now()).user_id == awa.id
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert (entry.verb, entry.user_id, entry.centre_id) == ("accepted", awa.id, centre.id)


def test_an_account_without_password_is_completed(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    awa = a_user(session, email="awa@exemple.fr", password_hash=None)
    assert accept(session, offered(centre_id=centre.id), "Awa", "haché", clock.now()).user_id == awa.id
    assert (awa.name, awa.password_hash) == ("Awa", "haché")
    assert count(session, User) == 1


def test_an_invitation_changes_nobodys_password(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    awa = a_user(session, email="awa@exemple.fr", name="Awa")
    token, before = offered(centre_id=centre.id), awa.password_hash
    session.commit()
    with pytest.raises(NotSignedIn):
        accept(session, token, "Quelqu’un", "volé", clock.now())
    session.rollback()
    assert (awa.name, awa.password_hash) == ("Awa", before)
    assert count(session, Membership) == 0
    assert read_invitation(session, token, clock.now())


def test_a_disabled_account_is_not_opened_by_an_invitation(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    a_user(session, email="awa@exemple.fr", password_hash=None, disabled_at=clock.now())
    token = offered(centre_id=centre.id)
    assert reason_of(lambda: accept(session, token, "Awa", "haché", clock.now())) == "expired"


@pytest.mark.parametrize("name", ["", "Awa\r\nBcc: tous", "x" * 121])
def test_a_name_that_breaks_a_rule_leaves_the_link_as_it_was(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre, name: str
) -> None:
    token = offered(centre_id=centre.id)
    with pytest.raises(InvalidInput) as refusal:
        accept(session, token, name, "haché", clock.now())
    assert [fault.field for fault in refusal.value.faults] == ["name"]
    assert read_invitation(session, token, clock.now())


def test_a_link_is_accepted_once(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    token = offered(centre_id=centre.id)
    awa = session.get_one(User, accept(session, token, "Awa", "haché", clock.now()).user_id)
    assert reason_of(lambda: accept(session, token, "Une autre", "volé", clock.now())) == "used"
    assert reason_of(lambda: join(session, actor_of(session, awa), token, clock.now())) == "used"
    assert reason_of(lambda: read_invitation(session, token, clock.now())) == "used"
    assert awa.password_hash == "haché"


def test_a_link_is_valid_for_seven_days(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    token = offered(centre_id=centre.id)
    clock.advance(days=7, seconds=-1)
    assert read_invitation(session, token, clock.now())
    clock.advance(seconds=1)
    assert reason_of(lambda: read_invitation(session, token, clock.now())) == "expired"
    assert reason_of(lambda: accept(session, token, "Awa", "haché", clock.now())) == "expired"


@pytest.mark.parametrize("token", ["", "inconnu", "\ud800", "\x00"])
def test_an_unknown_link_opens_nothing(session: Session, clock: FakeClock, token: str) -> None:
    assert reason_of(lambda: read_invitation(session, token, clock.now())) == "unknown"
    assert reason_of(lambda: accept(session, token, "Awa", "haché", clock.now())) == "unknown"


def test_a_place_closed_since_lets_nobody_in(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    token = offered(centre_id=centre.id)
    centre.closed_at = clock.now()
    session.flush()
    assert reason_of(lambda: read_invitation(session, token, clock.now())) == "expired"
    assert reason_of(lambda: accept(session, token, "Awa", "haché", clock.now())) == "expired"


def test_somebody_with_an_account_joins_signed_in(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    elsewhere, structure = a_centre(session), a_structure(session)
    awa = a_member(session, elsewhere, Role.COORDINATOR, email="awa@exemple.fr", name="Awa")
    before = awa.password_hash
    token = offered(centre_id=centre.id, role="manager")
    assert join(session, actor_of(session, awa), token, clock.now()) == Accepted(awa.id, centre.id, None)
    join(session, actor_of(session, awa), offered(structure_id=structure.id, role="structure"), clock.now())
    assert actor_of(session, awa).grants == (
        Grant(Role.COORDINATOR, centre_id=elsewhere.id),
        Grant(Role.MANAGER, centre_id=centre.id),
        Grant(Role.STRUCTURE, structure_id=structure.id),
    )
    assert (awa.name, awa.password_hash) == ("Awa", before)


def test_the_instance_gets_its_administrators(
    session: Session, clock: FakeClock, offered: Callable[..., str]
) -> None:
    zoe = a_user(session, email="zoe@exemple.fr")
    token = offered(email="zoe@exemple.fr", role="administrator")
    assert join(session, actor_of(session, zoe), token, clock.now()) == Accepted(zoe.id, None, None)
    assert zoe.is_administrator
    assert count(session, Membership) == 0
    new = accept(session, offered(role="administrator"), "Awa", "haché", clock.now())
    assert session.get_one(User, new.user_id).is_administrator


def test_nobody_joins_with_the_link_of_another(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    thief = actor_of(session, a_member(session, a_centre(session), Role.MANAGER))
    token = offered(centre_id=centre.id)
    session.commit()
    assert reason_of(lambda: join(session, thief, token, clock.now())) == "other-account"
    session.rollback()
    assert read_invitation(session, token, clock.now())
    assert count(session, Membership) == 1


def test_somebody_already_in_the_place_is_not_put_in_twice(
    session: Session, clock: FakeClock, offered: Callable[..., str], centre: Centre
) -> None:
    awa = a_user(session, email="awa@exemple.fr")
    token = offered(centre_id=centre.id, role="manager")
    a_member(session, centre, Role.MEMBER, user=awa)
    assert reason_of(lambda: join(session, actor_of(session, awa), token, clock.now())) == "used"
    assert membership_of(session, awa, centre).role == "member"


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_acceptances_at_once_one_is_refused(
    sessions: Sessions, clock: FakeClock, links: Links, attempt: int
) -> None:
    with sessions.writing() as session:
        centre_id = a_centre(session).id
        made = invite_from_command(
            session, email="awa@exemple.fr", role="member", centre_id=centre_id, now=clock.now(), links=links
        )
        session.commit()
    token = made.link.rsplit("/", 1)[1]

    outcomes = at_once(
        sessions, *(lambda s, n=n: accept(s, token, n, f"de {n}", clock.now()) for n in ("Awa", "Zoé"))
    )

    assert sorted(outcomes) == ["in", "used"]
    with sessions.reading() as session:
        user = session.scalars(select(User)).one()
        assert user.password_hash == f"de {user.name}"
        assert count(session, Membership) == 1


def test_two_invitations_of_one_address_accepted_at_once_make_one_account(
    sessions: Sessions, clock: FakeClock, links: Links
) -> None:
    with sessions.writing() as session:
        tokens = [
            invite_from_command(
                session, email="awa@exemple.fr", role="member", centre_id=a_centre(session).id,
                now=clock.now(), links=links,
            ).link.rsplit("/", 1)[1]
            for _ in range(2)
        ]  # fmt: skip
        session.commit()

    outcomes = at_once(
        sessions, *(lambda s, t=t: accept(s, t, "Awa", f"de {t}", clock.now()) for t in tokens)
    )

    assert sorted(outcomes) == ["in", "sign in"]
    with sessions.reading() as session:
        assert count(session, User) == count(session, Membership) == 1
        assert session.scalar(select(func.count()).where(Invitation.accepted_at.is_(None))) == 1


def at_once(sessions: Sessions, *calls: Callable[[Session], object]) -> list[str]:
    """What became of each call, all started together, each in a transaction of its own."""
    start = Barrier(len(calls))

    def run(call: Callable[[Session], object]) -> str:
        with sessions.writing() as session:
            start.wait()
            try:
                call(session)
            except LinkRefused as refusal:
                return refusal.reason
            except NotSignedIn:
                return "sign in"
            session.commit()
            return "in"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
