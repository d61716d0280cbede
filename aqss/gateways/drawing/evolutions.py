"""The evolution: up to four lines of scores over the same dates, and what a change of score is made of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from markupsafe import Markup

from aqss.gateways.drawing.marks import (
    DOTTED,
    INK,
    INK_2,
    LINE,
    LINE_STRONG,
    PLUM,
    THRESHOLDS,
    WHITE,
    Attributes,
    key,
    marker,
    number,
    picture,
    tag,
    text,
    width_of,
)
from aqss.gateways.french import score_fr


@dataclass(frozen=True)
class Line:
    """One line of an evolution: a score for each date (None: not assessed then).

    ``breaks``: places of the dates whose score does not continue the one before.
    """

    name: str
    scores: Sequence[Fraction | None]
    breaks: Collection[int] = ()


@dataclass(frozen=True)
class _Stroke:
    colour: str
    dash: str | None
    marker: str


_STROKES = (
    _Stroke(PLUM, None, "disc"),
    _Stroke("#0d5257", "6 4", "square"),
    _Stroke("#8a6100", DOTTED, "triangle"),
    _Stroke(INK_2, "9 3 2 3", "diamond"),
)
MOST_LINES = len(_STROKES)


_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 322, 16, 236
_FIRST_X, _LAST_X = 58, 306


def evolution_lines(
    dates: Sequence[str],
    lines: Sequence[Line],
    *,
    name: str = "evolution",
    title: str | None = None,
    thresholds: Sequence[Fraction] = THRESHOLDS,
) -> Markup:
    """Up to four lines over the same dates, told apart by dash and marker; the last value is written.

    A date without a score leaves a gap that is not joined, and a line stops before each of its breaks. Raises
    ValueError for more lines, none, or a line that does not have one score (or None) for each date.
    """
    if not 1 <= len(lines) <= MOST_LINES:
        raise ValueError(f"an evolution has 1 to {MOST_LINES} lines, not {len(lines)}")
    if not dates or any(len(line.scores) != len(dates) for line in lines):
        raise ValueError("every line needs one score, or None, for each date")
    levels = (Fraction(0), *thresholds, Fraction(100))
    parts = [part for level in levels for part in _level(level, dotted=level in thresholds)]
    places = _places(len(dates))
    parts += [text(dates[i], places[i], _BOTTOM + 24, 14, "middle") for i in _shown_dates(dates, places)]
    for line, stroke in zip(lines, _STROKES, strict=False):
        parts += _line(line, stroke, places)
    parts += _end_values(lines, places)
    values = ". ".join(_line_in_words(line, dates) for line in lines) + "."
    return picture((376, 268), parts, class_="chart chart-m", name=name, title=title, desc=values)


def line_key(position: int) -> Markup:
    """The legend's sample of the line at ``position`` in :func:`evolution_lines`."""
    stroke = _STROKES[position]
    path = tag("path", d="M1 6h32", stroke=stroke.colour, stroke_width=2.5, stroke_dasharray=stroke.dash)
    return key([path, marker(stroke.marker, 17, 6, stroke.colour, rim=None)])


def effects_bar(centre: Fraction, asked: Fraction, most: Fraction) -> Markup:
    """What a change of score is made of, from the middle, up to the right and down to the left.

    Above, what the centre brought; below, what is asked of it; the black tick is their sum. ``most`` points
    make half the width, the same for all the rows of a table. Always beside its figures.
    """
    parts = [tag("path", d="M200 0V20", stroke=LINE_STRONG)]
    if centre:
        parts.append(_effect(centre, most, 2, fill=PLUM))
    if asked:
        parts.append(_effect(asked, most, 11, fill=WHITE, stroke=INK_2, stroke_dasharray="4 2"))
    at = number(_place(centre + asked, most))
    parts.append(tag("path", d=f"M{at} 0V20", stroke=INK, stroke_width=3))
    return picture((400, 20), parts, class_="score-bar", preserveAspectRatio="none")


