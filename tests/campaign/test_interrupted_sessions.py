"""Servers killed while a team agrees, or while names are cut: each gesture is there whole, or not at all."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from aqss.bootstrap import Runtime, build_runtime
from aqss.config import Settings
from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, Spread
from aqss.persistence.journal import JournalEntry
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.campaign.served import Browser, Server, ask, browsers
from tests.score_rows import check_scores
from tests.web.consensus.scene import ALIKE, SPLIT, Room, make_room

CODES = tuple(f"A2-{number:02}" for number in range(1, 9))
LONGEST_LIFE = 0.06
"""Seconds, at most, between sending a gesture and the kill: about what it takes."""
PATIENCE = 60.0


@dataclass
class Gesture(Thread):
    """A form sent; ``status`` is None while, or when, no reply came."""

    browser: Browser
    address: str
    fields: dict[str, str]
    status: int | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = Thread.__hash__

    def run(self) -> None:
        try:
            port, headers = self.browser.port, self.browser.headers
            self.status, _ = ask(port, "POST", self.address, urlencode(self.fields), headers)
        except (OSError, HTTPException):
            return


@pytest.fixture
def runtime(settings: Settings, catalogue: Catalogue, published: object) -> Iterator[Runtime]:
    """By the clock of the machine, as the site that is served."""
    runtime = build_runtime(settings, catalogue=catalogue)
    yield runtime
    runtime.sessions.dispose()


@pytest.fixture
def server(runtime: Runtime, tmp_path: Path) -> Iterator[Server]:
    """One web process: the one that is killed is the one at work."""
    server = Server(runtime, tmp_path / "serve.log", workers=1)
    yield server
    server.kill_all()


def kill_during(server: Server, gesture: Gesture, draw: random.Random) -> None:
    gesture.start()
    time.sleep(draw.uniform(0, LONGEST_LIFE))
    server.kill_one(draw)
    gesture.join(PATIENCE)
    wait_until_served(server)


def wait_until_served(server: Server) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        try:
            ask(server.port, "GET", "/healthz")
        except (OSError, HTTPException):
            time.sleep(0.02)
        else:
            return
    raise AssertionError(server.said())


@pytest.mark.xdist_group("every core")
@pytest.mark.campaign("F2")
def test_a_consensus_is_saved_whole_or_not_at_all(runtime: Runtime, server: Server, tried: Tried) -> None:
    draw, count, promised = random.Random(2), cases("F2", among=2), 0
    room = make_room(runtime, dict.fromkeys(CODES, SPLIT))
    room.begin()
    server.start()
    (browser,) = browsers(runtime, [room.team.coordinator], server.port)
    for number in range(count):
        code, level = draw.choice(CODES), draw.choice(("oui", "partiel", "non"))
        before = room.agreed(code)
        version = before.version if before else 0
        gesture = save(browser, room, code, level, version, f"Note {number}")
        kill_during(server, gesture, draw)
        after = room.agreed(code)
        is_saved = after is not None and (after.version, after.level, after.c_note) == (
            version + 1,
            level,
            f"Note {number}",
        )
        assert is_saved or after == before
        assert is_saved or gesture.status is None, "promised and lost"
        promised += gesture.status is not None
        assert_in_order(room)
    tried(count, f"{count} consensus saves, {promised} promised, 0 lost")


def save(browser: Browser, room: Room, code: str, level: str, version: int, words: str) -> Gesture:
    fields = {"critere": f"coordination/{code}", "value": level, "version": str(version)}
    return Gesture(browser, f"{room.url}/accord", {**fields, "why": "Vu ensemble", "note": words})


def assert_in_order(room: Room) -> None:
    """Every version of an answer was noted once; scores follow."""
    with room.runtime.sessions.reading() as session:
        verbs = select(func.count()).select_from(JournalEntry).where(JournalEntry.verb == "consensus-saved")
        noted = session.scalar(verbs)
        assert not check_scores(session, room.key)
    rows = [room.agreed(code) for code in CODES]
    assert noted == sum(row.version for row in rows if row is not None)


@pytest.mark.xdist_group("every core")
@pytest.mark.campaign("F2")
def test_names_are_cut_with_the_closing_or_not_at_all(runtime: Runtime, server: Server, tried: Tried) -> None:
    draw, count, closed = random.Random(22), cases("F2", among=2), 0
    server.start()
    for _ in range(count):
        room = make_room(runtime, dict.fromkeys(CODES, ALIKE))
        room.begin()
        ask_for_validation(room)
        (browser,) = browsers(runtime, [room.team.manager], server.port)
        gesture = close(browser, room)
        kill_during(server, gesture, draw)
        found = left(room)
        whole = {"state": "close", "names": 0, "spreads": 12, "is_frozen": True}
        assert found in (whole, {"state": "validation", "names": 40, "spreads": 0, "is_frozen": False})
        assert found == whole or gesture.status is None, "promised and lost"
        closed += found == whole
    tried(count, f"{count} closings, {closed} whole, the others not begun")


def ask_for_validation(room: Room) -> None:
    with room.runtime.sessions.writing() as session:
        assessment = session.get_one(Assessment, room.key)
        assessment.state = "validation"
        assessment.version += 1
        session.commit()


def close(browser: Browser, room: Room) -> Gesture:
    with room.runtime.sessions.reading() as session:
        version = session.get_one(Assessment, room.key).version
    return Gesture(browser, f"/auto-evaluations/{room.key}/etape/close", {"version": str(version)})


def left(room: Room) -> dict[str, Any]:
    """What the database holds of that assessment: its state, the votes with names, the spreads."""
    with room.runtime.sessions.reading() as session:
        assessment = session.get_one(Assessment, room.key)
        sheets = select(Sheet.id).where(Sheet.assessment_id == room.key)

        def count(table: Any) -> int:
            return session.scalar(select(func.count()).select_from(table).where(table.sheet_id.in_(sheets)))

        return {
            "state": assessment.state,
            "names": count(BlindRating),
            "spreads": count(Spread),
            "is_frozen": assessment.frozen is not None,
        }
