"""Passing from one state to the next: who may, what holds back, what is set off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.words import EFFECTS, GUARDS
from aqss.domain.errors import (
    InvalidInput,
    InvalidTransition,
    NotFound,
    NotPossibleNow,
    StaleEdit,
)
from aqss.gateways.french import NBSP
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.mails import Mail
from aqss.services.assessments.moving import (
    EFFECT_ACTIONS,
    GUARD_CHECKS,
    available_moves,
    lacking_roles,
    move,
)
from aqss.services.assessments.rounds import require_round_open
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.assessments.tasks import set_task
from tests.score_rows import check_scores
from tests.services.assessments.scene import (
    DENTAL,
    LINKS,
    NOW,
    TASKS_FIRST,
    WORKFLOWS,
    Scene,
    a_scope,
    an_assessment,
    an_open_assessment,
    close,
    count,
    faults_of,
    finish_every_sheet,
    journal,
    pass_to,
    publish,
    rate,
    read_workflow,
    set_scene,
)
from tests.services.assessments.voices import a_blind_assessment
from tests.shipped import first_version

LATER = NOW + timedelta(days=3)


def go(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    to: str,
    *,
    version: int | None = None,
    reason: str = "",
) -> Assessment:
    return move(
        session,
        actor,
        assessment_id=assessment.id,
        to=to,
        expected_version=assessment.version if version is None else version,
        now=LATER,
        links=LINKS,
        reason=reason,
    )


def mails(session: Session, kind: str) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


def test_every_guard_and_effect_a_workflow_may_name_is_known_here() -> None:
    assert set(GUARD_CHECKS) == set(GUARDS["assessment"])
    assert set(EFFECT_ACTIONS) == set(EFFECTS["assessment"])


def test_a_passage_changes_the_state_its_date_and_the_version(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    moved = go(session, scene.coordinator, assessment, "cotation", reason="Tout est prêt.")
    assert (moved.state, moved.entered_at, moved.version) == ("cotation", LATER, 2)
    (entry,) = journal(session, "assessment-moved")
    assert entry.facts == {"from": "preparation", "to": "cotation", "reason": "Tout est prêt."}
    assert (entry.user_id, entry.centre_id) == (scene.coordinator.user_id, scene.centre.id)


def test_a_passage_waits_for_the_scope_and_the_objective(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene", objective="", trigger="")
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.coordinator, assessment, "cotation")
    assert (refusal.value.reason, refusal.value.guards) == ("guards", ("objective-written",))
    assert (assessment.state, assessment.version, count(session, Mail)) == ("preparation", 1, 0)


@pytest.mark.parametrize(("objective", "trigger"), [("Situer.", ""), ("", "plainte")])
def test_both_the_objective_and_the_trigger_are_to_be_written(
    session: Session, scene: Scene, objective: str, trigger: str
) -> None:
    assessment = an_assessment(session, scene, objective=objective, trigger=trigger)
    assert available_moves(session, scene.coordinator, assessment.id)[0].missing == ("objective-written",)


def test_without_a_grid_the_scope_is_not_chosen(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene")
    assert available_moves(session, scene.coordinator, assessment.id)[0].missing == ()
    session.execute(update(Assessment).values(objective=""))
    session.expire_all()
    bare = an_assessment(session, scene, "hygiene")
    for sheet in bare.sheets:
        session.delete(sheet)
    session.flush()
    assert available_moves(session, scene.coordinator, bare.id)[0].missing == ("scope-chosen",)


def test_the_page_is_told_what_holds_each_way_out_back(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    moves = available_moves(session, scene.coordinator, assessment.id)
    assert [(one.transition.to, one.missing) for one in moves] == [
        ("validation", ("all-grids-finished",)),
        ("cotation", ()),
    ]
    assert available_moves(session, scene.member, assessment.id) == ()


def test_the_page_is_told_which_ways_out_lead_further_and_which_back(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    moves = available_moves(session, scene.coordinator, assessment.id)
    assert [(one.transition.to, one.is_onward) for one in moves] == [
        ("validation", True),
        ("cotation", False),
    ]


def close_role(session: Session, actor: Actor) -> None:
    session.execute(update(Membership).where(Membership.user_id == actor.user_id).values(disabled_at=LATER))


def test_asking_for_validation_tells_that_nobody_could_validate(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")

    def lacking() -> list[tuple[Role, ...]]:
        return [one.lacking for one in available_moves(session, scene.coordinator, assessment.id)]

    assert lacking() == [(), ()]
    close_role(session, scene.manager)
    assert lacking() == [(Role.MANAGER,), ()]
    assert lacking_roles(session, scene.coordinator, assessment.id) == ()


def test_a_manager_whose_account_is_closed_cannot_validate(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    session.execute(update(User).where(User.id == scene.manager.user_id).values(disabled_at=NOW))
    assert available_moves(session, scene.coordinator, assessment.id)[0].lacking == (Role.MANAGER,)


def test_an_assessment_waiting_for_somebody_who_is_not_there_says_so(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    finish_every_sheet(session, scene.member, assessment)
    for to in ("accord", "validation"):
        pass_to(session, scene.coordinator, assessment, to)
    assert lacking_roles(session, scene.member, assessment.id) == ()
    close_role(session, scene.manager)
    assert lacking_roles(session, scene.member, assessment.id) == (Role.MANAGER,)


def test_an_end_lacks_nobody(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    close(session, scene, assessment)
    close_role(session, scene.manager)
    assert lacking_roles(session, scene.member, assessment.id) == ()


def test_a_step_that_somebody_from_elsewhere_ends_lacks_nobody(session: Session) -> None:
    text = TASKS_FIRST.replace("by: [coordinator, member]", "by: [structure, manager]")
    scene = set_scene(session, workflow=read_workflow(text))
    assessment = an_assessment(session, scene)
    close_role(session, scene.manager)
    assert lacking_roles(session, scene.coordinator, assessment.id) == ()


def test_the_coordinator_takes_back_what_nobody_validates(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    finish_every_sheet(session, scene.member, assessment)
    for to in ("accord", "validation"):
        pass_to(session, scene.coordinator, assessment, to)
    (back,) = available_moves(session, scene.coordinator, assessment.id)
    assert (back.transition.to, back.is_onward) == ("accord", False)
    with pytest.raises(InvalidTransition):
        go(session, scene.member, assessment, "accord")
    assert go(session, scene.coordinator, assessment, "accord").state == "accord"
    rate(session, scene.member, assessment, "HY-1", "oui")


def test_validation_waits_for_every_sheet_to_be_finished(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.coordinator, assessment, "validation")
    assert refusal.value.guards == ("all-grids-finished",)
    finish_every_sheet(session, scene.member, assessment)
    assert go(session, scene.coordinator, assessment, "validation").state == "validation"


def test_a_grid_that_asks_the_centre_nothing_is_not_waited_for(session: Session, scene: Scene) -> None:
    publish(session, DENTAL)
    assessment = an_open_assessment(session, scene, "hygiene", "fauteuil")
    pass_to(session, scene.coordinator, assessment, "accord")
    finish_sheet(session, scene.member, assessment_id=assessment.id, grid="hygiene", now=NOW)
    assert go(session, scene.coordinator, assessment, "validation").state == "validation"


def test_without_a_single_sheet_nothing_is_finished(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    pass_to(session, scene.coordinator, assessment, "accord")
    session.execute(delete(Sheet))
    assert available_moves(session, scene.coordinator, assessment.id)[0].missing == ("all-grids-finished",)


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("accord", "unknown"),
        ("validation", "unknown"),
        ("close", "unknown"),
        ("preparation", "unknown"),
        ("nulle-part", "unknown"),
        ("", "unknown"),
    ],
)
def test_no_step_can_be_skipped(session: Session, scene: Scene, to: str, reason: str) -> None:
    assessment = an_assessment(session, scene)
    for actor in (scene.coordinator, scene.manager):
        with pytest.raises(InvalidTransition) as refusal:
            go(session, actor, assessment, to)
        assert refusal.value.reason == reason


def test_nobody_validates_in_the_manager_s_place(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    finish_every_sheet(session, scene.member, assessment)
    pass_to(session, scene.coordinator, assessment, "accord")
    pass_to(session, scene.coordinator, assessment, "validation")
    for actor in (scene.coordinator, scene.member):
        with pytest.raises(InvalidTransition) as refusal:
            go(session, actor, assessment, "close")
        assert refusal.value.reason == "role"
    assert go(session, scene.manager, assessment, "close").state == "close"


def test_a_closed_assessment_is_never_reopened(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    close(session, scene, assessment)
    for to in ("preparation", "cotation", "accord", "validation", "abandonnee"):
        for actor in (scene.manager, scene.coordinator):
            with pytest.raises(InvalidTransition):
                go(session, actor, assessment, to)


def test_a_page_shown_before_another_passage_is_stale(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    go(session, scene.coordinator, assessment, "cotation", version=1)
    with pytest.raises(StaleEdit) as refusal:
        go(session, scene.coordinator, assessment, "cotation", version=1)
    assert (refusal.value.kind, refusal.value.expected, refusal.value.current) == ("assessment", 1, 2)
    assert len(mails(session, "rating-open")) == 4


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_somebody_else_s_assessment_cannot_be_moved_nor_seen(
    session: Session, scene: Scene, who: str
) -> None:
    assessment = an_assessment(session, scene)
    with pytest.raises(NotFound):
        go(session, getattr(scene, who), assessment, "cotation")
    with pytest.raises(NotFound):
        available_moves(session, getattr(scene, who), assessment.id)


def test_a_reason_holds_no_social_security_number(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        go(session, scene.coordinator, assessment, "cotation", reason="Pour 185057800608491")
    assert faults_of(refusal.value) == [("reason", "patient-identifier")]


def test_opening_the_rating_tells_everybody_of_the_team_once(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, "hygiene", round_ends_on=date(2026, 3, 28))
    go(session, scene.coordinator, assessment, "cotation")
    found = mails(session, "rating-open")
    assert {mail.user_id for mail in found} == {
        scene.coordinator.user_id,
        scene.manager.user_id,
        scene.member.user_id,
        scene.colleague.user_id,
    }
    assert {mail.centre_id for mail in found} == {scene.centre.id}
    assert {mail.subject for mail in found} == {f"Cotation ouverte{NBSP}: Campagne 2026"}
    body = found[0].body_text
    assert f"https://aqss.example/auto-evaluations/{assessment.id}" in body
    assert "samedi 28 mars 2026" in body
    assert "Situer nos pratiques." in body
    assert "Centre des Lilas" in body
    assert f"Objectif{NBSP}:" in found[0].body_html
    assert {mail.expires_at for mail in found} == {datetime(2026, 3, 28, 23, 0, tzinfo=UTC)}


def test_opening_the_rating_again_tells_nobody_twice(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    pass_to(session, scene.coordinator, assessment, "cotation")
    assert len(mails(session, "rating-open")) == 4
    assert mails(session, "rating-open")[0].expires_at is None


def test_a_round_already_over_invites_nobody(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene, round_ends_on=NOW.date())
    go(session, scene.coordinator, assessment, "cotation")
    assert (assessment.state, mails(session, "rating-open")) == ("cotation", [])


def test_people_without_a_role_any_more_are_told_nothing(session: Session, scene: Scene) -> None:
    session.execute(
        update(Membership).where(Membership.user_id == scene.member.user_id).values(disabled_at=NOW)
    )
    session.execute(update(User).where(User.id == scene.colleague.user_id).values(disabled_at=NOW))
    go(session, scene.coordinator, an_assessment(session, scene), "cotation")
    assert {mail.user_id for mail in mails(session, "rating-open")} == {
        scene.coordinator.user_id,
        scene.manager.user_id,
    }


def test_closing_freezes_the_scores_and_announces_the_results(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-1", "oui")
    close(session, scene, assessment, LATER)
    assert assessment.closed_at == LATER
    assert check_scores(session, assessment.id) == ()
    found = mails(session, "results-available")
    assert len(found) == 4
    assert found[0].subject == f"Synthèse{NBSP}: Campagne 2026"
    link = f"https://aqss.example/auto-evaluations/{assessment.id}/synthese"
    assert link in found[0].body_text
    assert link in found[0].body_html
    assert found[0].expires_at is None


def test_an_assessment_given_up_is_not_closed_and_announces_nothing(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    go(session, scene.coordinator, assessment, "abandonnee")
    assert assessment.closed_at is None
    assert mails(session, "results-available") == []


def test_what_a_person_wrote_is_no_markup_in_the_mail(session: Session, scene: Scene) -> None:
    scope = a_scope("hygiene", title="<b>Campagne</b>", objective="<script>x</script>")
    assessment = an_assessment(session, scene, "hygiene", title=scope.title, objective=scope.objective)
    go(session, scene.coordinator, assessment, "cotation")
    html = mails(session, "rating-open")[0].body_html
    assert "<script>x" not in html
    assert "<b>Campagne" not in html
    assert "&lt;b&gt;Campagne" in html


def test_open_tasks_hold_a_passage_back_only_through_their_guard(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(TASKS_FIRST))
    assessment = an_assessment(session, scene)
    for task, actor in (("note", scene.manager), ("date", scene.member)):
        set_task(session, actor, assessment_id=assessment.id, task=task, done=True, now=NOW)
        with pytest.raises(InvalidTransition) as refusal:
            go(session, scene.coordinator, assessment, "fin")
        assert refusal.value.guards == ("tasks-done",)
    set_task(session, scene.coordinator, assessment_id=assessment.id, task="libre", done=True, now=NOW)
    assert go(session, scene.member, assessment, "fin").state == "fin"


def test_the_rating_opens_again_only_while_nobody_has_seen_the_spread(session: Session, scene: Scene) -> None:
    blind = a_blind_assessment(session, scene)
    blind.state, blind.revealed_at = "accord", None
    (back,) = [
        one
        for one in available_moves(session, scene.coordinator, blind.id)
        if one.transition.to == "cotation"
    ]
    assert (back.missing, back.is_onward, back.is_lost) == ((), False, False)
    blind.revealed_at = NOW
    offered = {one.transition.to: one for one in available_moves(session, scene.coordinator, blind.id)}
    assert {to: (one.missing, one.is_lost) for to, one in offered.items()} == {
        "validation": (("all-grids-finished",), False),
        "cotation": (("spread-unseen",), True),
    }
    with pytest.raises(InvalidTransition) as refusal:
        go(session, scene.coordinator, blind, "cotation")
    assert (refusal.value.reason, refusal.value.guards) == ("guards", ("spread-unseen",))


def test_a_rating_together_opens_again_as_before(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    go(session, scene.coordinator, assessment, "accord")
    assert go(session, scene.coordinator, assessment, "cotation").state == "cotation"


def test_what_runs_under_the_first_version_of_the_workflow_goes_on_and_closes(
    session: Session,
) -> None:
    """Its way back to the rating has no guard: what protects the blind ratings is in the code."""
    text = (WORKFLOWS / "auto-evaluation.yaml").read_text(encoding="utf-8")
    first = read_workflow(first_version(text))
    scene = set_scene(session, workflow=first)
    blind = a_blind_assessment(session, scene)
    blind.state = "accord"
    assert go(session, scene.coordinator, blind, "cotation").state == "cotation"
    with pytest.raises(NotPossibleNow):
        require_round_open(first, blind)
    blind.state = "validation"
    assert go(session, scene.manager, blind, "close").closed_from == "validation"
