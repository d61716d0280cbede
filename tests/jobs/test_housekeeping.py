"""What no longer serves is deleted, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from aqss.gateways.writing import write_atomically
from aqss.jobs.housekeeping import keep_house
from aqss.jobs.turns import Turn
from aqss.persistence.accounts import RefusedAttempt, SignIn
from aqss.persistence.jobs import Report
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from aqss.services.attempts import Attempt, count_attempt
from aqss.services.journal import TRACES_KEPT_FOR
from aqss.services.reports.making import KEPT_FOR, report_path
from aqss.services.sign_ins import open_sign_in
from tests.builders import a_centre, a_user
from tests.clock import FakeClock

OLD, NEW = "a" * 64, "b" * 64


def test_ended_sessions_and_refused_attempts_go_and_open_ones_stay(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    with sessions.writing() as session:
        user = a_user(session)
        open_sign_in(session, user.id, clock.now())
        count_attempt(session, Attempt("sign-in", "nadia@exemple.fr", "192.0.2.7"), clock.now())
        clock.advance(days=2)
        open_sign_in(session, user.id, clock.now())
        session.commit()
    keep_house(turn)
    with sessions.reading() as session:
        assert session.scalars(select(RefusedAttempt)).all() == []
        assert [sign_in.created_at for sign_in in session.scalars(select(SignIn))] == [clock.now()]


def test_traces_of_old_sessions_go(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    with sessions.writing() as session:
        user = a_user(session)
        open_sign_in(session, user.id, clock.now())
        clock.advance(seconds=TRACES_KEPT_FOR.total_seconds())
        open_sign_in(session, user.id, clock.now())
        session.commit()
    keep_house(turn)
    with sessions.reading() as session:
        assert session.scalars(select(JournalEntry.at)).all() == [clock.now()]


def test_an_old_report_goes_with_its_file(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    folder = turn.runtime.settings.reports
    with sessions.writing() as session:
        centre = a_centre(session)
        for content_hash, made_at in ((OLD, clock.now()), (NEW, clock.now() + timedelta(days=1))):
            write_atomically(report_path(folder, content_hash), b"%PDF")
            session.add(
                Report(
                    kind="essai",
                    centre_id=centre.id,
                    subject_id=1,
                    content_hash=content_hash,
                    asked_at=made_at,
                    made_at=made_at,
                )
            )
        session.commit()
    clock.advance(seconds=KEPT_FOR.total_seconds())
    assert keep_house(turn) == 1
    assert [path.name for path in folder.iterdir()] == [f"{NEW}.pdf"]


def test_a_file_already_gone_is_no_fault(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    with sessions.writing() as session:
        centre = a_centre(session)
        row = Report(
            kind="essai",
            centre_id=centre.id,
            subject_id=1,
            content_hash=OLD,
            asked_at=clock.now(),
            made_at=clock.now(),
        )
        session.add(row)
        session.commit()
    clock.advance(seconds=KEPT_FOR.total_seconds())
    assert keep_house(turn) == 1
