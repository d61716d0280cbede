"""What a report is, by its values alone: a draft or not, compared or not, weighed or not."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.services.reports.assessment_content import ReportContent
from tests.services.assessments.scene import NOW, Scene, an_edition, publish
from tests.services.reports.story import a_closed_assessment, a_rated_assessment, report_of

LATER = NOW + timedelta(days=365)


def the_second(session: Session, scene: Scene, catalogue: Catalogue, *grids: str) -> ReportContent:
    """The report of an assessment made a year after a closed one of coordination and hygiène."""
    a_closed_assessment(session, scene, NOW)
    assessment = a_rated_assessment(session, scene, *grids, answers={}, now=LATER)
    return report_of(session, scene.member, catalogue, assessment, LATER)


def test_a_report_is_a_draft_until_its_assessment_is_closed(
    session: Session, scene: Scene, small_catalogue: Catalogue
) -> None:
    rated = a_rated_assessment(session, scene)
    assert report_of(session, scene.member, small_catalogue, rated).is_draft
    closed = a_closed_assessment(session, scene, NOW)
    assert not report_of(session, scene.member, small_catalogue, closed).is_draft


def test_a_first_assessment_is_compared_with_nothing(
    session: Session, scene: Scene, small_catalogue: Catalogue
) -> None:
    content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
    assert not content.is_compared
    assert not any(module.is_compared for module in content.modules)


def test_a_later_assessment_is_compared_in_the_modules_rated_before_alone(
    session: Session, scene: Scene, small_catalogue: Catalogue
) -> None:
    content = the_second(session, scene, small_catalogue, "hygiene", "mesures")
    assert content.is_compared
    assert [module.is_compared for module in content.modules] == [True, False]


def test_an_axis_of_the_radar_is_a_grid_now_and_before(
    session: Session, scene: Scene, small_catalogue: Catalogue
) -> None:
    (module,) = the_second(session, scene, small_catalogue, "coordination", "hygiene").modules
    assert [axis.code for axis in module.axes] == [grid.code for grid in module.grids] == ["CO", "HY"]
    assert [axis.now for axis in module.axes] == [None, None]
    assert [axis.before for axis in module.axes] == [Fraction(30), 100 * Fraction(215, 230)]


def test_a_grid_has_weights_when_a_criterion_asked_weighs_otherwise(
    session: Session, scene: Scene, small_catalogue: Catalogue
) -> None:
    not_asked = {"criterion": "E-2", "weight": 3, "applies_to": {"any": ["dentaire"]}}
    publish(session, an_edition("egale", {"seule": [{"criterion": "E-1"}, not_asked]}))
    assessment = a_rated_assessment(session, scene, "coordination", "egale", answers={})
    content = report_of(session, scene.member, small_catalogue, assessment)
    weighed = {grid.content.grid.grid: grid.has_weights for grid in content.modules[0].grids}
    assert weighed == {"coordination": True, "egale": False}


def test_the_lines_of_a_grid_are_those_of_its_sections_in_order(
    session: Session, scene: Scene, small_catalogue: Catalogue
) -> None:
    content = report_of(session, scene.member, small_catalogue, a_rated_assessment(session, scene))
    lines = content.modules[0].grids[0].lines
    assert [line.explained.criterion.criterion for line in lines] == ["CO-1", "CO-2", "CO-3", "CO-5"]
