"""Bars that sit in the rows of a table: how much is rated, and a score in its band."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from markupsafe import Markup

from aqss.domain.definitions.grids import Band
from aqss.gateways.drawing.marks import (
    DOTTED,
    INK,
    LINE,
    LINE_STRONG,
    LOW,
    PLUM,
    PLUM_PALE,
    THRESHOLDS,
    WHITE,
    number,
    picture,
    tag,
)


class Tone(StrEnum):
    """How a band is painted: weak is dark, mastered pale."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


FILL = {Tone.LOW: LOW, Tone.MID: "#f0b93a", Tone.HIGH: "#d6ebeb"}
OUTLINE = {Tone.LOW: LOW, Tone.MID: "#8a6100", Tone.HIGH: "#2c8086"}


def tone_of(position: int, count: int) -> Tone:
    """The tone of the band at ``position``, from the weakest of ``count``: last high, first low, else mid."""
    if position == count - 1:
        return Tone.HIGH
    return Tone.LOW if position == 0 else Tone.MID


class Judged(Protocol):
    """A score with the band it falls in (None without a score), among those of its module, weakest first."""

    @property
    def band(self) -> Band | None: ...

    @property
    def bands(self) -> Sequence[Band]: ...


def tone(judged: Judged) -> Tone | None:
    """The tone of a score; None without one."""
    if judged.band is None:
        return None
    return tone_of(judged.bands.index(judged.band), len(judged.bands))


def completeness_bar(rated: int, unknown: int, concerned: int) -> Markup:
    """Plum: rated; pale: « ne sait pas »; white: blank. Always beside its count in words."""
    whole = max(concerned, 1)
    share = 100 * rated / whole
    rest = 100 * unknown / whole
    return picture(
        (100, 10),
        [
            tag("rect", width=100, height=10, fill=WHITE, stroke=LINE_STRONG),
            tag("rect", width=share, height=10, fill=PLUM) if rated else "",
            tag("rect", x=share, width=rest, height=10, fill=PLUM_PALE) if unknown else "",
        ],
        class_="bar",
        preserveAspectRatio="none",
    )


def points_bar(earned: Fraction, possible: Fraction, most: Fraction, tone: Tone | None) -> Markup:
    """Points earned (filled) out of the possible ones (outlined); the whole width stands for ``most``.

    Rows of one table then show what each brings to their total. Always beside its two numbers.
    """
    parts = [tag("path", d="M0 10H400", stroke=LINE)]
    if possible and tone is not None:
        whole, part = max(398 * possible / most, Fraction(4)), 398 * earned / most
        parts.append(tag("rect", x=1, y=3, width=whole, height=14, fill=WHITE, stroke=LINE_STRONG))
        if part:
            shape = {"fill": FILL[tone], "stroke": OUTLINE[tone]}
            parts.append(tag("rect", x=1, y=3, width=part, height=14, **shape, stroke_width=1.5))
    return picture((400, 20), parts, class_="score-bar", preserveAspectRatio="none")


def score_bar(
    score: Fraction | None,
    tone: Tone | None,
    before: Fraction | None = None,
    thresholds: Sequence[Fraction] = THRESHOLDS,
) -> Markup:
    """A score from 0 to 100 in the fill of its band, a black tick for last time, thresholds dotted."""
    parts = [tag("path", d="M0 10H400", stroke=LINE)]
    if thresholds:
        ticks = "".join(f"M{number(4 * threshold)} 0v20" for threshold in thresholds)
        parts.append(tag("path", d=ticks, stroke=LINE_STRONG, stroke_dasharray=DOTTED))
    if score is not None and tone is not None:
        fill, outline = FILL[tone], OUTLINE[tone]
        width = max(4 * score - 2, Fraction(1))
        parts.append(
            tag("rect", x=1, y=3, width=width, height=14, fill=fill, stroke=outline, stroke_width=1.5)
        )
    if before is not None:
        at = f"M{number(min(max(4 * float(before), 2.0), 398.0))} 0V20"
        parts.append(tag("path", d=at, stroke=WHITE, stroke_width=7))
        parts.append(tag("path", d=at, stroke=INK, stroke_width=3))
    return picture((400, 20), parts, class_="score-bar", preserveAspectRatio="none")
