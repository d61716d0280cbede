"""What the plan changed: outcomes told, and weak criteria with an action beside those without."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from aqss.domain.effects import EffectCount, MoveCount, Outcome
from aqss.domain.errors import NotAllowed
from aqss.services.actions.effects import SHOWN_ACTIONS, DoneAction, PlanEffects, read_plan_effects
from aqss.services.actions.outcomes import NOT_YET, ActionOutcome
from tests.builders import an_action
from tests.services.actions.scene import key_of
from tests.services.actions.test_outcomes import aim, assess, day
from tests.services.assessments.scene import (
    NOW,
    Scene,
    a_scope,
    an_edition,
    close,
    pass_to,
    publish,
    rate,
    start,
    statements,
)


def effects(session: Session, scene: Scene) -> PlanEffects:
    return read_plan_effects(session, scene.member, scene.centre.id)


def test_actions_done_come_the_latest_first_with_what_is_known_of_each(
    session: Session, scene: Scene
) -> None:
    then = assess(session, scene, 0, 1, CO_3="non")
    measured = aim(session, scene, then, "non", "partiel")
    concluded = an_action(
        session, scene.centre, state="close", entered_at=day(12), done_at=day(11), result="inefficace"
    )
    waits = an_action(session, scene.centre, state="verifier", entered_at=day(9))
    an_action(session, scene.centre, state="faire")
    theirs = an_action(session, scene.centre, state="verifier")
    (theirs.centre_id,) = scene.stranger.centre_ids()
    session.flush()
    assert [one.action for one in effects(session, scene).done] == [concluded, measured, waits]
    assess(session, scene, 20, 30, CO_3="oui")
    found = effects(session, scene)
    assert [one.told for one in found.done] == [Outcome.INEFFECTIVE, Outcome.EFFECTIVE, Outcome.NOT_YET]
    assert found.outcomes == {
        Outcome.EFFECTIVE: 1,
        Outcome.PARTIAL: 0,
        Outcome.INEFFECTIVE: 1,
        Outcome.NOT_YET: 1,
    }
    assert list(found.outcomes) == list(Outcome)


def test_what_an_assessment_says_comes_before_what_the_team_concluded(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre, state="close", result="efficace", done_at=NOW)
    told = [
        DoneAction(action, outcome).told for outcome in (None, NOT_YET, ActionOutcome(Outcome.INEFFECTIVE, 1))
    ]
    assert told == [Outcome.EFFECTIVE, Outcome.EFFECTIVE, Outcome.INEFFECTIVE]


def test_only_the_latest_actions_are_listed(session: Session, scene: Scene) -> None:
    for number in range(SHOWN_ACTIONS + 1):
        an_action(session, scene.centre, state="verifier", number=number + 1, entered_at=day(number))
    found = effects(session, scene)
    done = found.done
    assert (len(done), done[0].action.number, done[-1].action.number) == (200, 201, 2)
    assert (found.total, found.outcomes[Outcome.NOT_YET]) == (201, 201)


def test_before_two_closed_assessments_there_is_nothing_to_compare(session: Session, scene: Scene) -> None:
    assert effects(session, scene) == PlanEffects((), dict.fromkeys(Outcome, 0), None)
    assess(session, scene, 0, 1, CO_3="non")
    assess(session, scene, 20, None, CO_3="oui")
    pass_to(session, scene.coordinator, assess(session, scene, 21, CO_3="oui"), "abandonnee")
    assert effects(session, scene).comparison is None


def test_weak_criteria_with_an_action_are_counted_beside_the_others(session: Session, scene: Scene) -> None:
    before = {"CO_2": "non", "CO_3": "non", "CO_5": "a", "HY_2": "partiel", "HY_3": "partiel", "ME_1": "18"}
    then = assess(session, scene, 0, 1, **before)
    answered = [key_of(session, then, code) for code in ("CO-3", "CO-5", "HY-3")]
    an_action(session, scene.centre, criteria=answered)
    now = assess(
        session, scene, 20, 30, CO_2="non", CO_3="oui", CO_5="c", HY_2="oui", HY_3="partiel", ME_1="19"
    )
    comparison = effects(session, scene).comparison
    assert comparison is not None
    assert (comparison.then, comparison.now) == (then, now)
    assert [(one.content.grid.grid, one.count) for one in comparison.grids] == [
        ("coordination", EffectCount(MoveCount(better=1), MoveCount(same=1))),
        ("hygiene", EffectCount(MoveCount(same=1), MoveCount(better=1))),
        ("mesures", EffectCount(MoveCount(), MoveCount(worse=1))),
    ]
    total = EffectCount(MoveCount(better=1, same=1), MoveCount(better=1, same=1, worse=1))
    assert comparison.count == total


@pytest.mark.parametrize(
    ("ends", "has_action"),
    [
        ({"state": "abandonnee"}, False),
        ({"state": "close", "result": "partiel"}, True),
        ({"state": "prevoir"}, True),
    ],
)
def test_an_action_given_up_answers_nothing(
    session: Session, scene: Scene, ends: dict[str, Any], has_action: bool
) -> None:
    then = assess(session, scene, 0, 1, CO_3="non")
    an_action(session, scene.centre, criteria=[key_of(session, then, "CO-3")], **ends)
    assess(session, scene, 20, 30, CO_3="oui")
    comparison = effects(session, scene).comparison
    assert comparison is not None
    better = MoveCount(better=1)
    assert comparison.count == (
        EffectCount(with_action=better) if has_action else EffectCount(without=better)
    )


@pytest.mark.parametrize(
    ("ends", "has_action"),
    [
        ({"state": "faire"}, True),
        ({"state": "close", "result": "partiel", "entered_at": day(35)}, True),
        ({"state": "close", "result": "partiel", "entered_at": day(25)}, False),
        ({"state": "abandonnee", "entered_at": day(35)}, False),
    ],
)
def test_an_action_of_an_earlier_assessment_that_still_ran_counts(
    session: Session, scene: Scene, ends: dict[str, Any], has_action: bool
) -> None:
    earlier = assess(session, scene, 0, 1, CO_3="non")
    an_action(session, scene.centre, criteria=[key_of(session, earlier, "CO-3")], **ends)
    assess(session, scene, 20, 30, CO_3="non")
    now = assess(session, scene, 40, 50, CO_3="oui")
    an_action(session, scene.centre, criteria=[key_of(session, now, "CO-3")])  # of the later one: too late
    comparison = effects(session, scene).comparison
    assert comparison is not None
    assert comparison.count.with_action.better == has_action
    assert comparison.count.without.better == (not has_action)


def test_an_action_counts_for_the_criterion_that_continues_its_own(session: Session, scene: Scene) -> None:
    earlier = assess(session, scene, 0, 1, HY_3="non")
    an_action(session, scene.centre, criteria=[key_of(session, earlier, "HY-3")])
    publish(
        session, an_edition("hygiene", {"mains": [{"criterion": "HY-5", "replaces": ["HY-3"]}]}, version=2)
    )
    for begun, level in ((20, "non"), (40, "oui")):
        assessment = assess(session, scene, begun)
        rate(session, scene.member, assessment, "HY-5", level, grid="hygiene")
        close(session, scene, assessment, day(begun + 10))
    comparison = effects(session, scene).comparison
    assert comparison is not None
    assert comparison.count.with_action.better == 1


def test_the_latest_is_compared_with_the_latest_before_it_that_shares_a_grid(
    session: Session, scene: Scene
) -> None:
    def closed(begun: int, *grids: str, **answers: str) -> Any:
        assessment = start(session, scene, a_scope(*grids), day(begun))
        pass_to(session, scene.coordinator, assessment, "cotation", day(begun))
        for name, value in answers.items():
            rate(session, scene.member, assessment, name.replace("_", "-"), value)
        close(session, scene, assessment, day(begun + 50))
        return assessment

    closed(0, "hygiene", HY_3="non")
    then = closed(1, "hygiene", "coordination", HY_3="partiel", CO_3="non")
    closed(2, "mesures")
    now = closed(3, "hygiene", HY_3="oui")
    comparison = effects(session, scene).comparison
    assert comparison is not None
    assert (comparison.then.id, comparison.now.id) == (then.id, now.id)
    assert [one.content.grid.grid for one in comparison.grids] == ["hygiene"]
    closed(4, "mesures")
    latest = effects(session, scene).comparison
    assert latest is not None
    assert [one.content.grid.grid for one in latest.grids] == ["mesures"]


def test_assessments_that_share_no_grid_do_not_compare(session: Session, scene: Scene) -> None:
    for begun, grid in enumerate(("hygiene", "mesures")):
        assessment = start(session, scene, a_scope(grid), day(begun))
        pass_to(session, scene.coordinator, assessment, "cotation")
        close(session, scene, assessment, day(5))
    assert effects(session, scene).comparison is None


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_what_a_plan_changed_is_its_team_s(session: Session, scene: Scene, who: str) -> None:
    with pytest.raises(NotAllowed):
        read_plan_effects(session, getattr(scene, who), scene.centre.id)


def test_effects_cost_the_same_number_of_queries_however_much_was_done(
    session: Session, scene: Scene
) -> None:
    def cost() -> int:
        effects(session, scene)  # definitions are read once by a process
        session.expunge_all()
        with statements(session) as seen:
            effects(session, scene)
        return len(seen)

    then = assess(session, scene, 0, 1, CO_3="non", HY_3="non")
    aim(session, scene, then, "non", "oui")
    assess(session, scene, 20, 30, CO_3="oui", HY_3="oui")
    before = cost()
    for number in range(3):
        aim(session, scene, then, "non", "oui", criterion="HY-3")
        an_action(session, scene.centre, state="close", result="partiel", done_at=day(number))
        assess(session, scene, 40 + number, 50 + number, CO_3="oui", HY_3="oui", ME_1="10")
    assert cost() == before == 7
