"""What day it is; who is greeted, by which name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aqss.web.home.words import TaskRow, greeting, group_tasks, today_fr


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


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def rows_due(*days: int | None) -> list[tuple[datetime | None, TaskRow]]:
    """A row for each: its last day ends so many days from today, in Paris."""
    midnight = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    return [
        (None if day is None else midnight + timedelta(days=day), TaskRow(str(day), "/", "ring", "", None))
        for day in days
    ]


def test_things_to_do_are_put_together_by_urgency() -> None:
    groups = group_tasks(rows_due(-20, -1, 0, 7, 8, None), NOW)
    assert [(group.title, [row.title for row in group.rows]) for group in groups] == [
        ("En retard", ["-20", "-1"]),
        ("D’ici sept jours", ["0", "7"]),
        ("Plus tard ou sans date", ["8", "None"]),
    ]


def test_a_short_list_is_one_group_and_an_empty_one_none() -> None:
    (group,) = group_tasks(rows_due(-20, 0, 8), NOW)
    assert (group.title, len(group.first), group.folded) == ("", 3, ())
    assert group_tasks([], NOW) == ()


def test_a_group_without_a_row_is_left_out_and_the_sixth_row_is_folded() -> None:
    (group,) = group_tasks(rows_due(*range(-8, -1)), NOW)
    assert group.title == "En retard"
    assert [row.title for row in group.folded] == ["-3", "-2"]
    assert (*group.first, *group.folded) == group.rows
