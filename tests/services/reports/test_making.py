"""Reports claimed by one process, made, failed, forgotten, purged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.persistence.centres import Centre
from aqss.persistence.jobs import Report
from aqss.services.reports.asking import ReportState, state_of
from aqss.services.reports.making import (
    KEPT_FOR,
    STALE_AFTER,
    claim_report,
    count_waiting,
    forget_report,
    mark_made,
    purge_reports,
    report_path,
)
from tests.clock import FakeClock
from tests.services.reports.queue import HASH, OTHER_HASH, ask, claim


def test_the_oldest_is_claimed_first_and_by_one_process(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    clock.advance(minutes=1)
    ask(session, actor, centre, clock, OTHER_HASH)
    assert [claim(session, clock).content_hash for _ in range(2)] == [HASH, OTHER_HASH]
    assert claim_report(session, clock.now()) is None


def test_a_made_report_is_made_and_waits_no_more(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    mark_made(session, claim(session, clock), 4, clock.now())
    report = ask(session, actor, centre, clock)
    assert (state_of(report), report.pages) == (ReportState.MADE, 4)
    clock.advance(days=1)
    assert count_waiting(session, clock.now()) == 0


def test_a_report_whose_process_died_is_tried_a_second_time_then_failed(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    claim(session, clock)
    clock.advance(seconds=STALE_AFTER.total_seconds() - 1)
    assert claim_report(session, clock.now()) is None
    clock.advance(seconds=1)
    claim(session, clock)
    clock.advance(seconds=STALE_AFTER.total_seconds())
    assert claim_report(session, clock.now()) is None
    assert state_of(ask(session, actor, centre, clock)) is ReportState.FAILED


def test_a_second_try_that_succeeds_leaves_no_failure(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    claim(session, clock)
    clock.advance(seconds=STALE_AFTER.total_seconds())
    mark_made(session, claim(session, clock), 1, clock.now())
    report = ask(session, actor, centre, clock)
    assert (state_of(report), report.failure) == (ReportState.MADE, "")


def test_a_forgotten_report_is_gone(session: Session, actor: Actor, centre: Centre, clock: FakeClock) -> None:
    ask(session, actor, centre, clock)
    forget_report(session, claim(session, clock))
    assert session.scalars(select(Report)).all() == []


def test_old_reports_are_purged_and_waiting_ones_stay(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    mark_made(session, claim(session, clock), 1, clock.now())
    ask(session, actor, centre, clock, OTHER_HASH)
    assert purge_reports(session, clock.now() + KEPT_FOR - timedelta(seconds=1)) == []
    assert purge_reports(session, clock.now() + KEPT_FOR) == [HASH]
    assert [report.content_hash for report in session.scalars(select(Report))] == [OTHER_HASH]


@pytest.mark.parametrize("wrong", ["", "a" * 63, "A" * 64, "../../etc/passwd", f"{'a' * 64}/x"])
def test_a_path_is_only_made_from_a_hash(wrong: str) -> None:
    assert report_path(Path("reports"), HASH) == Path("reports") / f"{HASH}.pdf"
    with pytest.raises(ValueError, match="not a hash"):
        report_path(Path("reports"), wrong)
