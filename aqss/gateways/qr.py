"""Codes that a phone's camera reads, as the outline of an SVG."""

from __future__ import annotations

from dataclasses import dataclass

import segno

QUIET_ZONE = 4
"""Empty modules around the code: what its standard asks for."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """``path``: the dark modules, for the ``d`` of a path in a square of ``side`` units."""

    side: int
    path: str


def draw_qr(text: str) -> QrCode:
    """The code of an address; a seventh of it may be hidden or blurred."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=QUIET_ZONE)]
    path = "".join(_runs(row, y) for y, row in enumerate(rows))
    return QrCode(len(rows), path)


def _runs(row: bytes, y: int) -> str:
    """One outline for each run of dark modules of the row."""
    written, x = [], 0
    while x < len(row):
        length = 0
        while x + length < len(row) and row[x + length]:
            length += 1
        if length:
            written.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length or 1
    return "".join(written)
