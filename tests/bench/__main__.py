"""`python -m tests.bench [NAME…]`: every line, or those named; a table on the screen and bench.json."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from aqss.config import ROOT
from tests.bench.lines import LINES, Bench
from tests.bench.measuring import show, write


def main(names: list[str]) -> int:
    """Status 1 when a line is over its limit."""
    wanted = [
        line for line in LINES if not names or line.__name__.removesuffix("_line").replace("_", "-") in names
    ]
    figures = []
    with tempfile.TemporaryDirectory(prefix="aqss-bench-") as folder:
        bench = Bench(Path(folder))
        for line in wanted:
            figures.append(line(bench))
            show(figures[-1])
    write(figures, ROOT / "bench.json")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
