"""How a sitting says spreads, times and reasons."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aqss.domain.definitions.scales import LevelsScale, NumberScale
from aqss.domain.divergence import Votes, spread_of
from aqss.web.consensus.words import Dots, clock_fr, code_fr, dots_of, duration_fr, spent_fr

NBSP = "\u00a0"
MASTERY = LevelsScale.model_validate(
    {
        "scale": "maitrise",
        "label": "Maîtrise",
        "kind": "levels",
        "levels": (
            {"level": "oui", "label": "Oui", "value": Decimal(1)},
            {"level": "partiel", "label": "En partie", "value": Decimal("0.5")},
            {"level": "non", "label": "Non", "value": Decimal(0)},
        ),
    }
)
RATE = NumberScale.model_validate({"scale": "taux", "label": "Taux", "kind": "number", "unit": "%"})


def rows(scale: LevelsScale | NumberScale, votes: Votes) -> list[Dots]:
    shown = spread_of(scale, votes).shown
    assert shown is not None
    return dots_of(shown, scale)


def test_every_level_has_its_row_then_those_outside_the_scale() -> None:
    found = rows(MASTERY, Votes(("non", "non", "oui", "oui", "oui"), unknown=2, not_applicable=1))
    assert [(row.label, row.count, row.median) for row in found] == [
        ("Oui", 3, "médiane"),
        ("En partie", 0, ""),
        ("Non", 2, ""),
        ("Ne sait pas", 2, ""),
        ("Non concerné", 1, ""),
    ]


def test_two_medians_are_told_apart() -> None:
    found = rows(MASTERY, Votes(("non", "non", "oui", "oui")))
    assert [row.median for row in found] == ["médiane haute", "", "médiane basse"]


def test_numbers_have_a_row_for_each_that_was_said() -> None:
    found = rows(RATE, Votes((Decimal(5), Decimal(5), Decimal(7), Decimal(9))))
    assert [(row.label, row.count) for row in found] == [
        (f"5{NBSP}%", 2),
        (f"7{NBSP}%", 1),
        (f"9{NBSP}%", 1),
    ]


@pytest.mark.parametrize(("count", "drawn"), [(0, []), (3, [3]), (10, [10]), (23, [10, 10, 3])])
def test_dots_go_by_ten(count: int, drawn: list[int]) -> None:
    assert Dots("Oui", "disc", count).rows == drawn


def test_times_are_written_and_said() -> None:
    assert (clock_fr(260), clock_fr(-65), clock_fr(0)) == ("4:20", "− 1:05", "0:00")
    assert duration_fr(260) == "4 minutes 20 secondes"
    assert duration_fr(45) == "45 secondes"
    assert (spent_fr(0), spent_fr(61)) == (f"0{NBSP}min", f"2{NBSP}min")


def test_a_code_is_read_in_two_halves() -> None:
    assert code_fr("K7M2PQ") == f"K7M{NBSP}2PQ"
