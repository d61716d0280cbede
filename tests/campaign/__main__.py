"""``make campaign``: the fault and bad-input counts in full, closed by a table."""

from __future__ import annotations

import os
import sys

import pytest

PARTS = ("tests/campaign", "tests/domain")
"""Where the campaign lives: faults and bad inputs, and the properties of the pure rules."""

if __name__ == "__main__":
    os.environ.setdefault("AQSS_CAMPAIGN", "100")  # a hundred times the examples of each property
    sys.exit(pytest.main([*PARTS, "-q", *sys.argv[1:]]))
