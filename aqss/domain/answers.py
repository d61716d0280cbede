"""Answers as people write them, in a form or in a file → answers that can be scored, or the rules they break.

Refusals are :class:`~aqss.domain.errors.InvalidInput`, on the fields ``rating`` and ``reason``, with the
codes that :data:`aqss.domain.faults.FAULTS` lists for answers and for any text.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal

from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.scoring import NotApplicable, Rated
from aqss.domain.texts import clean_text

DIGITS = 14
"""Digits kept of a number, before and after the decimal mark: exact in either database."""

REASON_LIMIT = 500
WORDS_LIMIT = 2000
"""Characters of a reason, and of an answer in words."""

_EXACT = Context(prec=DIGITS)
_AS_TYPED = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " ") | {"\u2212": "-"})
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d+))?", re.ASCII)
_NUMBER_LIMIT = 40


def parse_rating(scale: Scale, text: str) -> Rated:
    """Read what a form field holds as a rating on ``scale``: a level's identifier, a number, or words.

    Numbers are decimals as written in French or plainly: « 12,5 », « 12.5 », « 1 250 », « -3 »; no exponent.
    """
    if not isinstance(scale, NumberScale):
        return check_rating(scale, text)
    written = text.strip()
    match = _NUMBER.fullmatch(written.translate(_AS_TYPED)) if len(written) <= _NUMBER_LIMIT else None
    if match is None:
        raise _refused("number-expected")
    sign, whole, decimals = match.groups(default="0")
    return check_rating(scale, Decimal(f"{sign}{whole.replace(' ', '')}.{decimals}"))


def check_rating(scale: Scale, value: object) -> Rated:
    """The rating ``value`` on ``scale``: a Decimal for a number, a str for a level or words; else refused."""
    if isinstance(scale, LevelsScale):
        if not isinstance(value, str) or value not in scale.by_level:
            raise _refused("level-unknown", tuple(scale.by_level))
        return Rated(value)
    if isinstance(scale, NumberScale):
        return Rated(_check_number(scale, value))
    if not isinstance(value, str):
        raise _refused("words-expected")
    return Rated(clean_text("rating", value, WORDS_LIMIT))


def parse_reason(text: str) -> NotApplicable:
    """« Non concerné » with its reason: 1 to 500 characters that somebody can read."""
    return NotApplicable(clean_text("reason", text, REASON_LIMIT))


def _check_number(scale: NumberScale, number: object) -> Decimal:
    """The number, exact and without useless zeros; refused with all its faults at once."""
    if not isinstance(number, Decimal) or not number.is_finite():
        raise _refused("number-expected")
    faults = []
    if (scale.min is not None and number < scale.min) or (scale.max is not None and number > scale.max):
        faults.append(Fault("rating", "number-range", (scale.min, scale.max)))
    whole, decimals = _digits(number)
    if decimals > scale.decimals:
        faults.append(Fault("rating", "number-decimals", (scale.decimals,)))
    if not faults and whole + decimals > DIGITS:
        faults.append(Fault("rating", "number-digits", (DIGITS,)))
    if faults:
        raise InvalidInput(tuple(faults))
    return Decimal(f"{number.normalize(_EXACT) + 0:f}")


def _digits(number: Decimal) -> tuple[int, int]:
    """How many digits ``number`` needs before and after the decimal mark, 1e999999 not being written out."""
    _, digits, exponent = number.as_tuple()
    if not number or not isinstance(exponent, int):
        return 0, 0
    useless = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, len(digits) + exponent), max(0, -(exponent + useless))


def _refused(code: str, *facts: object) -> InvalidInput:
    return InvalidInput((Fault("rating", code, facts),))
