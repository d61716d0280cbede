"""Reports asked for, once for each content, by those who may, and asked for again."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import NotAllowed, NotFound
from aqss.persistence.centres import Centre
from aqss.services.reports.asking import ReportState, ask_report, find_report, state_of
from aqss.services.reports.making import count_waiting, mark_failed
from tests.builders import a_centre
from tests.clock import FakeClock
from tests.services.reports.queue import ESSAI, HASH, OTHER_HASH, ask, claim


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


def test_which_part_was_asked_for_is_kept_for_who_makes_it(
    session: Session, actor: Actor, centre: Centre, clock: FakeClock
) -> None:
    ask(session, actor, centre, clock, asked="une partie")
    claimed = claim(session, clock)
    assert claimed.asked == "une partie"
    mark_failed(session, claimed, "trop long", clock.now())
    ask(session, actor, centre, clock, asked="une autre", remake=True)
    assert claim(session, clock).asked == "une autre"


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
