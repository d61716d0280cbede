"""Two things timed alternately, and the ratio of their medians: noise touches both alike."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """One line of the bench; ``ours`` and ``yardstick`` are medians in ``unit``."""

    name: str
    ratio: float
    limit: float
    ours: float
    yardstick: float
    unit: str

    @property
    def holds(self) -> bool:
        return self.ratio <= self.limit


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def compare(
    name: str,
    limit: float,
    ours: Callable[[], object],
    yardstick: Callable[[], object],
    *,
    times: int,
    rounds: int = ROUNDS,
    unit: str = "ms",
) -> Figure:
    """Run both alternately, ``times`` each in every round, after a warm-up that is not counted."""
    for _ in range(max(times // 4, 1)):
        ours()
        yardstick()
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        for _ in range(times):
            mine.append(timed(ours))
            theirs.append(timed(yardstick))
    return figure(name, limit, mine, theirs, unit)


def figure(name: str, limit: float, mine: Sequence[float], theirs: Sequence[float], unit: str) -> Figure:
    """The ratio of the medians of two samples."""
    ours, yardstick = statistics.median(mine), statistics.median(theirs)
    return Figure(name, round(ours / yardstick, 3), limit, round(ours, 3), round(yardstick, 3), unit)


def write(figures: Sequence[Figure], path: Path) -> None:
    """The figures for programs."""
    path.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n", encoding="utf-8")


def show(one: Figure) -> None:
    """The figure for a person, as soon as it is known."""
    verdict = "holds" if one.holds else "OVER"
    print(  # noqa: T201
        f"{one.name:22} {one.ratio:7.2f}  limit {one.limit:4.2f}  {verdict:6}"
        f"  {one.ours:9.2f} / {one.yardstick:9.2f} {one.unit}",
        flush=True,
    )
