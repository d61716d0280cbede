"""Forgotten passwords."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, LinkRefused, NotSignedIn, TooManyAttempts
from aqss.gateways.links import Links
from aqss.persistence.accounts import PasswordReset, User
from aqss.persistence.journal import JournalEntry
from aqss.persistence.mails import Mail
from aqss.persistence.session import Sessions
from aqss.services.password_resets import ResetOffer, ask_reset, purge_resets, read_reset, use_reset
from aqss.services.sign_ins import claim_sign_in, find_actor, open_sign_in
from tests.builders import a_user
from tests.clock import FakeClock

CLIENT = "192.0.2.7"


def asked(session: Session, user: User, clock: FakeClock, links: Links) -> str:
    """The token of the link sent to that person."""
    ask_reset(session, user.email, CLIENT, clock.now(), links)
    mail = session.scalars(select(Mail).where(Mail.address == user.email).order_by(Mail.id.desc())).first()
    assert mail is not None
    return token_in(mail)


def token_in(mail: Mail) -> str:
    found = re.search(r"https://aqss\.exemple\.fr/mot-de-passe/(\S+)", mail.body_text)
    assert found is not None
    return found[1]


def reason_of(call: Callable[[], object]) -> str:
    with pytest.raises(LinkRefused) as refusal:
        call()
    assert refusal.value.kind == "password-reset"
    return refusal.value.reason


def test_a_link_is_sent_to_the_person(session: Session, clock: FakeClock, links: Links) -> None:
    nadia = a_user(session, email="nadia@exemple.fr", name="Nadia <b>")
    token = asked(session, nadia, clock, links)
    mail = session.scalars(select(Mail)).one()
    assert mail.subject == "Choisir un nouveau mot de passe pour aqss"
    assert (mail.address, mail.user_id, mail.centre_id) == ("nadia@exemple.fr", nadia.id, None)
    assert mail.expires_at == clock.now() + timedelta(hours=1)
    assert "2 mars 2026 à 11\u00a0h\u00a000" in mail.body_text
    assert f"https://aqss.exemple.fr/mot-de-passe/{token}" in mail.body_html
    assert "Nadia &lt;b&gt;" in mail.body_html
    assert read_reset(session, token, clock.now()) == ResetOffer("nadia@exemple.fr", "Nadia <b>")


def test_only_a_hash_of_the_link_is_kept_beside_the_mail(
    session: Session, clock: FakeClock, links: Links
) -> None:
    token = asked(session, a_user(session), clock, links)
    assert session.scalars(select(PasswordReset.token_hash)).one() != token


def test_nothing_is_sent_where_there_is_no_open_account(
    session: Session, clock: FakeClock, links: Links
) -> None:
    a_user(session, email="fermee@exemple.fr", disabled_at=clock.now())
    for email in ("inconnue@exemple.fr", "fermee@exemple.fr"):
        ask_reset(session, email, CLIENT, clock.now(), links)
    assert session.scalar(select(func.count()).select_from(Mail)) == 0
    assert session.scalar(select(func.count()).select_from(PasswordReset)) == 0
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == 0


def test_requests_wait_alike_with_and_without_account(
    session: Session, clock: FakeClock, links: Links
) -> None:
    a_user(session, email="nadia@exemple.fr")
    waits = []
    for email in ("nadia@exemple.fr", "inconnue@exemple.fr"):
        for _ in range(5):
            ask_reset(session, email, CLIENT, clock.now(), links)
        with pytest.raises(TooManyAttempts) as refusal:
            ask_reset(session, email.upper(), CLIENT, clock.now(), links)
        waits.append(refusal.value.until)
    assert waits[0] == waits[1] == clock.now() + timedelta(minutes=1)
    assert session.scalar(select(func.count()).select_from(Mail)) == 5


def test_what_is_no_address_is_told_so(session: Session, clock: FakeClock, links: Links) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask_reset(session, "nadia", CLIENT, clock.now(), links)
    assert [fault.code for fault in refusal.value.faults] == ["email"]


def test_a_new_password_ends_every_session(session: Session, clock: FakeClock, links: Links) -> None:
    nadia, other = a_user(session), a_user(session)
    stolen = open_sign_in(session, nadia.id, clock.now())
    others = open_sign_in(session, other.id, clock.now())
    token = asked(session, nadia, clock, links)
    assert use_reset(session, token, "haché", clock.now()) == nadia.id
    assert claim_sign_in(session, nadia.email, CLIENT, clock.now()).password_hash == "haché"
    with pytest.raises(NotSignedIn):
        find_actor(session, stolen, clock.now())
    assert find_actor(session, others, clock.now())
    told = session.execute(
        select(JournalEntry.verb, JournalEntry.user_id)
        .where(JournalEntry.subject_id == nadia.id)
        .order_by(JournalEntry.id)
    ).all()
    assert told[-2:] == [("password-reset-asked", None), ("password-reset", nadia.id)]


def test_a_new_password_lets_its_person_sign_in_at_once(
    session: Session, clock: FakeClock, links: Links
) -> None:
    nadia = a_user(session)
    for _ in range(5):
        claim_sign_in(session, nadia.email, CLIENT, clock.now())
    use_reset(session, asked(session, nadia, clock, links), "haché", clock.now())
    assert claim_sign_in(session, nadia.email, CLIENT, clock.now()).user_id == nadia.id


def test_a_link_is_used_once(session: Session, clock: FakeClock, links: Links) -> None:
    nadia = a_user(session)
    token = asked(session, nadia, clock, links)
    use_reset(session, token, "haché", clock.now())
    assert reason_of(lambda: use_reset(session, token, "volé", clock.now())) == "used"
    assert reason_of(lambda: read_reset(session, token, clock.now())) == "used"
    assert claim_sign_in(session, nadia.email, CLIENT, clock.now()).password_hash == "haché"


def test_a_link_is_valid_for_one_hour(session: Session, clock: FakeClock, links: Links) -> None:
    token = asked(session, a_user(session), clock, links)
    clock.advance(hours=1, seconds=-1)
    assert read_reset(session, token, clock.now())
    clock.advance(seconds=1)
    assert reason_of(lambda: read_reset(session, token, clock.now())) == "expired"
    assert reason_of(lambda: use_reset(session, token, "haché", clock.now())) == "expired"


def test_a_later_link_voids_the_earlier(session: Session, clock: FakeClock, links: Links) -> None:
    nadia, other = a_user(session), a_user(session)
    first, of_other = asked(session, nadia, clock, links), asked(session, other, clock, links)
    second = asked(session, nadia, clock, links)
    assert reason_of(lambda: use_reset(session, first, "haché", clock.now())) == "expired"
    assert use_reset(session, second, "haché", clock.now()) == nadia.id
    assert use_reset(session, of_other, "haché", clock.now()) == other.id


@pytest.mark.parametrize("token", ["", "inconnu", "\ud800", "\x00"])
def test_an_unknown_link_opens_nothing(session: Session, clock: FakeClock, token: str) -> None:
    assert reason_of(lambda: read_reset(session, token, clock.now())) == "unknown"
    assert reason_of(lambda: use_reset(session, token, "haché", clock.now())) == "unknown"


def test_a_disabled_account_is_not_opened_by_its_link(
    session: Session, clock: FakeClock, links: Links
) -> None:
    nadia = a_user(session)
    token = asked(session, nadia, clock, links)
    nadia.disabled_at = clock.now()
    session.flush()
    assert reason_of(lambda: read_reset(session, token, clock.now())) == "expired"
    assert reason_of(lambda: use_reset(session, token, "haché", clock.now())) == "expired"


def test_of_two_uses_at_once_one_is_refused(sessions: Sessions, clock: FakeClock, links: Links) -> None:
    with sessions.writing() as session:
        nadia = a_user(session)
        token = asked(session, nadia, clock, links)
        session.commit()
    start = Barrier(2)

    def use(password_hash: str) -> str:
        with sessions.writing() as session:
            start.wait()
            try:
                use_reset(session, token, password_hash, clock.now())
            except LinkRefused as refusal:
                return refusal.reason
            session.commit()
            return password_hash

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(use, ("premier", "second")))
    assert outcomes in (["premier", "used"], ["second", "used"])
    with sessions.reading() as session:
        assert session.scalars(select(User.password_hash)).one() in outcomes


def test_dead_links_are_forgotten_after_a_week(session: Session, clock: FakeClock, links: Links) -> None:
    token = asked(session, a_user(session), clock, links)
    clock.advance(days=7)
    purge_resets(session, clock.now())
    assert reason_of(lambda: read_reset(session, token, clock.now())) == "expired"
    clock.advance(hours=1)
    purge_resets(session, clock.now())
    assert reason_of(lambda: read_reset(session, token, clock.now())) == "unknown"
