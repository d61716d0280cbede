"""When a thing is due, in words; who is greeted, by which name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aqss.web.home.words import Due, due_words, greeting, today_fr

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
"""In Paris: the end of 2 March, not a moment of 3 March."""


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [
        (NOW - timedelta(days=3), Due("3 jours de retard", "warning", "late")),
        (NOW - timedelta(days=1), Due("1 jour de retard", "warning", "late")),
        (NOW - timedelta(hours=2), Due("Aujourd’hui", "clock", "todo")),
        (MIDNIGHT, Due("Aujourd’hui", "clock", "todo")),
        (MIDNIGHT + timedelta(seconds=1), Due("Demain", "clock", "todo")),
        (MIDNIGHT + timedelta(days=1), Due("Demain", "clock", "todo")),
        (MIDNIGHT + timedelta(days=2), Due("Avant le 4 mars 2026", "calendar")),
    ],
)
def test_a_thing_is_due_until_the_end_of_its_day_in_paris(due_at: datetime, expected: Due) -> None:
    assert due_words(due_at, NOW) == expected


def test_a_thing_without_a_date_has_no_mark() -> None:
    assert due_words(None, NOW) is None


def test_the_day_changes_at_midnight_in_paris() -> None:
    assert due_words(MIDNIGHT, MIDNIGHT - timedelta(seconds=1)) == Due("Aujourd’hui", "clock", "todo")
    assert due_words(MIDNIGHT, MIDNIGHT) == Due("1 jour de retard", "warning", "late")
    assert today_fr(MIDNIGHT) == "Mardi 3 mars 2026"


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


def test_whoever_works_in_no_centre_is_just_greeted() -> None:
    assert greeting("Odile Sauvageon", 0, has_centres=False) == "Bonjour Odile"
