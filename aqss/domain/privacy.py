"""What must never be stored: whether a free text holds what looks like a French social security number.

The NIR (also the INS of a patient, and the waiting number NIA) is thirteen characters and a key of two
digits: sex, year (2), month (2), department (2), commune (3), order (3), then 97 − (the thirteen, modulo 97).
Corsica is written 2A or 2B and counts as 19 or 18. Source: décret n° 82-103 du 22 janvier 1982, article 4;
Insee, definition of the « numéro d’inscription au répertoire ».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_SEPARATOR_MARKS = frozenset(".·•‧/\\_'’|()[]*+~")
_SEPARATOR_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Pc", "Mn", "Me"})
_GAP = " {0,3}"

_KEYED = re.compile(
    r"(?<!\d)(?=("
    + _GAP.join(
        [
            r"[123478]",  # man, woman; 3, 4 registration under way; 7, 8 waiting number
            r"\d",
            r"\d",
            # January to December; 20, 30 to 42 and from 50: civil status incomplete
            rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2]|2{_GAP}0|3{_GAP}\d|4{_GAP}[0-2]|[5-9]{_GAP}\d)",
            rf"(?:0{_GAP}[1-9]|[13-9]{_GAP}\d|2{_GAP}[0-9AB])",
            *[r"\d"] * 8,
        ]
    )
    + r")(?!\d))"
)
_BARE = re.compile(
    r"(?<!\d)(?="
    + rf"([12]{_GAP}\d\d{_GAP}(?:0[1-9]|1[0-2]){_GAP}"
    + rf"(?:(?:0[1-9]|[1-8]\d|9[0-69]|2[AB]){_GAP}(?!000)\d{{3}}|9[78]\d{_GAP}(?!00)\d\d|9[78]{_GAP}\d{{3}})"
    + rf"{_GAP}(?!000)\d{{3}})"
    + r"(?!\d))"
)


def find_identifier(text: str) -> str | None:
    """The first fragment of ``text``, as written, that looks like a NIR, an INS or a NIA; None without one.

    Two rules, whatever the script of the digits and with up to three separators (space, no-break space, dash,
    dot, slash, brackets, invisible characters…) between two characters; never a part of a longer run of
    digits:

    - fifteen characters with a possible sex, month and department, and whose key is right, cut anywhere;
    - thirteen characters, cut only where the groups of a NIR meet, with sex 1 or 2, a month from 01 to 12, a
      department, commune and order that exist. Nothing is asked of a key: mistyped, it still names somebody.

    Telephone, FINESS, SIRET, IBAN, CIP and card numbers, dates and series of counts fit neither, save by
    accident (about one number of fifteen random digits in 230, one of thirteen in 40).
    """
    if sum(map(str.isdigit, text)) < 12:  # every answer saved passes here: most texts hold no number at all
        return None
    folded = _fold(text)
    spans = [*_spans_with_key(folded), *_spans_without_key(folded)]
    if not spans:
        return None
    start, end = min(spans, key=lambda span: (span[0], -span[1]))
    return text[start:end]


def _fold(text: str) -> str:
    """One character for one: digits to 0–9, A and B kept, separators to a space, all else to ``x``."""
    return "".join(map(_fold_character, text))


def _fold_character(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.normalize("NFKC", character).upper() in ("A", "B"):
        return unicodedata.normalize("NFKC", character).upper()
    if character in _SEPARATOR_MARKS or unicodedata.category(character) in _SEPARATOR_CATEGORIES:
        return " "
    return "x"


def _spans_with_key(folded: str) -> Iterator[tuple[int, int]]:
    for match in _KEYED.finditer(folded):
        characters = match.group(1).replace(" ", "")
        number = int(characters[:13].replace("2A", "19").replace("2B", "18"))
        if int(characters[13:]) == 97 - number % 97:
            yield match.span(1)


def _spans_without_key(folded: str) -> Iterator[tuple[int, int]]:
    for match in _BARE.finditer(folded):
        yield match.span(1)
