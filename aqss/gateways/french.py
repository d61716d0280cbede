"""How dates, times, numbers and spaces are written in French: the same in page, mail and PDF.

Every space that must not break is U+00A0; U+202F, the narrow one, is missing from the fonts used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
NBSP = "\u00a0"
MINUS = "\u2212"
_MEGA = 1024 * 1024
_HOURS = ("une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze")

Number = int | float | Decimal | Fraction

_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def paris(instant: datetime) -> datetime:
    """The instant as wall time in Europe/Paris; refuses an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"instant without a zone: {instant!r}")
    return instant.astimezone(PARIS)


def start_of_day(day: date) -> datetime:
    """The instant that day starts: midnight in Paris before it, in UTC."""
    return datetime.combine(day, time(), tzinfo=PARIS).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The instant that day ends: midnight in Paris after it, in UTC."""
    return start_of_day(day + timedelta(days=1))


def date_fr(day: date | datetime, *, weekday: bool = False) -> str:
    """« 2 mars 2026 », « 1er mars 2026 »; with ``weekday``: « lundi 2 mars 2026 ».

    An instant counts for its day in Paris.
    """
    day = _day_of(day)
    number = "1er" if day.day == 1 else str(day.day)
    written = f"{number} {_MONTHS[day.month - 1]} {day.year}"
    return f"{_DAYS[day.weekday()]} {written}" if weekday else written


def short_date_fr(day: date | datetime) -> str:
    """« 02/03/2026 », for columns."""
    day = _day_of(day)
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def time_fr(instant: datetime) -> str:
    """« 14 h 03 », in Paris."""
    wall = paris(instant)
    return f"{wall.hour}{NBSP}h{NBSP}{wall.minute:02}"


def instant_fr(instant: datetime) -> str:
    """« 2 mars 2026 à 14 h 03 », in Paris."""
    return f"{date_fr(instant)} à {time_fr(instant)}"


def number_fr(value: Number, decimals: int | None = None) -> str:
    """« 12 345,6 »: comma, groups of three, true minus sign.

    With ``decimals``: rounded exactly to that many, half away from zero; without: the decimals it has
    (a fraction without finite decimals is rounded to two).
    """
    exact = _exact(value)
    if decimals is None:
        decimals = _own_decimals(exact)
    units = _rounded(exact, decimals)
    whole, rest = divmod(abs(units), 10**decimals)
    sign = MINUS if units < 0 else ""
    grouped = f"{whole:,}".replace(",", NBSP)
    return f"{sign}{grouped},{rest:0{decimals}}" if decimals else f"{sign}{grouped}"


def score_fr(score: Number) -> str:
    """A score out of 100 as shown: one decimal, half away from zero (contracts: scoring)."""
    return number_fr(score, 1)


def percent_fr(share: Number) -> str:
    """A share from 0 to 1 as « 72 % ». « 0 % » and « 100 % » are kept for nothing and everything."""
    exact = _exact(share)
    shown = _rounded(exact * 100, 0)
    if 0 < exact < 1:
        shown = min(max(shown, 1), 99)
    return f"{number_fr(shown)}{NBSP}%"


def points_fr(change: Number) -> str:
    """A change of score: « + 8,3 », « − 3,8 », « 0,0 » when it rounds to nothing."""
    units = _rounded(_exact(change), 1)
    if units == 0:
        return number_fr(0, 1)
    return f"{MINUS if units < 0 else '+'}{NBSP}{number_fr(Fraction(abs(units), 10), 1)}"


def plural_fr(count: int, one: str, many: str | None = None) -> str:
    """The word that agrees with ``count``: plural from 2 on, ``one`` + « s » unless told otherwise."""
    return one if abs(count) < 2 else (many if many is not None else one + "s")


def count_fr(count: int, one: str, many: str | None = None) -> str:
    """« 3 critères », « 1 critère », « 0 critère »."""
    return f"{number_fr(count)} {plural_fr(count, one, many)}"


def size_fr(size: int) -> str:
    """« 12 Ko », « 1,3 Mo », « 14 Mo »: a « Mo » is 1 048 576 bytes; under 11 Mo, never less than it is."""
    if size < _MEGA:
        return f"{number_fr(max(1, -(-size // 1024)))}{NBSP}Ko"
    tenths = -(-size * 10 // _MEGA)
    shown = number_fr(Fraction(tenths, 10)) if tenths < 110 else number_fr(Fraction(size, _MEGA), 0)
    return f"{shown}{NBSP}Mo"


def length_fr(length: timedelta) -> str:
    """« deux heures », « 24 heures », « 90 minutes »: whole hours in letters up to twelve."""
    hours, rest = divmod(length, timedelta(hours=1))
    if rest or not hours:
        return count_fr(length // timedelta(minutes=1), "minute")
    written = _HOURS[hours - 1] if hours <= len(_HOURS) else number_fr(hours)
    return f"{written} {plural_fr(hours, 'heure')}"


def list_fr(words: Sequence[str]) -> str:
    """« a, b et c »."""
    return " et ".join([part for part in (", ".join(words[:-1]), *words[-1:]) if part])


def spaces_fr(text: str) -> str:
    """The same text, its spaces before : ; ! ? » % and after « made no-break."""
    text = text.replace("\u202f", NBSP)
    return re.sub(r" +(?=[:;!?»%](?:\W|$))", NBSP, re.sub(r"« +", f"«{NBSP}", text))


def lower_first(text: str) -> str:
    """« fiche de mission » inside a sentence; a capital that belongs to a sigle stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _day_of(day: date | datetime) -> date:
    return paris(day).date() if isinstance(day, datetime) else day


def _exact(value: Number) -> Fraction:
    """A float stands for the decimal it is written as, not for its binary neighbour."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def _rounded(value: Fraction, decimals: int) -> int:
    """``value`` in units of ``10**-decimals``, half away from zero."""
    units = int(abs(value) * 10**decimals + Fraction(1, 2))
    return -units if value < 0 else units


def _own_decimals(value: Fraction) -> int:
    """How many decimals write ``value`` exactly; 2 when none do."""
    decimals = next((d for d in range(7) if 10**d % value.denominator == 0), None)
    return 2 if decimals is None else decimals


FILTERS: Mapping[str, Callable[..., Any]] = {
    "date_fr": date_fr,
    "short_date_fr": short_date_fr,
    "time_fr": time_fr,
    "instant_fr": instant_fr,
    "number_fr": number_fr,
    "score_fr": score_fr,
    "percent_fr": percent_fr,
    "points_fr": points_fr,
    "plural_fr": plural_fr,
    "count_fr": count_fr,
    "size_fr": size_fr,
    "list_fr": list_fr,
    "lower_first": lower_first,
    "spaces_fr": spaces_fr,
}
"""The Jinja filters of pages, mails and reports, under the same names."""
