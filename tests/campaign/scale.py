"""How far the campaign goes: in full with ``make campaign``, a tenth with ``make test``."""

from __future__ import annotations

import os

IN_FULL = "AQSS_CAMPAIGN" in os.environ


def repetitions(in_full: int) -> int:
    """How many times to try a fault that the campaign tries ``in_full`` times."""
    return in_full if IN_FULL else in_full // 10


def seconds(in_full: float, otherwise: float) -> float:
    """How long to keep something up."""
    return in_full if IN_FULL else otherwise
