"""The picture of a workflow: its states from top to bottom, and what leads from one to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from aqss.domain.definitions.workflows import State, Workflow
from aqss.gateways.drawing.marks import (
    INK,
    INK_2,
    LINE,
    PLUM,
    WHITE,
    Attributes,
    number,
    picture,
    tag,
    text,
)
from aqss.gateways.drawing.workflow_layout import (
    AT_END,
    INDENT,
    PADDING,
    ROW_LINE,
    ROW_SIZE,
    TITLE_LINE,
    TITLE_SIZE,
    WIDTH,
    Arrow,
    Box,
    Point,
    Row,
    Way,
    lay_out,
)
from aqss.gateways.french import NBSP

_CURRENT_FILL = "#f2ecf6"
_HERE = "Vous êtes ici"
_BEND = 6
_SIGNS = {
    Way.DOWN: "m0 -5v10m-3.5 -3.5l3.5 3.5l3.5 -3.5",
    Way.SKIP: "m-5 0h10m-3.5 -3.5l3.5 3.5l-3.5 3.5",
    Way.BACK: "m5 0h-10m3.5 -3.5l-3.5 3.5l3.5 3.5",
}


def workflow_diagram(
    workflow: Workflow,
    current: str | None = None,
    visited: Collection[str] = (),
    *,
    name: str = "parcours",
    title: str | None = None,
    is_alone: bool = False,
) -> Markup:
    """States in the file's order, each with its ways out; ``current`` marked in words, ``visited`` by a tick.

    The first state has a dot, final ones a double border, returns a dashed line. ``is_alone``: for a file
    shown outside of our pages, with its own ground and letters.
    """
    layout = lay_out(workflow, current)
    parts = [tag("rect", width=WIDTH, height=layout.height, fill=WHITE)] if is_alone else []
    parts += [*_start(layout.start), *_arrows(layout.arrows)]
    for box in layout.boxes:
        parts += _box(box, is_current=box.state.state == current, is_visited=box.state.state in visited)
    letters = {"font_family": "sans-serif"} if is_alone else {}
    return picture(
        (WIDTH, layout.height),
        parts,
        class_="chart chart-workflow",
        name=name,
        title=title,
        desc=_in_words(workflow, current, visited),
        **letters,
    )


def _box(box: Box, *, is_current: bool, is_visited: bool) -> list[str]:
    shape: Attributes = {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "rx": 8}
    look: Attributes = {"fill": WHITE, "stroke": INK_2, "stroke_width": 1.5}
    if is_current:
        look = {"fill": _CURRENT_FILL, "stroke": PLUM, "stroke_width": 3}
    parts = [tag("rect", **shape, **look)]
    if box.state.final:
        parts.append(_inner_border(box))
    if is_current:
        parts += _here(box)
    if is_visited and not is_current:
        parts.append(_tick(box.right - PADDING - AT_END / 2, box.title_middle))
    parts += _lines(box.title, box.x + PADDING, box.title_top, TITLE_SIZE, TITLE_LINE, bold=True)
    if box.rows:
        divider = f"M{_place((box.x + PADDING, box.divider))}h{number(box.width - 2 * PADDING)}"
        parts.append(tag("path", d=divider, stroke=LINE))
    return [*parts, *(part for row in box.rows for part in _row(row, box.x + PADDING))]


def _inner_border(box: Box) -> str:
    inner: Attributes = {"width": box.width - 8, "height": box.height - 8, "rx": 5}
    return tag("rect", x=box.x + 4, y=box.y + 4, **inner, fill="none", stroke=INK_2, stroke_width=1.5)


def _start(points: tuple[Point, Point]) -> list[str]:
    (x, y), _end = points
    line = tag("path", d=_path(points), stroke=INK, stroke_width=1.5)
    return [tag("circle", cx=x, cy=y, r=6, fill=INK), line, _head(points, INK)]


def _here(box: Box) -> list[str]:
    x, y = box.x + PADDING, box.y + PADDING
    return [
        tag("path", d=f"M{_place((x, y + 2))}l10 6l-10 6z", fill=PLUM),
        text(_HERE, x + 16, y + 13, ROW_SIZE, "start", bold=True),
    ]


def _tick(x: float, y: float) -> str:
    d = f"M{_place((x - 6, y))}l4 4.5l8 -9"
    return tag("path", d=d, fill="none", stroke=PLUM, stroke_width=2)


def _row(row: Row, x: float) -> list[str]:
    d = f"M{_place((x + 6, row.middle))}{_SIGNS[row.way]}"
    sign = tag("path", d=d, fill="none", stroke=INK_2, stroke_width=1.5)
    return [sign, *_lines(row.lines, x + INDENT, row.top, ROW_SIZE, ROW_LINE)]


def _lines(
    lines: Sequence[str], x: float, top: float, size: int, line: int, *, bold: bool = False
) -> list[str]:
    return [
        text(words, x, top + i * line + (line + 0.7 * size) / 2, size, "start", bold=bold)
        for i, words in enumerate(lines)
    ]


def _arrows(arrows: Sequence[Arrow]) -> Iterator[str]:
    """Each line once, with a white rim where it passes over another, and what joins it on its way."""
    for (way, *_rest), group in groupby(sorted(arrows, key=_line), _line):
        whole, *others = sorted(group, key=lambda arrow: -abs(arrow.points[0][1] - arrow.points[-1][1]))
        paths = [_path(whole.points), *(_path([*arrow.points[:2], _joint(arrow)]) for arrow in others)]
        dash = "5 3" if way == Way.BACK.value else None
        yield from (tag("path", d=d, fill="none", stroke=WHITE, stroke_width=4.5) for d in paths)
        for d in paths:
            yield tag("path", d=d, fill="none", stroke=INK_2, stroke_width=1.5, stroke_dasharray=dash)
        yield _head(whole.points, INK_2)


def _line(arrow: Arrow) -> tuple[str, str, bool]:
    """What arrows share: the side, where they lead, and whether from above."""
    return arrow.way.value, arrow.to, arrow.points[0][1] < arrow.points[-1][1]


def _joint(arrow: Arrow) -> Point:
    """Where its bend has led it onto the line that it shares."""
    (x, y), (_, end) = arrow.points[1:3]
    return x, y + _BEND if end > y else y - _BEND


def _path(points: Sequence[Point]) -> str:
    """Right angles, rounded."""
    bends = (
        f"L{_place(_towards(corner, before))}Q{_place(corner)} {_place(_towards(corner, after))}"
        for before, corner, after in zip(points, points[1:], points[2:], strict=False)
    )
    return f"M{_place(points[0])}{''.join(bends)}L{_place(points[-1])}"


def _towards(start: Point, end: Point) -> Point:
    """A bend's length from ``start``, half the way at most."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    share = min(_BEND / length, 0.5)
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _place(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _head(points: Sequence[Point], colour: str) -> str:
    (before_x, before_y), (x, y) = points[-2:]
    if before_x == x:
        back = 9 if before_y > y else -9
        d = f"M{_place((x - 5, y + back))}h10l-5 {-back}z"
    else:
        d = f"M{_place((x + 9, y - 5))}v10l-9 -5z"  # into a side: from the right
    return tag("path", d=d, fill=colour)


def _in_words(workflow: Workflow, current: str | None, visited: Collection[str]) -> str:
    """« Préparation (début, vous êtes ici) : Ouvrir la cotation, vers « Cotation ». … »."""
    return " ".join(_state_in_words(workflow, state, current, visited) for state in workflow.states)


def _state_in_words(workflow: Workflow, state: State, current: str | None, visited: Collection[str]) -> str:
    signs = {
        "début": state.initial,
        "fin": state.final,
        "vous êtes ici": state.state == current,
        "déjà passée": state.state in visited and state.state != current,
    }
    shown = ", ".join(words for words, is_shown in signs.items() if is_shown)
    ways = f"{NBSP}; ".join(
        f"{one.label}, vers «{NBSP}{workflow.by_state[one.to].label}{NBSP}»"
        for one in state.transitions or ()
    )
    return f"{state.label}{f' ({shown})' if shown else ''}{f'{NBSP}: {ways}' if ways else ''}."
