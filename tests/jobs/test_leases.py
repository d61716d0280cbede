"""One process at a time, on both databases."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from aqss.jobs.leases import give_back_lease, is_passage_due, note_passage, take_lease
from aqss.persistence.session import Sessions
from tests.clock import FakeClock

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])

TEN_MINUTES, HOUR = timedelta(minutes=10), timedelta(hours=1)


def take(sessions: Sessions, clock: FakeClock, holder: str, every: timedelta = timedelta(0)) -> bool:
    with sessions.writing() as session:
        taken = take_lease(session, "house", holder, clock.now(), TEN_MINUTES, every)
        session.commit()
    return taken


def give_back(sessions: Sessions, clock: FakeClock, holder: str) -> None:
    with sessions.writing() as session:
        give_back_lease(session, "house", holder, clock.now())
        session.commit()


def is_due(sessions: Sessions, clock: FakeClock, every: timedelta = HOUR) -> bool:
    with sessions.reading() as session:
        return is_passage_due(session, "house", every, clock.now())


def test_a_lease_is_held_by_one_process(sessions: Sessions, clock: FakeClock, database_kind: str) -> None:
    assert take(sessions, clock, "a")
    assert not take(sessions, clock, "b")


def test_a_lease_given_back_can_be_taken(sessions: Sessions, clock: FakeClock, database_kind: str) -> None:
    take(sessions, clock, "a")
    give_back(sessions, clock, "a")
    assert take(sessions, clock, "b")


def test_the_lease_of_a_dead_process_runs_out(
    sessions: Sessions, clock: FakeClock, database_kind: str
) -> None:
    take(sessions, clock, "a")
    clock.advance(seconds=599)
    assert not take(sessions, clock, "b")
    clock.advance(seconds=1)
    assert take(sessions, clock, "b")


def test_who_lost_a_lease_cannot_give_it_back(
    sessions: Sessions, clock: FakeClock, database_kind: str
) -> None:
    take(sessions, clock, "a")
    clock.advance(minutes=10)
    take(sessions, clock, "b")
    give_back(sessions, clock, "a")
    assert not take(sessions, clock, "c")


def test_a_job_that_passed_is_due_again_after_its_time(
    sessions: Sessions, clock: FakeClock, database_kind: str
) -> None:
    assert is_due(sessions, clock)
    take(sessions, clock, "a")
    give_back(sessions, clock, "a")
    clock.advance(minutes=59)
    assert not is_due(sessions, clock)
    assert not take(sessions, clock, "b", HOUR)
    clock.advance(minutes=1)
    assert is_due(sessions, clock)
    assert take(sessions, clock, "b", HOUR)


@pytest.mark.parametrize("back", [{"hours": -1}, {"days": -1}, {"days": -365}])
def test_a_clock_put_back_holds_no_job_for_ever(
    sessions: Sessions, clock: FakeClock, database_kind: str, back: dict[str, float]
) -> None:
    take(sessions, clock, "a")
    clock.advance(**back)
    assert take(sessions, clock, "b")
    clock.advance(days=400)
    give_back(sessions, clock, "b")
    clock.advance(**back)
    assert is_due(sessions, clock)


def test_eight_processes_at_once_get_one_lease(
    sessions: Sessions, clock: FakeClock, database_kind: str
) -> None:
    taken: list[str] = []
    barrier = Barrier(8)

    def try_to_take(holder: str) -> None:
        barrier.wait()
        if take(sessions, clock, holder):
            taken.append(holder)

    threads = [Thread(target=try_to_take, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def test_a_passage_noted_makes_a_job_not_due(
    sessions: Sessions, clock: FakeClock, database_kind: str
) -> None:
    for _ in range(2):
        with sessions.writing() as session:
            note_passage(session, "house", clock.now())
            session.commit()
        assert not is_due(sessions, clock)
        clock.advance(hours=1)
        assert is_due(sessions, clock)
