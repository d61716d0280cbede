"""The elements every picture is made of: colours, tags, texts and markers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from html import escape

from markupsafe import Markup

INK, INK_2, LINE, LINE_STRONG = "#231a2c", "#584d63", "#ddd7e2", "#7f7489"
PLUM, PLUM_PALE, LOW, WHITE = "#54296a", "#c9b5d6", "#9c2f0c", "#fff"
DOTTED = "2 3"
THRESHOLDS = (Fraction(50), Fraction(80))
_WIDE_LETTERS = frozenset("MWmw@%…—ŒœÆæ")

Attributes = dict[str, str | float | Fraction | None]


def marker(kind: str, x: float, y: float, colour: str, rim: str | None) -> str:
    """One point of a line, centred; ``rim`` sets it off from what it covers."""
    shape: Attributes = {"fill": colour, "stroke": rim, "stroke_width": 1.5 if rim else None}
    match kind:
        case "disc":
            return tag("circle", cx=x, cy=y, r=5.5, **shape)
        case "square":
            return tag("rect", x=x - 5, y=y - 5, width=10, height=10, **shape)
        case "triangle":
            return tag("path", d=f"M{number(x - 6)} {number(y + 5)}h12l-6 -11z", **shape)
        case _:
            return tag("path", d=f"M{number(x)} {number(y - 7)}l7 7l-7 7l-7 -7z", **shape)


def disc(x: float, y: float, radius: float = 4.8) -> str:
    return tag("circle", cx=x, cy=y, r=radius, fill=PLUM, stroke=WHITE, stroke_width=1.5)


def hollow(x: float, y: float) -> str:
    return tag("circle", cx=x, cy=y, r=2.6, fill=WHITE, stroke=INK_2, stroke_width=1.3)


def triangle_down(x: float, y: float) -> str:
    shape = f"M{number(x - 6.5)} {number(y - 5)}h13l-6.5 11z"
    return tag("path", d=shape, fill=LOW, stroke=WHITE, stroke_width=1.5)


def text(words: str, x: float, y: float, size: int, anchor: str, *, bold: bool = False) -> str:
    """One line of words; ``y`` is its baseline."""
    attributes: Attributes = {"x": x, "y": y, "text_anchor": anchor, "font_size": size, "fill": INK}
    return tag("text", words, **attributes, font_weight="bold" if bold else None)


def width_of(words: str, size: int) -> float:
    """The most that ``words`` may take in bold in the fonts of page and PDF."""
    return size * sum(1.1 if c in _WIDE_LETTERS else 0.87 if c.isupper() else 0.72 for c in words)


def key(parts: Sequence[str]) -> Markup:
    """A sample for a legend, beside its words."""
    return picture((34, 12), parts, width=34, height=12)


def picture(
    size: tuple[float, float],
    parts: Sequence[str],
    *,
    class_: str | None = None,
    name: str = "",
    title: str | None = None,
    desc: str = "",
    **attributes: str | float,
) -> Markup:
    """The whole image: hidden, or with ``title`` told by ``desc``, under ids that start with ``name``."""
    voice: dict[str, str] = {"aria_hidden": "true"}
    words = []
    if title is not None:
        voice = {"role": "img", "aria_labelledby": f"{name}-t {name}-d"}
        words = [tag("title", title, id=f"{name}-t"), tag("desc", desc, id=f"{name}-d")]
    content = Markup("".join([*words, *parts]))  # noqa: S704  (every part comes from tag(), which escapes)
    return Markup(  # noqa: S704
        tag(
            "svg",
            content,
            xmlns="http://www.w3.org/2000/svg",
            class_=class_,
            viewBox=f"0 0 {number(size[0])} {number(size[1])}",
            **attributes,
            **voice,
        )
    )


def tag(element: str, content: str | Markup = "", /, **attributes: str | float | Fraction | None) -> str:
    """One element, escaped; an attribute that is None is left out, ``_`` stands for ``-``."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value if isinstance(value, str) else number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = content if isinstance(content, Markup) else escape(content)
    return f"<{element}{written}>{inside}</{element}>" if inside else f"<{element}{written}/>"


def number(value: float | Fraction) -> str:
    """At most two decimals, without trailing zeros."""
    return f"{round(float(value), 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0: no « -0 »
