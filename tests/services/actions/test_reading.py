"""An action as its page tells it, for each person of its team."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.actions import Marks
from aqss.domain.errors import NotFound
from aqss.persistence.actions import ActionContributor, ActionProof
from aqss.services.actions.progressing import add_step, comment, set_task
from aqss.services.actions.reading import ActionPage, Timing, list_proof_rows, read_action, timing_of
from tests.builders import a_member, a_proof, an_action
from tests.services.actions.scene import (
    DUE,
    LATER,
    REVIEW,
    WELL_DONE,
    a_done_action,
    a_draft,
    a_started_action,
    go,
    key_of,
    plan,
)
from tests.services.assessments.scene import (
    NOW,
    Scene,
    an_open_assessment,
    rate,
    statements,
)


def test_a_page_tells_who_when_and_how_far(session: Session, scene: Scene) -> None:
    draft = a_draft(
        owner_id=scene.member.user_id, contributors=[scene.manager.user_id, scene.colleague.user_id]
    )
    action = go(session, scene.member, plan(session, scene, draft), "faire", now=NOW)
    add_step(session, scene.member, action_id=action.id, label="Écrire", now=NOW)
    comment(session, scene.colleague, action_id=action.id, text="Bravo.", now=NOW)
    page = read_action(session, scene.member, action.id, NOW)
    assert (page.action, page.workflow.workflow, page.state.label) == (action, "action", "En cours")
    assert page.owner is not None
    assert (page.owner.name, page.created_by, page.closed_by) == (
        "Mehdi Médecin",
        "Camille Coordination",
        None,
    )
    assert [one.name for one in page.contributors] == ["Dominique Direction", "Inès Infirmière"]
    assert ([line.label for line in page.steps], page.checklist) == (["Écrire"], ())
    assert [(one.name, one.text, one.is_mine) for one in page.comments] == [
        ("Inès Infirmière", "Bravo.", False)
    ]
    assert [entry.verb for entry in page.history] == ["action-step-added", "action-moved", "action-planned"]
    assert page.history[0].workflow == page.workflow
    assert (page.marks, page.timing) == (Marks(2, 3, 2), Timing(0, is_soon=False, is_to_review=False))
    assert (page.criteria, page.effect_criterion, page.proofs) == ((), None, ())


def test_a_page_tells_the_criteria_and_which_one_should_change(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-5", "c")
    keys = tuple(key_of(session, assessment, code) for code in ("CO-1", "CO-5"))
    draft = a_draft(criteria=keys, effect_on=keys[1], effect_to="a")
    page = read_action(session, scene.member, plan(session, scene, draft).id, NOW)
    assert [one.key for one in page.criteria] == [*keys]
    assert page.effect_criterion == page.criteria[1]
    assert (page.effect_criterion.answer.level, page.owner) == ("c", None)


def test_a_page_tells_the_check_list_of_the_present_state(session: Session, scene: Scene) -> None:
    action = a_done_action(session, scene)
    set_task(session, scene.member, action_id=action.id, task="mesure", done=True, now=LATER)
    page = read_action(session, scene.colleague, action.id, LATER)
    assert [(line.label, line.done_by, line.can_change) for line in page.checklist] == [
        ("Mesurer l’effet, avec la même mesure qu’au départ", "Mehdi Médecin", True),
        ("Dire le résultat à l’équipe", None, False),
    ]
    assert page.checklist[0].due_at == action.due_at


def test_a_page_tells_who_closed_the_action(session: Session, scene: Scene) -> None:
    action = a_done_action(session, scene)
    go(session, scene.manager, action, "close", conclusion=WELL_DONE)
    page = read_action(session, scene.member, action.id, LATER)
    assert (page.closed_by, page.state.final) == ("Dominique Direction", True)


def can(page: ActionPage) -> tuple[bool, bool, bool]:
    return page.can_edit, page.can_progress, page.can_add_steps


def test_each_person_is_told_what_they_can_do_at_each_step(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    people = (scene.coordinator, scene.member, scene.colleague)

    def told() -> list[tuple[bool, bool, bool]]:
        return [can(read_action(session, actor, action.id, NOW)) for actor in people]

    assert told() == [(True, False, True), (False, False, True), (False, False, False)]
    go(session, scene.member, action, "faire")
    assert told() == [(True, True, True), (False, True, True), (False, False, False)]
    go(session, scene.coordinator, action, "abandonnee")
    assert told() == [(False, False, False)] * 3


def test_proofs_come_the_latest_first(session: Session, scene: Scene) -> None:
    assessment, action = an_open_assessment(session, scene, "hygiene"), plan(session, scene)
    days = (date(2026, 1, 2), date(2026, 3, 1), date(2026, 1, 2))
    proofs = [a_proof(session, scene.centre, assessment, f"HY-{n}", dated_on=d) for n, d in enumerate(days)]
    session.add_all(ActionProof(action_id=action.id, proof_id=proof.id) for proof in proofs)
    a_proof(session, scene.centre, assessment, "HY-9")
    session.flush()
    listed = [proof.id for proof in list_proof_rows(session, action.id)]
    assert listed == [proofs[1].id, proofs[2].id, proofs[0].id]
    assert [proof.id for proof in read_action(session, scene.member, action.id, NOW).proofs] == listed


@pytest.mark.parametrize(
    ("day", "state", "expected"),
    [
        (DUE - timedelta(days=8), "faire", Timing(0, is_soon=False, is_to_review=False)),
        (DUE, "faire", Timing(0, is_soon=True, is_to_review=False)),
        (DUE + timedelta(days=3), "faire", Timing(3, is_soon=False, is_to_review=False)),
        (DUE + timedelta(days=3), "verifier", Timing(0, is_soon=False, is_to_review=False)),
        (REVIEW, "verifier", Timing(0, is_soon=False, is_to_review=True)),
        (REVIEW, "close", Timing(0, is_soon=False, is_to_review=False)),
        (REVIEW, "abandonnee", Timing(0, is_soon=False, is_to_review=False)),
    ],
)
def test_what_is_late_soon_or_to_review_follows_the_step(
    session: Session, scene: Scene, day: date, state: str, expected: Timing
) -> None:
    done_at = NOW if state in ("verifier", "close") else None
    action = an_action(session, scene.centre, state=state, due_on=DUE, review_on=REVIEW, done_at=done_at)
    assert timing_of(action, day) == expected


def test_a_day_is_that_of_paris(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    midnight = NOW.replace(month=6, day=30, hour=22)
    pages = [
        read_action(session, scene.member, action.id, midnight - one)
        for one in (timedelta(1, 1), timedelta(0))
    ]
    assert [page.timing.late for page in pages] == [0, 1]


def test_a_page_costs_the_same_number_of_queries_whatever_it_tells(session: Session, scene: Scene) -> None:
    bare, full = plan(session, scene, a_draft()), a_done_action(session, scene)
    assessment = an_open_assessment(session, scene)
    keys = tuple(key_of(session, assessment, code) for code in ("CO-1", "CO-2", "HY-1"))
    rich = plan(session, scene, replace(a_draft(owner_id=scene.member.user_id), criteria=keys))
    go(session, scene.member, rich, "faire")
    for number in range(5):
        add_step(session, scene.member, action_id=rich.id, label=f"Étape {number}", now=NOW)
        comment(session, scene.member, action_id=rich.id, text="Encore.", now=NOW)
        proof = a_proof(session, scene.centre, assessment, "CO-1")
        session.add(ActionProof(action_id=rich.id, proof_id=proof.id))
        session.add(ActionContributor(action_id=rich.id, user_id=a_member(session, scene.centre).id))
    session.flush()

    def cost(action_id: int) -> int:
        read_action(session, scene.coordinator, action_id, NOW)  # definitions are read once by a process
        session.expunge_all()
        with statements(session) as seen:
            read_action(session, scene.coordinator, action_id, NOW)
        return len(seen)

    assert [cost(key) for key in (bare.id, full.id, rich.id)] == [8, 8, 8]


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_a_page_is_its_team_s(session: Session, scene: Scene, who: str) -> None:
    with pytest.raises(NotFound):
        read_action(session, getattr(scene, who), plan(session, scene).id, NOW)
