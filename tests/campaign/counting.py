"""Counts what the campaign tries, and closes the run with a table: a line for each row of ``rows.ROWS``.

A test joins a row by naming it, ``@pytest.mark.campaign("F7")``. Once passed, it counts for as many cases as
it told the fixture ``tried``; else for the examples that Hypothesis made; else for one.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.campaign.rows import CHOSEN, IN_FULL, ROWS, asked

Tried = Callable[..., None]

_PROPERTY = "campaign"


@dataclass
class Count:
    """What a test says it tried, and what it saw."""

    cases: int = 0
    seen: str = ""


@dataclass
class Line:
    """What became of a row: cases tried by the tests that passed, tests that failed, what was seen."""

    ran: int = 0
    failed: int = 0
    seen: list[str] = field(default_factory=list)

    def result(self, code: str) -> str:
        if self.failed:
            return f"FAILED: {self.failed} test{'s' if self.failed > 1 else ''}"
        return "ok" if self.ran >= asked(code) else "SHORT"


_COUNT = pytest.StashKey[Count]()


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Tried:
    """``tried(cases, seen="")``: adds to the cases this test has tried; ``seen`` goes into the table."""
    count = request.node.stash[_COUNT]

    def tell(cases: int = 1, seen: str = "") -> None:
        count.cases += cases
        count.seen = seen or count.seen

    return tell


class Campaign:
    """The plugin of one run."""

    def __init__(self, *, closes_with_table: bool) -> None:
        self._closes_with_table = closes_with_table
        self._lines: dict[str, Line] = defaultdict(Line)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """An unknown row is refused; of the rows that were asked for by name, the others are left out."""
        for item in items:
            unknown = set(_rows_of(item)) - set(ROWS)
            if unknown:
                raise pytest.UsageError(f"{item.nodeid}: no row {sorted(unknown)} in tests/campaign/rows.py")
        if CHOSEN:
            left_out = [item for item in items if CHOSEN.isdisjoint(_rows_of(item))]
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in left_out]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        item.stash[_COUNT] = Count()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        with _counted_examples(item):
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        report = yield
        for code in _rows_of(item) if call.when == "call" or not report.passed else ():
            count = item.stash.get(_COUNT, Count())
            report.user_properties.append((_PROPERTY, (code, count.cases or 1, count.seen)))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == _PROPERTY:
                code, count, seen = value
                line = self._lines[code]
                line.ran += count if report.passed else 0
                line.failed += not report.passed
                line.seen += [seen] if seen and seen not in line.seen else []

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In full, a line with too few cases is a failure of the run; its workers do not see the whole."""
        is_worker = hasattr(session.config, "workerinput")
        if IN_FULL and not is_worker and session.exitstatus == pytest.ExitCode.OK and self._short():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        codes = self._codes()
        if not codes:
            return
        terminalreporter.section("campaign" if IN_FULL else "campaign, at a tenth")
        width = max(len(ROWS[code].what) for code in codes)
        terminalreporter.write_line(f"{'':<4} {'':<{width}} {'asked':>6} {'ran':>7}  result")
        for code in codes:
            line = self._lines[code]
            told = "; ".join([line.result(code), *line.seen])
            terminalreporter.write_line(
                f"{code:<4} {ROWS[code].what:<{width}} {asked(code):>6} {line.ran:>7}  {told}"
            )

    def _codes(self) -> Sequence[str]:
        """The rows of the table: none when only some tests of the project run, as while working on them."""
        return [code for code in ROWS if self._closes_with_table and (not CHOSEN or code in CHOSEN)]

    def _short(self) -> list[str]:
        return [code for code in self._codes() if self._lines[code].result(code) != "ok"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "campaign(row, ...): counts for these rows of tests/campaign/rows.py")
    options = config.option
    is_everything = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not (
        options.keyword or options.markexpr
    )
    closes_with_table = (IN_FULL or is_everything) and not options.collectonly
    config.pluginmanager.register(Campaign(closes_with_table=closes_with_table), "aqss-campaign")


def _rows_of(item: pytest.Item) -> list[str]:
    return [code for mark in item.iter_markers("campaign") for code in mark.args]


@contextmanager
def _counted_examples(item: pytest.Item) -> Iterator[None]:
    """A property's test, for as long as it runs, counts each example that went through."""
    handle: Any = getattr(getattr(item, "obj", None), "hypothesis", None)
    if handle is None:
        yield
        return
    inner, count = handle.inner_test, item.stash[_COUNT]

    @functools.wraps(inner)
    def counted(*values: Any, **named: Any) -> None:
        inner(*values, **named)
        count.cases += 1

    handle.inner_test = counted
    try:
        yield
    finally:
        handle.inner_test = inner
