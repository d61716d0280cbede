"""The radar: scores of 3 to 12 grids, now and last time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin

from markupsafe import Markup

from aqss.gateways.drawing.marks import (
    DOTTED,
    INK_2,
    LINE,
    LINE_STRONG,
    LOW,
    PLUM,
    PLUM_PALE,
    THRESHOLDS,
    WHITE,
    Attributes,
    disc,
    hollow,
    key,
    number,
    picture,
    tag,
    text,
    triangle_down,
    width_of,
)
from aqss.gateways.french import score_fr


@dataclass(frozen=True)
class Axis:
    """One axis of a radar: a short code, its score now and last time (0 to 100; None: no score)."""

    code: str
    now: Fraction | None
    before: Fraction | None = None


_RADAR_WIDTH = 380
_RADAR_RADIUS = 122.0
_LABEL_GAP, _UNDER = 18, 8
_CODE_SIZE, _VALUE_SIZE = 16, 15
_WIDEST_CODE = 96


def radar(
    axes: Sequence[Axis],
    *,
    name: str = "radar",
    title: str | None = None,
    before_label: str = "la fois précédente",
    thresholds: Sequence[Fraction] = THRESHOLDS,
) -> Markup:
    """Scores on 3 to 12 axes: now solid, last time dashed and hollow, a triangle under the first threshold.

    An axis without a score has no point, and the outline stops there. ``name`` starts the ids of title and
    description. Raises ValueError for fewer axes (draw bars) or more.
    """
    if not 3 <= len(axes) <= 12:
        raise ValueError(f"a radar has 3 to 12 axes, not {len(axes)}")
    frame = _Radar(axes)
    parts = [tag("path", d=f"M{frame.centre}L{frame.point(i, 100)}", stroke=LINE) for i in range(len(axes))]
    parts.append(tag("polygon", points=frame.ring(100), fill="none", stroke=PLUM_PALE))
    parts += [
        tag("polygon", points=frame.ring(t), fill="none", stroke=LINE_STRONG, stroke_dasharray=DOTTED)
        for t in thresholds
    ]
    parts += [part for threshold in thresholds for part in frame.threshold_label(threshold)]
    before = [axis.before for axis in axes]
    now = [axis.now for axis in axes]
    parts += frame.outline(before, stroke=INK_2, stroke_width=1.5, stroke_dasharray="5 4")
    parts += frame.outline(now, shade=True, stroke=PLUM, stroke_width=2.5, stroke_linejoin="round")
    parts += [hollow(*frame.at(i, score)) for i, score in enumerate(before) if score is not None]
    for i, score in enumerate(now):
        if score is not None:
            weak = bool(thresholds) and score < thresholds[0]
            parts.append((triangle_down if weak else disc)(*frame.at(i, score)))
        parts += frame.label(i)
    values = "\u00a0; ".join(_axis_in_words(axis, before_label) for axis in axes)
    return picture((_RADAR_WIDTH, frame.height), parts, class_="chart", name=name, title=title, desc=values)


class _Radar:
    """Places of a radar: a fixed width, and the largest radius that leaves every label whole."""

    def __init__(self, axes: Sequence[Axis]) -> None:
        self.count = len(axes)
        self.axes = axes
        self.codes = [_shortened(axis.code) for axis in axes]
        self.values = ["–" if axis.now is None else score_fr(axis.now) for axis in axes]
        self.radius = min([_RADAR_RADIUS, *(self._room(i) for i in range(self.count))])
        self.x, self.y = _RADAR_WIDTH / 2, self.radius + _LABEL_GAP + 5 + _CODE_SIZE + 4
        lowest = max(-cos(self._angle(i)) for i in range(self.count))
        self.height = round(self.y + (self.radius + _LABEL_GAP) * lowest + 24 + _UNDER)

    @property
    def centre(self) -> str:
        return f"{number(self.x)} {number(self.y)}"

    def _angle(self, i: float) -> float:
        return 2 * pi * i / self.count

    def _room(self, i: int) -> float:
        """The radius that keeps label ``i`` inside the width."""
        slant = abs(sin(self._angle(i)))
        wide = max(width_of(self.codes[i], _CODE_SIZE), width_of(self.values[i], _VALUE_SIZE))
        return _RADAR_RADIUS if slant < 0.2 else (_RADAR_WIDTH / 2 - 4 - wide) / slant - _LABEL_GAP

    def at(self, i: float, score: float | Fraction) -> tuple[float, float]:
        length = self.radius * float(score) / 100
        return self.x + length * sin(self._angle(i)), self.y - length * cos(self._angle(i))

    def point(self, i: int, score: float | Fraction) -> str:
        x, y = self.at(i, score)
        return f"{number(x)} {number(y)}"

    def ring(self, score: float | Fraction) -> str:
        return _points(self.point(i, score) for i in range(self.count))

    def outline(
        self, scores: Sequence[Fraction | None], *, shade: bool = False, **stroke: str | float
    ) -> list[str]:
        """A closed outline when every axis has a score, else the sides whose two ends have one."""
        if all(score is not None for score in scores):
            points = _points(self.point(i, score) for i, score in enumerate(scores) if score is not None)
            fill: Attributes = {"fill": PLUM, "fill_opacity": 0.12} if shade else {"fill": "none"}
            return [tag("polygon", points=points, **fill, **stroke)]
        sides = (
            f"M{self.point(i, a)}L{self.point((i + 1) % self.count, b)}"
            for i, (a, b) in enumerate(zip(scores, [*scores[1:], scores[0]], strict=True))
            if a is not None and b is not None
        )
        drawn = "".join(sides)
        return [tag("path", d=drawn, fill="none", **stroke)] if drawn else []

    def label(self, i: int) -> list[str]:
        x, y = self.at(i, 100 * (1 + _LABEL_GAP / self.radius))
        slant = sin(self._angle(i))
        anchor = "middle" if abs(slant) < 0.2 else ("start" if slant > 0 else "end")
        if anchor == "middle" and y > self.y:
            y += _UNDER
        return [
            text(self.codes[i], x, y - 5, _CODE_SIZE, anchor, bold=True),
            text(self.values[i], x, y + 11, _VALUE_SIZE, anchor),
        ]

    def threshold_label(self, threshold: Fraction) -> list[str]:
        """The threshold's figure on the side before the first axis; along that axis where sides lean much."""
        x, y = self.at(-0.5, float(threshold) * cos(pi / self.count))
        if self.count < 6:
            x, y = self.x - 14, self.at(0, threshold)[1]
        return [
            tag("rect", x=x - 11, y=y - 9, width=22, height=17, fill=WHITE),
            text(f"{number(threshold)}", x, y + 5, 14, "middle"),
        ]


