"""Fifty answers given without the network, over one that reorders, doubles and loses what is sent afterwards.

The browser is modelled here (what static/outbox.js keeps, sent as static/waiting-answers.js does), so that
many schedules can be tried; tests/journeys/offline drives the scripts themselves.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from tests.campaign.conftest import CODES, Desk
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.campaign.test_interrupted_people import SHEETS, count_noted
from tests.page import Site
from tests.score_rows import check_scores
from tests.sheets import OpenSheet

WRITES = 50
CHOICES = ("oui", "partiel", "non", "nsp", "")
LOST, CUT, DOUBLED = 0.15, 0.2, 0.2
"""How often a request does not arrive; arrives, and its reply does not; arrives once more, later."""
REPEATED = 4
"""Answers already settled that a browser restored from an older state sends again, at most."""


@dataclass
class Write:
    """One record of the outbox."""

    code: str
    value: str
    name: str
    version: int = 0


class Line:
    """To the server: as the scripts send, codes only."""

    def __init__(self, site: Site, sheet: OpenSheet) -> None:
        self._site, self._url = site, sheet.saving
        self._headers = {"Accept": "application/json", "X-CSRFToken": site.form_token()}

    def send(self, write: Write) -> tuple[int, dict[str, Any]]:
        fields = {"value": write.value, "number": "", "version": write.version, "write": write.name}
        answer = self._site.client.post(f"{self._url}/{write.code}", data=fields, headers=self._headers)
        return answer.status_code, json.loads(answer.text)


@dataclass
class Browser:
    """The outbox of one tab, and the copies of its requests that are still on their way."""

    line: Line
    draw: random.Random
    versions: dict[str, int]
    waiting: list[Write]
    late: list[Write] = field(default_factory=list)
    settled: list[Write] = field(default_factory=list)

    def step(self) -> None:
        """One thing happens: a late copy arrives, settled answers are sent again, or the next one is sent."""
        chance = self.draw.random()
        if self.late and chance < 0.2:
            self.line.send(self.late.pop(self.draw.randrange(len(self.late))))
        elif self.settled and chance < 0.25:
            for write in self.settled[-self.draw.randint(1, REPEATED) :]:
                status, told = self.line.send(write)
                assert (status, told["version"]) == (200, write.version + 1)
        else:
            self._send()

    def _send(self) -> None:
        write, chance = self.waiting[0], self.draw.random()
        write.version = self.versions[write.code]
        if chance < LOST:
            return
        status, told = self.line.send(write)
        if self.draw.random() < DOUBLED:
            self.late.append(Write(write.code, write.value, write.name, write.version))
        if chance < LOST + CUT:
            return
        assert (status, told["value"], told["version"]) == (200, write.value, write.version + 1)
        self.versions[write.code] = told["version"]
        self.settled.append(self.waiting.pop(0))


@pytest.mark.campaign("F15")
def test_answers_given_offline_lead_where_they_would_have_led_online(
    desk: Desk, sheet: OpenSheet, tried: Tried
) -> None:
    line = Line(desk.site, sheet)
    for number in range(cases("F15", among=SHEETS)):
        draw = random.Random(f"F15-{number}")
        before, noted = standing(sheet), count_noted(desk)
        writes = list(given(draw, {code: value for code, (value, _version) in before.items()}))
        versions = {code: version for code, (_value, version) in before.items()}
        run_tabs(line, draw, writes, versions)
        wanted = dict(before)
        for write in writes:
            wanted[write.code] = (write.value, wanted[write.code][1] + 1)
        assert standing(sheet) == wanted
        assert count_noted(desk) == noted + WRITES * sheet.is_noted
        tried()
    with desk.runtime.sessions.reading() as session:
        assert not check_scores(session, sheet.key)


def run_tabs(line: Line, draw: random.Random, writes: list[Write], versions: dict[str, int]) -> None:
    """Two tabs send in turn, each the criteria that it showed; late copies may arrive after all is done."""
    own = {code: draw.randrange(2) for code in CODES}
    tabs = [
        Browser(line, draw, versions, [one for one in writes if own[one.code] == tab]) for tab in range(2)
    ]
    while busy := [tab for tab in tabs if tab.waiting]:
        draw.choice(busy).step()
    for tab in tabs:
        draw.shuffle(tab.late)
        for write in tab.late:
            line.send(write)


def given(draw: random.Random, shown: dict[str, str]) -> Iterator[Write]:
    """What a person chooses, never what is chosen already."""
    for _ in range(WRITES):
        code = draw.choice(CODES)
        value = draw.choice([one for one in CHOICES if one != shown[code]])
        shown[code] = value
        yield Write(code, value, str(UUID(int=draw.getrandbits(128), version=4)))


def standing(sheet: OpenSheet) -> dict[str, tuple[str, int]]:
    """Criterion → the choice and the version in the database."""
    rows = {code: sheet.row(code) for code in CODES}
    return {code: (choice_of(row), row.version) if row else ("", 0) for code, row in rows.items()}


def choice_of(row: object) -> str:
    kind = row.kind  # type: ignore[attr-defined]
    return {"unknown": "nsp", "blank": ""}.get(kind, row.level)  # type: ignore[attr-defined]
