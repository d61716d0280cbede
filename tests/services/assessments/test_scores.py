"""The score rows kept beside the answers: written whole, changed by difference, shown with their band."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from aqss.domain.scoring import GridScore, SectionScore, Tally
from aqss.persistence.assessments import Assessment, Score
from aqss.services.assessments.scores import (
    TALLY,
    ScoreKey,
    add_change,
    read_above,
    rewrite_scores,
    score_values,
    standing,
    tallies_of,
    tally_of,
)
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    COORDINATION,
    Scene,
    an_assessment,
    an_open_assessment,
    rate,
    statements,
)

ONE_RATED = Tally(earned=Fraction(1, 2), possible=Fraction(1), rated=1)
HYGIENE = ("soins", "hygiene", "mains")


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    """Coordination has four criteria that apply, hygiène three: no answer yet."""
    return an_assessment(session, scene, "coordination", "hygiene")


def kept(session: Session, assessment: Assessment) -> dict[ScoreKey, Tally]:
    query = select(Score.module, Score.grid, Score.section, *TALLY)
    rows = session.execute(query.where(Score.assessment_id == assessment.id))
    return {(row.module, row.grid, row.section): tally_of(row) for row in rows}


# --- shown ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earned", "band"), [(0, "a-traiter"), (49, "a-traiter"), (50, "a-consolider"), (80, "maitrise")]
)
def test_a_score_stands_in_the_band_of_its_module(earned: int, band: str) -> None:
    found = standing(Tally(Fraction(earned), Fraction(100), applicable=1, rated=1), COORDINATION)
    assert found.band is not None
    assert found.band.band == band
    assert found.bands == COORDINATION.bands


def test_nothing_rated_stands_in_no_band() -> None:
    assert standing(Tally(applicable=3), COORDINATION).band is None


@pytest.mark.parametrize(("rated", "provisional"), [(7, True), (8, False), (10, False)])
def test_a_score_is_provisional_below_the_share_its_module_asks_for(rated: int, provisional: bool) -> None:
    assert COORDINATION.provisional_below == Decimal("0.8")
    tally = Tally(Fraction(rated), Fraction(rated), applicable=10, rated=rated)
    assert standing(tally, COORDINATION).provisional is provisional


def test_a_row_keeps_the_exact_tally_and_its_roundings() -> None:
    tally = Tally(Fraction(1), Fraction(3), applicable=4, rated=3)
    values = score_values(tally)
    assert (values["earned"], values["possible"], values["rated"]) == (Fraction(1), Fraction(3), 3)
    assert (values["score"], values["completeness"]) == (pytest.approx(33.333333333), 0.75)


def test_a_row_without_a_rating_keeps_no_score() -> None:
    assert score_values(Tally(applicable=4))["score"] is None


# --- written whole -------------------------------------------------------------------------------------


def test_a_module_pools_its_grids_and_a_grid_keeps_its_sections() -> None:
    mains, sols = Tally(applicable=1), Tally(applicable=2)
    scores = [
        (
            "soins",
            GridScore("hygiene", mains + sols, (SectionScore("mains", mains), SectionScore("sols", sols))),
        ),
        ("soins", GridScore("accueil", sols, (SectionScore("porte", sols),))),
        ("outils", GridScore("mesures", mains, (SectionScore("suivi", mains),))),
    ]
    assert tallies_of(scores) == {
        ("soins", "hygiene", "mains"): mains,
        ("soins", "hygiene", "sols"): sols,
        ("soins", "hygiene", ""): Tally(applicable=3),
        ("soins", "accueil", "porte"): sols,
        ("soins", "accueil", ""): sols,
        ("soins", "", ""): Tally(applicable=5),
        ("outils", "mesures", "suivi"): mains,
        ("outils", "mesures", ""): mains,
        ("outils", "", ""): mains,
    }


def test_rows_written_again_replace_those_that_drifted_those_missing_and_those_in_excess(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    rate(session, scene.member, assessment, "HY-1", "oui")
    right = kept(session, assessment)
    session.execute(update(Score).where(Score.section == "mains").values(rated=7))
    session.execute(delete(Score).where(Score.grid == "hygiene", Score.section == ""))
    session.execute(update(Score).where(Score.section == "fauteuil").values(section="disparue"))
    assert len(check_scores(session, assessment.id)) == 4
    rewrite_scores(session, assessment.id)
    assert kept(session, assessment) == right
    assert right[HYGIENE].rated == 1


def test_an_answer_taken_back_counts_for_nothing_when_rows_are_written_again(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    rate(session, scene.member, assessment, "HY-1", "oui")
    rate(session, scene.member, assessment, "HY-1", "", kind="blank", comment="À revoir.")
    rewrite_scores(session, assessment.id)
    assert kept(session, assessment)[HYGIENE].rated == 0
    assert check_scores(session, assessment.id) == ()


def test_each_row_tells_whether_it_is_a_section_s_a_grid_s_or_a_module_s(
    session: Session, assessment: Assessment
) -> None:
    rows = session.execute(select(Score.scope, Score.grid, Score.section))
    assert {(row.scope, bool(row.grid), bool(row.section)) for row in rows} == {
        ("section", True, True),
        ("grid", True, False),
        ("module", False, False),
    }


def test_an_assessment_without_a_grid_has_no_row(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    for sheet in list(assessment.sheets):
        session.delete(sheet)
    rewrite_scores(session, assessment.id)
    assert kept(session, assessment) == {}


# --- changed by difference -----------------------------------------------------------------------------


def test_a_change_adds_to_its_section_its_grid_and_its_module_and_to_nothing_else(
    session: Session, scene: Scene, assessment: Assessment
) -> None:
    other = an_assessment(session, scene, "hygiene")
    before, before_elsewhere = kept(session, assessment), kept(session, other)
    add_change(session.connection(), assessment.id, *HYGIENE, ONE_RATED)
    after = kept(session, assessment)
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {HYGIENE, ("soins", "hygiene", ""), ("soins", "", "")}
    assert all(after[key] == before[key] + ONE_RATED for key in changed)
    assert kept(session, other) == before_elsewhere


def test_a_change_gives_the_new_tallies_of_its_grid_and_of_its_module(
    session: Session, assessment: Assessment
) -> None:
    grid, module = add_change(session.connection(), assessment.id, *HYGIENE, ONE_RATED)
    assert (grid.applicable, grid.rated, module.applicable, module.rated) == (3, 1, 7, 1)
    assert read_above(session.connection(), assessment.id, *HYGIENE) == (grid, module)


def test_a_change_keeps_the_roundings_in_step(session: Session, assessment: Assessment) -> None:
    add_change(session.connection(), assessment.id, *HYGIENE, ONE_RATED)
    row = session.execute(
        select(Score.score, Score.completeness).where(Score.grid == "hygiene", Score.section == "")
    ).one()
    assert (row.score, row.completeness) == (50, pytest.approx(1 / 3))


def test_a_change_of_nothing_writes_nothing(session: Session, assessment: Assessment) -> None:
    connection = session.connection()
    with statements(session) as run:
        found = add_change(connection, assessment.id, *HYGIENE, Tally())
    assert found == read_above(connection, assessment.id, *HYGIENE)
    assert len(run) == 1
