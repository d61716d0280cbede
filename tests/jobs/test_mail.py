"""The mail job, with a real mail server."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from aqss.gateways.mail import FolderMailer, MailToSend, SmtpMailer
from aqss.jobs.mail import BATCH, LONGEST_BATCH, send_mails, tell_mails
from aqss.jobs.turns import Turn
from aqss.persistence.session import Sessions
from aqss.services.mails import STALE_AFTER, MailState, state_of
from tests.clock import FakeClock
from tests.jobs.mails import count_sent, record, rows
from tests.mail_server import MailServer, free_port


def sender(
    database_url: str, server: MailServer, clock: FakeClock, *killed_after: str
) -> subprocess.Popen[bytes]:
    words = [database_url, server.url, clock.now().isoformat(), *killed_after]
    return subprocess.Popen([sys.executable, "-m", "tests.jobs.sender", *words])


def states(sessions: Sessions) -> list[MailState]:
    return [state_of(mail) for mail in rows(sessions)]


def test_what_is_due_is_sent_over_one_connection_and_marked(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    record(sessions, clock.now(), 3)
    assert send_mails(smtp_turn) == 3
    assert server.addresses == ["0@exemple.fr", "1@exemple.fr", "2@exemple.fr"]
    assert states(sessions) == [MailState.SENT] * 3
    assert server.connections == 1


def test_a_second_pass_sends_nothing(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    record(sessions, clock.now(), 3)
    send_mails(smtp_turn)
    assert send_mails(smtp_turn) == 0
    assert len(server.received) == 3


def test_more_than_a_batch_goes_in_one_pass(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    record(sessions, clock.now(), 2 * BATCH + 3)
    assert send_mails(smtp_turn) == 2 * BATCH + 3


@pytest.mark.parametrize("answer", ["450 busy", "451 busy"])
def test_a_refused_mail_is_retried_alone_after_its_pause(
    answer: str, smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    server.answer = lambda address: answer if address.startswith("1@") else "250 ok"
    record(sessions, clock.now(), 3)
    assert send_mails(smtp_turn) == 2
    assert send_mails(smtp_turn) == 0
    server.answer = lambda _address: "250 ok"
    clock.advance(minutes=1)
    assert send_mails(smtp_turn) == 1
    assert sorted(server.addresses) == ["0@exemple.fr", "1@exemple.fr", "2@exemple.fr"]


def test_an_address_that_does_not_exist_is_given_up_and_the_others_are_sent(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    server.answer_to_address = lambda address: "550 nobody" if address.startswith("0@") else "250 ok"
    record(sessions, clock.now(), 3)
    assert send_mails(smtp_turn) == 2
    assert states(sessions) == [MailState.REFUSED, MailState.SENT, MailState.SENT]
    assert rows(sessions)[0].last_answer == "550 nobody"


def test_a_server_that_closes_in_the_middle_of_a_batch_gets_the_rest_later_and_nothing_twice(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    server.answer = lambda address: "421 closing" if address.startswith("2@") else "250 ok"
    record(sessions, clock.now(), 5)
    assert send_mails(smtp_turn) == 2
    server.answer = lambda _address: "250 ok"
    assert send_mails(smtp_turn) == 0, "not before a pause"
    clock.advance(minutes=1)
    assert send_mails(smtp_turn) == 3
    assert sorted(server.addresses) == [f"{n}@exemple.fr" for n in range(5)]


def test_a_server_that_does_not_answer_is_called_once_for_a_batch(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    server.slow = 1.0
    hasty = SmtpMailer(server.url, "aqss <a@b.fr>", timeout=0.5)
    record(sessions, clock.now(), 3)
    assert send_mails(replace(smtp_turn, runtime=replace(smtp_turn.runtime, mailer=hasty))) == 0
    assert server.connections == 1
    assert all(mail.last_answer for mail in rows(sessions)), "each says why it has not left"


def test_a_server_down_for_three_days_brings_no_storm(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    down = SmtpMailer(f"smtp://127.0.0.1:{free_port()}", "aqss <a@b.fr>", timeout=0.2)
    without_server = replace(smtp_turn, runtime=replace(smtp_turn.runtime, mailer=down))
    record(sessions, clock.now(), 5)
    record(sessions, clock.now() + timedelta(seconds=1), 2, expires_at=clock.now() + timedelta(days=2))
    for _ in range(3 * 24 * 4):
        clock.advance(minutes=15)
        send_mails(without_server)
    assert max(mail.attempts for mail in rows(sessions)) < 25
    clock.advance(hours=4)
    send_mails(smtp_turn)
    assert Counter(server.addresses) == {f"{n}@exemple.fr": 1 for n in range(5)}
    assert states(sessions) == [MailState.SENT] * 5 + [MailState.EXPIRED] * 2


@pytest.mark.parametrize("hours", [1, 24, 8 * 24])
def test_a_job_process_stopped_for_long_catches_up_without_what_expired(
    hours: int, smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    record(sessions, clock.now(), 2)
    record(sessions, clock.now() + timedelta(seconds=1), 1, expires_at=clock.now() + timedelta(hours=2))
    clock.advance(hours=hours)
    send_mails(smtp_turn)
    assert len(server.received) == (3 if hours < 2 else 2)


def test_the_rest_of_a_batch_is_given_back_when_the_process_stops(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    def stop_after_one(_address: str) -> str:
        smtp_turn.stopping.set()
        return "250 ok"

    server.answer = stop_after_one
    record(sessions, clock.now(), 3)
    assert send_mails(smtp_turn) == 1
    assert [(mail.claimed_at, mail.attempts) for mail in rows(sessions)][1:] == [(None, 0)] * 2


def test_a_batch_too_long_is_given_back_before_anybody_may_take_it_over(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock
) -> None:
    server.answer = lambda _address: (clock.advance(seconds=LONGEST_BATCH.total_seconds()), "250 ok")[1]
    record(sessions, clock.now(), 3)
    assert send_mails(smtp_turn) == 3
    assert LONGEST_BATCH < STALE_AFTER
    assert Counter(server.addresses).most_common(1)[0][1] == 1


class Capricious(FolderMailer):
    """Has a bug with one address."""

    def send(self, mail: MailToSend) -> None:
        if mail.address.startswith("0@"):
            raise KeyError("bug")
        super().send(mail)


def test_a_mail_that_makes_the_sender_fail_holds_no_other_back(
    turn: Turn, sessions: Sessions, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    mailer = Capricious(turn.runtime.settings.outbox)
    record(sessions, clock.now(), 3)
    assert send_mails(replace(turn, runtime=replace(turn.runtime, mailer=mailer))) == 2
    assert states(sessions) == [MailState.WAITING, MailState.SENT, MailState.SENT]
    assert "KeyError" in caplog.text


def test_a_process_killed_between_acceptance_and_commit_loses_nothing_and_repeats_one_mail_at_most(
    smtp_turn: Turn, server: MailServer, sessions: Sessions, clock: FakeClock, database_url: str
) -> None:
    record(sessions, clock.now(), 5)
    assert sender(database_url, server, clock, "3").wait(60) < 0
    assert (len(server.received), count_sent(sessions)) == (3, 2)
    assert send_mails(smtp_turn) == 0, "its claims stand for a while"
    clock.advance(seconds=STALE_AFTER.total_seconds())
    assert send_mails(smtp_turn) == 3
    again = [address for address, times in Counter(server.addresses).items() if times > 1]
    assert again == ["2@exemple.fr"]
    assert len({message["Message-ID"] for message in server.received}) == 5


@pytest.mark.parametrize(("database_kind", "processes"), [("sqlite", 2), ("sqlite", 4), ("postgresql", 4)])
def test_several_processes_send_each_mail_once(
    processes: int,
    database_kind: str,
    server: MailServer,
    sessions: Sessions,
    clock: FakeClock,
    database_url: str,
) -> None:
    record(sessions, clock.now(), 200)
    running = [sender(database_url, server, clock) for _ in range(processes)]
    assert [process.wait(120) for process in running] == [0] * processes
    assert Counter(Counter(server.addresses).values()) == {1: 200}
    assert count_sent(sessions) == 200


def test_a_pass_with_nothing_due_writes_nothing(turn: Turn, sessions: Sessions) -> None:
    with sessions.writing() as session:
        session.connection().exec_driver_sql("SELECT 1")  # holds the write lock
        assert send_mails(turn) == 0


def test_what_a_pass_would_do_is_told_in_french(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    record(sessions, clock.now(), 2)
    assert tell_mails(turn) == "Messages à envoyer : 2 messages."
