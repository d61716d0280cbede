"""What a file that somebody sends is called once kept: one short name, harmless on every system.

The name is for whoever downloads the file; nothing is ever stored under it.
"""

from __future__ import annotations

import re
import unicodedata

STEM_LIMIT = 100
"""Characters of a name, its suffix aside."""

NAMELESS = "preuve"

_UNWANTED = re.compile('[<>:"|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]')
_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs")
"""Categories of characters that no screen shows."""

_SUFFIX = re.compile(r"(?<=.)\.(?=[a-z0-9]*[a-z])[a-z0-9]{1,5}\Z", re.IGNORECASE)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for its devices, whatever follows the first dot."""


def plain_name(name: str) -> str:
    """``name`` as it can be shown: without folders, controls, direction marks and what Windows refuses."""
    last = re.split(r"[/\\]", _UNWANTED.sub("", name))[-1]
    seen = "".join(character for character in last if unicodedata.category(character) not in _UNSEEN)
    return " ".join(unicodedata.normalize("NFC", seen).split()).strip(" .")


def file_stem(name: str) -> str:
    """:func:`plain_name` without its suffix and cut short; :data:`NAMELESS` when nothing is left."""
    stem = _SUFFIX.sub("", plain_name(name)).strip(" .")[:STEM_LIMIT].rstrip(" .")
    if _RESERVED.fullmatch(stem):
        return f"_{stem}"
    return stem if any(character.isalnum() for character in stem) else NAMELESS


def file_name(name: str, suffix: str) -> str:
    """:func:`file_stem` with the suffix of what the file really is: « visite.pdf »."""
    return file_stem(name) + suffix
