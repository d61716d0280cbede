"""``python -m aqss``: the same as the ``aqss`` command."""

from __future__ import annotations

import sys

from aqss.cli import main

if __name__ == "__main__":
    sys.exit(main())
