"""The way of a centre: which assessments, level by level, and the figures of each level."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from aqss.domain.definitions.grids import Band
from aqss.domain.errors import NotAllowed, NotFound
from aqss.domain.progress import Alteration, Effects, Move, Reach
from aqss.persistence.assessments import Assessment, Closing
from aqss.services.assessments.evolution import SHOWN, Evolution, read_evolution
from aqss.services.assessments.histories import GridEvolution, ModuleEvolution
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

LOW = ((0, "a-traiter"), (20, "maitrise"))
POOR = {"CO-1": "non", "CO-2": "partiel", "CO-3": "non", "CO-5": "c"}
GOOD = {"CO-1": "oui", "CO-2": "oui", "CO-3": "partiel", "CO-5": "a"}
"""CO-3 weighs 2; CO-4 is asked of dental centres."""


def closed(
    session: Session, scene: Scene, days: int, answers: dict[str, str], *grids: str, grid: str = ""
) -> Assessment:
    """One started and closed ``days`` before now; ``grid``: that of the answers, unknown to the scene."""
    then = NOW - timedelta(days=days)
    assessment = start(session, scene, a_scope(*(grids or ("coordination",)), title=f"{days} jours"), then)
    pass_to(session, scene.coordinator, assessment, "cotation", then)
    for code, level in answers.items():
        rate(session, scene.member, assessment, code, level, grid=grid)
    close(session, scene, assessment, then)
    return assessment


def read(session: Session, scene: Scene, **asked: str | int) -> Evolution:
    return read_evolution(session, scene.member, scene.centre.id, **asked)  # type: ignore[arg-type]


def grids_of(module: ModuleEvolution) -> dict[str, GridEvolution]:
    return {grid.content.grid.grid: grid for grid in module.grids}


def test_the_way_goes_from_the_oldest_to_the_latest_and_says_both_effects(
    session: Session, scene: Scene
) -> None:
    first, second = closed(session, scene, 300, POOR), closed(session, scene, 100, GOOD)
    found = read(session, scene)
    assert [column.id for column in found.columns] == [first.id, second.id]
    (module,) = found.modules
    assert module.scores == (Fraction(50, 5), 80)
    assert module.last is not None
    assert module.last.effects == Effects(answers=Fraction(70), coverage=Fraction(0), asked=Fraction(0))
    assert [section.scores for section in module.grids[0].sections] == [(25, 100), (0, Fraction(200, 3))]
    assert module.grids[0].changes == ()
    assert module.grids[0].criteria == (), "only where that grid is asked for"


def test_the_steps_start_and_end_at_the_scores_kept(session: Session, scene: Scene) -> None:
    closed(session, scene, 300, {**POOR, "HY-1": "partiel"}, "coordination", "hygiene")
    closed(session, scene, 200, {**GOOD, "HY-1": "oui"}, "coordination", "hygiene")
    closed(session, scene, 100, {"HY-1": "non", "HY-3": "oui"}, "hygiene")
    found = read(session, scene)
    for module in found.modules:
        assert [interval.is_whole for interval in module.intervals] == [True, False]
        assert module.intervals[0].steps.then.score == module.scores[0]
        assert module.intervals[0].steps.now.score == module.scores[1]
        for one in [*module.grids, *(s for grid in module.grids for s in grid.sections)]:
            held = {c.id: score for c, score in zip(found.columns, one.scores, strict=True)}
            for interval in one.intervals:
                assert interval.steps.then.score == held[interval.then.id]
                assert interval.steps.now.score == held[interval.now.id]
        assert len(module.intervals) == 2


def test_a_module_is_compared_over_the_grids_rated_both_times(session: Session, scene: Scene) -> None:
    closed(session, scene, 300, {"CO-1": "oui", "CO-2": "non", "HY-1": "non"}, "coordination", "hygiene")
    closed(session, scene, 100, {"CO-1": "oui", "CO-2": "partiel"}, "coordination")
    (module,) = read(session, scene).modules
    assert module.last is not None
    assert module.last.reach == Reach(both=("coordination",), gone=("hygiene",), come=())
    assert (module.last.steps.then.score, module.last.steps.now.score) == (50, 75)
    assert module.last.effects == Effects(answers=Fraction(25), coverage=Fraction(0), asked=Fraction(0))
    assert module.scores == (Fraction(100, 3), 75), "the scores themselves stay whole"
    assert grids_of(module)["hygiene"].scores == (0, None)
    assert grids_of(module)["hygiene"].intervals == ()
    closed(session, scene, 50, {"CO-1": "oui", "HY-1": "oui"}, "coordination", "hygiene")
    (module,) = read(session, scene).modules
    assert module.last is not None
    assert module.last.reach == Reach(both=("coordination",), gone=(), come=("hygiene",))
    assert module.last.effects == Effects(answers=Fraction(0), coverage=Fraction(25), asked=Fraction(0))
    assert len(grids_of(module)["hygiene"].intervals) == 1, "over the assessment that did not hold it"


def test_a_grid_that_nobody_rated_is_not_compared(session: Session, scene: Scene) -> None:
    closed(session, scene, 300, {"CO-1": "oui", "HY-1": "non"}, "coordination", "hygiene")
    closed(session, scene, 100, {"CO-1": "oui"}, "coordination", "hygiene")
    (module,) = read(session, scene).modules
    assert module.last is not None
    assert module.last.reach == Reach(both=("coordination",), gone=("hygiene",), come=())
    assert module.last.effects == Effects(Fraction(0), Fraction(0), Fraction(0))


def test_a_module_without_a_grid_rated_both_times_does_not_compare(session: Session, scene: Scene) -> None:
    closed(session, scene, 300, {"CO-1": "oui"}, "coordination")
    closed(session, scene, 100, {"HY-1": "non"}, "hygiene")
    (module,) = read(session, scene).modules
    assert module.last is not None
    assert module.last.reach == Reach(both=(), gone=("coordination",), come=("hygiene",))
    steps = module.last.steps
    assert (steps.then.score, steps.now.score, steps.effects) == (100, 0, None)


def test_criteria_are_followed_over_every_assessment_shown(session: Session, scene: Scene) -> None:
    publish(
        session,
        an_edition("suivie", {"a": [{"criterion": "S-1"}, {"criterion": "S-2"}, {"criterion": "S-9"}]}),
    )
    closed(session, scene, 300, {"S-1": "oui", "S-2": "non", "S-9": "oui"}, "suivie", grid="suivie")
    merged = [{"criterion": "S-3", "replaces": ["S-1", "S-2"]}, {"criterion": "S-9"}]
    publish(session, an_edition("suivie", {"a": merged}, version=2))
    closed(session, scene, 200, {"S-3": "partiel", "S-9": "oui"}, "suivie", grid="suivie")
    split = [{"criterion": f"S-{rank}", "replaces": ["S-3"]} for rank in (4, 5)]
    publish(session, an_edition("suivie", {"b": split}, version=3))
    closed(session, scene, 100, {"S-4": "oui", "S-5": "non"}, "suivie", grid="suivie")
    grid = read(session, scene, grid="suivie").modules[0].grids[0]
    said = {
        one.progress.code: [
            [(part.criterion.criterion, part.answer.level) for part in parts] for parts in one.said
        ]
        for one in grid.criteria
    }
    assert said["S-4"] == [[("S-1", "oui"), ("S-2", "non")], [("S-3", "partiel")], [("S-4", "oui")]]
    assert said["S-5"][-1] == [("S-5", "non")]
    assert said["S-9"] == [[("S-9", "oui")], [("S-9", "oui")], []], "removed, and still told"
    assert [(one.section, one.progress.move) for one in grid.criteria] == [
        ("B", Move.BETTER),
        ("B", Move.WORSE),
        ("A", Move.NO_LONGER_ASKED),
    ]
    assert [[one.alterations for one in changed] for _, changed in grid.changes] == [
        [(Alteration.MERGED,)],
        [
            (Alteration.SPLIT, Alteration.MOVED),
            (Alteration.SPLIT, Alteration.MOVED),
            (Alteration.REMOVED,),
        ],
    ]
    assert [(section.section, section.scores) for section in grid.sections] == [
        ("b", (None, None, 50)),
        ("a", (Fraction(200, 3), 75, None)),
    ]
    assert grid.sections[0].intervals == ()


def test_a_change_of_profile_is_no_doing_of_the_answers(session: Session, scene: Scene) -> None:
    closed(session, scene, 300, GOOD)
    scene.centre.flags = ["dentaire"]
    session.flush()
    closed(session, scene, 100, {**GOOD, "CO-4": "non"})
    grid = read(session, scene, grid="coordination").modules[0].grids[0]
    assert grid.last is not None
    assert grid.last.effects == Effects(Fraction(0), Fraction(0), asked=Fraction(400, 6) - 80)
    line = next(one for one in grid.criteria if one.progress.code == "CO-4")
    assert line.said[0] == (), "not asked then"
    assert line.progress.alterations == (Alteration.PROFILE,)


def test_each_score_is_judged_by_the_bands_of_its_edition(session: Session, scene: Scene) -> None:
    strict, again = (an_edition("jugee", {"tout": [{"criterion": "J-1"}]}) for _ in range(2))
    low = [Band.model_validate({"from": Decimal(start), "band": name, "label": name}) for start, name in LOW]
    publish(session, strict)
    closed(session, scene, 300, {"J-1": "partiel"}, "jugee", grid="jugee")
    publish(session, again.model_copy(update={"bands": tuple(low)}))
    closed(session, scene, 100, {"J-1": "partiel"}, "jugee", grid="jugee")
    standings = read(session, scene).modules[0].grids[0].standings
    assert [one.band.band for one in standings if one and one.band] == ["a-consolider", "maitrise"]


def test_what_is_asked_of_the_page_keeps_to_a_module_or_a_grid(session: Session, scene: Scene) -> None:
    closed(session, scene, 300, {}, "mesures")
    closed(session, scene, 200, {}, "coordination", "hygiene", "mesures")
    closed(session, scene, 100, {}, "hygiene")
    found = read(session, scene)
    assert [module.module for module in found.modules] == ["soins", "outils"]
    assert [choice.grid for choice in found.choices] == ["coordination", "hygiene", "mesures"]
    assert (found.total, found.module, found.grid) == (3, "", "")
    found = read(session, scene, module="outils")
    assert ([module.module for module in found.modules], found.total) == (["outils"], 2)
    found = read(session, scene, grid="hygiene")
    assert (found.module, found.grid, found.total) == ("soins", "hygiene", 2)
    found = read(session, scene, module="outils", grid="hygiene")
    assert (found.module, found.grid) == ("outils", "")
    for asked in ({"module": "ailleurs"}, {"grid": "ailleurs"}):
        with pytest.raises(NotFound):
            read(session, scene, **asked)


def test_a_grid_met_once_has_no_criteria_to_compare(session: Session, scene: Scene) -> None:
    closed(session, scene, 100, GOOD)
    grid = read(session, scene, grid="coordination").modules[0].grids[0]
    assert (grid.criteria, grid.intervals, grid.last) == ((), (), None)


def test_pages_overlap_by_one_assessment_so_that_no_passage_is_lost(session: Session, scene: Scene) -> None:
    keys = [closed(session, scene, 500 - 30 * rank, {}).id for rank in range(SHOWN + 3)]
    latest, older = read(session, scene), read(session, scene, page=2)
    assert [column.id for column in latest.columns] == keys[-SHOWN - 1 :]
    assert [column.id for column in older.columns] == keys[:3]
    assert (latest.page.count, older.page.number, latest.total) == (2, 2, SHOWN + 3)
    assert read(session, scene, page=7) == older


def test_only_closed_assessments_count_and_a_reopened_one_is_named(session: Session, scene: Scene) -> None:
    an_open_assessment(session, scene)
    found = read(session, scene)
    assert (found.columns, found.modules, found.total, found.page.count) == ((), (), 0, 1)
    closed(session, scene, 200, POOR)
    again = closed(session, scene, 100, GOOD)
    session.add(
        Closing(
            assessment_id=again.id, rank=1, closed_at=NOW, reopened_at=NOW, reason="Oubli.", scores={},
            frozen={},
        )
    )  # fmt: skip
    session.flush()
    assert read(session, scene).reopened == (), "closed again: its latest figures count"
    again.closed_at = None
    session.flush()
    found = read(session, scene)
    assert (len(found.columns), found.reopened) == (1, ("100 jours",))


def test_the_way_is_for_the_team_alone(session: Session, scene: Scene) -> None:
    closed(session, scene, 100, GOOD)
    for actor in (scene.stranger, scene.administrator):
        with pytest.raises(NotAllowed):
            read_evolution(session, actor, scene.centre.id)


def test_the_cost_is_the_same_for_one_assessment_or_many(session: Session, scene: Scene) -> None:
    costs = []
    for days in (400, 300, 200, 100):
        closed(session, scene, days, GOOD, "coordination", "hygiene", "mesures")
        for asked in ({}, {"grid": "coordination"}):
            read(session, scene, **asked)
            with statements(session) as seen:
                read(session, scene, **asked)
            costs.append(len(seen))
    assert len(set(costs)) == 1
    assert costs[0] <= 8
