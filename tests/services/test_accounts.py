"""A person's own account, and the accounts an administrator closes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import (
    Fault,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    TooManyAttempts,
)
from aqss.gateways.links import Links
from aqss.persistence.accounts import PasswordReset, RefusedAttempt, SignIn, User
from aqss.persistence.journal import JournalEntry
from aqss.services.accounts import (
    change_password,
    claim_own_credentials,
    disable_account,
    enable_account,
    purge_accounts,
    rename,
    withdraw_administration,
)
from aqss.services.password_resets import ask_reset
from aqss.services.passwords import verify
from aqss.services.sign_ins import (
    claim_sign_in,
    find_actor,
    open_sign_in,
)
from tests.builders import PASSWORD, a_centre, a_member, a_user, actor_of, an_administrator
from tests.clock import FakeClock

CLIENT = "192.0.2.7"


@pytest.fixture
def nadia(session: Session) -> User:
    return a_member(session, a_centre(session), name="Nadia", email="nadia@exemple.fr")


def verbs(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)))


def test_a_person_changes_their_own_name(session: Session, clock: FakeClock, nadia: User) -> None:
    rename(session, actor_of(session, nadia), "  Nadia Bellanger ", clock.now())
    assert nadia.name == "Nadia Bellanger"
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.verb, entry.subject_id, entry.centre_id) == ("renamed", nadia.id, None)
    assert entry.facts == {"before": "Nadia", "after": "Nadia Bellanger"}


def test_the_same_name_changes_nothing(session: Session, clock: FakeClock, nadia: User) -> None:
    rename(session, actor_of(session, nadia), "Nadia", clock.now())
    assert verbs(session) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "required"), ("x" * 121, "too-long"), ("Nadia\r\nBcc: tous", "bad-character"),
     ("Nadia \u202egnp", "bad-character"), ("1 85 05 78 006 084 91", "patient-identifier")],
)  # fmt: skip
def test_a_name_that_breaks_a_rule_is_refused(
    session: Session, clock: FakeClock, nadia: User, name: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        rename(session, actor_of(session, nadia), name, clock.now())
    assert [(fault.field, fault.code) for fault in refusal.value.faults] == [("name", code)]
    assert nadia.name == "Nadia"


def test_somebody_without_a_role_still_looks_after_their_own_account(
    session: Session, clock: FakeClock
) -> None:
    alone = a_user(session)
    actor = actor_of(session, alone)
    rename(session, actor, "Nadia", clock.now())
    credentials = claim_own_credentials(session, actor, CLIENT, clock.now())
    change_password(session, actor, credentials, "nouveau", clock.now(), but=0)
    assert (alone.name, alone.password_hash) == ("Nadia", "nouveau")


def test_a_person_whose_account_is_gone_is_not_found(session: Session, clock: FakeClock, nadia: User) -> None:
    gone = Actor(999_999, "Personne", actor_of(session, nadia).grants)
    with pytest.raises(NotFound):
        rename(session, gone, "Nadia", clock.now())


def test_a_password_is_changed_and_the_other_sessions_end(
    session: Session, clock: FakeClock, nadia: User, links: Links
) -> None:
    actor = actor_of(session, nadia)
    here = open_sign_in(session, nadia.id, clock.now())
    there = open_sign_in(session, nadia.id, clock.now())
    ask_reset(session, nadia.email, CLIENT, clock.now(), links)
    credentials = claim_own_credentials(session, actor, CLIENT, clock.now())
    assert verify(credentials.password_hash, PASSWORD)
    kept = find_actor(session, here, clock.now()).sign_in_id
    change_password(session, actor, credentials, "nouveau", clock.now(), but=kept)
    assert claim_sign_in(session, nadia.email, CLIENT, clock.now()).password_hash == "nouveau"
    assert find_actor(session, here, clock.now())
    with pytest.raises(NotSignedIn):
        find_actor(session, there, clock.now())
    assert session.scalars(select(PasswordReset.expires_at)).one() == clock.now()
    assert verbs(session)[-1] == "password-changed"


def test_a_password_is_not_changed_on_credentials_of_before_or_of_another(
    session: Session, clock: FakeClock, nadia: User
) -> None:
    actor = actor_of(session, nadia)
    other = claim_sign_in(session, a_user(session).email, CLIENT, clock.now())
    with pytest.raises(NotSignedIn):
        change_password(session, actor, other, "volé", clock.now(), but=0)
    before = claim_own_credentials(session, actor, CLIENT, clock.now())
    change_password(session, actor, before, "nouveau", clock.now(), but=0)
    with pytest.raises(NotSignedIn):
        change_password(session, actor, before, "volé", clock.now(), but=0)
    assert nadia.password_hash == "nouveau"


def test_guessing_the_present_password_of_an_open_session_is_slowed_down(
    session: Session, clock: FakeClock, nadia: User
) -> None:
    actor = actor_of(session, nadia)
    for _ in range(5):
        claim_own_credentials(session, actor, CLIENT, clock.now())
    with pytest.raises(TooManyAttempts):
        claim_own_credentials(session, actor, CLIENT, clock.now())


def test_a_right_password_starts_the_count_afresh(session: Session, clock: FakeClock, nadia: User) -> None:
    actor = actor_of(session, nadia)
    for _ in range(4):
        claim_own_credentials(session, actor, CLIENT, clock.now())
    credentials = claim_own_credentials(session, actor, CLIENT, clock.now())
    change_password(session, actor, credentials, "nouveau", clock.now(), but=0)
    for _ in range(5):
        assert claim_own_credentials(session, actor, CLIENT, clock.now())


def test_a_disabled_account_is_out_until_it_is_enabled(
    session: Session, clock: FakeClock, nadia: User, links: Links
) -> None:
    administrator = actor_of(session, an_administrator(session))
    token = open_sign_in(session, nadia.id, clock.now())
    ask_reset(session, nadia.email, CLIENT, clock.now(), links)
    disable_account(session, administrator, nadia.id, clock.now())
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert session.scalars(select(PasswordReset.expires_at)).one() == clock.now()
    with pytest.raises(NotSignedIn):
        find_actor(session, token, clock.now())
    with pytest.raises(NotSignedIn):
        open_sign_in(session, nadia.id, clock.now())
    enable_account(session, administrator, nadia.id, clock.now())
    assert find_actor(session, open_sign_in(session, nadia.id, clock.now()), clock.now()).centres
    assert [verb for verb in verbs(session) if verb.endswith("abled")] == ["disabled", "enabled"]


def test_disabling_or_enabling_twice_changes_nothing_more(
    session: Session, clock: FakeClock, nadia: User
) -> None:
    administrator = actor_of(session, an_administrator(session))
    assert disable_account(session, administrator, nadia.id, clock.now())
    since = nadia.disabled_at
    clock.advance(hours=1)
    assert not disable_account(session, administrator, nadia.id, clock.now())
    assert nadia.disabled_at == since
    assert enable_account(session, administrator, nadia.id, clock.now())
    assert not enable_account(session, administrator, nadia.id, clock.now())
    assert verbs(session) == ["disabled", "enabled"]


def test_an_administrator_does_not_disable_themselves(session: Session, clock: FakeClock) -> None:
    administrator = an_administrator(session)
    with pytest.raises(InvalidInput) as refusal:
        disable_account(session, actor_of(session, administrator), administrator.id, clock.now())
    assert refusal.value.faults == (Fault("account", "own-membership"),)


def test_the_administrators_role_is_withdrawn_and_the_others_stay(session: Session, clock: FakeClock) -> None:
    root, centre = an_administrator(session), a_centre(session)
    other = a_member(session, centre, Role.MANAGER, is_administrator=True)
    assert withdraw_administration(session, actor_of(session, root), other.id, clock.now())
    assert not withdraw_administration(session, actor_of(session, root), other.id, clock.now())
    assert actor_of(session, other).grants == (Grant(Role.MANAGER, centre_id=centre.id),)
    assert verbs(session) == ["withdrawn"]


def test_nobody_withdraws_their_own_administration(session: Session, clock: FakeClock) -> None:
    root = an_administrator(session)
    with pytest.raises(InvalidInput) as refusal:
        withdraw_administration(session, actor_of(session, root), root.id, clock.now())
    assert refusal.value.faults == (Fault("account", "own-membership"),)
    assert root.is_administrator


def test_only_an_administrator_withdraws_the_role(session: Session, clock: FakeClock, nadia: User) -> None:
    root = an_administrator(session)
    with pytest.raises(NotAllowed):
        withdraw_administration(session, actor_of(session, nadia), root.id, clock.now())


@pytest.mark.parametrize("role", [Role.MEMBER, Role.COORDINATOR, Role.MANAGER])
def test_only_an_administrator_closes_accounts(
    session: Session, clock: FakeClock, nadia: User, role: Role
) -> None:
    actor = actor_of(session, a_member(session, a_centre(session), role))
    for change in (disable_account, enable_account):
        with pytest.raises(NotAllowed):
            change(session, actor, nadia.id, clock.now())


def test_an_unknown_account_is_not_found(session: Session, clock: FakeClock) -> None:
    with pytest.raises(NotFound):
        disable_account(session, actor_of(session, an_administrator(session)), 999_999, clock.now())


def test_what_has_ended_is_deleted(session: Session, clock: FakeClock, nadia: User, links: Links) -> None:
    open_sign_in(session, nadia.id, clock.now())
    claim_sign_in(session, "x@exemple.fr", CLIENT, clock.now())
    ask_reset(session, nadia.email, CLIENT, clock.now(), links)
    purge_accounts(session, clock.now())
    counts = [select(func.count()).select_from(table) for table in (SignIn, RefusedAttempt, PasswordReset)]
    assert [session.scalar(count) for count in counts] == [1, 4, 1]
    clock.advance(days=8)
    purge_accounts(session, clock.now())
    assert [session.scalar(count) for count in counts] == [0, 0, 0]
