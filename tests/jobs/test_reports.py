"""The report job, with a small report."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Permission, Role
from aqss.domain.errors import NotFound
from aqss.jobs.reports import make_reports, tell_reports
from aqss.jobs.turns import Turn
from aqss.persistence.centres import Centre
from aqss.persistence.jobs import Report
from aqss.persistence.session import Sessions
from aqss.services.reports.asking import ReportState, ask_report, state_of
from aqss.services.reports.kinds import ReportBody, ReportKind, Sources
from aqss.services.reports.making import claim_report, report_path
from tests.builders import a_centre, a_user
from tests.clock import FakeClock

HASH, OTHER_HASH = "a" * 64, "b" * 64


def _centre_of(_session: Session, subject_id: int) -> int:
    return subject_id


def _build(session: Session, subject_id: int, sources: Sources) -> ReportBody:
    centre = session.get(Centre, subject_id)
    if centre is None or centre.name == "absent":
        raise NotFound("centre", subject_id)
    html = f"<html lang='fr'><body><p>{centre.name} {sources.links.base_url}</p></body></html>"
    return ReportBody(centre.name, html, OTHER_HASH if centre.name == "changé" else HASH)


REPORTS = [ReportKind("essai", Permission.ASSESSMENT_READ, _centre_of, _build)]


def ask(sessions: Sessions, clock: FakeClock, name: str = "Vauxperle", content_hash: str = HASH) -> None:
    with sessions.writing() as session:
        centre = a_centre(session, name=name)
        actor = Actor(a_user(session).id, "Nadia", (Grant(Role.MEMBER, centre_id=centre.id),))
        ask_report(session, actor, "essai", centre.id, content_hash, clock.now(), reports=REPORTS)
        session.commit()


def rows(sessions: Sessions) -> list[Report]:
    with sessions.reading() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


def kept(turn: Turn) -> list[Path]:
    folder = turn.runtime.settings.reports
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_a_report_asked_for_becomes_a_pdf_under_its_hash(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    ask(sessions, clock)
    assert make_reports(turn, REPORTS) == 1
    path = report_path(turn.runtime.settings.reports, HASH)
    assert kept(turn) == [path]
    text = PdfReader(BytesIO(path.read_bytes())).pages[0].extract_text()
    assert "Vauxperle http://localhost" in text
    (row,) = rows(sessions)
    assert (state_of(row), row.pages) == (ReportState.MADE, 1)


def test_a_report_is_made_once(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    ask(sessions, clock)
    assert [make_reports(turn, REPORTS), make_reports(turn, REPORTS)] == [1, 0]


def test_a_report_that_cannot_be_made_is_told_and_holds_no_other_back(
    turn: Turn, sessions: Sessions, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    ask(sessions, clock, "absent")
    clock.advance(seconds=1)
    ask(sessions, clock, "Vauxperle", OTHER_HASH[:-1] + "c")
    ask(sessions, clock, "changé", OTHER_HASH)
    assert make_reports(turn, REPORTS) == 1
    failed, *_ = rows(sessions)
    assert state_of(failed) is ReportState.FAILED
    assert "NotFound" in failed.failure
    assert "not made" in caplog.text


def test_a_content_that_changed_meanwhile_is_not_kept_under_the_old_hash(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    ask(sessions, clock, "changé", HASH)
    assert make_reports(turn, REPORTS) == 0
    assert rows(sessions) == []
    assert kept(turn) == []


def test_a_kind_that_is_no_longer_listed_fails(
    turn: Turn, sessions: Sessions, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    ask(sessions, clock)
    assert make_reports(turn, []) == 0
    assert state_of(rows(sessions)[0]) is ReportState.FAILED


def test_a_process_that_stops_makes_no_further_report(
    turn: Turn, sessions: Sessions, clock: FakeClock
) -> None:
    ask(sessions, clock)
    turn.stopping.set()
    assert make_reports(turn, REPORTS) == 0
    assert state_of(rows(sessions)[0]) is ReportState.WAITING


def test_a_report_claimed_elsewhere_is_left_alone(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    ask(sessions, clock)
    with sessions.writing() as session:
        claim_report(session, clock.now())
        session.commit()
    assert make_reports(turn, REPORTS) == 0


def test_a_pass_with_nothing_asked_for_writes_nothing(turn: Turn, sessions: Sessions) -> None:
    with sessions.writing() as session:
        session.connection().exec_driver_sql("SELECT 1")  # holds the write lock
        assert make_reports(turn, REPORTS) == 0


def test_what_a_pass_would_do_is_told_in_french(turn: Turn, sessions: Sessions, clock: FakeClock) -> None:
    ask(sessions, clock)
    assert tell_reports(turn) == "Rapports à faire : 1 rapport."
