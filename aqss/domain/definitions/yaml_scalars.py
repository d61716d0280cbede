"""What words and figures without quotes mean: YAML 1.2 core schema, numbers read as the decimals written.

Stricter in one point: figures after a leading zero (``08``) are text, as people mean them.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

DIGITS = 15
"""Digits of a number written out in full, before and after the point together."""

NULL = object()
"""Nothing is written."""

NO_NUMBER = object()
"""A number that cannot be computed with: infinite, none at all, or of too many digits."""

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), NULL),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), NO_NUMBER),
    **{f"{sign}{word}": NO_NUMBER for sign in ("", "-", "+") for word in (".inf", ".Inf", ".INF")},
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"([-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?))(?:[eE]([-+]?[0-9]+))?")


def resolve(text: str) -> Any:
    """NULL, a boolean, a number, NO_NUMBER, or a text such as ``no``, ``12:30``, ``08`` or a date."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _WHOLE.fullmatch(text):
        return int(text) if len(text.lstrip("+-")) <= DIGITS else NO_NUMBER
    if _BASED.fullmatch(text):
        return int(text, 0) if len(text) <= DIGITS else NO_NUMBER
    if match := _DECIMAL.fullmatch(text):
        return _decimal(*match.groups())
    return text


def _decimal(mantissa: str, exponent: str | None) -> Any:
    """The decimal as written, when its digits written out in full stay within :data:`DIGITS`."""
    if len(mantissa.lstrip("+-")) > DIGITS + 2 or len(exponent or "") > 3:
        return NO_NUMBER
    number = Decimal(f"{mantissa}e{exponent or 0}")
    _, digits, power = number.as_tuple()
    if not isinstance(power, int) or max(len(digits) + power, 0) - min(power, 0) > DIGITS:
        return NO_NUMBER
    return number
