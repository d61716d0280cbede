"""What a person may type: texts made canonical, or refused with the rule they break."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from itertools import chain, count

from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.privacy import find_identifier

EMAIL_LIMIT = 254
"""Characters of an address: RFC 5321, 4.5.3.1.3, less its angle brackets."""

_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\u0085\u2028\u2029]")  # a vertical tab is Word's line break
_APOSTROPHES = str.maketrans("‘’ʼ", "'''")
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(
    rf"(?=.{{3,{EMAIL_LIMIT}}}\Z)"
    r"(?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    rf"@(?:localhost|(?:{_LABEL}\.)+{_LABEL})"
)


def clean_line(field: str, value: str, limit: int, *, required: bool = True) -> str:
    """One line: NFC, trimmed, at most ``limit`` characters; empty only when not ``required``.

    Raises :class:`InvalidInput` with the one rule it breaks: ``required``, ``too-long``, ``bad-character``
    (line breaks, tabs, controls, lone surrogates, characters that turn the direction of what follows),
    ``patient-identifier``.
    """
    if _DIRECTION_MARKS.search(value) or re.search("[\t\n\u2028\u2029]", value.strip()):
        raise _refused(field, "bad-character")
    return _checked(field, value, limit, required=required)


def clean_text(field: str, value: str, limit: int, *, required: bool = True) -> str:
    """Several lines, parted by ``\\n``: as :func:`clean_line`, but tabs stay and direction marks go.

    Direction marks come with text pasted from other software and nobody sees them.
    """
    value = _DIRECTION_MARKS.sub("", _LINE_BREAK.sub("\n", value))
    return _checked(field, value, limit, required=required)


def clean_email(field: str, value: str) -> str:
    """An address in lower case (ASCII, dotted domain or ``localhost``); raises ``required`` or ``email``."""
    address = value.strip().lower()
    if not address:
        raise _refused(field, "required")
    if not is_email(address):
        raise _refused(field, "email")
    return address


def is_email(address: str) -> bool:
    """Whether ``address``, already in lower case, has the form of an address."""
    return address.isascii() and _EMAIL.fullmatch(address) is not None


def clean_choice(field: str, value: str, choices: Collection[str]) -> str:
    """One of ``choices``, or ``required`` when empty, or ``unknown-choice``."""
    if not value:
        raise _refused(field, "required")
    if value not in choices:
        raise _refused(field, "unknown-choice")
    return value


def clean_choices(
    field: str, values: Iterable[str], choices: Iterable[str], *, required: bool = False
) -> tuple[str, ...]:
    """The ``values``, in the order of ``choices``; raises ``unknown-choice`` or ``at-least-one``."""
    wanted = frozenset(values)
    found = tuple(choice for choice in choices if choice in wanted)
    if len(found) != len(wanted):
        raise _refused(field, "unknown-choice")
    if required and not found:
        raise _refused(field, "at-least-one")
    return found


def first_free(title: str, taken: Collection[str]) -> str:
    """``title``, or the first « title (2) », « title (3) »… that is not ``taken``."""
    numbered = (f"{title} ({rank})" for rank in count(2))
    return next(one for one in chain([title], numbered) if one not in taken)


def folded(text: str) -> str:
    """Without case, accents, repeated spaces, one apostrophe for all: what is searched for and sorted by."""
    spread = unicodedata.normalize("NFKD", text.casefold()).translate(_APOSTROPHES)
    return " ".join("".join(c for c in spread if not unicodedata.combining(c)).split())


def slug(text: str) -> str:
    """Its words in lower-case ASCII letters and digits, joined by hyphens; empty when it has none."""
    plain = folded(text).replace("œ", "oe").replace("æ", "ae")
    return "-".join(re.findall("[a-z0-9]+", plain))


def _checked(field: str, value: str, limit: int, *, required: bool) -> str:
    if len(value) > 4 * limit + 1000:  # before any work on it: no accent or margin shortens a text that much
        raise _refused(field, "too-long", limit)
    if _UNSTORABLE.search(value):
        raise _refused(field, "bad-character")
    value = unicodedata.normalize("NFC", value).strip()
    if not _is_visible(value):
        if required:
            raise _refused(field, "required")
        return ""
    if len(value) > limit:
        raise _refused(field, "too-long", limit)
    if find_identifier(value) is not None:
        raise _refused(field, "patient-identifier")
    return value


def _is_visible(text: str) -> bool:
    return any(unicodedata.category(c) not in ("Cf", "Zs", "Zl", "Zp", "Cc", "Mn", "Me") for c in text)


def _refused(field: str, code: str, *facts: object) -> InvalidInput:
    return InvalidInput((Fault(field, code, facts),))
