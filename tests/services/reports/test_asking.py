"""Reports asked for, claimed by one process, made, failed, made again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Permission, Role
from aqss.domain.errors import NotAllowed, NotFound
from aqss.persistence.centres import Centre
from aqss.persistence.jobs import Report
from aqss.services.reports import (
    KEPT_FOR,
    REPORTS,
    STALE_AFTER,
    ClaimedReport,
    ReportBody,
    ReportKind,
    ReportState,
    Sources,
    ask_report,
    claim_report,
    count_waiting,
    find_report,
    forget_report,
    kind_named,
    mark_failed,
    mark_made,
    purge_reports,
    report_path,
    state_of,
)
from tests.builders import a_centre, a_member, actor_of
from tests.clock import FakeClock

HASH, OTHER_HASH = "a" * 64, "b" * 64


def _centre_of(session: Session, subject_id: int) -> int:
    centre = session.get(Centre, subject_id)
    if centre is None:
        raise NotFound("centre", subject_id)
    return centre.id


def _build(_session: Session, _subject_id: int, _sources: Sources) -> ReportBody:
    return ReportBody("Essai", "<html></html>", HASH)


ESSAI = ReportKind("essai", Permission.ASSESSMENT_READ, _centre_of, _build)


@pytest.fixture
def centre(session: Session) -> Centre:
    return a_centre(session)


@pytest.fixture
def actor(session: Session, centre: Centre) -> Actor:
    return actor_of(session, a_member(session, centre))


def ask(
    session: Session,
    actor: Actor,
    centre: Centre,
    clock: FakeClock,
    content_hash: str = HASH,
    *,
    remake: bool = False,
) -> Report:
    return ask_report(
        session, actor, "essai", centre.id, content_hash, clock.now(), remake=remake, reports=[ESSAI]
    )


def claim(session: Session, clock: FakeClock) -> ClaimedReport:
    claimed = claim_report(session, clock.now())
    assert claimed is not None
    return claimed


def test_a_report_asked_for_waits(session: Session, actor: Actor, centre: Centre, clock: FakeClock) -> None:
    report = ask(session, actor, centre, clock)
    assert state_of(report) is ReportState.WAITING
    assert (report.centre_id, report.subject_id, report.asked_by_id) == (centre.id, centre.id, actor.user_id)
    assert count_waiting(session, clock.now()) == 1


def test_the_same_content_is_asked_for_once(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    first = ask(session, actor, centre, clock)
    assert ask(session, actor, centre, clock).id == first.id
    assert ask(session, actor, centre, clock, OTHER_HASH).id != first.id


def test_who_may_not_read_the_subject_may_not_ask_nor_look(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    stranger = Actor(99, "Paul", (Grant(Role.MEMBER, centre_id=centre.id + 1),))
    with pytest.raises(NotAllowed):
        ask(session, stranger, centre, clock)
    with pytest.raises(NotAllowed):
        find_report(session, stranger, "essai", centre.id, HASH, reports=[ESSAI])


def test_an_unknown_kind_or_subject_is_not_found(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    with pytest.raises(NotFound):
        ask_report(session, actor, "autre", centre.id, HASH, clock.now(), reports=[ESSAI])
    with pytest.raises(NotFound):
        ask_report(session, actor, "essai", centre.id + 1, HASH, clock.now(), reports=[ESSAI])


def test_a_report_is_found_only_under_its_own_subject(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    assert find_report(session, actor, "essai", centre.id, HASH, reports=[ESSAI]) is None
    ask(session, actor, centre, clock)
    assert find_report(session, actor, "essai", centre.id, HASH, reports=[ESSAI]) is not None
    other = a_centre(session)
    both = Actor(actor.user_id, "Nadia", (*actor.grants, Grant(Role.MEMBER, centre_id=other.id)))
    assert find_report(session, both, "essai", other.id, HASH, reports=[ESSAI]) is None


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


def test_a_failed_report_waits_for_somebody_to_ask_again(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    mark_failed(session, claim(session, clock), "PdfRefused: too long", clock.now())
    report = ask(session, actor, centre, clock)
    assert (state_of(report), report.failure) == (ReportState.FAILED, "PdfRefused: too long")
    report = ask(session, actor, centre, clock, remake=True)
    assert (state_of(report), report.failure) == (ReportState.WAITING, "")
    assert count_waiting(session, clock.now()) == 1


def test_asking_again_does_not_disturb_a_report_being_made(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock)
    claim(session, clock)
    ask(session, actor, centre, clock, remake=True)
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


def test_each_kind_is_listed_once() -> None:
    assert len({kind.kind for kind in REPORTS}) == len(REPORTS)
    assert all(kind_named(kind.kind) is kind for kind in REPORTS)
