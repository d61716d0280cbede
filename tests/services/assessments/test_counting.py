"""How far a sheet is: one way of counting for every page."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Answer, Assessment
from aqss.persistence.consensus import Consensus
from aqss.services.assessments.counting import (
    Agreed,
    CountedSheet,
    Progress,
    criteria_applying,
    pool_agreed,
    pool_progress,
    progress_of,
    progress_of_followed,
    read_agreed,
    read_progress,
)
from aqss.services.editions import load_edition
from tests.services.assessments.alone import an_open_round
from tests.services.assessments.scene import (
    COORDINATION,
    NOW,
    Scene,
    an_edition,
    an_open_assessment,
    publish,
    rate,
    statements,
)

FOLLOWED = an_edition(
    "suivi",
    {
        "chiffres": [
            {"criterion": "SU-1"},
            {"criterion": "SU-2", "scale": "libre"},
            {"criterion": "SU-3", "applies_to": {"any": ["dentaire"]}},
        ]
    },
    module="outils",
    scale="nombre",
)


@pytest.fixture
def followed(session: Session, scene: Scene) -> Assessment:
    """Being rated: one grid whose criteria are not scored."""
    publish(session, FOLLOWED)
    return an_open_assessment(session, scene, "suivi")


def progress(session: Session, assessment: Assessment, *profile: str) -> Progress:
    (sheet,) = assessment.sheets
    return read_progress(session, [CountedSheet(sheet.id, FOLLOWED, profile, Tally())])[sheet.id]


def test_what_is_rated_counts_out_of_what_is_concerned_and_ne_sait_pas_apart() -> None:
    tally = Tally(applicable=12, not_applicable=1, rated=8, unknown=2)
    assert progress_of(tally) == Progress(done=8, whole=11, unknown=2, blank=1, is_scored=True)


def test_a_sheet_that_is_only_followed_counts_what_is_filled_in(
    session: Session, scene: Scene, followed: Assessment
) -> None:
    assert progress(session, followed) == Progress(done=0, whole=2, unknown=0, blank=2, is_scored=False)
    rate(session, scene.member, followed, "SU-1", "12", kind="number", grid="suivi")
    rate(session, scene.member, followed, "SU-2", "", kind="unknown", grid="suivi")
    assert progress(session, followed) == Progress(done=2, whole=2, unknown=0, blank=0, is_scored=False)


def test_an_answer_taken_back_or_that_no_longer_applies_is_not_filled_in(
    session: Session, scene: Scene, followed: Assessment
) -> None:
    rate(session, scene.member, followed, "SU-1", "12", kind="number", grid="suivi")
    rate(session, scene.member, followed, "SU-1", "", kind="blank", grid="suivi")
    rate(session, scene.member, followed, "SU-3", "3", kind="number", grid="suivi")
    assert progress(session, followed).done == 0
    assert (progress(session, followed, "dentaire").done, progress(session, followed, "dentaire").whole) == (
        1,
        3,
    )


def test_only_sheets_without_a_score_ask_the_database(
    session: Session, scene: Scene, followed: Assessment
) -> None:
    scored = [CountedSheet(key, COORDINATION, (), Tally(applicable=4)) for key in range(1000, 1005)]
    with statements(session) as seen:
        read_progress(session, scored)
    assert seen == []
    (sheet,) = followed.sheets
    with statements(session) as seen:
        read_progress(session, [*scored, CountedSheet(sheet.id, FOLLOWED, (), Tally())])
    assert len(seen) == 1


def test_several_sheets_add_up_leaving_out_those_without_a_score() -> None:
    first = progress_of(Tally(applicable=4, not_applicable=1, rated=2, unknown=1))
    second = progress_of(Tally(applicable=3, rated=1))
    figures = progress_of_followed(5, 14)
    assert pool_progress([first, figures, second]) == Progress(3, 6, 1, 2, is_scored=True)
    assert pool_progress([figures, figures]) == Progress(10, 28, 0, 18, is_scored=False)
    assert pool_progress([]) == Progress(0, 0, 0, 0, is_scored=False)


def test_the_team_agrees_on_criteria_that_apply_scored_or_not(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, "coordination", "mesures")
    sheets = {sheet.id: sheet for sheet in assessment.sheets}
    criteria = {
        key: criteria_applying(load_edition(session, sheet.edition_id), []) for key, sheet in sheets.items()
    }
    first, second = sheets
    for criterion in ("CO-1", "CO-4"):  # CO-4 does not apply: agreed on before the profile changed
        session.add(Answer(sheet_id=first, criterion=criterion, kind="blank", version=1, updated_at=NOW))
        session.flush()
        session.add(Consensus(sheet_id=first, criterion=criterion, decided_at=NOW))
    session.flush()
    with statements(session) as seen:
        agreed = read_agreed(session, criteria)
    assert (agreed, len(seen)) == ({first: Agreed(1, 4), second: Agreed(0, 3)}, 1)
    assert pool_agreed(agreed.values()) == Agreed(1, 7)
    with statements(session) as seen:
        assert (read_agreed(session, {}), len(seen)) == ({}, 0)
