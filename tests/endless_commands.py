"""Commands that do not end by themselves, to be interrupted."""

from __future__ import annotations

import sys
import time

from aqss.cli import Command, main

ENDLESS = (
    Command("wait", "attend", "tests.endless_commands:wait"),
    Command("talk", "parle", "tests.endless_commands:talk"),
)


def wait() -> int:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        time.sleep(0.1)


def talk() -> int:
    while True:
        sys.stdout.write("encore une ligne\n")


if __name__ == "__main__":
    sys.exit(main(commands=ENDLESS))
