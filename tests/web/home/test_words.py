"""What day it is; who is greeted, by which name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aqss.web.home.words import greeting, today_fr


@pytest.mark.parametrize(
    ("name", "count", "expected"),
    [
        ("Nora Delmarque", 0, "Bonjour Nora, rien ne vous attend"),
        ("Nora Delmarque", 1, "Bonjour Nora, une chose vous attend"),
        ("Anne-Marie Le Goff", 9, "Bonjour Anne-Marie, neuf choses vous attendent"),
        ("Nora", 12, "Bonjour Nora, 12 choses vous attendent"),
    ],
)
def test_a_person_is_greeted_by_the_first_of_their_names(name: str, count: int, expected: str) -> None:
    assert greeting(name, count, has_centres=True) == expected


def test_who_begins_is_told_of_first_steps_unless_something_awaits_them() -> None:
    assert greeting("Nora", 0, has_centres=True, begins=True) == "Bonjour Nora, voici les premiers pas"
    assert greeting("Nora", 1, has_centres=True, begins=True) == "Bonjour Nora, une chose vous attend"


def test_whoever_works_in_no_centre_is_just_greeted() -> None:
    assert greeting("Odile Sauvageon", 0, has_centres=False) == "Bonjour Odile"


def test_the_day_changes_at_midnight_in_paris() -> None:
    assert today_fr(datetime(2026, 3, 2, 22, 59, tzinfo=UTC)) == "Lundi 2 mars 2026"
    assert today_fr(datetime(2026, 3, 2, 23, 0, tzinfo=UTC)) == "Mardi 3 mars 2026"
