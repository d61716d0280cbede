"""What actions brought: bars of equal length, each split into its outcomes, every part with sign and word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from markupsafe import Markup

from aqss.gateways.drawing.bars import FILL, OUTLINE, Tone
from aqss.gateways.drawing.marks import INK, INK_2, WHITE, Attributes, number, picture, tag, text, width_of
from aqss.gateways.french import number_fr

_Item = TypeVar("_Item")


class Look(StrEnum):
    """How a part is painted and signed: the better, the paler."""

    GOOD = "good"  # a tick
    HALF = "half"  # a half-disc
    SAME = "same"  # two bars
    BAD = "bad"  # an arrow down
    OPEN = "open"  # white and dashed: nothing can be told


@dataclass(frozen=True, slots=True)
class Part:
    """« Mieux »: so many."""

    word: str
    count: int
    look: Look


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: its words, and its parts from the best."""

    label: str
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        return sum(part.count for part in self.parts)


_WIDTH, _BAR, _LINE, _GAP = 376, 24, 22, 18
_SMALLEST = 6.0
_SAMPLE, _AFTER = 24, 16
"""The width of a sample with its space, and what parts an item from the next."""

_REGULAR = 0.85
"""What regular letters take of the width of bold ones."""

_SHAPES: dict[Look, Attributes] = {
    Look.GOOD: {"fill": FILL[Tone.HIGH], "stroke": OUTLINE[Tone.HIGH]},
    Look.HALF: {"fill": FILL[Tone.MID], "stroke": OUTLINE[Tone.MID]},
    Look.SAME: {"fill": FILL[Tone.MID], "stroke": OUTLINE[Tone.MID]},
    Look.BAD: {"fill": FILL[Tone.LOW], "stroke": OUTLINE[Tone.LOW]},
    Look.OPEN: {"fill": WHITE, "stroke": INK_2, "stroke_dasharray": "4 2"},
}
_TICK, _ARROW = "m-6 0l4 4l8 -8", "m0 -6v11m-5 -5l5 5l5 -5"


def effect_stacks(stacks: Sequence[Stack], *, name: str = "effets", title: str | None = None) -> Markup:
    """Bars over one another, each as wide as the picture: shares are compared, counts are written.

    Under each bar, the sample, word and count of each part, those of nothing too; a bar of nothing is an
    empty outline. ``name`` starts the ids of title and description. Raises ValueError without a bar.
    """
    if not stacks:
        raise ValueError("at least one bar")
    parts: list[str] = []
    y = 0.0
    for stack in stacks:
        drawn, y = _stack(stack, y)
        parts += drawn
    told = ". ".join(_in_words(stack) for stack in stacks) + "."
    return picture((_WIDTH, y - _GAP), parts, class_="chart chart-m", name=name, title=title, desc=told)


def _stack(stack: Stack, y: float) -> tuple[list[str], float]:
    """Its label, bar and words from ``y`` down, and where the next one starts."""
    parts = []
    for line in _lines([(word, width_of(word, 15)) for word in stack.label.split(" ")], 5):
        y += _LINE
        parts.append(text(" ".join(word for word, _ in line), 0, y - 6, 15, "start", bold=True))
    parts += _bar(stack, y)
    y += _BAR + 4
    items = [(part, _SAMPLE + _REGULAR * width_of(_item(part), 14)) for part in stack.parts]
    for inside in _lines(items, _AFTER):
        x = 0.0
        for part, width in inside:
            parts += _sample(part.look, x + 1, y + 4)
            parts.append(text(_item(part), x + _SAMPLE, y + 16, 14, "start"))
            x += width + _AFTER
        y += _LINE
    return parts, y + _GAP


def _bar(stack: Stack, y: float) -> list[str]:
    """Each part that is something keeps a width one can see, the rest is shared by their counts."""
    present = [part for part in stack.parts if part.count]
    if not present:
        return [tag("rect", x=1, y=y + 1, width=_WIDTH - 2, height=_BAR - 2, fill=WHITE, stroke=INK_2)]
    shared = _WIDTH - _SMALLEST * len(present)
    parts: list[str] = []
    x = 0.0
    for part in present:
        width = _SMALLEST + shared * part.count / stack.total
        parts.append(_segment(part.look, x + 1, y + 1, width - 2, _BAR - 2))
        if width >= _SAMPLE:
            parts += _sign(part.look, x + width / 2, y + _BAR / 2)
        x += width
    return parts


def _sample(look: Look, x: float, y: float) -> list[str]:
    return [_segment(look, x, y - 1, 18, 16), *_sign(look, x + 9, y + 7)]


def _segment(look: Look, x: float, y: float, width: float, height: float) -> str:
    return tag("rect", x=x, y=y, width=width, height=height, **_SHAPES[look], stroke_width=1.5)


def _sign(look: Look, x: float, y: float) -> list[str]:
    """The sign of a look, centred; an open part has none."""
    at = f"M{number(x)} {number(y)}"
    line: Attributes = {"fill": "none", "stroke": WHITE if look is Look.BAD else INK, "stroke_width": 2}
    match look:
        case Look.GOOD:
            return [tag("path", d=at + _TICK, **line)]
        case Look.HALF:
            half = tag("path", d=f"{at}m0 -5.5a5.5 5.5 0 0 0 0 11z", fill=INK)
            return [tag("circle", cx=x, cy=y, r=5.5, fill="none", stroke=INK, stroke_width=1.5), half]
        case Look.SAME:
            return [tag("path", d=f"{at}m-5 -2.5h10m-10 5h10", **line)]
        case Look.BAD:
            return [tag("path", d=at + _ARROW, **line)]
        case _:
            return []


def _lines(items: Iterable[tuple[_Item, float]], between: float) -> list[list[tuple[_Item, float]]]:
    """The items, of these widths, on as few lines as hold them in order."""
    lines: list[list[tuple[_Item, float]]] = []
    room = 0.0
    for item, width in items:
        if not lines or room < width:
            lines.append([])
            room = _WIDTH
        lines[-1].append((item, width))
        room -= width + between
    return lines


def _item(part: Part) -> str:
    return f"{part.word}\u00a0: {number_fr(part.count)}"


def _in_words(stack: Stack) -> str:
    return f"{stack.label}\u00a0: {', '.join(f'{part.word} {number_fr(part.count)}' for part in stack.parts)}"