def effects_keys() -> tuple[Markup, Markup]:
    """The legend's samples of :func:`effects_bar`: the centre, what is asked."""
    asked: Attributes = {"fill": WHITE, "stroke": INK_2, "stroke_dasharray": "4 2"}
    return (
        key([tag("rect", x=1, y=2, width=32, height=8, fill=PLUM)]),
        key([tag("rect", x=1, y=2, width=32, height=8, **asked)]),
    )


def _effect(points: Fraction, most: Fraction, y: float, **look: str) -> str:
    start, end = sorted((200.0, _place(points, most)))
    return tag("rect", x=start, y=y, width=max(end - start, 2.0), height=7, **look)


def _place(points: Fraction, most: Fraction) -> float:
    """Across the bar; what is beyond its ends stays inside."""
    share = float(points / most) if most else 0.0
    return 200 + 198 * min(max(share, -1.0), 1.0)


def _level(level: Fraction, *, dotted: bool) -> list[str]:
    y = _height_of(level)
    stroke: Attributes = {"stroke": LINE_STRONG, "stroke_dasharray": DOTTED} if dotted else {"stroke": LINE}
    return [
        tag("path", d=f"M{_LEFT} {number(y)}H{_RIGHT}", **stroke),
        text(number(level), _LEFT - 8, y + 5, 14, "end"),
    ]


def _line(line: Line, stroke: _Stroke, places: Sequence[float]) -> list[str]:
    points = [
        None if score is None else (place, _height_of(score))
        for place, score in zip(places, line.scores, strict=True)
    ]
    drawn = "".join(
        f"M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}"
        for place, (a, b) in enumerate(pairwise(points), start=1)
        if a is not None and b is not None and place not in line.breaks
    )
    joined = tag(
        "path", d=drawn, fill="none", stroke=stroke.colour, stroke_width=2.5, stroke_dasharray=stroke.dash
    )
    markers = [marker(stroke.marker, *point, stroke.colour, WHITE) for point in points if point is not None]
    return [joined, *markers] if drawn else markers


def _end_values(lines: Sequence[Line], places: Sequence[float]) -> list[str]:
    """The last score of each line, moved down where two would touch, then up from the bottom."""
    ends = sorted(
        (_height_of(score) + 5, place, score)
        for last in (_last_of(line, places) for line in lines)
        for place, score in last
    )
    heights = [height for height, _, _ in ends]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + 16)
    for i in range(len(heights)):
        heights[i] = min(heights[i], _BOTTOM + 6 - 16 * (len(heights) - 1 - i))
    return [
        text(score_fr(score), place + 14, height, 15, "start", bold=True)
        for height, (_, place, score) in zip(heights, ends, strict=True)
    ]


def _last_of(line: Line, places: Sequence[float]) -> list[tuple[float, Fraction]]:
    known = [(place, score) for place, score in zip(places, line.scores, strict=True) if score is not None]
    return known[-1:]


def _places(count: int) -> list[float]:
    if count == 1:
        return [(_FIRST_X + _LAST_X) / 2]
    return [_FIRST_X + (_LAST_X - _FIRST_X) * i / (count - 1) for i in range(count)]


def _shown_dates(dates: Sequence[str], places: Sequence[float]) -> list[int]:
    """Dates whose labels do not touch, the last one always there."""
    widest = max(width_of(date, 14) for date in dates) + 6
    gap = places[1] - places[0] if len(places) > 1 else widest
    step = max(1, -int(-widest // gap))
    return list(range(len(dates) - 1, -1, -step))


def _height_of(score: Fraction) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * float(score) / 100


def _line_in_words(line: Line, dates: Sequence[str]) -> str:
    known = ((date, score) for date, score in zip(dates, line.scores, strict=True) if score is not None)
    told = ", ".join(f"{score_fr(score)} ({date})" for date, score in known)
    return f"{line.name}\u00a0: {told or 'sans score'}"
