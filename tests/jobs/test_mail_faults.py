"""Mails while things fail, again and again: each leaves once or is explained, whatever dies or jumps."""

from __future__ import annotations

import random
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete

from aqss.domain.access import Actor, Grant, Role
from aqss.gateways.mail import Mailer, SmtpMailer
from aqss.jobs.mail import send_mails
from aqss.jobs.turns import Turn
from aqss.persistence.mails import Mail
from aqss.persistence.session import Sessions
from aqss.services.mails import (
    LATE_AFTER,
    PAUSES,
    STALE_AFTER,
    MailState,
    claim_due,
    list_troubled,
    state_of,
)
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.certificates import server_side
from tests.clock import FakeClock
from tests.jobs.conftest import FROM
from tests.jobs.mails import count_sent, record, rows
from tests.jobs.sender import start_sending
from tests.mail_server import ACCEPTED, MailServer, free_port, running_mail_server

ADMINISTRATOR = Actor(1, "Awa", (Grant(Role.ADMINISTRATOR),))
MOST_MAILS = 8
TICK = timedelta(minutes=15)


def through(turn: Turn, mailer: Mailer) -> Turn:
    return replace(turn, runtime=replace(turn.runtime, mailer=mailer))


def afresh(sessions: Sessions, server: MailServer) -> None:
    """No mail recorded and none received; the server takes everything."""
    with sessions.writing() as session:
        session.execute(delete(Mail))
        session.commit()
    server.received.clear()
    server.answer = server.answer_to_address = lambda _address: ACCEPTED
    server.hangs_up = lambda _address: False


def states(sessions: Sessions) -> list[MailState]:
    return [state_of(mail) for mail in rows(sessions)]


@pytest.mark.campaign("F3")
def test_a_process_killed_between_acceptance_and_commit_loses_nothing_and_repeats_one_mail_at_most(
    smtp_turn: Turn,
    server: MailServer,
    sessions: Sessions,
    clock: FakeClock,
    database_url: str,
    tried: Tried,
) -> None:
    draw = random.Random(3)
    for _ in range(cases("F3")):
        afresh(sessions, server)
        count = draw.randint(1, MOST_MAILS)
        accepted = draw.randint(1, count)
        record(sessions, clock.now(), count)
        process = start_sending(database_url, server.url, clock.now(), accepted)
        process.join(60)
        assert process.exitcode is not None
        assert process.exitcode < 0
        assert (len(server.received), count_sent(sessions)) == (accepted, accepted - 1)
        assert send_mails(smtp_turn) == 0, "its claims stand for a while"
        clock.advance(seconds=STALE_AFTER.total_seconds())
        assert send_mails(smtp_turn) == count - accepted + 1
        again = [address for address, times in Counter(server.addresses).items() if times > 1]
        assert again == [f"{accepted - 1}@exemple.fr"]
        assert len({message["Message-ID"] for message in server.received}) == count
        assert states(sessions) == [MailState.SENT] * count
        clock.advance(hours=1)
        tried()


@dataclass(frozen=True)
class Fault:
    """The mailer that meets a server at fault; which mails leave all the same, and which are given up."""

    mailer: Mailer
    leave: frozenset[int] = frozenset()
    given_up: frozenset[int] = frozenset()


@contextmanager
def refused(_server: MailServer, _count: int, _draw: random.Random) -> Iterator[Fault]:
    """Nobody listens."""
    yield Fault(SmtpMailer(f"smtp://127.0.0.1:{free_port()}", FROM, timeout=10))


