"""The French that several pages share."""

from __future__ import annotations

import pytest

from aqss.services.assessments.counting import Progress
from aqss.web.words import progress_fr, progress_widths


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
