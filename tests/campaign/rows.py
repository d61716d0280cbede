"""The rows of the campaign: each fault and each kind of bad input, and how many cases are tried in full.

``make campaign`` runs them in full; ``make test`` runs the same tests, seeded, at a tenth, where a case costs
more than an instant.
"""

from __future__ import annotations

import os
from typing import NamedTuple

IN_FULL = "AQSS_CAMPAIGN" in os.environ

CHOSEN = frozenset(os.environ.get("AQSS_CAMPAIGN", "").split())
"""The rows that a person asked for by name; none: all of them."""


class Row(NamedTuple):
    """What is tried, and the number of cases: repetitions of a fault, distinct bad inputs."""

    what: str
    asked: int


ROWS = {
    "F1": Row("kill -9 of web processes, or of the whole server, during answer saves", 500),
    "F2": Row("kill -9 during a consensus save, or the closing that cuts names", 200),
    "F3": Row("kill -9 of the job process between the mail server's yes and the commit", 200),
    "F4": Row("disk full in the middle of a save", 100),
    "F5": Row("database locked for 1, 5 and 30 s (at a twentieth of the time), 100 each", 300),
    "F6": Row("database read-only, missing, truncated, bit-flipped, 20 each", 80),
    "F7": Row("SMTP refused, timeout, 421, 451, 550, bad TLS, half a batch, 50 each", 350),
    "F8": Row("SMTP down for three days", 10),
    "F9": Row("2, 4 and 8 job processes at once, 50 each, on both databases", 150),
    "F10": Row("job process stopped for 1 h, 1 day, 8 days, 10 each", 30),
    "F11": Row("clock set to +1 h, -1 h, +1 year, -1 day, 30 each", 120),
    "F14": Row("two people leading one session at once, whatever the schedule, on both databases", 1000),
    "F15": Row("50 answers given offline: reordered, duplicated, partly sent again", 500),
    "F16": Row("session ends mid-grid", 50),
    "F17": Row("account or membership disabled while saving", 50),
    "F20": Row("grid changed while it is being rated", 50),
    "F22": Row("reply lost after the commit, sent again", 200),
    "F23": Row("a minute of 30 people saving at once, SQLite and PostgreSQL in turn", 10),
    "B1": Row("markup in each text x screen, report, PDF, mail, CSV, workbook", 60),
    "B2": Row("cells that a spreadsheet would run", 30),
    "B3": Row("headers and commands slipped into mails", 40),
    "B4": Row("hostile and absurd grids", 60),
    "B5": Row("role x route x own, foreign and absent place", 1000),
    "B6": Row("fields that a form does not have", 40),
    "B7": Row("forms without a valid token: absent, stale, somebody else's, replayed", 30),
    "B8": Row("levels and versions that are none", 50),
    "B9": Row("unusual Unicode in every form", 40),
    "B11": Row("hostile files: polyglots, bombs, scripts, names, lengths", 40),
    "B12": Row("documents that reach outside, or never end, made into a PDF", 30),
    "B13": Row("steps skipped, taken back, or taken by somebody else", 40),
    "B16": Row("identifiers of patients in texts", 50),
    "B17": Row("properties of scores, whatever the grid and its answers", 10_000),
    "B18": Row("life cycles asked for anything by anybody: an end is always within reach", 2000),
}
"""Code → row, in the order of the closing table."""


def cases(code: str, among: int = 1) -> int:
    """How many times a test has to try its part of a row that ``among`` tests share equally."""
    return -(-asked(code) // among)


def asked(code: str) -> int:
    """The number of cases of this run."""
    return ROWS[code].asked if IN_FULL else max(1, ROWS[code].asked // 10)


def seconds(in_full: float, otherwise: float) -> float:
    """How long to keep something up."""
    return in_full if IN_FULL else otherwise