def radar_keys() -> tuple[Markup, Markup, Markup]:
    """The legend's samples of a radar: now, last time, under the first threshold."""
    now = [tag("path", d="M1 6h32", stroke=PLUM, stroke_width=2.5), disc(17, 6, 4.5)]
    before = [
        tag("path", d="M1 6h32", stroke=INK_2, stroke_width=1.5, stroke_dasharray="5 4"),
        hollow(17, 6),
    ]
    return key(now), key(before), key([tag("path", d="M10 1h12l-6 10z", fill=LOW)])


def _points(places: Iterable[str]) -> str:
    return " ".join(place.replace(" ", ",") for place in places)


def _axis_in_words(axis: Axis, before_label: str) -> str:
    now = "sans score" if axis.now is None else score_fr(axis.now)
    return f"{axis.code}\u00a0: {now}" + (
        "" if axis.before is None else f" ({score_fr(axis.before)} {before_label})"
    )


def _shortened(code: str) -> str:
    """The start of a code too wide for its place; the table and the description have it whole."""
    if width_of(code, _CODE_SIZE) <= _WIDEST_CODE:
        return code
    return next(
        shorter
        for end in range(len(code), -1, -1)
        if width_of(shorter := code[:end] + "…", _CODE_SIZE) <= _WIDEST_CODE
    )
