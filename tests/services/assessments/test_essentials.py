"""Essential criteria that are not met: an action answers each, or a written reason; the closing waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, InvalidTransition, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.actions import Waiver
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.essentials import (
    REASON_LIMIT,
    Answered,
    UnmetEssential,
    are_essentials_answered,
    get_unmet_essential,
    read_unmet_essentials,
    waive_essential,
)
from aqss.services.assessments.moving import move
from tests.builders import an_action
from tests.services.actions.scene import key_of, read_action_workflow
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    an_open_assessment,
    count,
    faults_of,
    finish_every_sheet,
    journal,
    pass_to,
    publish_workflow,
    rate,
    set_scene,
    statements,
)

LATER = NOW + timedelta(days=3)


@pytest.fixture
def scene(session: Session) -> Scene:
    scene = set_scene(session)
    publish_workflow(session, read_action_workflow())
    return scene


def unmet(session: Session, assessment: Assessment) -> tuple[UnmetEssential, ...]:
    return read_unmet_essentials(session, assessment)


def codes(session: Session, assessment: Assessment) -> list[str]:
    return [one.criterion.criterion for one in unmet(session, assessment)]


def waive(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    reason: str = "Travaux en juin.",
    *,
    grid: str = "coordination",
    criterion: str = "CO-1",
) -> None:
    waive_essential(
        session, actor, assessment_id=assessment.id, grid=grid, criterion=criterion, reason=reason, now=LATER
    )


def test_essentials_rated_under_the_whole_value_are_told_in_the_order_of_the_grids(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)
    assert (unmet(session, assessment), are_essentials_answered(session, assessment)) == ((), True)
    for criterion, level in (("HY-1", "non"), ("CO-5", "b"), ("CO-1", "partiel"), ("CO-3", "non")):
        rate(session, scene.member, assessment, criterion, level)
    assert codes(session, assessment) == ["CO-1", "CO-5", "HY-1"]
    first = unmet(session, assessment)[0]
    assert (first.sheet_id, first.content.grid.grid) == (
        key_of(session, assessment, "CO-1")[0],
        "coordination",
    )
    assert (first.answered, first.answered.is_given) == (Answered((), None), False)
    rate(session, scene.member, assessment, "CO-1", "oui")
    rate(session, scene.member, assessment, "CO-5", "", kind="unknown")
    rate(session, scene.member, assessment, "HY-1", "Sans soin", kind="na")
    assert unmet(session, assessment) == ()


def test_another_assessment_s_answers_actions_and_reasons_are_its_own(session: Session, scene: Scene) -> None:
    mine, other = an_open_assessment(session, scene), an_open_assessment(session, scene)
    for assessment in (mine, other):
        rate(session, scene.member, assessment, "CO-1", "non")
    an_action(session, scene.centre, criteria=[key_of(session, other, "CO-1")])
    waive(session, scene.manager, other)
    assert not are_essentials_answered(session, mine)
    assert are_essentials_answered(session, other)


def test_an_action_answers_unless_it_was_given_up(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    key = key_of(session, assessment, "CO-1")
    an_action(session, scene.centre, criteria=[key], state="abandonnee")
    an_action(session, scene.centre, criteria=[(key[0], "CO-5")])
    assert not are_essentials_answered(session, assessment)
    closed = an_action(session, scene.centre, criteria=[key], state="close", result="inefficace")
    runs = an_action(session, scene.centre, criteria=[key], title="Nommer une personne")
    (one,) = unmet(session, assessment)
    assert [(a.id, a.number, a.title, a.is_over) for a in one.answered.actions] == [
        (closed.id, 3, "Action 3", True),
        (runs.id, 4, "Nommer une personne", False),
    ]
    assert (one.answered.is_given, are_essentials_answered(session, assessment)) == (True, True)


def test_a_written_reason_answers_too_and_is_rewritten_or_taken_back(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    waive(session, scene.coordinator, assessment, "  Travaux en juin. ")
    (one,) = unmet(session, assessment)
    assert one.answered.waived is not None
    assert (one.answered.waived.reason, one.answered.waived.at, one.answered.waived.name) == (
        *("Travaux en juin.", LATER, "Camille Coordination"),
    )
    assert are_essentials_answered(session, assessment)
    waive(session, scene.manager, assessment, "Le centre déménage.")
    session.expire_all()
    (one,) = unmet(session, assessment)
    assert one.answered.waived is not None
    assert (one.answered.waived.reason, one.answered.waived.name) == (
        "Le centre déménage.",
        "Dominique Direction",
    )
    waive(session, scene.manager, assessment, "")
    waive(session, scene.manager, assessment, " ")
    assert (count(session, Waiver), are_essentials_answered(session, assessment)) == (0, False)
    facts = {"grid": "coordination", "criterion": "CO-1"}
    assert [(entry.user_id, entry.facts) for entry in journal(session, "essential-waived")] == [
        (scene.coordinator.user_id, facts),
        (scene.manager.user_id, facts),
    ]
    assert [entry.facts for entry in journal(session, "essential-unwaived")] == [facts]


@pytest.mark.parametrize(
    ("reason", "code"), [("a" * (REASON_LIMIT + 1), "too-long"), ("185057800608491", "patient-identifier")]
)
def test_a_reason_that_breaks_a_rule_is_refused(
    session: Session, scene: Scene, reason: str, code: str
) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    with pytest.raises(InvalidInput) as refusal:
        waive(session, scene.manager, assessment, reason)
    assert faults_of(refusal.value) == [("reason", code)]
    assert count(session, Waiver) == 0


def test_only_an_unmet_essential_has_a_reason(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    for grid, criterion in (
        *(("coordination", "CO-3"), ("coordination", "CO-5"), ("hygiene", "CO-1")),
        *(("coordination", "\x00"), ("\x00", "CO-1")),
    ):
        with pytest.raises(NotFound):
            waive(session, scene.manager, assessment, grid=grid, criterion=criterion)


@pytest.mark.parametrize(("who", "refusal"), [("member", NotAllowed), ("stranger", NotFound)])
def test_a_reason_is_written_by_who_leads_the_plan(
    session: Session, scene: Scene, who: str, refusal: type[Exception]
) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    with pytest.raises(refusal):
        waive(session, getattr(scene, who), assessment)
    assert count(session, Waiver) == 0


def test_the_closing_waits_until_each_has_an_action_or_a_reason(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    for criterion, level in (("CO-1", "non"), ("CO-5", "c"), ("HY-1", "partiel")):
        rate(session, scene.member, assessment, criterion, level)
    finish_every_sheet(session, scene.member, assessment)
    for to in ("accord", "validation"):
        pass_to(session, scene.coordinator, assessment, to)
    an_action(session, scene.centre, criteria=[key_of(session, assessment, "CO-5")])
    waive(session, scene.manager, assessment)
    with pytest.raises(InvalidTransition) as refusal:
        validate(session, scene, assessment)
    assert (refusal.value.guards, assessment.state) == (("essentials-answered",), "validation")
    waive(session, scene.manager, assessment, grid="hygiene", criterion="HY-1")
    validate(session, scene, assessment)
    assert (assessment.state, assessment.ended_at) == ("close", LATER)
    with pytest.raises(NotPossibleNow) as late:
        waive(session, scene.manager, assessment, "")
    assert (late.value.ability, count(session, Waiver)) == ("waive", 2)


def validate(session: Session, scene: Scene, assessment: Assessment) -> None:
    version = assessment.version
    move(
        session,
        scene.manager,
        assessment_id=assessment.id,
        to="close",
        expected_version=version,
        now=LATER,
        links=LINKS,
    )


def test_a_reason_is_kept_without_who_wrote_it(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    waive(session, scene.manager, assessment)
    session.execute(update(Waiver).values(by_id=None))
    (one,) = unmet(session, assessment)
    assert one.answered.waived is not None
    assert one.answered.waived.name is None


def test_unmet_essentials_cost_the_same_number_of_queries_however_many_there_are(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)

    def cost() -> int:
        unmet(session, assessment)  # definitions are read once by a process
        with statements(session) as seen:
            unmet(session, assessment)
        return len(seen)

    rate(session, scene.member, assessment, "CO-1", "non")
    before = cost()
    for criterion, level in (("CO-5", "c"), ("HY-1", "partiel")):
        rate(session, scene.member, assessment, criterion, level)
        an_action(session, scene.centre, criteria=[key_of(session, assessment, criterion)])
    waive(session, scene.manager, assessment)
    assert cost() == before == 3
    assert len(session.scalars(select(Waiver)).all()) == 1


def test_the_page_of_a_reason_is_given_the_essential_to_who_leads_the_plan(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "non")
    asked = {"assessment_id": assessment.id, "grid": "coordination", "criterion": "CO-1"}
    found, one = get_unmet_essential(session, scene.coordinator, **asked)
    assert (found, one.criterion.criterion) == (assessment, "CO-1")
    with pytest.raises(NotAllowed):
        get_unmet_essential(session, scene.member, **asked)
