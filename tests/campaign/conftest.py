"""The closing table of the campaign: each fault or bad input, how often it was tried, and what was seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

_LINE = "campaign"


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Callable[[str, str, int, str], None]:
    """``told(code, fault, count, seen)`` adds a line to the table."""

    def tell(code: str, fault: str, count: int, seen: str) -> None:
        record_property(_LINE, (code, fault, count, seen))

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = sorted(
        tuple(value)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if name == _LINE
    )
    if lines:
        terminalreporter.section("campaign")
        for code, fault, count, seen in lines:
            terminalreporter.write_line(f"{code:<5} {fault:<46} {count:>7}  {seen}")
