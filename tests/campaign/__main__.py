"""``make campaign``: the faults and the bad inputs in full, closed by a table.

``python -m tests.campaign F7 B4`` tries these rows only. The status is 0 when every line has its cases and no
test failed.
"""

from __future__ import annotations

import os
import sys

import pytest

if __name__ == "__main__":
    rows = [word for word in sys.argv[1:] if not word.startswith("-")]
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    os.environ["AQSS_CAMPAIGN"] = " ".join(rows)
    words = ["tests", "-m", "campaign", "-q", "-n", "auto", "--dist", "loadgroup", *options]
    sys.exit(pytest.main(words))
