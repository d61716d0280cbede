"""The French that several pages share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aqss.services.assessments.counting import Progress
from aqss.web.words import Due, due_words, progress_fr, progress_widths

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
"""In Paris: the end of 2 March, not a moment of 3 March."""


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (Progress(8, 11, 0, 3, is_scored=True), "8 sur 11 cotés"),
        (Progress(8, 11, 2, 1, is_scored=True), "8 sur 11 cotés, 2\u00a0«\u00a0ne sait pas\u00a0»"),
        (Progress(0, 1, 0, 1, is_scored=True), "0 sur 1 coté"),
        (Progress(1200, 1300, 0, 100, is_scored=True), "1\u00a0200 sur 1\u00a0300 cotés"),
        (Progress(0, 0, 0, 0, is_scored=True), "Aucun critère concerné"),
        (Progress(3, 14, 0, 11, is_scored=False), "Suivi sans score, 3 sur 14 renseignés"),
        (Progress(0, 0, 0, 0, is_scored=False), "Ne concerne pas le centre, d’après son profil"),
    ],
)
def test_how_far_a_sheet_is_is_said_the_same_way_everywhere(progress: Progress, expected: str) -> None:
    assert progress_fr(progress) == expected


def test_a_bar_is_as_wide_as_what_is_rated_then_ne_sait_pas() -> None:
    assert progress_widths(Progress(3, 12, 1, 8, is_scored=True)) == ("25.00", "8.33")
    assert progress_widths(Progress(0, 0, 0, 0, is_scored=True)) == ("0.00", "0.00")


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
