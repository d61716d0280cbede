"""Who has a role in a place, and what is changed of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import InvalidInput, LinkRefused, MailRefused, NotAllowed, NotFound, NotSignedIn
from aqss.domain.mail_answers import Cause
from aqss.gateways.links import Links
from aqss.persistence.accounts import Membership, User
from aqss.persistence.centres import Centre
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from aqss.services.acceptances import read_invitation
from aqss.services.invitations import invite
from aqss.services.mails import claim_due, mark_refused
from aqss.services.people import (
    PendingInvitation,
    Person,
    change_professions,
    change_role,
    disable_membership,
    enable_membership,
    list_people,
)
from aqss.services.sign_ins import find_actor, open_sign_in
from tests.builders import (
    a_centre,
    a_member,
    a_structure,
    a_user,
    actor_of,
    an_administrator,
    membership_of,
)
from tests.clock import MONDAY_MORNING, FakeClock


@pytest.fixture
def centre(session: Session) -> Centre:
    return a_centre(session, name="Centre du Lac")


@pytest.fixture
def nadia(session: Session, centre: Centre) -> User:
    return a_member(session, centre, Role.COORDINATOR, name="Nadia")


@pytest.fixture
def coordinator(session: Session, nadia: User) -> Actor:
    return actor_of(session, nadia)


@pytest.fixture
def awa(session: Session, centre: Centre) -> User:
    return a_member(session, centre, name="Awa", professions=("infirmier",))


def faults(call: Callable[..., object], *args: Any, **values: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        call(*args, **values)
    return [(fault.field, fault.code) for fault in refusal.value.faults]


def last_entry(session: Session) -> JournalEntry:
    session.flush()
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    return entry


# --- seen ----------------------------------------------------------------------------------------------


def test_a_team_is_listed_by_name_and_who_left_last(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor, awa: User
) -> None:
    a_member(session, centre, name="Émile", email="emile@exemple.fr", disabled_at=clock.now())
    a_member(session, centre, name="Bruno", user=a_user(session, name="Bruno", disabled_at=clock.now()))
    a_member(session, centre, Role.MANAGER, name="émilie")
    a_member(session, a_centre(session), name="Ailleurs")
    people = list_people(session, coordinator, centre_id=centre.id, now=clock.now())
    assert [person.name for person in people.persons] == ["Awa", "émilie", "Nadia", "Bruno", "Émile"]
    assert people.persons[0] == Person(
        membership_of(session, awa, centre).id, awa.id, "Awa", awa.email, Role.MEMBER, ("infirmier",),
        MONDAY_MORNING, is_active=True, is_account_disabled=False,
    )  # fmt: skip
    assert [(p.is_active, p.is_account_disabled) for p in people.persons[3:]] == [
        (False, True),
        (False, False),
    ]


def test_open_invitations_are_listed_with_the_expired_ones(
    session: Session,
    clock: FakeClock,
    links: Links,
    small_catalogue: Catalogue,
    centre: Centre,
    coordinator: Actor,
) -> None:
    def send(email: str, **values: Any) -> int:
        values = {"role": "member", "centre_id": centre.id, **values}
        made = invite(
            session,
            coordinator,
            small_catalogue,
            email=email,
            name="",
            now=clock.now(),
            links=links,
            **values,
        )
        return made.invitation_id

    send("replaced@exemple.fr")
    first = send("replaced@exemple.fr", role="manager", professions=["direction"])
    sent_at = clock.now()
    clock.advance(days=7)
    send("zoe@exemple.fr")
    people = list_people(session, coordinator, centre_id=centre.id, now=clock.now())
    assert [(i.email, i.is_expired) for i in people.invitations] == [
        ("zoe@exemple.fr", False),
        ("replaced@exemple.fr", True),
    ]
    assert replace(people.invitations[1], trouble=None) == PendingInvitation(
        first,
        "replaced@exemple.fr",
        "",
        Role.MANAGER,
        ("direction",),
        "Nadia",
        sent_at,
        clock.now(),
        is_expired=True,
        trouble=None,
    )


def test_an_invitation_whose_mail_has_not_left_says_why(
    session: Session,
    clock: FakeClock,
    links: Links,
    small_catalogue: Catalogue,
    centre: Centre,
    coordinator: Actor,
) -> None:
    for email in ("faux@exemple.fr", "zoe@exemple.fr"):
        invite(
            session,
            coordinator,
            small_catalogue,
            email=email,
            name="",
            role="member",
            centre_id=centre.id,
            now=clock.now(),
            links=links,
        )
    refused, _other = claim_due(session, clock.now(), 10)
    mark_refused(session, refused, MailRefused("550 nobody", permanent=True), clock.now())

    def troubles() -> dict[str, Cause | None]:
        people = list_people(session, coordinator, centre_id=centre.id, now=clock.now())
        return {i.email: i.trouble and i.trouble.cause for i in people.invitations}

    assert troubles() == {"faux@exemple.fr": Cause.ADDRESS_REFUSED, "zoe@exemple.fr": None}
    clock.advance(hours=1)
    assert troubles() == {"faux@exemple.fr": Cause.ADDRESS_REFUSED, "zoe@exemple.fr": Cause.NOT_TRIED}


def test_a_structures_people_are_the_administrators_to_see(session: Session, clock: FakeClock) -> None:
    structure = a_structure(session)
    supporter = a_member(session, structure, name="Inès")
    administrator = actor_of(session, an_administrator(session))
    people = list_people(session, administrator, structure_id=structure.id, now=clock.now())
    assert [(p.name, p.role) for p in people.persons] == [("Inès", Role.STRUCTURE)]
    with pytest.raises(NotAllowed):
        list_people(session, actor_of(session, supporter), structure_id=structure.id, now=clock.now())


def test_a_team_is_not_listed_to_its_members_nor_to_others(
    session: Session, clock: FakeClock, centre: Centre, awa: User
) -> None:
    foreigner = a_member(session, a_centre(session), Role.COORDINATOR)
    supporter = a_member(session, a_structure(session))
    for person in (awa, foreigner, supporter, a_user(session)):
        for key in (centre.id, 999_999):
            with pytest.raises(NotAllowed):
                list_people(session, actor_of(session, person), centre_id=key, now=clock.now())


@pytest.mark.parametrize("size", [1, 30])
def test_a_team_takes_the_same_statements_whatever_its_size(
    session: Session, clock: FakeClock, sessions: Sessions, centre: Centre, coordinator: Actor, size: int
) -> None:
    for _ in range(size):
        a_member(session, centre)
    session.commit()
    statements: list[str] = []
    with sessions.reading() as reading:
        event.listen(reading.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        people = list_people(reading, coordinator, centre_id=centre.id, now=clock.now())
    assert len(people.persons) == size + 1
    assert len(statements) == 3


# --- role ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lead", [Role.COORDINATOR, Role.MANAGER])
def test_who_leads_a_centre_changes_roles(
    session: Session, clock: FakeClock, centre: Centre, awa: User, lead: Role
) -> None:
    actor = actor_of(session, a_member(session, centre, lead))
    membership = membership_of(session, awa, centre)
    change_role(
        session, actor, centre_id=centre.id, membership_id=membership.id, role="manager", now=clock.now()
    )
    assert membership.role == "manager"
    entry = last_entry(session)
    assert (entry.verb, entry.user_id, entry.centre_id) == ("role-changed", actor.user_id, centre.id)
    assert (entry.subject_kind, entry.subject_id) == ("membership", membership.id)
    assert entry.facts == {"name": "Awa", "before": "member", "after": "manager"}


def test_the_same_role_changes_nothing(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor, nadia: User
) -> None:
    own = membership_of(session, nadia, centre).id
    change_role(
        session, coordinator, centre_id=centre.id, membership_id=own, role="coordinator", now=clock.now()
    )
    assert session.scalars(select(JournalEntry)).all() == []


@pytest.mark.parametrize("role", ["administrator", "structure", "chef"])
def test_nobody_is_given_a_role_from_elsewhere(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor, awa: User, role: str
) -> None:
    membership = membership_of(session, awa, centre)
    common = {"centre_id": centre.id, "membership_id": membership.id, "now": clock.now()}
    assert faults(change_role, session, coordinator, role=role, **common) == [("role", "unknown-choice")]
    assert membership.role == "member"


def test_nobody_changes_their_own_role(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor, nadia: User
) -> None:
    a_member(session, centre, Role.COORDINATOR)
    changes = change_of(session, coordinator, nadia, centre, clock.now())
    assert faults(changes["role"]) == [("role", "own-membership")]
    assert faults(changes["disable"]) == [("membership", "own-membership")]


def change_of(
    session: Session, actor: Actor, user: User, place: Centre, now: Any
) -> dict[str, Callable[[], object]]:
    """Every change somebody may attempt on somebody's role."""
    common = {"centre_id": place.id, "membership_id": membership_of(session, user, place).id, "now": now}
    return {
        "role": lambda: change_role(session, actor, role="manager", **common),
        "disable": lambda: disable_membership(session, actor, **common),
        "enable": lambda: enable_membership(session, actor, **common),
    }


