"""How far an action is: its share done, its steps, its check-list, and what people say of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.accounts import Membership
from aqss.persistence.actions import Action
from aqss.persistence.runs import Comment, Task
from aqss.services.actions.noting import VERBS
from aqss.services.actions.progressing import (
    add_step,
    assign_step,
    assign_task,
    can_work_on,
    comment,
    get_worked_on,
    remove_step,
    set_progress,
    set_step,
    set_task,
    take_back_comment,
)
from tests.services.actions.scene import (
    LATER,
    WELL_DONE,
    a_done_action,
    a_draft,
    a_started_action,
    go,
    plan,
)
from tests.services.assessments.scene import NOW, Scene, count, faults_of, journal


def progress(session: Session, actor: Actor, action: Action, percent: int) -> int:
    return set_progress(session, actor, action_id=action.id, percent=percent, now=LATER).progress


def step_of(session: Session, actor: Actor, action: Action, label: str = "Écrire", **more: object) -> int:
    return add_step(session, actor, action_id=action.id, label=label, now=LATER, **more).id  # type: ignore[arg-type]


def tick(session: Session, actor: Actor, action: Action, step: int, done: bool = True) -> int:
    set_step(session, actor, action_id=action.id, step=step, done=done, now=LATER)
    return action.progress


def test_the_share_done_is_told_by_those_who_work_on_it(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene, contributors=[scene.colleague.user_id])
    told = [
        progress(session, actor, action, percent)
        for actor, percent in (
            *((scene.member, 0), (scene.colleague, 10), (scene.coordinator, 100), (scene.manager, 30)),
            (scene.manager, 30),
        )
    ]
    assert told == [0, 10, 100, 30, 30]
    assert [entry.facts for entry in journal(session, "action-progressed")] == [
        {"from": 0, "to": 10},
        {"from": 10, "to": 100},
        {"from": 100, "to": 30},
    ]


def test_who_does_not_work_on_it_tells_nothing_of_it(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    step = step_of(session, scene.member, action)
    for actor, refusal in ((scene.colleague, NotAllowed), (scene.stranger, NotFound)):
        gestures: list[Callable[[], object]] = [
            lambda actor=actor: progress(session, actor, action, 10),
            lambda actor=actor: step_of(session, actor, action),
            lambda actor=actor: tick(session, actor, action, step),
            lambda actor=actor: remove_step(session, actor, action_id=action.id, step=step, now=NOW),
            lambda actor=actor: assign(session, actor, action, step, None),
        ]
        for gesture in gestures:
            with pytest.raises(refusal):
                gesture()
    assert (action.progress, count(session, Task)) == (0, 1)


def assign(session: Session, actor: Actor, action: Action, step: int, owner_id: int | None) -> None:
    due_on = date(2026, 5, 1)
    assign_step(session, actor, action_id=action.id, step=step, owner_id=owner_id, due_on=due_on, now=NOW)


def test_a_step_given_again_to_the_same_is_noted_once(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    step = step_of(session, scene.member, action)
    for _again in range(2):
        assign(session, scene.member, action, step, scene.colleague.user_id)
    assert session.get_one(Task, step).owner_id == scene.colleague.user_id
    assert len(journal(session, "action-step-assigned")) == 1


@pytest.mark.parametrize("percent", [-1, 101, 10**30])
def test_a_share_is_from_0_to_100(session: Session, scene: Scene, percent: int) -> None:
    action = a_started_action(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        progress(session, scene.member, action, percent)
    assert faults_of(refusal.value) == [("progress", "number-range")]
    assert action.progress == 0


def test_steps_tell_how_far_the_action_is(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    progress(session, scene.member, action, 50)
    first = step_of(session, scene.member, action)
    assert action.progress == 0
    others = [step_of(session, scene.member, action, label) for label in ("Relire", "Diffuser")]
    with pytest.raises(InvalidInput) as refusal:
        progress(session, scene.member, action, 50)
    assert faults_of(refusal.value) == [("progress", "steps-tell")]
    assert [tick(session, scene.member, action, step) for step in (first, others[0], first)] == [33, 67, 67]
    assert tick(session, scene.member, action, first, done=False) == 33
    remove_step(session, scene.member, action_id=action.id, step=first, now=LATER)
    assert action.progress == 50
    for step in others:
        remove_step(session, scene.member, action_id=action.id, step=step, now=LATER)
    assert (action.progress, count(session, Task)) == (0, 0)
    assert progress(session, scene.member, action, 80) == 80


def test_without_steps_left_what_was_reached_stays(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    step = step_of(session, scene.member, action)
    tick(session, scene.member, action, step)
    remove_step(session, scene.member, action_id=action.id, step=step, now=LATER)
    assert action.progress == 100


def test_the_journal_tells_of_each_step_once(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    step = step_of(session, scene.member, action)
    assign(session, scene.member, action, step, scene.colleague.user_id)
    for done in (True, True, False, False):
        tick(session, scene.colleague, action, step, done=done)
    remove_step(session, scene.member, action_id=action.id, step=step, now=LATER)
    verbs = [verb for verb in VERBS if verb.startswith("action-step-")]
    assert {verb: [(e.user_id, e.facts) for e in journal(session, verb)] for verb in verbs} == {
        "action-step-added": [(scene.member.user_id, {"step": "Écrire"})],
        "action-step-removed": [(scene.member.user_id, {"step": "Écrire"})],
        "action-step-assigned": [(scene.member.user_id, {"step": "Écrire"})],
        "action-step-done": [(scene.colleague.user_id, {"step": "Écrire"})],
        "action-step-reopened": [(scene.colleague.user_id, {"step": "Écrire"})],
    }


def test_a_step_is_ticked_by_who_it_is_given_to_too(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    step = step_of(session, scene.member, action, owner_id=scene.colleague.user_id)
    assert tick(session, scene.colleague, action, step) == 100
    row = session.get_one(Task, step)
    assert (row.done_by_id, row.done_at, row.owner_id) == (
        *(scene.colleague.user_id, LATER, scene.colleague.user_id),
    )
    gone = update(Membership).where(Membership.user_id == scene.colleague.user_id)
    session.execute(gone.values(disabled_at=NOW))
    with pytest.raises(NotFound):
        tick(session, Actor(scene.colleague.user_id, "Partie"), action, step, done=False)


def test_steps_are_written_before_the_start_and_ticked_from_then_on(session: Session, scene: Scene) -> None:
    action = plan(session, scene)
    step = step_of(session, scene.member, action)
    with pytest.raises(NotPossibleNow) as refusal:
        tick(session, scene.member, action, step)
    assert refusal.value.ability == "progress"
    with pytest.raises(NotPossibleNow):
        progress(session, scene.member, action, 10)
    go(session, scene.member, action, "faire")
    assert tick(session, scene.member, action, step) == 100
    go(session, scene.member, action, "verifier")
    last = step_of(session, scene.member, action, "Vérifier")
    assert can_work_on(session, scene.member, action)
    assert tick(session, scene.member, action, last) == 100
    go(session, scene.manager, action, "close", conclusion=WELL_DONE)
    for gesture in (
        lambda: step_of(session, scene.member, action),
        lambda: tick(session, scene.member, action, step, done=False),
        lambda: progress(session, scene.member, action, 10),
        lambda: remove_step(session, scene.member, action_id=action.id, step=step, now=NOW),
    ):
        with pytest.raises(NotPossibleNow):
            gesture()
    assert not can_work_on(session, scene.coordinator, action)


def test_who_works_on_it_is_given_it_locked_or_not(session: Session, scene: Scene) -> None:
    action = a_started_action(session, scene)
    assert get_worked_on(session, scene.member, action.id, lock=False) is action
    assert (can_work_on(session, scene.member, action), can_work_on(session, scene.colleague, action)) == (
        *(True, False),
    )


def test_a_step_of_another_action_is_not_found(session: Session, scene: Scene) -> None:
    mine, other = a_started_action(session, scene), a_started_action(session, scene)
    step = step_of(session, scene.member, other)
    for key in (step, 0, 987, 10**30):
        with pytest.raises(NotFound):
            tick(session, scene.member, mine, key)
        with pytest.raises(NotFound):
            remove_step(session, scene.member, action_id=mine.id, step=key, now=NOW)


def test_the_check_list_is_ticked_by_its_role_the_owner_or_the_coordinator(
    session: Session, scene: Scene
) -> None:
    action = a_done_action(session, scene)

    def set_done(actor: Actor, task: str, done: bool = True) -> None:
        set_task(session, actor, action_id=action.id, task=task, done=done, now=LATER)

    with pytest.raises(NotAllowed):
        set_done(scene.manager, "mesure")
    with pytest.raises(NotAllowed):
        set_done(scene.colleague, "restitution")
    with pytest.raises(NotFound):
        set_done(scene.stranger, "mesure")
    for task in ("cause", "inconnue", "\x00"):
        with pytest.raises(NotFound):
            set_done(scene.coordinator, task)
    set_done(scene.colleague, "mesure")
    set_done(scene.member, "restitution")
    set_done(scene.coordinator, "restitution")
    set_done(scene.coordinator, "restitution", done=False)
    told = [(entry.verb, entry.user_id, entry.facts) for entry in tasks_told(session)]
    assert told == [
        ("action-task-done", scene.colleague.user_id, {"state": "verifier", "task": "mesure"}),
        ("action-task-done", scene.member.user_id, {"state": "verifier", "task": "restitution"}),
        ("action-task-reopened", scene.coordinator.user_id, {"state": "verifier", "task": "restitution"}),
    ]


def tasks_told(session: Session):
    return [*journal(session, "action-task-done"), *journal(session, "action-task-reopened")]


def test_a_task_is_given_to_somebody_by_who_leads_the_plan(session: Session, scene: Scene) -> None:
    action = a_done_action(session, scene)

    def give(actor: Actor, owner_id: int | None, task: str = "restitution") -> None:
        due_on = date(2026, 5, 1)
        assign_task(
            session, actor, action_id=action.id, task=task, owner_id=owner_id, due_on=due_on, now=LATER
        )

    give(scene.manager, scene.colleague.user_id)
    (entry,) = journal(session, "action-task-assigned")
    assert entry.facts == {"state": "verifier", "task": "restitution"}
    set_task(session, scene.colleague, action_id=action.id, task="restitution", done=True, now=LATER)
    with pytest.raises(NotAllowed):
        give(scene.member, None)
    with pytest.raises(NotFound):
        give(scene.coordinator, None, "cause")
    with pytest.raises(InvalidInput) as refusal:
        give(scene.coordinator, scene.stranger.user_id)
    assert faults_of(refusal.value) == [("owner", "unknown-choice")]


def test_anybody_of_the_team_comments_at_any_time_and_takes_back_their_own(
    session: Session, scene: Scene
) -> None:
    action = plan(session, scene, a_draft())
    said = comment(session, scene.colleague, action_id=action.id, text=" Bravo. ", now=LATER)
    assert (said.text, said.by_id, said.at) == ("Bravo.", scene.colleague.user_id, LATER)
    go(session, scene.coordinator, action, "abandonnee")
    comment(session, scene.manager, action_id=action.id, text="Dommage.", now=LATER)
    with pytest.raises(NotFound):
        take_back_comment(session, scene.manager, action_id=action.id, comment_id=said.id)
    take_back_comment(session, scene.colleague, action_id=action.id, comment_id=said.id)
    assert count(session, Comment) == 1
    for gesture in (
        lambda: comment(session, scene.stranger, action_id=action.id, text="Moi aussi.", now=LATER),
        lambda: take_back_comment(session, scene.stranger, action_id=action.id, comment_id=1),
    ):
        with pytest.raises(NotFound):
            gesture()
