"""The check-list of an assessment: what is due, who declares it done, who it is given to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotAllowed, NotFound
from aqss.gateways.french import end_of_day
from aqss.persistence.runs import Task
from aqss.services.assessments.awaiting import Task as Awaited
from aqss.services.assessments.awaiting import what_awaits
from aqss.services.assessments.tasks import assign_task, read_tasks, set_task
from tests.services.assessments.scene import (
    NOW,
    TASKS_FIRST,
    Scene,
    an_assessment,
    an_open_assessment,
    count,
    faults_of,
    journal,
    read_workflow,
    set_scene,
)

LATER = NOW + timedelta(days=3)


def test_the_check_list_shows_what_is_due_and_who_may_tick(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(TASKS_FIRST))
    assessment = an_assessment(session, scene, round_ends_on=date(2026, 3, 28))
    note, day, free = read_tasks(session, scene.member, assessment.id)
    assert [(line.line.task, line.due_at, line.done_at, line.can_change) for line in (note, day, free)] == [
        ("note", NOW + timedelta(weeks=1), None, False),
        ("date", datetime(2026, 3, 28, 23, 0, tzinfo=UTC), None, True),
        ("libre", None, None, False),
    ]
    assert all(line.can_change for line in read_tasks(session, scene.coordinator, assessment.id))


def test_a_task_is_ticked_once_and_can_be_opened_again(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(TASKS_FIRST))
    assessment = an_assessment(session, scene)

    def tick(done: bool, now: datetime = NOW) -> datetime | None:
        set_task(session, scene.manager, assessment_id=assessment.id, task="note", done=done, now=now)
        return read_tasks(session, scene.manager, assessment.id)[0].done_at

    assert tick(True) == NOW
    assert tick(True, LATER) == NOW
    assert tick(False) is None
    assert tick(False) is None
    assert [entry.verb for entry in journal(session, "task-done")] == ["task-done"]
    (entry,) = journal(session, "task-reopened")
    assert entry.facts == {"state": "debut", "task": "note"}


def test_a_task_is_ticked_by_its_role_or_the_coordinator(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(TASKS_FIRST))
    assessment = an_assessment(session, scene)
    with pytest.raises(NotAllowed):
        set_task(session, scene.member, assessment_id=assessment.id, task="note", done=True, now=NOW)
    with pytest.raises(NotFound):
        set_task(session, scene.stranger, assessment_id=assessment.id, task="note", done=True, now=NOW)
    with pytest.raises(NotFound):
        read_tasks(session, scene.stranger, assessment.id)
    assert count(session, Task) == 0
    set_task(session, scene.coordinator, assessment_id=assessment.id, task="note", done=True, now=NOW)
    assert session.scalars(select(Task)).one().done_by_id == scene.coordinator.user_id


def test_a_task_of_another_state_is_not_found(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    for task in ("engagement", "inconnue", "\x00"):
        with pytest.raises(NotFound):
            set_task(session, scene.coordinator, assessment_id=assessment.id, task=task, done=True, now=NOW)


def test_a_task_is_given_and_awaits_that_person_until_it_is_done(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(TASKS_FIRST))
    assessment, day = an_assessment(session, scene), date(2026, 3, 9)
    given = {"assessment_id": assessment.id, "owner_id": scene.colleague.user_id, "now": NOW}
    assign_task(session, scene.coordinator, task="note", due_on=None, **given)  # type: ignore[arg-type]
    for _again in range(2):
        assign_task(session, scene.coordinator, task="libre", due_on=day, **given)  # type: ignore[arg-type]
    note, _, free = read_tasks(session, scene.colleague, assessment.id)
    assert (note.owner_name, note.due_at, note.can_change) == (
        "Inès Infirmière",
        NOW + timedelta(weeks=1),
        True,
    )
    assert (free.owner_id, free.due_on, free.due_at) == (scene.colleague.user_id, day, end_of_day(day))
    facts = [entry.facts for entry in journal(session, "task-assigned")]
    assert facts == [{"state": "debut", "task": task} for task in ("note", "libre")]
    asked = [(one.label, one.due_at) for one in what_awaits(session, scene.colleague)]
    assert asked == [("Écrire la note", NOW + timedelta(weeks=1)), ("Sans date", end_of_day(day))]
    assert all(one.task is Awaited.GIVEN for one in what_awaits(session, scene.colleague))
    set_task(session, scene.colleague, assessment_id=assessment.id, task="note", done=True, now=NOW)
    assert [one.label for one in what_awaits(session, scene.colleague)] == ["Sans date"]


def test_only_who_prepares_gives_a_task_and_only_to_the_team(session: Session) -> None:
    scene = set_scene(session, workflow=read_workflow(TASKS_FIRST))
    assessment = an_assessment(session, scene)

    def give(actor: Actor, to: int | None, task: str = "note", due_on: date | None = None) -> None:
        key = assessment.id
        assign_task(session, actor, assessment_id=key, task=task, owner_id=to, due_on=due_on, now=NOW)

    with pytest.raises(NotAllowed):
        give(scene.member, scene.member.user_id)
    for actor, task in ((scene.stranger, "note"), (scene.coordinator, "inconnue")):
        with pytest.raises(NotFound):
            give(actor, None, task)
    for to, due_on, fault in (
        (scene.stranger.user_id, None, ("owner", "unknown-choice")),
        (None, date(1999, 1, 1), ("due_on", "date-outside")),
    ):
        with pytest.raises(InvalidInput) as refusal:
            give(scene.coordinator, to, due_on=due_on)
        assert faults_of(refusal.value) == [fault]
    assert count(session, Task) == 0
