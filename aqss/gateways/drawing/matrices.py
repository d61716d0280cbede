"""The matrix of a plan: criticality × feasibility, how many actions stand in each place, and its zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from aqss.domain.actions import HIGH_IMPACT, MARKS, Cell, Zone
from aqss.gateways.drawing.marks import INK, PLUM, WHITE, Attributes, key, marker, number, picture, tag, text
from aqss.gateways.french import count_fr, number_fr

_LEFT, _TOP, _WIDE, _HIGH = 30, 26, 86, 68
_SIDE = len(MARKS)
_SIZE = (_LEFT + _SIDE * _WIDE + 2, _TOP + _SIDE * _HIGH + 46)

_FILL = {Zone.FIRST: "#f3cbb9", Zone.NEXT: "#fdf1d2", Zone.LATER: "#e8f3f3"}
"""The tints of ``.matrix`` in app.css."""


def action_matrix(
    rows: Sequence[Sequence[Cell[Any]]],
    zones: Mapping[Zone, str],
    *,
    current: tuple[int, int] | None = None,
    name: str = "matrice",
    title: str | None = None,
) -> Markup:
    """The rows of :func:`aqss.domain.actions.place_in_matrix`: in each cell its zone in the words of
    ``zones``, its count, and beside a diamond how many have an impact of 3 or 4.

    A thick line parts the zones. ``current``: the criticality and feasibility of one action, framed. ``name``
    starts the ids of title and description.
    """
    cells = [cell for row in rows for cell in row]
    parts = [part for cell in cells for part in _cell(cell, zones[cell.zone])]
    parts.append(tag("path", d=_limits(cells), fill="none", stroke=INK, stroke_width=2.5))
    parts += [_frame(cell) for cell in cells if _place(cell) == current]
    parts += _axes()
    told = "\u00a0; ".join(
        _in_words(cell, zones[cell.zone]) + (", dont celle-ci" if _place(cell) == current else "")
        for cell in cells
        if cell.actions
    )
    return picture(_SIZE, parts, class_="chart chart-m", name=name, title=title, desc=told or "aucune action")


def matrix_keys() -> tuple[Markup, Markup]:
    """The legend's samples of :func:`action_matrix`: an impact of 3 or 4, the action one reads."""
    frame = tag("rect", x=8, y=1.5, width=18, height=9, fill=WHITE, stroke=PLUM, stroke_width=3)
    return key([marker("diamond", 17, 6, INK, None)]), key([frame])


def _cell(cell: Cell[Any], zone: str) -> list[str]:
    x, y = _corner(cell)
    middle = x + _WIDE / 2
    parts = [
        tag("rect", x=x, y=y, width=_WIDE, height=_HIGH, fill=_FILL[cell.zone], stroke=WHITE, stroke_width=2),
        text(zone, middle, y + 19, 14, "middle"),
    ]
    if cell.actions:
        parts.append(text(number_fr(len(cell.actions)), middle, y + 42, 21, "middle", bold=True))
    if cell.high_impact:
        parts.append(marker("diamond", middle - 8, y + 55, INK, None))
        parts.append(text(number_fr(cell.high_impact), middle + 3, y + 60, 14, "start"))
    return parts


def _limits(cells: Sequence[Cell[Any]]) -> str:
    """The sides between two cells that are not of the same zone."""
    zones = {_place(cell): cell.zone for cell in cells}
    sides = []
    for cell in cells:
        x, y = _corner(cell)
        if zones.get((cell.criticality, cell.feasibility + 1), cell.zone) is not cell.zone:
            sides.append(f"M{x + _WIDE} {y}v{_HIGH}")
        if zones.get((cell.criticality - 1, cell.feasibility), cell.zone) is not cell.zone:
            sides.append(f"M{x} {y + _HIGH}h{_WIDE}")
    return "".join(sides)


def _frame(cell: Cell[Any]) -> str:
    x, y = _corner(cell)
    shape: Attributes = {"fill": "none", "stroke": PLUM, "stroke_width": 3.5}
    return tag("rect", x=x + 4, y=y + 4, width=_WIDE - 8, height=_HIGH - 8, **shape)


def _axes() -> list[str]:
    bottom, right = _TOP + _SIDE * _HIGH, _LEFT + _SIDE * _WIDE
    parts = [text("Criticité", 0, 16, 14, "start"), text("Faisabilité", right, bottom + 40, 14, "end")]
    for place, mark in enumerate(MARKS):
        parts.append(text(number(mark), _LEFT + (place + 0.5) * _WIDE, bottom + 20, 15, "middle", bold=True))
        parts.append(text(number(mark), 13, bottom - (place + 0.5) * _HIGH + 5, 15, "middle", bold=True))
    return parts


def _place(cell: Cell[Any]) -> tuple[int, int]:
    return cell.criticality, cell.feasibility


def _corner(cell: Cell[Any]) -> tuple[int, int]:
    return _LEFT + (cell.feasibility - 1) * _WIDE, _TOP + (_SIDE - cell.criticality) * _HIGH


def _in_words(cell: Cell[Any], zone: str) -> str:
    place = f"criticité {cell.criticality}, faisabilité {cell.feasibility} ({zone})"
    high = f", dont {cell.high_impact} d’impact {HIGH_IMPACT} ou plus" if cell.high_impact else ""
    return f"{place}\u00a0: {count_fr(len(cell.actions), 'action')}{high}"
