"""Where the definitions that aqss is delivered with are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
GRIDS = ROOT / "grids"
WORKFLOWS = ROOT / "workflows"


def first_version(latest: str) -> str:
    """The workflow of self-assessments as it was first published, as far as its guards go."""
    without = re.sub(r"\n *when: \[essentials-answered\]|, when: \[spread-unseen\]", "", latest)
    return re.sub("^version: .*", "version: 1", without, flags=re.MULTILINE)