@pytest.mark.parametrize("kept", ["none", "disabled", "account", "elsewhere", "manager"])
def test_the_last_coordinator_stays_even_for_an_administrator(
    session: Session, clock: FakeClock, centre: Centre, nadia: User, kept: str
) -> None:
    """Another coordinator counts only if they could sign in to this centre."""
    if kept == "disabled":
        a_member(session, centre, Role.COORDINATOR, disabled_at=clock.now())
    elif kept == "account":
        a_member(session, centre, Role.COORDINATOR, user=a_user(session, disabled_at=clock.now()))
    elif kept == "elsewhere":
        a_member(session, a_centre(session), Role.COORDINATOR)
    elif kept == "manager":
        a_member(session, centre, Role.MANAGER)
    administrator = actor_of(session, an_administrator(session))
    changes = change_of(session, administrator, nadia, centre, clock.now())
    assert faults(changes["role"]) == [("role", "last-coordinator")]
    assert faults(changes["disable"]) == [("membership", "last-coordinator")]


def test_a_coordinator_leaves_when_another_stays(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor, nadia: User
) -> None:
    other = a_member(session, centre, Role.COORDINATOR)
    change_of(session, coordinator, other, centre, clock.now())["role"]()
    assert membership_of(session, other, centre).role == "manager"
    administrator = actor_of(session, an_administrator(session))
    assert faults(change_of(session, administrator, nadia, centre, clock.now())["disable"]) == [
        ("membership", "last-coordinator")
    ]


