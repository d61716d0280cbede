"""Signing in and out, and who is signed in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import NotSignedIn, TooManyAttempts
from aqss.persistence.accounts import RefusedAttempt, SignIn, User
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from aqss.services.passwords import verify
from aqss.services.sign_ins import (
    CentreRole,
    Credentials,
    SignedIn,
    StructureRole,
    claim_sign_in,
    close_all_sign_ins,
    close_sign_in,
    find_actor,
    open_sign_in,
    open_verified_sign_in,
    purge_sign_ins,
    touch_sign_in,
)
from tests.builders import (
    PASSWORD,
    PASSWORD_HASH,
    a_centre,
    a_member,
    a_structure,
    a_user,
    actor_of,
    an_administrator,
    membership_of,
)
from tests.clock import MONDAY_MORNING, FakeClock

CLIENT = "192.0.2.7"


def signed_in(session: Session, user: User, clock: FakeClock) -> SignedIn:
    return find_actor(session, open_sign_in(session, user.id, clock.now()), clock.now())


def credentials_of(session: Session, email: str, clock: FakeClock) -> Credentials:
    return claim_sign_in(session, email, CLIENT, clock.now())


# --- credentials ---------------------------------------------------------------------------------------


def test_an_address_is_found_as_typed_by_hand(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session, email="nadia@exemple.fr")
    found = credentials_of(session, "  Nadia@Exemple.FR ", clock)
    assert found.user_id == nadia.id
    assert found.password_hash is not None
    assert verify(found.password_hash, PASSWORD)


@pytest.mark.parametrize(
    "email",
    ["inconnue@exemple.fr", "fermee@exemple.fr", "invitee@exemple.fr", "", "\x00", "\ud800@exemple.fr",
     "' OR 1=1 --", "a" * 100_000],
)  # fmt: skip
def test_nothing_tells_an_account_that_cannot_sign_in_from_none(
    session: Session, clock: FakeClock, email: str
) -> None:
    a_user(session, email="fermee@exemple.fr", disabled_at=clock.now())
    a_user(session, email="invitee@exemple.fr", password_hash=None)
    found = credentials_of(session, email, clock)
    assert (found.user_id, found.password_hash) == (None, None)


def test_known_and_unknown_addresses_cost_the_same_statements(
    session: Session, clock: FakeClock, sessions: Sessions
) -> None:
    a_user(session, email="nadia@exemple.fr")
    session.commit()
    sent: dict[str, list[str]] = {"nadia@exemple.fr": [], "inconnue@exemple.fr": [], "pas une adresse": []}
    for email, statements in sent.items():
        with sessions.writing() as writing:

            def note(
                _c: object, _k: object, statement: str, *_rest: object, kept: list[str] = statements
            ) -> None:
                kept.append(statement)

            event.listen(writing.connection(), "before_cursor_execute", note)
            credentials_of(writing, email, clock)
    assert sent["nadia@exemple.fr"] == sent["inconnue@exemple.fr"] == sent["pas une adresse"]
    assert len(sent["nadia@exemple.fr"]) == 3


@pytest.mark.parametrize("email", ["nadia@exemple.fr", "inconnue@exemple.fr"])
def test_known_and_unknown_addresses_wait_alike(session: Session, clock: FakeClock, email: str) -> None:
    a_user(session, email="nadia@exemple.fr")
    for _ in range(5):
        credentials_of(session, email, clock)
    with pytest.raises(TooManyAttempts) as refusal:
        credentials_of(session, email.upper(), clock)
    assert refusal.value.until == clock.now() + timedelta(minutes=1)


@pytest.mark.parametrize("email", ["nadia@exemple.fr", "inconnue@exemple.fr"])
def test_of_a_burst_of_attempts_no_more_are_verified_than_one_after_the_other(
    sessions: Sessions, clock: FakeClock, email: str
) -> None:
    with sessions.writing() as session:
        a_user(session, email="nadia@exemple.fr")
        session.commit()
    together = Barrier(14)

    def is_verified(number: int) -> bool:
        together.wait()
        with sessions.writing() as session:
            try:
                claim_sign_in(
                    session, email, f"192.0.2.{number}", clock.now() - timedelta(milliseconds=number)
                )
            except TooManyAttempts:
                return False
            session.commit()
        return True

    for allowed in (5, 1):
        with ThreadPoolExecutor(together.parties) as pool:
            assert sum(pool.map(is_verified, range(together.parties))) == allowed
        clock.advance(minutes=1)


# --- opening -------------------------------------------------------------------------------------------


def test_a_verified_person_gets_a_session_and_a_fresh_count(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session, email="nadia@exemple.fr")
    for _ in range(4):
        credentials_of(session, nadia.email, clock)
    token = open_verified_sign_in(session, credentials_of(session, nadia.email, clock), clock.now())
    assert find_actor(session, token, clock.now()).actor.user_id == nadia.id
    for _ in range(5):
        credentials_of(session, nadia.email, clock)


def test_a_whole_team_signs_in_from_one_client(session: Session, clock: FakeClock) -> None:
    for _ in range(25):
        open_verified_sign_in(session, credentials_of(session, a_user(session).email, clock), clock.now())
    assert session.scalar(select(func.count()).select_from(RefusedAttempt)) == 0


def test_only_a_hash_of_the_token_is_kept(session: Session, clock: FakeClock) -> None:
    token = open_sign_in(session, a_user(session).id, clock.now())
    kept = session.scalars(select(SignIn.token_hash)).one()
    assert len(token) >= 43
    assert token not in kept
    with pytest.raises(NotSignedIn):
        find_actor(session, kept, clock.now())


def test_each_session_has_its_own_token(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session)
    assert open_sign_in(session, nadia.id, clock.now()) != open_sign_in(session, nadia.id, clock.now())


def test_no_session_opens_without_account(session: Session, clock: FakeClock) -> None:
    with pytest.raises(NotSignedIn):
        open_verified_sign_in(session, credentials_of(session, "inconnue@exemple.fr", clock), clock.now())
    with pytest.raises(NotSignedIn):
        open_sign_in(session, 999_999, clock.now())
    assert session.scalar(select(func.count()).select_from(RefusedAttempt)) == 2


def test_no_session_opens_on_an_account_disabled_during_verification(
    session: Session, clock: FakeClock
) -> None:
    nadia = a_user(session)
    credentials = credentials_of(session, nadia.email, clock)
    nadia.disabled_at = clock.now()
    with pytest.raises(NotSignedIn):
        open_verified_sign_in(session, credentials, clock.now())


def test_no_session_opens_on_a_password_changed_during_verification(
    session: Session, clock: FakeClock
) -> None:
    nadia = a_user(session)
    credentials = credentials_of(session, nadia.email, clock)
    nadia.password_hash = "un autre"
    session.flush()
    with pytest.raises(NotSignedIn):
        open_verified_sign_in(session, credentials, clock.now())


def test_a_renewed_hash_replaces_the_old_one(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session)
    credentials = credentials_of(session, nadia.email, clock)
    open_verified_sign_in(session, credentials, clock.now(), renewed_hash="renouvelé")
    session.flush()
    assert credentials_of(session, nadia.email, clock).password_hash == "renouvelé"


def test_signing_in_is_in_the_journal_of_no_centre(session: Session, clock: FakeClock) -> None:
    nadia = a_member(session, a_centre(session))
    open_sign_in(session, nadia.id, clock.now())
    session.flush()
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.verb, entry.user_id, entry.centre_id) == ("signed-in", nadia.id, None)


# --- who is signed in ----------------------------------------------------------------------------------


def test_a_person_comes_with_their_roles_and_places(session: Session, clock: FakeClock) -> None:
    zola = a_centre(session, name="Zola", town="Périgueux")
    emile = a_centre(session, name="Émile")
    cpias = a_structure(session, name="CPias", regions=["75", "76"], modules=["risque-infectieux"])
    a_centre(session, name="Un autre centre")
    nadia = a_user(session, name="Nadia", email="nadia@exemple.fr")
    a_member(session, zola, Role.COORDINATOR, user=nadia, professions=("coordination", "infirmier"))
    a_member(session, emile, Role.MEMBER, user=nadia)
    a_member(session, cpias, user=nadia)
    person = signed_in(session, nadia, clock)
    assert person.email == "nadia@exemple.fr"
    assert person.actor == Actor(
        nadia.id,
        "Nadia",
        (
            Grant(Role.MEMBER, centre_id=emile.id),
            Grant(Role.COORDINATOR, centre_id=zola.id),
            Grant(Role.STRUCTURE, structure_id=cpias.id),
        ),
    )
    in_zola = membership_of(session, nadia, zola).id
    assert [centre.name for centre in person.centres] == ["Émile", "Zola"]
    assert person.centres[1] == CentreRole(
        in_zola, zola.id, "Zola", "Périgueux", Role.COORDINATOR, ("coordination", "infirmier")
    )
    assert person.structures == (
        StructureRole(
            membership_of(session, nadia, cpias).id,
            cpias.id,
            "CPias",
            "cpias",
            ("75", "76"),
            ("risque-infectieux",),
        ),
    )


def test_an_administrator_holds_the_instance(session: Session, clock: FakeClock) -> None:
    person = signed_in(session, an_administrator(session), clock)
    assert person.actor.grants == (Grant(Role.ADMINISTRATOR),)


def test_the_builders_actor_is_the_one_signed_in(session: Session, clock: FakeClock) -> None:
    nadia = a_member(session, a_centre(session), Role.MANAGER)
    assert signed_in(session, nadia, clock).actor == actor_of(session, nadia)


def test_disabled_roles_and_closed_places_are_left_out(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session)
    a_member(session, a_centre(session), user=nadia, disabled_at=clock.now())
    a_member(session, a_centre(session, closed_at=clock.now()), user=nadia)
    a_member(session, a_structure(session, closed_at=clock.now()), user=nadia)
    person = signed_in(session, nadia, clock)
    assert person.actor.grants == ()
    assert (person.centres, person.structures) == ((), ())


@pytest.mark.parametrize("places", [0, 1, 12])
def test_who_is_signed_in_is_one_statement_whatever_their_places(
    session: Session, clock: FakeClock, sessions: Sessions, places: int
) -> None:
    nadia = a_user(session)
    for _ in range(places):
        a_member(session, a_centre(session), user=nadia)
        a_member(session, a_structure(session), user=nadia)
    token = open_sign_in(session, nadia.id, clock.now())
    session.commit()
    statements: list[str] = []
    with sessions.reading() as reading:
        event.listen(reading.connection(), "before_cursor_execute", lambda *args: statements.append(args[2]))
        person = find_actor(reading, token, clock.now())
    assert len(statements) == 1
    assert len(person.centres) == len(person.structures) == places


@pytest.mark.parametrize("token", ["", "inconnu", "\ud800", "\x00", "é" * 5000])
def test_an_unknown_token_opens_nothing(session: Session, clock: FakeClock, token: str) -> None:
    open_sign_in(session, a_user(session).id, clock.now())
    with pytest.raises(NotSignedIn):
        find_actor(session, token, clock.now())


def test_a_disabled_account_is_signed_out_at_once(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session)
    token = open_sign_in(session, nadia.id, clock.now())
    nadia.disabled_at = clock.now()
    session.flush()
    with pytest.raises(NotSignedIn):
        find_actor(session, token, clock.now())


def test_a_session_ends_after_two_idle_hours(session: Session, clock: FakeClock) -> None:
    token = open_sign_in(session, a_user(session).id, clock.now())
    clock.advance(hours=2, seconds=-1)
    assert find_actor(session, token, clock.now()).opened_at == MONDAY_MORNING
    clock.advance(seconds=1)
    with pytest.raises(NotSignedIn):
        find_actor(session, token, clock.now())


def test_a_session_ends_after_twelve_hours_however_busy(session: Session, clock: FakeClock) -> None:
    token = open_sign_in(session, a_user(session).id, clock.now())
    for _ in range(11):
        clock.advance(hours=1)
        touch_sign_in(session, find_actor(session, token, clock.now()).sign_in_id, clock.now())
    clock.advance(minutes=59)
    assert find_actor(session, token, clock.now()).opened_at == MONDAY_MORNING
    clock.advance(minutes=1)
    with pytest.raises(NotSignedIn):
        find_actor(session, token, clock.now())


def test_being_seen_is_written_every_five_minutes_at_most(session: Session, clock: FakeClock) -> None:
    token = open_sign_in(session, a_user(session).id, clock.now())
    clock.advance(minutes=5, seconds=-1)
    person = find_actor(session, token, clock.now())
    assert not person.is_touch_due(clock.now())
    touch_sign_in(session, person.sign_in_id, clock.now())
    assert find_actor(session, token, clock.now()).seen_at == MONDAY_MORNING
    clock.advance(seconds=1)
    assert person.is_touch_due(clock.now())
    touch_sign_in(session, person.sign_in_id, clock.now())
    assert find_actor(session, token, clock.now()).seen_at == clock.now()


def test_a_clock_set_back_ends_no_session(session: Session, clock: FakeClock) -> None:
    token = open_sign_in(session, a_user(session).id, clock.now())
    clock.advance(hours=-1)
    assert find_actor(session, token, clock.now())


# --- closing -------------------------------------------------------------------------------------------


def test_signing_out_ends_that_session_only(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session)
    telephone = open_sign_in(session, nadia.id, clock.now())
    office = open_sign_in(session, nadia.id, clock.now())
    close_sign_in(session, telephone, clock.now())
    with pytest.raises(NotSignedIn):
        find_actor(session, telephone, clock.now())
    assert find_actor(session, office, clock.now())
    session.flush()
    verbs = session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)).all()
    assert verbs == ["signed-in", "signed-in", "signed-out"]


def test_signing_out_twice_is_no_fault(session: Session, clock: FakeClock) -> None:
    token = open_sign_in(session, a_user(session).id, clock.now())
    close_sign_in(session, token, clock.now())
    close_sign_in(session, token, clock.now())


def test_every_session_of_a_person_can_be_ended_but_one(session: Session, clock: FakeClock) -> None:
    nadia, other = a_user(session), a_user(session)
    kept = open_sign_in(session, nadia.id, clock.now())
    open_sign_in(session, nadia.id, clock.now())
    open_sign_in(session, other.id, clock.now())
    close_all_sign_ins(session, nadia.id, but=find_actor(session, kept, clock.now()).sign_in_id)
    assert find_actor(session, kept, clock.now())
    assert session.scalar(select(func.count()).select_from(SignIn)) == 2
    close_all_sign_ins(session, nadia.id)
    assert session.scalars(select(SignIn.user_id)).all() == [other.id]


def test_ended_sessions_are_deleted(session: Session, clock: FakeClock) -> None:
    nadia = a_user(session)
    open_sign_in(session, nadia.id, clock.now())
    busy = find_actor(session, open_sign_in(session, nadia.id, clock.now()), clock.now()).sign_in_id
    clock.advance(hours=1)
    touch_sign_in(session, busy, clock.now())
    clock.advance(hours=1)
    purge_sign_ins(session, clock.now())
    assert session.scalars(select(SignIn.id)).all() == [busy]
    clock.advance(hours=10)
    touch_sign_in(session, busy, clock.now())
    purge_sign_ins(session, clock.now())
    assert session.scalars(select(SignIn.id)).all() == []


def test_the_password_of_the_builders_is_right() -> None:
    assert verify(PASSWORD_HASH, PASSWORD)
