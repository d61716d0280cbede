"""The tasks of a run: the check-list of its present state, and those that people add."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from aqss.domain.days import days_around
from aqss.domain.errors import InvalidInput, NotFound
from aqss.gateways.french import end_of_day
from aqss.persistence.accounts import Membership
from aqss.persistence.actions import Action
from aqss.persistence.runs import Task
from aqss.services.runs.passing import enter
from aqss.services.runs.tasks import (
    MOST_TASKS,
    TaskLine,
    add_free,
    assign,
    count_open,
    find_line,
    get_free,
    get_line,
    may_change,
    read_tasks,
    set_done,
)
from tests.builders import an_action
from tests.services.actions.scene import read_action_workflow
from tests.services.assessments.scene import (
    NOW,
    Scene,
    an_assessment,
    count,
    faults_of,
    read_workflow,
    statements,
)

EARLIEST, LATEST = days_around(NOW.date())
LATER = NOW + timedelta(days=3)
REVIEW = {"review": datetime(2026, 12, 1, tzinfo=UTC)}


def action_at(session: Session, scene: Scene, state: str = "verifier") -> Action:
    return an_action(session, scene.centre, state=state)


def lines(session: Session, action: Action, *roles: str, user_id: int = 0) -> tuple[TaskLine, ...]:
    workflow = read_action_workflow()
    return read_tasks(session, action, workflow, user_id=user_id, roles=roles, dates=REVIEW)


def open_tasks(session: Session, action: Action) -> int:
    return count_open(session, action, read_action_workflow())


def tick(session: Session, action: Action, code: str, by: int, *, done: bool = True) -> bool:
    _, row = get_line(session, action, read_action_workflow(), code)
    return set_done(session, row, done=done, by=by, now=LATER)


def test_a_check_list_is_as_the_workflow_says_until_something_is_said_of_it(
    session: Session, scene: Scene
) -> None:
    measure, telling = lines(session, action_at(session, scene))
    assert measure.line is not None
    assert (measure.line.task, measure.key, measure.due_at, measure.due_on) == (
        *("mesure", None, REVIEW["review"], None),
    )
    assert (measure.owner_id, measure.owner_name, measure.done_at, measure.done_by) == (
        None,
        None,
        None,
        None,
    )
    assert (telling.label, telling.due_at) == ("Dire le résultat à l’équipe", None)
    assert count(session, Task) == 0


def test_what_is_said_of_a_line_is_who_by_when_and_done(session: Session, scene: Scene) -> None:
    action, day = action_at(session, scene), date(2026, 5, 1)
    _, row = get_line(session, action, read_action_workflow(), "mesure")
    assign(session, action, row, owner_id=scene.colleague.user_id, due_on=day, now=NOW)
    assert tick(session, action, "mesure", scene.manager.user_id)
    line = lines(session, action)[0]
    assert (line.owner_id, line.owner_name) == (scene.colleague.user_id, "Inès Infirmière")
    assert (line.due_on, line.due_at) == (day, end_of_day(day))
    assert (line.done_at, line.done_by) == (LATER, "Dominique Direction")
    _, row = get_line(session, action, read_action_workflow(), "mesure")
    assign(session, action, row, owner_id=None, due_on=None, now=NOW)
    line = lines(session, action)[0]
    assert (line.owner_name, line.due_at, line.done_at) == (None, REVIEW["review"], LATER)
    assert count(session, Task) == 1


def test_free_tasks_come_after_in_the_order_they_were_added(session: Session, scene: Scene) -> None:
    action, day = action_at(session, scene), date(2026, 5, 1)
    whole = add_free(session, action, now=NOW, label=" Écrire ", owner_id=scene.member.user_id, due_on=day)
    here = add_free(session, action, now=NOW, label="Relire", state="verifier")
    add_free(session, action, now=NOW, label="Ailleurs", state="faire")
    set_done(session, here, done=True, by=scene.member.user_id, now=LATER)
    free = lines(session, action)[2:]
    assert [(one.label, one.key, one.line) for one in free] == [
        ("Écrire", whole.id, None),
        ("Relire", here.id, None),
    ]
    assert (free[0].owner_name, free[0].due_on, free[0].due_at) == ("Mehdi Médecin", day, end_of_day(day))
    assert (free[1].due_at, free[1].done_at, free[1].done_by) == (None, LATER, "Mehdi Médecin")


def test_each_person_is_told_which_tasks_are_theirs_to_tick(session: Session, scene: Scene) -> None:
    action = action_at(session, scene)
    add_free(session, action, now=NOW, label="Écrire", owner_id=scene.colleague.user_id)

    def theirs(*roles: str, user_id: int = 0) -> list[bool]:
        return [line.can_change for line in lines(session, action, *roles, user_id=user_id)]

    assert theirs("coordinator") == theirs("owner") == [True, True, True]
    assert theirs("member") == [True, False, False]
    assert theirs("manager") == theirs() == [False, False, False]
    assert theirs(user_id=scene.colleague.user_id) == [False, False, True]
    assert not may_change([], 1, None, None)


def test_open_tasks_are_those_of_the_present_state(session: Session, scene: Scene) -> None:
    action, by = action_at(session, scene), scene.member.user_id
    assert open_tasks(session, action) == 2
    assert tick(session, action, "mesure", by)
    assert open_tasks(session, action) == 1
    here = add_free(session, action, now=NOW, label="Relire", state="verifier")
    add_free(session, action, now=NOW, label="De toute l’action")
    add_free(session, action, now=NOW, label="Ailleurs", state="faire")
    assert open_tasks(session, action) == 2
    set_done(session, here, done=True, by=by, now=LATER)
    assert tick(session, action, "restitution", by)
    assert open_tasks(session, action) == 0
    assert tick(session, action, "mesure", by, done=False)
    assert open_tasks(session, action) == 1
    enter(action, read_action_workflow(), "prevoir", NOW, {})
    session.flush()
    assert open_tasks(session, action) == 2
    assert open_tasks(session, action_at(session, scene)) == 2


def test_a_task_is_ticked_once_and_can_be_opened_again(session: Session, scene: Scene) -> None:
    action, by = action_at(session, scene), scene.member.user_id
    changed = [tick(session, action, "mesure", by, done=done) for done in (False, True, True, False, False)]
    assert changed == [False, True, False, True, False]
    row = session.query(Task).one()
    assert (row.done_at, row.done_by_id) == (None, None)


def test_a_line_is_looked_for_in_the_present_state_alone(session: Session, scene: Scene) -> None:
    action = action_at(session, scene)
    for code in ("cause", "inconnue", "\x00", ""):
        with pytest.raises(NotFound):
            get_line(session, action, read_action_workflow(), code)


def test_a_free_task_is_looked_for_in_its_run_alone(session: Session, scene: Scene) -> None:
    action, other = action_at(session, scene), action_at(session, scene)
    task = add_free(session, action, now=NOW, label="Écrire")
    tick(session, action, "mesure", scene.member.user_id)
    assert get_free(session, action, task.id) is task
    for run, key in ((other, task.id), (action, task.id + 1), (action, 0), (action, 10**30)):
        with pytest.raises(NotFound):
            get_free(session, run, key)


def test_an_assessment_and_an_action_of_the_same_number_have_their_own_tasks(
    session: Session, scene: Scene
) -> None:
    assessment, action = an_assessment(session, scene), action_at(session, scene, "prevoir")
    assert assessment.id == action.id
    _, row = get_line(session, assessment, read_workflow(), "objectif")
    set_done(session, row, done=True, by=scene.member.user_id, now=NOW)
    add_free(session, assessment, now=NOW, label="Réserver la salle")
    assert [line.label for line in lines(session, action)] == [
        "Chercher la cause avec les personnes concernées",
        "Dire les moyens nécessaires, et les obtenir",
    ]
    assert all(line.done_at is None for line in lines(session, action))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"label": " "}, ("label", "required")),
        ({"label": "a" * 201}, ("label", "too-long")),
        ({"label": "a\nb"}, ("label", "bad-character")),
        ({"due_on": EARLIEST - timedelta(days=1)}, ("due_on", "date-outside")),
        ({"due_on": LATEST + timedelta(days=1)}, ("due_on", "date-outside")),
        ({"due_on": date.max}, ("due_on", "date-outside")),
        ({"owner_id": 987}, ("owner", "unknown-choice")),
    ],
)
def test_a_task_that_breaks_a_rule_is_refused(
    session: Session, scene: Scene, values: dict[str, object], expected: tuple[str, str]
) -> None:
    action = action_at(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        add_free(session, action, now=NOW, **{"label": "Écrire", **values})  # type: ignore[arg-type]
    assert faults_of(refusal.value) == [expected]
    if "label" not in values:
        _, row = get_line(session, action, read_action_workflow(), "mesure")
        with pytest.raises(InvalidInput) as refusal:
            assign(session, action, row, now=NOW, **{"owner_id": None, "due_on": None, **values})  # type: ignore[arg-type]
        assert faults_of(refusal.value) == [expected]
    assert count(session, Task) == 0


def test_days_at_either_end_can_be_written(session: Session, scene: Scene) -> None:
    action = action_at(session, scene)
    for day in (EARLIEST, LATEST):
        add_free(session, action, now=NOW, label="Écrire", due_on=day)
    assert [line.due_on for line in lines(session, action)[2:]] == [EARLIEST, LATEST]


def test_only_somebody_of_the_team_now_is_given_a_task(session: Session, scene: Scene) -> None:
    action = action_at(session, scene)
    gone = update(Membership).where(Membership.user_id == scene.member.user_id).values(disabled_at=NOW)
    session.execute(gone)
    for user_id in (scene.member.user_id, scene.stranger.user_id):
        with pytest.raises(InvalidInput):
            add_free(session, action, now=NOW, label="Écrire", owner_id=user_id)


def test_an_address_calls_a_task_by_its_code_or_its_key(session: Session, scene: Scene) -> None:
    action = action_at(session, scene)
    own = add_free(session, action, now=NOW, label="Écrire")
    shown = lines(session, action)
    assert find_line(shown, "mesure").line is not None
    assert find_line(shown, str(own.id)).label == "Écrire"
    for name in ("", "inconnue", "0", str(own.id + 1)):
        with pytest.raises(NotFound):
            find_line(shown, name)


def test_a_run_has_only_so_many_free_tasks(session: Session, scene: Scene) -> None:
    action = action_at(session, scene)
    tick(session, action, "mesure", scene.member.user_id)
    for number in range(MOST_TASKS):
        assert add_free(session, action, now=NOW, label=f"Étape {number}").position == number + 1
    with pytest.raises(InvalidInput) as refusal:
        add_free(session, action, now=NOW, label="De trop")
    assert faults_of(refusal.value) == [("label", "too-many")]


def test_tasks_are_read_in_one_query_whatever_their_number(session: Session, scene: Scene) -> None:
    action = action_at(session, scene)

    def cost() -> int:
        with statements(session) as seen:
            lines(session, action)
        return len(seen)

    before = cost()
    for number in range(5):
        add_free(session, action, now=NOW, label=f"Étape {number}", owner_id=scene.member.user_id)
    assert cost() == before == 1