@contextmanager
def timeout(_server: MailServer, _count: int, _draw: random.Random) -> Iterator[Fault]:
    """Somebody listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield Fault(SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", FROM, timeout=0.1))


@contextmanager
def closing(server: MailServer, count: int, draw: random.Random) -> Iterator[Fault]:
    """421 at one of the mails: the service closes, those behind it wait."""
    at = draw.randrange(count)
    server.answer = lambda address: "421 closing" if number_of(address) == at else ACCEPTED
    yield Fault(SmtpMailer(server.url, FROM, timeout=10), leave=frozenset(range(at)))


@contextmanager
def busy(server: MailServer, count: int, draw: random.Random) -> Iterator[Fault]:
    """451 to some addresses: these wait alone."""
    some = some_of(count, draw)
    server.answer_to_address = lambda address: "451 busy" if number_of(address) in some else ACCEPTED
    yield Fault(SmtpMailer(server.url, FROM, timeout=10), leave=frozenset(range(count)) - some)


@contextmanager
def unknown(server: MailServer, count: int, draw: random.Random) -> Iterator[Fault]:
    """550 to some addresses: these are given up, with the reason."""
    some = some_of(count, draw)
    server.answer_to_address = lambda address: "550 nobody" if number_of(address) in some else ACCEPTED
    mailer = SmtpMailer(server.url, FROM, timeout=10)
    yield Fault(mailer, leave=frozenset(range(count)) - some, given_up=some)


@contextmanager
def bad_tls(_server: MailServer, _count: int, _draw: random.Random) -> Iterator[Fault]:
    """A certificate that nobody vouches for: nothing is said to whoever shows it."""
    with running_mail_server(starttls=server_side()) as impostor:
        url = impostor.url.replace("127.0.0.1", "localhost")
        yield Fault(SmtpMailer(url, FROM, timeout=10, tls=ssl.create_default_context()))
        assert impostor.received == []


@contextmanager
def half_a_batch(server: MailServer, count: int, draw: random.Random) -> Iterator[Fault]:
    """The connection is cut in the middle of a batch, without a word."""
    at = draw.randrange(count)
    server.hangs_up = lambda address: number_of(address) == at
    yield Fault(SmtpMailer(server.url, FROM, timeout=10), leave=frozenset(range(at)))


FAULTS: tuple[Callable[..., object], ...] = (refused, timeout, closing, busy, unknown, bad_tls, half_a_batch)


def number_of(address: str) -> int:
    return int(address.partition("@")[0])


def some_of(count: int, draw: random.Random) -> frozenset[int]:
    return frozenset(draw.sample(range(count), draw.randint(1, count)))


@pytest.mark.campaign("F7")
@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_what_a_server_at_fault_did_not_take_is_tried_again_alone_and_told_after_an_hour(
    kind: Callable[..., object],
    smtp_turn: Turn,
    server: MailServer,
    sessions: Sessions,
    clock: FakeClock,
    tried: Tried,
) -> None:
    draw = random.Random(kind.__name__)
    for _ in range(cases("F7", among=len(FAULTS))):
        afresh(sessions, server)
        count = draw.randint(1, MOST_MAILS)
        record(sessions, clock.now(), count)
        with kind(server, count, draw) as fault:  # type: ignore[attr-defined]
            assert send_mails(through(smtp_turn, fault.mailer)) == len(fault.leave)
        expected = [
            MailState.SENT
            if n in fault.leave
            else MailState.REFUSED
            if n in fault.given_up
            else MailState.WAITING
            for n in range(count)
        ]
        assert states(sessions) == expected
        assert all(mail.last_answer for mail in rows(sessions) if mail.sent_at is None), "each says why"
        clock.advance(seconds=LATE_AFTER.total_seconds())
        assert troubled(sessions, clock) == set(range(count)) - fault.leave
        server.answer = server.answer_to_address = lambda _address: ACCEPTED
        server.hangs_up = lambda _address: False
        send_mails(smtp_turn)
        left = set(range(count)) - fault.given_up
        assert Counter(map(number_of, server.addresses)) == dict.fromkeys(left, 1)
        assert states(sessions) == [
            MailState.REFUSED if n in fault.given_up else MailState.SENT for n in range(count)
        ]
        tried()


def troubled(sessions: Sessions, clock: FakeClock) -> set[int]:
    """The mails that the administrator is shown."""
    with sessions.reading() as session:
        return {number_of(mail.address) for mail in list_troubled(session, ADMINISTRATOR, clock.now())}


@pytest.mark.campaign("F8")
def test_a_server_down_for_three_days_brings_no_storm_and_what_expired_is_not_sent(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock, tried: Tried
) -> None:
    draw = random.Random(8)
    for _ in range(cases("F8")):
        afresh(sessions, server)
        down = SmtpMailer(f"smtp://127.0.0.1:{free_port()}", FROM, timeout=10)
        lasting, short = draw.randint(1, MOST_MAILS), draw.randint(1, MOST_MAILS)
        record(sessions, clock.now(), lasting)
        expires_at = clock.now() + timedelta(hours=draw.uniform(1, 71))
        record(sessions, clock.now() + timedelta(seconds=1), short, expires_at=expires_at)
        for _ in range(timedelta(days=3) // TICK):
            clock.advance(seconds=TICK.total_seconds())
            send_mails(through(smtp_turn, down))
        assert max(mail.attempts for mail in rows(sessions)) < 25
        clock.advance(seconds=PAUSES[-1].total_seconds())
        send_mails(smtp_turn)
        assert Counter(map(number_of, server.addresses)) == dict.fromkeys(range(lasting), 1)
        assert states(sessions) == [MailState.SENT] * lasting + [MailState.EXPIRED] * short
        tried()


@pytest.mark.campaign("F9")
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("processes", [2, 4, 8])
def test_several_job_processes_send_each_mail_once(
    processes: int,
    database_kind: str,
    server: MailServer,
    sessions: Sessions,
    clock: FakeClock,
    database_url: str,
    tried: Tried,
) -> None:
    for _ in range(cases("F9", among=6)):
        afresh(sessions, server)
        record(sessions, clock.now(), 50)
        running = [start_sending(database_url, server.url, clock.now()) for _ in range(processes)]
        for process in running:
            process.join(120)
        assert [process.exitcode for process in running] == [0] * processes
        assert Counter(map(number_of, server.addresses)) == dict.fromkeys(range(50), 1)
        assert count_sent(sessions) == 50
        clock.advance(hours=1)
        tried()


@pytest.mark.campaign("F10")
@pytest.mark.parametrize("stopped", [timedelta(hours=1), timedelta(days=1), timedelta(days=8)], ids=str)
def test_a_job_process_stopped_for_long_catches_up_without_what_expired(
    stopped: timedelta,
    smtp_turn: Turn,
    server: MailServer,
    sessions: Sessions,
    clock: FakeClock,
    tried: Tried,
) -> None:
    draw = random.Random(str(stopped))
    for _ in range(cases("F10", among=3)):
        afresh(sessions, server)
        expiries = [None, *(draw.uniform(0.1, 2) * stopped for _ in range(draw.randint(1, MOST_MAILS)))]
        for number, span in enumerate(expiries):
            record_one(sessions, clock.now(), number, span and clock.now() + span)
        if draw.random() < 0.5:  # stopped while it was sending, or not
            claim(sessions, clock)
        clock.advance(seconds=stopped.total_seconds())
        send_mails(smtp_turn)
        live = {number for number, span in enumerate(expiries) if span is None or span > stopped}
        assert Counter(map(number_of, server.addresses)) == dict.fromkeys(live, 1)
        assert states(sessions) == [
            MailState.SENT if number in live else MailState.EXPIRED for number in range(len(expiries))
        ]
        tried()


JUMPS = {"+1 h": 1.0, "-1 h": -1.0, "+1 year": 365 * 24.0, "-1 day": -24.0}


@pytest.mark.campaign("F11")
@pytest.mark.parametrize("hours", JUMPS.values(), ids=JUMPS)
def test_a_clock_that_is_set_makes_no_mail_leave_twice_nor_late_nor_never(
    hours: float, smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock, tried: Tried
) -> None:
    """Set while mails are new, waiting for another try, claimed by a process that died, or gone."""
    draw = random.Random(str(hours))
    for _ in range(cases("F11", among=len(JUMPS))):
        afresh(sessions, server)
        expiries: dict[int, datetime | None] = {}
        server.answer = kept_in_time(
            clock, expiries, lambda: draw.choice([ACCEPTED, "451 busy", "421 closing"])
        )
        for number in range(MOST_MAILS):
            span = draw.choice([None, timedelta(hours=draw.uniform(0.5, 30))])
            expiries[number] = span and clock.now() + span
            record_one(sessions, clock.now(), number, expiries[number])
            if draw.random() < 0.5:
                send_mails(smtp_turn)
                clock.advance(minutes=draw.uniform(0, 10))
        if draw.random() < 0.5:
            claim(sessions, clock)
        clock.advance(hours=hours)
        server.answer = kept_in_time(clock, expiries, lambda: ACCEPTED)
        for _ in range(PAUSES[-1] // TICK + 2):
            send_mails(smtp_turn)
            clock.advance(seconds=TICK.total_seconds())
        assert max(Counter(server.addresses).values()) == 1
        sent = {number_of(address) for address in server.addresses}
        assert sent >= {number for number, expires_at in expiries.items() if expires_at is None}
        assert states(sessions) == [
            MailState.SENT if number in sent else MailState.EXPIRED for number in expiries
        ]
        tried()


def kept_in_time(
    clock: FakeClock, expiries: dict[int, datetime | None], answer: Callable[[], str]
) -> Callable[[str], str]:
    """``answer``, having checked that the mail has not expired by the clock as it is now."""

    def checked(address: str) -> str:
        expires_at = expiries[number_of(address)]
        return answer() if expires_at is None or clock.now() < expires_at else "554 too late"

    return checked


def record_one(sessions: Sessions, now: datetime, number: int, expires_at: datetime | None) -> None:
    """A mail to ``<number>@exemple.fr``."""
    record(sessions, now, first=number, expires_at=expires_at)


def claim(sessions: Sessions, clock: FakeClock) -> None:
    """Some process takes what is due, and dies."""
    with sessions.writing() as session:
        claim_due(session, clock.now(), 3)
        session.commit()
