"""What an answer is worth on its scale."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, TextScale

LEVELS = LevelsScale(
    scale="maitrise",
    label="Maîtrise",
    kind="levels",
    levels=(
        Level(level="oui", label="Oui", value=Decimal(1)),
        Level(level="non", label="Non", value=Decimal(0)),
    ),
)
FALLING = NumberScale(scale="taux", label="Taux", kind="number", worst=Decimal(20), best=Decimal(5))
RISING = NumberScale(scale="part", label="Part", kind="number", worst=Decimal(0), best=Decimal(3))
COUNTED = NumberScale(scale="nombre", label="Nombre", kind="number")
WORDS = TextScale(scale="libre", label="Libre", kind="text")


def test_levels_and_numbers_with_a_target_are_scored_and_nothing_else() -> None:
    half_a_target = NumberScale(scale="x", label="X", kind="number", best=Decimal(5))
    other_half = NumberScale(scale="x", label="X", kind="number", worst=Decimal(5))
    scales = (LEVELS, FALLING, COUNTED, half_a_target, other_half, WORDS)
    assert [scale.is_scored for scale in scales] == [True, True, False, False, False, False]


def test_a_level_is_found_by_its_name() -> None:
    assert LEVELS.by_level == {"oui": LEVELS.levels[0], "non": LEVELS.levels[1]}


@pytest.mark.parametrize(
    ("scale", "number", "value"),
    [
        (FALLING, "5", Fraction(1)),
        (FALLING, "20", Fraction(0)),
        (FALLING, "12.5", Fraction(1, 2)),
        (RISING, "3", Fraction(1)),
        (RISING, "0", Fraction(0)),
        (RISING, "1", Fraction(1, 3)),
    ],
)
def test_a_number_is_worth_its_exact_share_of_the_way_from_worst_to_best(
    scale: NumberScale, number: str, value: Fraction
) -> None:
    assert scale.value_of(Decimal(number)) == value


@pytest.mark.parametrize(
    ("scale", "number", "value"),
    [(FALLING, "0", 1), (FALLING, "99", 0), (RISING, "99", 1), (RISING, "-1", 0)],
)
def test_beyond_the_best_and_the_worst_nothing_more_is_won_or_lost(
    scale: NumberScale, number: str, value: int
) -> None:
    assert scale.value_of(Decimal(number)) == value


def test_a_number_without_a_target_is_worth_nothing() -> None:
    with pytest.raises(ValueError, match="nombre"):
        COUNTED.value_of(Decimal(5))
