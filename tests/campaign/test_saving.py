"""An answer shown as saved is on the disk: servers killed while saving, thirty people saving at once."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from threading import Event

import pytest

from tests.campaign.conftest import Rated
from tests.campaign.counting import Tried
from tests.campaign.people import Persistent, Person, Thoughtful
from tests.campaign.rows import IN_FULL, cases, seconds
from tests.campaign.served import Saved, Server, browsers

RATING = 8
"""People who rate without a pause while web processes are killed: more than there are processes."""
LONGEST_LIFE = 0.1
"""Seconds, at most, between the first answer promised after a kill and the next kill."""
ALL_AT_ONCE = 25
"""Every so many kills, the whole server."""
SLOW = 0.3
"""Seconds that 95 saves in 100 take less than, when people think for a second on average."""
PATIENCE = 60.0


@pytest.mark.xdist_group("every core")
@pytest.mark.campaign("F1")
def test_an_answer_acknowledged_survives_the_death_of_the_server(
    rated: Rated, server: Server, tried: Tried
) -> None:
    """Killed at a random moment: what was acknowledged is there, what was under way is there whole or not."""
    kills, draw, stopping = cases("F1"), random.Random(1), Event()
    server.start()
    people = [
        Persistent(browser, rated.assessment, rated.criteria[number::RATING], number, stopping)
        for number, browser in enumerate(browsers(rated.runtime, rated.people[:RATING], server.port))
    ]
    start(people)
    for number in range(1, kills + 1):
        wait_for_a_promise(people)
        time.sleep(draw.uniform(0, LONGEST_LIFE))
        promised = [one for person in people for one in list(person.known.values())]
        kill(server, rated, draw, everything=number % ALL_AT_ONCE == 0)
        stored = rated.stored()
        assert [one for one in promised if is_lost(one, stored)] == []
        assert rated.faults() == []
    stop(people, stopping)
    assert_exact(rated, people)
    cut_short = sum(person.cut_short for person in people)
    assert cut_short > kills // 2, "the kills did not come during saves"
    promises = sum(person.promised for person in people)
    tried(kills, f"{promises} answers promised, {cut_short} cut short, 0 lost")


def kill(server: Server, rated: Rated, draw: random.Random, *, everything: bool) -> None:
    if not everything:
        server.kill_one(draw)
        return
    rated.runtime.sessions.dispose()  # nobody has the database open: whoever comes next puts it right
    server.kill_all()
    assert rated.faults() == []
    server.start()


def is_lost(promised: Saved, stored: dict[str, Saved]) -> bool:
    """Whether neither ``promised`` is stored nor what the same person wrote over it since."""
    found = stored.get(promised.code)
    return found is None or (found != promised and found.version <= promised.version)


def wait_for_a_promise(people: Sequence[Persistent]) -> None:
    before, limit = sum(person.promised for person in people), time.monotonic() + PATIENCE
    while sum(person.promised for person in people) == before:
        assert [error for person in people for error in person.errors] == []
        assert time.monotonic() < limit, "nobody is answered any more"
        time.sleep(0.001)


def assert_exact(rated: Rated, people: Sequence[Persistent]) -> None:
    """What is stored is what was promised, but for what each person had sent last; and it was noted once."""
    stored = rated.stored()
    for person in people:
        for code, promised in person.known.items():
            assert stored.pop(code) in (promised, person.sent)
        if person.sent is not None:
            stored.pop(person.sent.code, None)
    assert stored == {}
    assert rated.count_noted() == sum(one.version for one in rated.stored().values())


@pytest.mark.xdist_group("every core")
@pytest.mark.campaign("F23")
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_thirty_people_saving_at_once_lose_nothing(
    rated: Rated, server: Server, database_kind: str, tried: Tried
) -> None:
    server.start()
    saved: list[Saved] = []
    slowest, rounds = 0.0, cases("F23", among=2)
    for number in range(rounds):
        people = rate_together(rated, server, number)
        saved += [one for person in people for one in person.saved]
        assert_nothing_lost(rated, saved)
        waits = [wait for person in people for wait in person.waits]
        slowest = max(slowest, statistics.quantiles(waits, n=20)[-1])
    assert slowest < SLOW or not IN_FULL
    tried(rounds, f"{database_kind}: {len(saved)} saved, p95 {slowest * 1000:.0f} ms, 0 errors, 0 lost")


def rate_together(rated: Rated, server: Server, seed: int) -> list[Thoughtful]:
    """Everybody rates the same criteria, from what each knows of them, for a minute."""
    stopping, pause = Event(), seconds(2, 0.5)
    people = [
        Thoughtful(browser, rated.assessment, rated.criteria, 100 * seed + number, stopping, pause=pause)
        for number, browser in enumerate(browsers(rated.runtime, rated.people, server.port))
    ]
    start(people)
    time.sleep(seconds(60, 4))
    stop(people, stopping)
    assert sum(person.stale for person in people) > 0, "nobody met anybody"
    return people


def assert_nothing_lost(rated: Rated, saved: Sequence[Saved]) -> None:
    """Every answer acknowledged made one version, noted once, and the scores follow."""
    found = rated.stored()
    assert {code: one.version for code, one in found.items()} == Counter(one.code for one in saved)
    assert len({(one.code, one.version) for one in saved}) == len(saved)
    assert set(found.values()) <= set(saved)
    assert rated.faults() == []
    assert rated.count_noted() == len(saved)


def start(people: Sequence[Person]) -> None:
    for person in people:
        person.start()


def stop(people: Sequence[Person], stopping: Event) -> None:
    """Everybody finishes what they are at; nothing went wrong for anybody."""
    stopping.set()
    for person in people:
        person.join(PATIENCE)
    assert [error for person in people for error in person.errors] == []
    assert not any(person.is_alive() for person in people)
