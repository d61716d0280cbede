"""A figure against its target, in the row of a table."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup

from aqss.gateways.drawing.marks import INK, LINE, LINE_STRONG, PLUM_PALE, WHITE, number, picture, tag

WIDTH = 398
_ROOM = Fraction(11, 10)


def target_bar(value: Decimal | None, target: Decimal | None) -> Markup:
    """The value as a bar from 0, its target a black tick; each row on its own scale, negative ones as 0.

    No colour judges it: of some figures more is better, of others less. Beside its two numbers.
    """
    bar, tick = max(Fraction(value or 0), Fraction(0)), max(Fraction(target or 0), Fraction(0))
    most = max(bar, tick) * _ROOM or Fraction(1)
    parts = [tag("path", d="M0 10H400", stroke=LINE)]
    if bar:
        width = WIDTH * bar / most
        parts.append(tag("rect", x=1, y=3, width=width, height=14, fill=PLUM_PALE, stroke=LINE_STRONG))
    if target is not None:
        at = f"M{number(float(1 + WIDTH * tick / most))} 0V20"
        parts.append(tag("path", d=at, stroke=WHITE, stroke_width=7))
        parts.append(tag("path", d=at, stroke=INK, stroke_width=3))
    return picture((400, 20), parts, class_="score-bar", preserveAspectRatio="none")
