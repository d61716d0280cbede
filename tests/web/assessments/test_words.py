"""Where a grid of an assessment stands, and why it has no score, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.counting import Agreed, Progress
from aqss.services.assessments.results import standing
from aqss.services.assessments.sheets import SheetStatus, TaskLine
from aqss.web.assessments.words import sheet_tag, unscored_fr
from tests.services.assessments.scene import COORDINATION

DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTHING = Progress(0, 12, 0, 12, is_scored=True)
CARRIED = Progress(12, 12, 0, 0, is_scored=True)


def a_line(status: SheetStatus, progress: Progress = NOTHING, agreed: Agreed | None = None) -> TaskLine:
    score = standing(Tally(0, 0), COORDINATION)
    return TaskLine(COORDINATION, status, score, progress, None, (), False, agreed)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        (a_line(SheetStatus.NOT_STARTED), "Pas commencé"),
        (a_line(SheetStatus.NOT_STARTED, CARRIED), "À confirmer"),
        (a_line(SheetStatus.NOT_STARTED, Progress(0, 12, 3, 9, is_scored=True)), "À confirmer"),
        (a_line(SheetStatus.STARTED), "En cours"),
        (a_line(SheetStatus.FINISHED), "Terminé"),
        (a_line(SheetStatus.EMPTY), "Rien à coter"),
        (a_line(SheetStatus.EMPTY, agreed=Agreed(0, 0)), "Rien à coter"),
        (a_line(SheetStatus.NOT_STARTED, agreed=Agreed(0, 12)), "Accord à trouver"),
        (a_line(SheetStatus.STARTED, agreed=Agreed(1, 12)), "1 accord sur 12"),
        (a_line(SheetStatus.FINISHED, agreed=Agreed(12, 12)), "Accord complet"),
    ],
)
def test_a_grid_says_where_it_stands(line: TaskLine, label: str) -> None:
    assert sheet_tag(line, is_round=False, is_open=True)[1].replace("\u00a0", " ") == label
    assert sheet_tag(line, is_round=True, is_open=True)[1] == "Chacun de son côté"


def test_a_grid_that_nobody_may_rate_yet_says_so() -> None:
    line = a_line(SheetStatus.NOT_STARTED, CARRIED)
    assert sheet_tag(line, is_round=False, is_open=False)[1] == "Pas encore ouvert"


@pytest.mark.parametrize(
    ("how", "start"),
    [
        ({"rating": "direct"}, "Aucun critère n’est coté"),
        ({"rating": "blind"}, "Chacun a coté seul"),
        ({"rating": "blind", "revealed_at": DAY}, "L’équipe n’a encore coté aucun critère"),
        ({"rating": "blind", "revealed_at": DAY, "closed_at": DAY}, "Aucun critère n’est coté"),
    ],
)
def test_what_has_no_score_says_why(how: dict[str, Any], start: str) -> None:
    told = unscored_fr(Assessment(**how), "la grille")
    assert told.startswith(f"{start}\u00a0: ")
    assert told.lower().endswith("la grille n’a pas encore de score.")
