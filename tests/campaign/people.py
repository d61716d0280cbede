"""People who rate over HTTP, each in a thread, and note what they were promised."""

from __future__ import annotations

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from http.client import HTTPException
from threading import Event, Thread
from typing import NamedTuple

from tests.campaign.served import Browser, Saved

LEVELS = ("oui", "partiel", "non")

RETRIED_AFTER = 0.01
"""Seconds before an answer without a reply is sent again."""


class Criterion(NamedTuple):
    """Where a criterion is."""

    grid: str
    code: str


class Person(Thread, ABC):
    """Somebody in front of a grid; ``errors`` is whatever should not have happened to them."""

    def __init__(
        self, browser: Browser, assessment: int, criteria: Sequence[Criterion], number: int, stopping: Event
    ) -> None:
        super().__init__(daemon=True)
        self.known: dict[str, Saved] = {}
        self.errors: list[object] = []
        self._browser = browser
        self._assessment = assessment
        self._criteria = criteria
        self._signature = f"personne {number}"
        self._stopping = stopping
        self._draw = random.Random(number)
        self._written = 0

    def run(self) -> None:
        while not self._stopping.is_set() and not self.errors:
            grid, code = self._draw.choice(self._criteria)
            before = self.known.get(code, Saved(code, 0, "", ""))
            self._written += 1
            comment = f"{self._signature}, avis {self._written}"
            try:
                self.rate(grid, Saved(code, before.version + 1, self._draw.choice(LEVELS), comment))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                self.errors.append(error)

    @abstractmethod
    def rate(self, grid: str, wanted: Saved) -> None:
        """Save ``wanted``, which nobody has written before."""

    def save(self, grid: str, wanted: Saved) -> tuple[int, Saved]:
        return self._browser.save(self._assessment, grid, wanted)


class Persistent(Person):
    """Rates without a pause criteria that nobody else rates, and sends again what got no reply."""

    def __init__(self, *words: object) -> None:
        super().__init__(*words)
        self.sent: Saved | None = None
        self.promised = 0
        self.cut_short = 0

    def rate(self, grid: str, wanted: Saved) -> None:
        self.sent = wanted
        while not self._stopping.is_set():
            try:
                answer = self.save(grid, wanted)
            except (OSError, HTTPException) as error:
                self.cut_short += not isinstance(error, ConnectionRefusedError)
                time.sleep(RETRIED_AFTER)
                continue
            assert answer == (200, wanted), answer
            self.known[wanted.code] = wanted
            self.sent = None
            self.promised += 1
            return


class Thoughtful(Person):
    """Rates criteria that everybody rates, thinking up to ``pause`` seconds; looks at what others wrote."""

    def __init__(self, *words: object, pause: float) -> None:
        super().__init__(*words)
        self.saved: list[Saved] = []
        self.waits: list[float] = []
        self.stale = 0
        self._pause = pause

    def rate(self, grid: str, wanted: Saved) -> None:
        time.sleep(self._draw.uniform(0, self._pause))
        before = time.monotonic()
        status, standing = self.save(grid, wanted)
        self.waits.append(time.monotonic() - before)
        self.known[wanted.code] = standing
        if status == 409:
            self.stale += 1
            return
        assert (status, standing) == (200, wanted)
        self.saved.append(wanted)