def test_a_coordinator_already_out_may_lose_the_role(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor
) -> None:
    gone = a_member(session, centre, Role.COORDINATOR, disabled_at=clock.now())
    change_of(session, coordinator, gone, centre, clock.now())["role"]()
    assert membership_of(session, gone, centre).role == "manager"


def test_two_coordinators_who_put_each_other_out_at_once_do_not_both_succeed(
    sessions: Sessions, clock: FakeClock
) -> None:
    with sessions.writing() as session:
        centre = a_centre(session)
        pair = [a_member(session, centre, Role.COORDINATOR) for _ in range(2)]
        memberships = [membership_of(session, user, centre).id for user in pair]
        actors = [actor_of(session, user) for user in pair]
        session.commit()
    start = Barrier(2)

    def put_out(who: int) -> str:
        with sessions.writing() as session:
            start.wait()
            try:
                disable_membership(
                    session,
                    actors[who],
                    centre_id=centre.id,
                    membership_id=memberships[1 - who],
                    now=clock.now(),
                )
            except InvalidInput as refusal:
                return refusal.faults[0].code
            session.commit()
            return "out"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(put_out, (0, 1))) == ["last-coordinator", "out"]


# --- professions ---------------------------------------------------------------------------------------


def test_professions_are_changed_ones_own_included(
    session: Session,
    clock: FakeClock,
    small_catalogue: Catalogue,
    centre: Centre,
    coordinator: Actor,
    nadia: User,
) -> None:
    own = membership_of(session, nadia, centre)
    for professions in (["infirmier", "coordination"], ["coordination", "infirmier"]):
        change_professions(
            session, coordinator, small_catalogue, centre_id=centre.id, membership_id=own.id,
            professions=professions, now=clock.now(),
        )  # fmt: skip
    assert own.professions == ["coordination", "infirmier"]
    entries = session.scalars(select(JournalEntry)).all()
    assert [(entry.verb, entry.facts["before"], entry.facts["after"]) for entry in entries] == [
        ("professions-changed", [], ["coordination", "infirmier"])
    ]


def test_an_unknown_profession_is_refused(
    session: Session,
    clock: FakeClock,
    small_catalogue: Catalogue,
    centre: Centre,
    coordinator: Actor,
    awa: User,
) -> None:
    membership = membership_of(session, awa, centre)
    assert faults(
        change_professions, session, coordinator, small_catalogue, centre_id=centre.id,
        membership_id=membership.id, professions=["pilote"], now=clock.now(),
    ) == [("professions", "unknown-choice")]  # fmt: skip
    assert membership.professions == ["infirmier"]


# --- out and in again ----------------------------------------------------------------------------------


