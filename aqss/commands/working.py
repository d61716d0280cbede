"""``aqss jobs``: the job process started, one pass made, or what a pass would do."""

from __future__ import annotations

from aqss.jobs.running import run, tell


def jobs(*, once: bool, dry_run: bool) -> int:
    """Work until stopped, or once. ``dry_run``: print what would be done, and do nothing."""
    if dry_run:
        print(*tell(), sep="\n")
        return 0
    return run(once=once)
