"""What a font cannot draw, written otherwise: comments typed on a phone hold pictures and other scripts.

The usual ones are named; the others leave one sign, explained at the end: nothing is lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

NAMED: Mapping[str, str] = {
    "👍": "[pouce levé]",
    "👎": "[pouce baissé]",
    "👏": "[bravo]",
    "🙏": "[merci]",
    "💪": "[courage]",
    "🎉": "[fête]",
    "🙂": "[sourire]",
    "😀": "[sourire]",
    "😃": "[sourire]",
    "😊": "[sourire]",
    "😉": "[clin d’œil]",
    "😂": "[rire]",
    "🙁": "[triste]",
    "😞": "[triste]",
    "😢": "[triste]",
    "😡": "[colère]",
    "🤔": "[réflexion]",
    "✅": "✔",
    "❌": "✘",
    "⭐": "★",
    "🔴": "[rouge]",
    "🟠": "[orange]",
    "🟢": "[vert]",
}
"""Picture → what is written in its place."""

UNKNOWN = "□"

EXPLAINED = (
    f"{UNKNOWN}\u00a0: un ou plusieurs caractères que ce document ne sait pas écrire (pictogramme, autre"
    " écriture). Ils se lisent sur la page du rapport."
)

_JOINER = "\u200d"
_SHADES = "\U0001f3fb-\U0001f3ff\ufe0e\ufe0f"
_JOINS = f"{_JOINER}\ufe0e\ufe0f"
_USUAL = re.compile(f"(?<!{_JOINER})({'|'.join(NAMED)})[{_SHADES}]*(?![{_SHADES}{_JOINER}])")
"""One of :data:`NAMED`, whatever its tint, unless it is a part of a larger picture."""


def legible(text: str, drawn: Collection[int]) -> tuple[str, bool]:
    """``text`` in characters of ``drawn`` (their codes), and whether :data:`UNKNOWN` stands for some.

    ASCII and what is already drawn stay as they are.
    """
    if not _missing(text, drawn):
        return text, False
    text = _USUAL.sub(lambda found: NAMED[found[1]], text)
    left = re.escape("".join(sorted(_missing(text, drawn))))
    if not left:
        return text, False
    return re.sub(f"[{left}](?:[{_JOINS}]*[{left}])*[{_JOINS}]*", UNKNOWN, text), True


def _missing(text: str, drawn: Collection[int]) -> set[str]:
    return {character for character in set(text) if not character.isascii() and ord(character) not in drawn}
