"""Codes that a phone's camera reads."""

from __future__ import annotations

import re

import segno

from aqss.gateways.qr import QUIET_ZONE, draw_qr

ADDRESS = "https://aqss.example/rejoindre/K7M2PQ"


def test_the_outline_is_the_code_of_the_address_with_its_quiet_zone() -> None:
    code = draw_qr(ADDRESS)
    dark = set()
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path):
        assert width == back
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    rows = list(segno.make(ADDRESS, error="m").matrix)
    expected = {
        (x + QUIET_ZONE, y + QUIET_ZONE) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell
    }
    assert dark == expected
    assert code.side == len(rows) + 2 * QUIET_ZONE


def test_nothing_else_is_drawn() -> None:
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", draw_qr(ADDRESS).path)
