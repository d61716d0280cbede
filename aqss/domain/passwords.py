"""Which passwords are strong enough, for whoever chooses one: long, not personal, not the first to be tried.

Length stands for strength (CNIL, deliberation 2022-100: 80 bits without other measure; ASVS 5.0, 6.2): no
rule of composition, no forced change.
"""

from __future__ import annotations

import re
import unicodedata

from aqss.domain.errors import Fault
from aqss.domain.texts import folded

MINIMUM = 14
"""Characters."""
MAXIMUM = 200
"""Characters: far beyond a phrase, and a bound to the work asked of the server."""

_REMAINDER = 6
"""A password must keep that many characters once words and sequences everybody tries are taken out."""
_DISTINCT = 5
_PERSONAL_LENGTH = 4

_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_RUNS = (
    "abcdefghijklmnopqrstuvwxyz", "0123456789012", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop",
    "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "&e\"'(-e_ca)=", "aqwzsxedcrfvtgbyhnujikolpm",
    "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()_+", "1a2z3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0", "a1z2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j",
    "147258369", "1qaz2wsx3edc4rfv5tgb", "1aqw2zsx3edc4rfv5tgb",
)  # fmt: skip
"""Alphabet, digits and keyboard rows, columns and zigzags, French and English."""

_WORDS = """
motdepasse motpasse password passphrase passwort mdp pass secret confidentiel administrateur administratrice
administration administrator admin root utilisateur user compte connexion login bienvenue welcome bonjour
soleil doudou chouchou loulou jetaime jtaime iloveyou monamour amour forever princesse chocolat marseille
football dragon superman batman starwars pokemon naruto liverpool barcelona liberte qwerty azerty letmein
laissemoientrer changeme changezmoi changer temporaire provisoire nouveau default defaut test demo exemple
example centredesante centresdesante centresante maisondesante centre sante health docteur medecin medecine
infirmiere infirmier dentiste dentaire pharmacie hopital clinique coordinateur coordinatrice coordination
direction secretariat accueil qualite securite aqss autoevaluation france paris lyon printemps automne hiver
janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre summer winter spring monday
lundi mardi mercredi jeudi vendredi samedi dimanche
"""
# first in published leaks, or said all day in a health centre; without accents

_KNOWN = re.compile("|".join(sorted(re.findall(r"\w+", _WORDS), key=len, reverse=True)))
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_LOOKALIKES = str.maketrans(
    {"@": "a", "4": "a", "0": "o", "1": "i", "!": "i", "3": "e", "5": "s", "$": "s", "7": "t"}
)


def canonical_password(password: str) -> str:
    """NFC, so that the same keys on two machines give the same password."""
    return unicodedata.normalize("NFC", password)


def is_storable(password: str) -> bool:
    """Whether it can be hashed at all: no control character, no lone surrogate, at most 200 characters."""
    return len(password) <= MAXIMUM and _UNSTORABLE.search(password) is None


def judge_password(password: str, *, email: str, name: str, field: str = "password") -> tuple[Fault, ...]:
    """Every rule that a password chosen by ``name``, whose address is ``email``, breaks; empty: it is fit."""
    if not password:
        return (Fault(field, "required"),)
    if len(password) > MAXIMUM:
        return (Fault(field, "password-too-long", (MAXIMUM,)),)
    if _UNSTORABLE.search(password):
        return (Fault(field, "password-characters"),)
    password = canonical_password(password)
    if len(password) < MINIMUM:
        return (Fault(field, "password-too-short", (MINIMUM,)),)
    faults = []
    if _is_personal(password, email, name):
        faults.append(Fault(field, "password-personal"))
    if _is_repeated(password):
        faults.append(Fault(field, "password-repeated"))
    elif _is_common(password):
        faults.append(Fault(field, "password-common"))
    return tuple(faults)


def _is_personal(password: str, email: str, name: str) -> bool:
    """Holds a word (from 4 letters) of the name or of the address’s start, or its domain but the ending."""
    local, _, domain = email.partition("@")
    words = [*re.split(r"\W|_", folded(f"{local} {name}")), domain.rpartition(".")[0]]
    plain = folded(password)
    return any(word in plain for word in words if len(word) >= _PERSONAL_LENGTH)


def _is_repeated(password: str) -> bool:
    """A piece, at most half as long, said again and again; or fewer than five different characters."""
    plain = folded(password)
    pieces = range(1, len(plain) // 2 + 1)
    return len(set(plain)) < _DISTINCT or any(plain[size:] == plain[:-size] for size in pieces)


def _is_common(password: str) -> bool:
    """Little is left without common words, years, and runs of four characters or more of a known sequence."""
    plain = folded(password)
    return any(_remainder(reading) < _REMAINDER for reading in (plain, plain.translate(_LOOKALIKES)))


def _remainder(text: str) -> int:
    """Letters and digits left, and different signs: those around or inside a common word do not hide it."""
    letters = re.sub(r"[\W_]", "", text)
    signs = set(_without_runs(text)) - set(letters) - {" "}
    return len(_YEAR.sub("", _without_runs(_KNOWN.sub("", letters)))) + len(signs)


def _without_runs(text: str) -> str:
    kept, start = [], 0
    while start < len(text):
        length = _run_length(text, start)
        if length < 4:
            kept.append(text[start])
            length = 1
        start += length
    return "".join(kept)


def _run_length(text: str, start: int) -> int:
    """How many characters from ``start`` follow a known sequence, either way, or repeat one character."""
    length = 1
    while start + length < len(text) and text[start + length] == text[start]:
        length += 1
    for run in _RUNS:
        for known in (run, run[::-1]):
            size = length + 1
            while start + size <= len(text) and text[start : start + size] in known:
                length, size = size, size + 1
    return length
