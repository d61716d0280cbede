"""Whether actions had the effect expected of them: what the next assessment says."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from aqss.domain.effects import Outcome
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment
from aqss.services.actions.outcomes import NOT_YET, ActionOutcome, read_outcomes
from tests.builders import an_action
from tests.services.actions.scene import key_of
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

DONE_ON = 10
"""Days after NOW when the actions of these tests are declared done."""


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


def assess(
    session: Session, scene: Scene, begun: int, closed: int | None = None, **answers: str
) -> Assessment:
    """Assessed from that day on, closed on the other; ``CO_3="oui"``; numbers for the grid « mesures »."""
    assessment = start(session, scene, a_scope("coordination", "hygiene", "mesures"), day(begun))
    pass_to(session, scene.coordinator, assessment, "cotation", day(begun))
    for name, value in answers.items():
        criterion = name.replace("_", "-")
        kind = "number" if criterion.startswith("ME") else "unknown" if value == "nsp" else "level"
        rate(session, scene.member, assessment, criterion, "" if kind == "unknown" else value, kind=kind)
    if closed is not None:
        close(session, scene, assessment, day(closed))
    return assessment


def aim(
    session: Session,
    scene: Scene,
    then: Assessment,
    *expected: str,
    criterion: str = "CO-3",
    state: str = "verifier",
) -> Action:
    """An action declared done on day 10 that should bring the criterion from one answer to another."""
    sheet_id, _ = key = key_of(session, then, criterion)
    return an_action(
        session,
        scene.centre,
        state=state,
        entered_at=day(DONE_ON),
        criteria=[key],
        effect_sheet_id=sheet_id,
        effect_criterion=criterion,
        effect_from=expected[0],
        effect_to=expected[1],
    )


def told(session: Session, action: Action) -> ActionOutcome:
    return read_outcomes(session, [action])[action.id]


def test_the_next_assessment_tells_the_effect(session: Session, scene: Scene) -> None:
    then = assess(session, scene, 0, 1, CO_3="non", HY_3="non", ME_1="18")
    aims = [
        aim(session, scene, then, "non", "partiel"),
        aim(session, scene, then, "non", "oui", criterion="HY-3"),
        aim(session, scene, then, "18", "10", criterion="ME-1"),
    ]
    now = assess(session, scene, 20, 30, CO_3="oui", HY_3="partiel", ME_1="19")
    found = read_outcomes(session, aims)
    assert [found[one.id].outcome for one in aims] == [
        *(Outcome.EFFECTIVE, Outcome.PARTIAL, Outcome.INEFFECTIVE),
    ]
    first = found[aims[0].id]
    assert (first.assessment_id, first.assessment_title, first.closed_at) == (now.id, now.title, day(30))
    (one,) = first.now
    assert (one.criterion.criterion, one.scale.scale, one.answer.level) == ("CO-3", "maitrise", "oui")


def test_only_effects_on_a_criterion_are_measured(session: Session, scene: Scene) -> None:
    in_words = an_action(session, scene.centre, effect_measure="Dossiers", effect_to="8", state="verifier")
    assert read_outcomes(session, [in_words]) == {}
    assert read_outcomes(session, []) == {}
    then = assess(session, scene, 0, 1, CO_3="non")
    assess(session, scene, 20, 30, CO_3="oui")
    assert told(session, aim(session, scene, then, "non", "")) == NOT_YET


def test_an_action_not_declared_done_is_not_measured(session: Session, scene: Scene) -> None:
    then = assess(session, scene, 0, 1, CO_3="non")
    assess(session, scene, 20, 30, CO_3="oui")
    running, done = (
        aim(session, scene, then, "non", "oui", state="faire"),
        aim(session, scene, then, "non", "oui"),
    )
    found = read_outcomes(session, [running, done])
    assert (found[running.id], found[done.id].outcome) == (NOT_YET, Outcome.EFFECTIVE)
    assert told(session, running) == NOT_YET


def test_an_assessment_tells_once_closed_and_after_the_action_was_done(
    session: Session, scene: Scene
) -> None:
    then = assess(session, scene, 0, 1, CO_3="non")
    action = aim(session, scene, then, "non", "oui")
    assess(session, scene, 2, 9, CO_3="oui")  # closed the day before it was done
    running = assess(session, scene, 20, None, CO_3="oui")
    assert told(session, action) == NOT_YET
    close(session, scene, running, day(DONE_ON))
    assert told(session, action).assessment_id == running.id


def test_an_assessment_given_up_tells_nothing(session: Session, scene: Scene) -> None:
    then = assess(session, scene, 0, 1, CO_3="non")
    action = aim(session, scene, then, "non", "oui")
    pass_to(session, scene.coordinator, assess(session, scene, 20, CO_3="oui"), "abandonnee", day(30))
    assert told(session, action) == NOT_YET


def test_the_assessment_it_starts_from_and_those_before_tell_nothing(session: Session, scene: Scene) -> None:
    assess(session, scene, -5, 40, CO_3="oui")
    then = assess(session, scene, 0, 41, CO_3="oui")
    assert told(session, aim(session, scene, then, "non", "oui")) == NOT_YET


def test_of_two_begun_the_same_day_the_one_recorded_later_follows(session: Session, scene: Scene) -> None:
    earlier = assess(session, scene, 0, 40, CO_3="oui")
    then = assess(session, scene, 0, 41, CO_3="non")
    assert told(session, aim(session, scene, then, "non", "oui")) == NOT_YET
    assert told(session, aim(session, scene, earlier, "oui", "oui")).assessment_id == then.id


def test_what_another_centre_assessed_tells_nothing(session: Session, scene: Scene) -> None:
    then = assess(session, scene, 0, 1, CO_3="non")
    action = aim(session, scene, then, "non", "oui")
    theirs = assess(session, scene, 20, 30, CO_3="oui")
    (theirs.centre_id,) = scene.stranger.centre_ids()
    session.flush()
    assert told(session, action) == NOT_YET


def test_the_first_that_can_tell_is_heard(session: Session, scene: Scene) -> None:
    then = assess(session, scene, 0, 1, CO_3="non")
    action = aim(session, scene, then, "non", "oui")
    assess(session, scene, 20, 30, CO_3="nsp")
    assert told(session, action) == NOT_YET
    second = assess(session, scene, 40, 60, CO_3="partiel")
    assess(session, scene, 41, 50, CO_3="oui")
    outcome = told(session, action)
    assert (outcome.outcome, outcome.assessment_id) == (Outcome.PARTIAL, second.id)


def test_a_criterion_followed_into_a_later_version_is_told_by_all_its_parts(
    session: Session, scene: Scene
) -> None:
    then = assess(session, scene, 0, 1, HY_3="non")
    action = aim(session, scene, then, "non", "oui", criterion="HY-3")
    middle = an_edition("hygiene", {"mains": [{"criterion": "HY-5", "replaces": ["HY-3"]}]}, version=2)
    parts = [{"criterion": code, "replaces": ["HY-5"]} for code in ("HY-6", "HY-7")]
    elsewhere = [{"criterion": "HY-8", "replaces": ["HY-5"], "applies_to": {"any": ["dentaire"]}}]
    publish(session, middle)
    publish(session, an_edition("hygiene", {"mains": [*parts, *elsewhere]}, version=3))
    now = assess(session, scene, 20)
    rate(session, scene.member, now, "HY-6", "oui", grid="hygiene")
    rate(session, scene.member, now, "HY-7", "partiel", grid="hygiene")
    close(session, scene, now, day(30))
    outcome = told(session, action)
    assert outcome.outcome == Outcome.PARTIAL
    assert [(one.criterion.criterion, one.answer.level) for one in outcome.now] == [
        *(("HY-6", "oui"), ("HY-7", "partiel")),
    ]


def test_a_criterion_no_longer_asked_is_not_measured(session: Session, scene: Scene) -> None:
    then = assess(session, scene, 0, 1, HY_3="non")
    action = aim(session, scene, then, "non", "oui", criterion="HY-3")
    publish(session, an_edition("hygiene", {"mains": [{"criterion": "HY-1"}]}, version=2))
    assess(session, scene, 20, 30, HY_1="oui")
    assert told(session, action) == NOT_YET


def test_outcomes_cost_the_same_number_of_queries_however_many_there_are(
    session: Session, scene: Scene
) -> None:
    then = assess(session, scene, 0, 1, CO_3="non", HY_3="non", ME_1="18")
    for number in range(3):
        assess(session, scene, 20 + number, 30 + number, CO_3="nsp", HY_3="oui", ME_1="10")
    aims = [aim(session, scene, then, "non", "oui") for _ in range(3)]
    aims += [aim(session, scene, then, "non", "oui", criterion="HY-3") for _ in range(3)]
    aims += [aim(session, scene, then, "18", "10", criterion="ME-1")]

    def cost(actions: list[Action]) -> int:
        with statements(session) as seen:
            read_outcomes(session, actions)
        return len(seen)

    assert cost(aims[:1]) == cost(aims) == 3
