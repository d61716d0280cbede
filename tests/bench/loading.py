"""`python -m tests.bench.loading CENTRES YEARS`: `aqss demo`, always as on the same day."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from aqss.bootstrap import build_runtime
from aqss.commands.demonstrating import demonstrate
from tests.clock import FakeClock

DAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def main(centres: str, years: str) -> int:
    runtime = build_runtime(clock=FakeClock(DAY))
    try:
        return demonstrate(runtime, centres=int(centres), years=int(years))
    finally:
        runtime.sessions.dispose()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
