"""A figure against its target: one scale a row, no colour that judges."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from aqss.gateways.drawing.targets import WIDTH, target_bar


def width_of_bar(picture: str) -> float:
    found = re.search(r'<rect[^>]* width="([0-9.]+)"', picture)
    return float(found[1]) if found else 0.0


def tick_of(picture: str) -> float | None:
    found = re.search(r'd="M([0-9.]+) 0V20"', picture)
    return float(found[1]) if found else None


def test_the_longer_of_the_two_leaves_a_little_room() -> None:
    picture = target_bar(Decimal(50), Decimal(100))
    assert width_of_bar(picture) == pytest.approx(WIDTH * 50 / 110, abs=0.1)
    assert tick_of(picture) == pytest.approx(1 + WIDTH * 100 / 110, abs=0.1)
    assert width_of_bar(target_bar(Decimal(100), Decimal(50))) == pytest.approx(WIDTH * 100 / 110, abs=0.1)


def test_what_is_missing_is_not_drawn() -> None:
    assert tick_of(target_bar(Decimal(5), None)) is None
    assert width_of_bar(target_bar(None, Decimal(5))) == 0
    assert (width_of_bar(target_bar(Decimal(0), None)), tick_of(target_bar(None, None))) == (0, None)


def test_a_figure_under_zero_has_no_bar_and_a_target_of_zero_its_tick() -> None:
    assert width_of_bar(target_bar(Decimal(-3), Decimal(2))) == 0
    assert tick_of(target_bar(Decimal(3), Decimal(0))) == 1


def test_it_is_hidden_from_screen_readers_beside_its_numbers() -> None:
    assert 'aria-hidden="true"' in target_bar(Decimal(5), Decimal(5))
