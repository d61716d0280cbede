"""The French sentence of every broken rule."""

from __future__ import annotations

import string
from datetime import date

from aqss.domain.errors import Fault
from aqss.domain.faults import FAULTS
from aqss.services.fault_words import FAULT_WORDS, word_fault
from tests.page_rules import french_faults

FACTS = {
    "limit": 120,
    "minimum": 14,
    "maximum": 200,
    "levels": ("Oui", "Non"),
    "min": 0,
    "minutes": 8,
    "max": 100,
    "decimals": 1,
    "digits": 30,
    "title": "Coordination des soins",
    "earliest": date(2026, 3, 2),
    "before": "due_on",
    "latest": date(2026, 4, 1),
    "name": "visite.pdf",
    "size": "14\u00a0Mo",
    "count": 3,
}


def test_every_fault_code_has_its_sentence_with_facts_it_has() -> None:
    assert set(FAULT_WORDS) == set(FAULTS)
    for code, names in FAULTS.items():
        words = FAULT_WORDS[code]
        if isinstance(words, str):
            used = [name for _text, name, _format, _kind in string.Formatter().parse(words) if name]
            assert set(used) <= set(names), code
        sentence = word_fault(Fault("x", code, tuple(FACTS[name] for name in names)))
        assert sentence.endswith(".")
        assert not list(french_faults(sentence)), sentence


def test_the_day_that_another_follows_is_named() -> None:
    assert word_fault(Fault("review_on", "before-date", (date(2026, 4, 2), "due_on"))) == (
        "Choisissez une date à partir du 2 avril 2026, l’échéance de l’action."
    )


def test_numbers_out_of_range_are_told_with_the_bound_that_exists() -> None:
    assert word_fault(Fault("x", "number-range", (None, 10))) == "Écrivez un nombre inférieur ou égal à 10."
    assert word_fault(Fault("x", "number-range", (5, None))) == "Écrivez un nombre supérieur ou égal à 5."


def test_decimals_too_many_are_told_with_how_many_fit() -> None:
    assert word_fault(Fault("x", "number-decimals", (0,))) == "Écrivez un nombre entier."
    assert word_fault(Fault("x", "number-decimals", (1,))) == "Écrivez ce nombre avec 1 décimale au plus."
    assert word_fault(Fault("x", "number-decimals", (2,))) == "Écrivez ce nombre avec 2 décimales au plus."
