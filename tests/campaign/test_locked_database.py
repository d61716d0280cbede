"""Somebody else is writing for long: readers wait for nobody, who saves waits or is told to try again."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy import text

from aqss.persistence.session import BUSY_TIMEOUT_MS, Sessions
from tests.campaign.conftest import CODES, Desk
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.page import Site
from tests.web.assessments.scene import grid_url, send, stored

FASTER = 20
"""How many times shorter than real ones the locks and the patience of a writer are here."""


@contextmanager
def locked(sessions: Sessions, seconds: float) -> Iterator[Event]:
    """Somebody else is writing, for that long or until the event is set."""
    holds, ends = Event(), Event()

    def write() -> None:
        with sessions.writing() as session:
            session.execute(text("SELECT 1"))
            holds.set()
            ends.wait(seconds)

    thread = Thread(target=write)
    thread.start()
    assert holds.wait(30)
    yield ends
    ends.set()
    thread.join()


@pytest.mark.campaign("F5")
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("seconds", [1, 5, 30])
def test_who_saves_while_another_writes_waits_or_is_told_to_try_again(
    seconds: int, database_kind: str, desk: Desk, tried: Tried
) -> None:
    hurried = Sessions(desk.runtime.settings.database_url, busy_timeout_ms=BUSY_TIMEOUT_MS // FASTER)
    site = Site(replace(desk.runtime, sessions=hurried))
    site.sign_in(desk.team.member)
    draw, refused, count = random.Random(seconds), 0, cases("F5", among=6)
    for number in range(count):
        code, comment = draw.choice(CODES), f"Avis {number}"
        before = stored(desk.runtime, desk.key, code)
        fields = {"value": "oui", "comment": comment, "version": before.version if before else 0}
        with locked(desk.runtime.sessions, seconds / FASTER) as ends:
            assert site.client.get(grid_url(desk.key)).status_code == 200
            answer = send(site, f"{grid_url(desk.key)}/reponses/{code}", **fields)
            ends.set()
        if answer.status_code == 503:
            refused += 1
            assert answer.json["error"]["title"] == "Le site est très occupé"
            assert int(answer.headers["Retry-After"]) > 0
            assert stored(desk.runtime, desk.key, code) == before
            answer = send(site, f"{grid_url(desk.key)}/reponses/{code}", **fields)
        assert answer.status_code == 200
        assert stored(desk.runtime, desk.key, code).comment == comment
    assert refused == 0 or seconds > 1
    assert refused == count or seconds < 30
    tried(count)
    hurried.dispose()
