"""Where everything stands in the picture of a workflow: states one under the other, arrows beside them.

States follow the file's order. Each holds the labels of its ways out, so that no arrow carries words: the
arrow to the next state is straight, what skips states passes on the right into the side of a state, what
leads back on the left into its underside. All that leads to one state on one side shares one line, the longer
the line the further out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from aqss.domain.definitions.workflows import State, Workflow
from aqss.gateways.drawing.marks import width_of

WIDTH = 360
TITLE_SIZE, ROW_SIZE = 16, 14
TITLE_LINE, ROW_LINE = 20, 18
PADDING, INDENT, AT_END = 12, 20, 20
"""Around the words of a state; before a label, for its sign; after a title, for its tick."""

_GAP, _EDGE, _NARROWEST = 36, 4, 200
_NEAREST_LANE, _LANE = 14, 12
_ROW_GAP = 8
_CORNER, _UNDER = 24, 18
_DOT_ROOM, _DOT_AT = 36, 12

Point = tuple[float, float]


class Way(Enum):
    """Where an arrow passes."""

    DOWN = "down"
    SKIP = "skip"
    BACK = "back"


@dataclass(frozen=True)
class Row:
    """A way out inside its state: its label in lines, from ``top``."""

    to: str
    way: Way
    lines: tuple[str, ...]
    top: float

    @property
    def middle(self) -> float:
        """Where its arrow leaves."""
        return self.top + ROW_LINE / 2

    @property
    def bottom(self) -> float:
        return self.top + ROW_LINE * len(self.lines)


@dataclass(frozen=True)
class Box:
    """A state: its title in lines, from ``title_top``, and its ways out."""

    state: State
    x: float
    y: float
    width: float
    height: float
    title: tuple[str, ...]
    title_top: float
    rows: tuple[Row, ...]

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def title_middle(self) -> float:
        return self.title_top + TITLE_LINE / 2

    @property
    def divider(self) -> float:
        """Between the title and the ways out."""
        return self.rows[0].top - _ROW_GAP


@dataclass(frozen=True)
class Arrow:
    """From the border of a state to the border of another, or of the same, by right angles."""

    source: str
    to: str
    way: Way
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """``start``: from the middle of the first dot to the state where all begins."""

    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    start: tuple[Point, Point]


def lay_out(workflow: Workflow, current: str | None = None) -> Layout:
    """Places on a width of :data:`WIDTH`; the state ``current`` has room for a line above its title."""
    order = {state.state: i for i, state in enumerate(workflow.states)}
    lanes = {way: _lanes(workflow.states, order, way) for way in (Way.SKIP, Way.BACK)}
    counts = {way: max(of_way.values(), default=-1) + 1 for way, of_way in lanes.items()}
    free = WIDTH - _NARROWEST - 2 * (_EDGE + _NEAREST_LANE)
    spacing = min(_LANE, free / max(sum(counts.values()), 1))
    left, right = (_side(counts[way], spacing) for way in (Way.BACK, Way.SKIP))
    boxes: list[Box] = []
    y: float = _DOT_ROOM if workflow.states[0].initial else _EDGE
    for state in workflow.states:
        column = (left, WIDTH - left - right)
        boxes.append(_box(state, column, y, order, is_current=state.state == current))
        y = boxes[-1].bottom + _GAP
    arrows = tuple(
        _arrow(
            box, row, boxes[order[row.to]], _NEAREST_LANE + spacing * lanes.get(row.way, {}).get(row.to, 0)
        )
        for box in boxes
        for row in box.rows
    )
    lowest = max([boxes[-1].bottom, *(y for arrow in arrows for _, y in arrow.points)])
    first = boxes[order[workflow.initial.state]]
    return Layout(lowest + _EDGE, tuple(boxes), tuple(dict.fromkeys(arrows)), _start(first, boxes[0]))


def wrapped(words: str, size: int, width: float) -> tuple[str, ...]:
    """``words`` in lines no wider than ``width``; a word that is wider is cut."""
    lines: list[str] = []
    for word in words.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, size, width)
    return tuple(lines)


def _pieces(word: str, size: int, width: float) -> list[str]:
    if width_of(word, size) <= width:
        return [word]
    fits = sum(1 for total in accumulate(width_of(letter, size) for letter in word) if total <= width)
    return [word[:fits], *_pieces(word[fits:], size, width)]


def _way(source: int, to: int) -> Way:
    if to <= source:
        return Way.BACK
    return Way.DOWN if to == source + 1 else Way.SKIP


def _lanes(states: Sequence[State], order: dict[str, int], way: Way) -> dict[str, int]:
    """State led to on that side → its line, 0 the nearest: beyond every shorter one that it runs along."""
    reached: dict[str, list[int]] = {}
    for i, state in enumerate(states):
        for transition in state.transitions or ():
            if _way(i, order[transition.to]) is way:
                reached.setdefault(transition.to, []).append(i)
    spans = {to: _span(order[to], sources) for to, sources in reached.items()}
    lanes: dict[str, int] = {}
    for to in sorted(spans, key=lambda name: (spans[name][1] - spans[name][0], order[name])):
        start, end = spans[to]
        beside = [lane for name, lane in lanes.items() if spans[name][0] <= end and start <= spans[name][1]]
        lanes[to] = max(beside, default=-1) + 1
    return lanes


def _span(to: int, sources: Sequence[int]) -> tuple[int, int]:
    """From where to where a line runs, three steps a state: its title, its ways out, its underside."""
    is_back = to <= max(sources)
    ends = [3 * to + (2 if is_back else 0), *(3 * source + 1 for source in sources)]
    return min(ends), max(ends)


def _side(lanes: int, spacing: float) -> float:
    return _EDGE + (_NEAREST_LANE + spacing * (lanes - 1) if lanes else 0)


def _box(
    state: State, column: tuple[float, float], y: float, order: dict[str, int], *, is_current: bool
) -> Box:
    x, width = column
    title_top = y + PADDING + (TITLE_LINE if is_current else 0)
    title = wrapped(state.label, TITLE_SIZE, width - 2 * PADDING - AT_END)
    bottom = title_top + TITLE_LINE * len(title)
    rows: list[Row] = []
    for way, to, label in _ways_out(state, order):
        lines = wrapped(label, ROW_SIZE, width - 2 * PADDING - INDENT)
        rows.append(Row(to, way, lines, bottom + (_ROW_GAP if rows else 2 * _ROW_GAP)))
        bottom = rows[-1].bottom
    return Box(state, x, y, width, bottom + PADDING - y, title, title_top, tuple(rows))


def _ways_out(state: State, order: dict[str, int]) -> list[tuple[Way, str, str]]:
    """Back, then skips, then on to the next state, just above its arrow.

    The furthest skip and the nearest return come first: so lines cross as seldom as can be.
    """
    here = order[state.state]
    found = [(_way(here, order[t.to]), t.to, t.label) for t in state.transitions or ()]
    ranks = [Way.BACK, Way.SKIP, Way.DOWN]
    return sorted(found, key=lambda one: (ranks.index(one[0]), -order[one[1]]))


def _arrow(box: Box, row: Row, target: Box, aside: float) -> Arrow:
    """``aside``: how far from the boxes its line runs, if it passes on a side."""
    points: tuple[Point, ...]
    if row.way is Way.DOWN:
        points = ((box.centre, box.bottom), (target.centre, target.y))
    elif row.way is Way.SKIP:
        lane, end = box.right + aside, target.title_middle
        points = ((box.right, row.middle), (lane, row.middle), (lane, end), (box.right, end))
    else:
        lane, under, corner = box.x - aside, target.bottom + _UNDER, target.x + _CORNER
        there = ((lane, under), (corner, under), (corner, target.bottom))
        points = ((box.x, row.middle), (lane, row.middle), *there)
    return Arrow(box.state.state, row.to, row.way, points)


def _start(initial: Box, first: Box) -> tuple[Point, Point]:
    """Above the middle, unless an arrow may come there from the state before."""
    x = initial.centre if initial is first else initial.right - _CORNER
    return (x, initial.y - _DOT_ROOM + _DOT_AT), (x, initial.y)
