"""The mail job, with a real mail server."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from aqss.gateways.mail import FolderMailer, MailToSend, SmtpMailer
from aqss.jobs.mail import BATCH, LONGEST_BATCH, send_mails, tell_mails
from aqss.jobs.turns import Turn
from aqss.persistence.session import Sessions
from aqss.services.mails import STALE_AFTER, MailState, state_of
from tests.clock import FakeClock
from tests.jobs.mails import record, rows
from tests.mail_server import MailServer


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


def test_once_a_mail_has_left_neither_the_database_nor_its_copy_holds_its_link(
    turn: Turn, sessions: Sessions, clock: FakeClock, tmp_path: Path
) -> None:
    record(sessions, clock.now(), 3)
    assert send_mails(turn) == 3
    (eml, *_others) = sorted(turn.runtime.settings.outbox.glob("*.eml"))
    assert "mot-de-passe/jeton" in eml.read_text("utf-8").replace("=\n", "")
    with closing(sqlite3.connect(sessions.path)) as database:
        database.execute("VACUUM INTO ?", [str(tmp_path / "copy.db")])
    sessions.dispose()  # the last connection writes everything to the one file
    for path in (tmp_path / "copy.db", sessions.path):
        assert b"exemple.fr" in path.read_bytes()
        assert b"mot-de-passe/jeton" not in path.read_bytes()


def test_a_pass_with_nothing_due_writes_nothing(turn: Turn, sessions: Sessions) -> None:
    with sessions.writing() as session:
        session.connection().exec_driver_sql("SELECT 1")  # holds the write lock
        assert send_mails(turn) == 0


def test_what_a_pass_would_do_is_told_in_french(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    record(sessions, clock.now(), 2)
    assert tell_mails(turn) == "Courriels à envoyer : 2 courriels."
