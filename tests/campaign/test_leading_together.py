"""Two people lead one session: whatever they do at once, nothing acknowledged is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime
from aqss.domain.access import Actor, Role
from aqss.domain.errors import StaleEdit
from aqss.persistence.centres import Centre
from aqss.services.consensus.agreeing import Decision, agree, ratify
from aqss.services.consensus.sessions import go_to, postpone
from tests.builders import a_member, actor_of
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.score_rows import check_scores
from tests.web.consensus.scene import ALIKE, SPLIT, Room, make_room

CODES = tuple(f"A2-{number:02}" for number in range(1, 9))
GESTURES_EACH = 3
ROOM_FOR = 40
"""Schedules in one session: then there is nothing left to ratify."""


@dataclass
class Told:
    """What somebody was told of a gesture: ``version`` of what they saved; refused: ``is_stale``."""

    code: str = ""
    version: int = 0
    note: str = ""
    is_stale: bool = False
    target: str = ""
    ratified: int = 0


@dataclass
class Leading:
    """One of the two: what they know of each answer, and what they do next."""

    room: Room
    actor: Actor
    draw: random.Random
    known: dict[str, int] = field(default_factory=dict)
    written: int = 0

    def plan(self) -> Callable[[], Told]:
        """The next gesture, from what they know now."""
        code, draw = self.draw.choice(CODES), self.draw.random()
        if draw < 0.6:
            self.written += 1
            level, version = self.draw.choice(("oui", "partiel", "non")), self.known.get(code, 0)
            note = f"{self.actor.name}, {self.written}"
            return lambda: self._save(code, level, version, note)
        if draw < 0.75:
            return lambda: self._move(go_to, code, Told(target=code))
        if draw < 0.9:
            return lambda: self._move(postpone, code, Told())
        return self._ratify

    def look(self) -> None:
        """See the screen as it is."""
        self.known = {code: row.version for code, row in self.room.standing().items()}

    def _save(self, code: str, level: str, version: int, note: str) -> Told:
        decision = Decision("level", level, reason="Vu ensemble", note=note)
        try:
            saved = self._in_transaction(
                agree, grid="coordination", criterion=code, decision=decision, expected_version=version
            )
        except StaleEdit:
            return Told(code, is_stale=True)
        self.known[code] = saved.version
        return Told(code, saved.version, note)

    def _move(self, gesture: Callable[..., Any], code: str, told: Told) -> Told:
        self._in_transaction(gesture, grid="coordination", criterion=code)
        return told

    def _ratify(self) -> Told:
        shown = {("coordination", code) for code in CODES}
        return Told(ratified=self._in_transaction(ratify, shown=shown))

    def _in_transaction(self, gesture: Callable[..., Any], **more: Any) -> Any:
        now = self.room.runtime.clock.now()
        with self.room.runtime.sessions.writing() as session:
            done = gesture(session, self.actor, assessment_id=self.room.key, now=now, **more)
            session.commit()
        return done


@pytest.mark.campaign("F14")
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_two_who_lead_at_once_lose_nothing(runtime: Runtime, database_kind: str, tried: Tried) -> None:
    draw, count, refused = random.Random(14), cases("F14", among=2), 0
    for number in range(count):
        if number % ROOM_FOR == 0:
            pair, last = sit_down(runtime, draw), {}
        refused += run_schedule(pair, last, draw)
    assert refused, "nobody met anybody"
    tried(count, f"{database_kind}: {refused} saves refused to who started from an older answer, 0 lost")


def sit_down(runtime: Runtime, draw: random.Random) -> tuple[Leading, Leading]:
    """A session begun, and the two who lead it."""
    said = {code: ALIKE if number % 3 == 0 else SPLIT for number, code in enumerate(CODES)}
    room = make_room(runtime, said)
    room.begin()
    with runtime.sessions.writing() as session:
        second = a_member(session, session.get_one(Centre, room.team.centre_id), Role.COORDINATOR)
        session.commit()
        actors = actor_of(session, room.team.coordinator), actor_of(session, second)
    first, other = (Leading(room, actor, random.Random(draw.random())) for actor in actors)
    return first, other


def run_schedule(pair: tuple[Leading, Leading], last: dict[str, Told], draw: random.Random) -> int:
    """Gestures made two at once; ``last``: criterion → the save that stands. How many saves were refused."""
    refused = 0
    for _ in range(GESTURES_EACH):
        for one in pair:
            if draw.random() < 0.5:
                one.look()
        before = {code: told.version for code, told in last.items()}
        told = at_once(*(one.plan() for one in pair))
        refused += sum(one.is_stale for one in told)
        check(pair[0].room, before, last, told)
    return refused


def at_once(*gestures: Callable[[], Told]) -> list[Told]:
    barrier = Barrier(len(gestures))

    def run(gesture: Callable[[], Told]) -> Told:
        barrier.wait()
        return gesture()

    with ThreadPoolExecutor(len(gestures)) as pool:
        return list(pool.map(run, gestures))


def check(room: Room, before: dict[str, int], last: dict[str, Told], told: list[Told]) -> None:
    """Each save acknowledged made the next version, and what stands is the last one."""
    for one in sorted((one for one in told if one.version), key=lambda one: one.version):
        ratified = one.version - 1 if any(other.ratified for other in told) else before.get(one.code, 0)
        expected = max(before.get(one.code, 0), ratified)
        assert one.version == expected + 1, "somebody was overwritten"
        before[one.code] = one.version
        last[one.code] = one
    for code, row in room.standing().items():
        if code in last and row.version == last[code].version:
            assert row.c_note == last[code].note
        else:
            assert row.c_is_ratified, "a save nobody was told of"
            last[code] = Told(code, row.version, "")
    assert set(last) == set(room.standing())
    targets = [one.target for one in told if one.target]
    if len(targets) == len(told):
        assert room.current() in targets
    with room.runtime.sessions.reading() as session:
        assert not faults(session, room)


def faults(session: Session, room: Room) -> Any:
    return check_scores(session, room.key)
