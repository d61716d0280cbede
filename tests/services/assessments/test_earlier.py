"""What stands beside a score: judged as it was then, telling when the grid has changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Band
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.overviews import read_overviews
from aqss.services.assessments.results import read_results
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_edition,
    an_open_assessment,
    close,
    pass_to,
    publish,
    rate,
    start,
    statements,
)

SECTIONS = {"tout": [{"criterion": "EV-1"}, {"criterion": "EV-2"}]}


def an_evolving_edition(
    version: int = 1, second_band: int = 50, *, grid: str = "evolution"
) -> EditionContent:
    content = an_edition(grid, SECTIONS, version=version)
    bands = [
        Band.model_validate({"from": Decimal(start), "band": name, "label": name})
        for start, name in ((0, "bas"), (second_band, "haut"))
    ]
    return content.model_copy(update={"bands": tuple(bands)})


def a_closed_one(
    session: Session, scene: Scene, days: int, answers: Mapping[str, str], *grids: str
) -> Assessment:
    then = NOW - timedelta(days=days)
    assessment = start(session, scene, a_scope(*(grids or ("evolution",)), title=f"{days} jours"), then)
    pass_to(session, scene.coordinator, assessment, "cotation", then)
    for code, level in answers.items():
        rate(session, scene.member, assessment, code, level, grid="evolution")
    close(session, scene, assessment, then)
    return assessment


def test_an_earlier_score_keeps_the_band_it_had_then(session: Session, scene: Scene) -> None:
    publish(session, an_evolving_edition(second_band=50))
    a_closed_one(session, scene, 300, {"EV-1": "oui", "EV-2": "non"})
    publish(session, an_evolving_edition(second_band=80))
    now = an_open_assessment(session, scene, "evolution")
    for code, level in (("EV-1", "oui"), ("EV-2", "non")):
        rate(session, scene.member, now, code, level, grid="evolution")
    module = read_results(session, scene.member, now.id).modules[0]
    for result in (module, module.grids[0], module.grids[0].sections[0]):
        (past,) = result.past
        assert result.standing.tally.score == past.standing.tally.score == 50
        assert result.standing.band is not None
        assert past.standing.band is not None
        assert (result.standing.band.band, past.standing.band.band) == ("bas", "haut")
        assert not past.is_other_version, "the same criteria, whatever the bands"


def test_the_first_sheet_judges_a_closed_module_wherever_its_score_is_shown(
    session: Session, scene: Scene
) -> None:
    """Here its last one by name: a sheet added later may follow an edition with other bands."""
    publish(session, an_evolving_edition(second_band=50), an_evolving_edition(second_band=80, grid="ajoutee"))
    grids = ("evolution", "ajoutee")
    closed = a_closed_one(session, scene, 300, {"EV-1": "oui", "EV-2": "non"}, *grids)
    own = read_results(session, scene.member, closed.id).modules[0].standing
    latest = read_overviews(session, scene.member)[scene.centre.id].latest[0].standing
    following = an_open_assessment(session, scene, *grids)
    earlier = read_results(session, scene.member, following.id).modules[0].past[0].standing
    for standing in (own, latest, earlier):
        assert standing.tally.score == 50
        assert standing.band is not None
        assert standing.band.band == "haut"


def test_another_version_of_the_grid_is_told_for_the_grid_its_sections_and_its_module(
    session: Session, scene: Scene
) -> None:
    publish(session, an_evolving_edition())
    a_closed_one(session, scene, 500, {"EV-1": "oui"}, "evolution", "hygiene")
    publish(session, an_evolving_edition(version=2))
    a_closed_one(session, scene, 300, {"EV-1": "non"}, "evolution", "hygiene")
    now = an_open_assessment(session, scene, "evolution", "hygiene")
    module = read_results(session, scene.member, now.id).modules[0]
    evolution = next(grid for grid in module.grids if grid.content.grid.grid == "evolution")
    hygiene = next(grid for grid in module.grids if grid.content.grid.grid == "hygiene")
    for result in (module, evolution, evolution.sections[0]):
        assert [past.is_other_version for past in result.past] == [False, True]
    assert [past.is_other_version for past in hygiene.past] == [False, False]


def test_what_a_closed_assessment_is_compared_with_does_not_change_when_another_one_closes(
    session: Session, scene: Scene
) -> None:
    publish(session, an_evolving_edition())
    slow = start(session, scene, a_scope("evolution", title="Lente"), NOW - timedelta(days=90))
    pass_to(session, scene.coordinator, slow, "cotation")
    quick = a_closed_one(session, scene, 30, {"EV-1": "oui"})
    assert read_results(session, scene.member, quick.id).modules[0].past == ()
    close(session, scene, slow, NOW)
    assert read_results(session, scene.member, quick.id).modules[0].past == ()
    following = an_open_assessment(session, scene, "evolution")
    past = read_results(session, scene.member, following.id).modules[0].past
    assert [one.title for one in past] == ["30 jours", "Lente"]


def test_editions_of_earlier_assessments_cost_no_more_queries(session: Session, scene: Scene) -> None:
    now = an_open_assessment(session, scene, "hygiene")
    counts = []
    for version in (1, 2, 3):
        publish(session, an_evolving_edition(version))
        a_closed_one(session, scene, 400 - version, {"EV-1": "oui"}, "evolution", "hygiene")
        read_results(session, scene.member, now.id)
        session.expunge_all()
        with statements(session) as seen:
            read_results(session, scene.member, now.id)
        counts.append(len(seen))
    assert len(set(counts)) == 1