def test_somebody_put_out_is_out_at_once_and_keeps_the_other_places(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor, awa: User
) -> None:
    a_member(session, a_centre(session, name="Ailleurs"), user=awa)
    token = open_sign_in(session, awa.id, clock.now())
    change_of(session, coordinator, awa, centre, clock.now())["disable"]()
    with pytest.raises(NotSignedIn):
        find_actor(session, token, clock.now())
    back = find_actor(session, open_sign_in(session, awa.id, clock.now()), clock.now())
    assert [place.name for place in back.centres] == ["Ailleurs"]


def test_somebody_put_out_holds_no_invitation_to_come_back(
    session: Session,
    clock: FakeClock,
    links: Links,
    small_catalogue: Catalogue,
    centre: Centre,
    coordinator: Actor,
) -> None:
    elsewhere = a_centre(session)
    administrator = actor_of(session, an_administrator(session))

    def send(place: Centre) -> str:
        made = invite(
            session, administrator, small_catalogue, email="awa@exemple.fr", name="", role="member",
            centre_id=place.id, now=clock.now(), links=links,
        )  # fmt: skip
        return made.link.rsplit("/", 1)[1]

    here, there = send(centre), send(elsewhere)
    awa = a_member(session, centre, email="awa@exemple.fr")
    change_of(session, coordinator, awa, centre, clock.now())["disable"]()
    with pytest.raises(LinkRefused):
        read_invitation(session, here, clock.now())
    assert read_invitation(session, there, clock.now())


def test_somebody_put_out_comes_back_with_the_same_role(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor, awa: User
) -> None:
    changes = change_of(session, coordinator, awa, centre, clock.now())
    for name in ("enable", "disable", "disable", "enable"):
        changes[name]()
    membership = membership_of(session, awa, centre)
    assert (membership.disabled_at, membership.role, membership.professions) == (
        None,
        "member",
        ["infirmier"],
    )
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(entry.verb, entry.facts) for entry in entries] == [
        ("disabled", {"name": "Awa"}),
        ("enabled", {"name": "Awa"}),
    ]


def test_an_administrator_manages_the_people_of_a_structure(session: Session, clock: FakeClock) -> None:
    structure = a_structure(session)
    supporter = a_member(session, structure)
    administrator = actor_of(session, an_administrator(session))
    membership = membership_of(session, supporter, structure)
    disable_membership(
        session, administrator, structure_id=structure.id, membership_id=membership.id, now=clock.now()
    )
    assert membership.disabled_at == clock.now()
    assert last_entry(session).centre_id is None


# --- from elsewhere ------------------------------------------------------------------------------------


def test_the_people_of_another_centre_are_out_of_reach(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, centre: Centre, coordinator: Actor
) -> None:
    """Neither under the other centre, nor under one's own, nor under no place at all."""
    foreign = a_centre(session)
    stranger = a_member(session, foreign)
    key = membership_of(session, stranger, foreign).id
    for scope, refusal in (
        ({"centre_id": foreign.id}, NotAllowed),
        ({"centre_id": centre.id}, NotFound),
        ({}, NotAllowed),
    ):
        common = {**scope, "membership_id": key, "now": clock.now()}
        with pytest.raises(refusal):
            change_role(session, coordinator, role="manager", **common)
        with pytest.raises(refusal):
            change_professions(session, coordinator, small_catalogue, professions=["direction"], **common)
        with pytest.raises(refusal):
            disable_membership(session, coordinator, **common)
        with pytest.raises(refusal):
            enable_membership(session, coordinator, **common)
    row = session.get_one(Membership, key)
    assert (row.role, row.professions, row.disabled_at) == ("member", [], None)


def test_a_membership_of_another_centre_and_none_are_told_alike(
    session: Session, clock: FakeClock, centre: Centre, coordinator: Actor
) -> None:
    foreign = a_centre(session)
    theirs = membership_of(session, a_member(session, foreign), foreign).id
    told = []
    for key in (theirs, 999_999):
        with pytest.raises(NotFound) as refusal:
            disable_membership(session, coordinator, centre_id=centre.id, membership_id=key, now=clock.now())
        told.append(refusal.value.kind)
    assert told == ["membership", "membership"]


def test_a_member_changes_nobody(
    session: Session, clock: FakeClock, centre: Centre, awa: User, nadia: User
) -> None:
    member = actor_of(session, awa)
    for change in change_of(session, member, nadia, centre, clock.now()).values():
        with pytest.raises(NotAllowed):
            change()
    for change in change_of(session, member, awa, centre, clock.now()).values():
        with pytest.raises(NotAllowed):
            change()
