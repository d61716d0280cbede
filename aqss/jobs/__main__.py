"""``python -m aqss.jobs``: the job process that ``aqss serve`` starts; it ends with the server."""

from __future__ import annotations

import sys

from aqss.domain.errors import Misconfigured
from aqss.jobs.running import run


def main() -> int:
    """The exit status of the process: 2, with the faults, when it cannot start."""
    try:
        return run(beside_server=True)
    except Misconfigured as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
