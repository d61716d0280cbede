"""Assessments and actions asked for anything by anybody, in any order: each can always reach an end.

The shipped workflow files over the real services; what is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import AqssError
from aqss.domain.lifecycle import due_at
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.journal import JournalEntry
from aqss.persistence.runs import Task
from aqss.persistence.session import Sessions
from aqss.services.actions import finding as of_actions
from aqss.services.actions.changing import change_action, read_draft
from aqss.services.actions.moving import Conclusion, move_action
from aqss.services.actions.progressing import (
    add_step,
    assign_task,
    remove_step,
    set_progress,
    set_step,
    set_task,
)
from aqss.services.actions.starting import start_action
from aqss.services.assessments import moving as of_assessments
from aqss.services.assessments import scope as scopes
from aqss.services.assessments.essentials import read_unmet_essentials, waive_essential
from aqss.services.assessments.preparing import change_preparation
from aqss.services.assessments.sheets import finish_sheet
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.services.actions.scene import DUE, REVIEW, WELL_DONE, a_draft, read_action_workflow
from tests.services.actions.scene import set_plan_scene as set_scene
from tests.services.assessments.scene import GRIDS, LINKS, NOW, Scene, a_scope, rate, read_workflow, start

STEPS = 12
"""Gestures of one run, before it is driven to its end."""

PEOPLE = st.sampled_from(
    ("coordinator", "coordinator", "manager", "member", "colleague", "stranger", "administrator")
)
LEADERS = st.sampled_from(("coordinator", "manager", "member"))
CRITERIA = st.sampled_from(("CO-1", "CO-3", "CO-5", "HY-1", "HY-3"))


@dataclass(frozen=True)
class World:
    """A database with a published catalogue and a team, and what counts the runs."""

    sessions: Sessions
    scene: Scene
    centre_id: int
    tried: Tried


class LifeCycle(RuleBasedStateMachine):
    """One run of a workflow, in a transaction that is given up at the end."""

    world: ClassVar[World]
    workflow: ClassVar[Workflow]
    model: ClassVar[type[Action] | type[Assessment]]
    kind: ClassVar[str]
    moved: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.session: Session = self.open.enter_context(self.world.sessions.writing())
        self.scene = replace(self.world.scene, centre=self.session.get_one(Centre, self.world.centre_id))
        self.now, self.passages, self.key = NOW, 0, 0

    @initialize(advanced=st.integers(0, 3))
    def begin(self, advanced: int) -> None:
        """Just begun, or so many states further: what comes late is tried as often as what comes first."""
        self.key, self.version = self.started(), 1
        for _ in range(advanced):
            self.drive()

    def started(self) -> int:
        raise NotImplementedError

    def person(self, who: str) -> Actor:
        actor: Actor = getattr(self.scene, who)
        return actor

    @property
    def run(self) -> Any:
        return self.session.get_one(self.model, self.key)

    def columns(self) -> dict[str, Any]:
        table = self.model.__table__
        return dict(self.session.execute(select(*table.c).where(table.c.id == self.key)).one()._mapping)

    def attempt(self, gesture: Callable[[], object], *, passes: bool = False) -> bool:
        """Try it, an hour later; refused, it leaves the row as it was and the journal as it was."""
        self.now += timedelta(hours=1)
        before, noted = self.columns(), self.entries()
        try:
            with self.session.begin_nested():
                gesture()
        except AqssError:
            self.session.expire_all()
            assert (self.columns(), self.entries()) == (before, noted)
            return False
        after = self.columns()
        assert after["version"] - before["version"] in ((1,) if passes else (0, 1))
        assert passes or after["state"] == before["state"]
        self.passages += passes
        return True

    def entries(self) -> int:
        return self.session.scalar(select(func.count()).select_from(JournalEntry)) or 0

    def must(self, gesture: Callable[[], object], *, passes: bool = False) -> None:
        assert self.attempt(gesture, passes=passes), f"no way on from « {self.run.state} »"

    def named_dates(self) -> dict[str, datetime]:
        raise NotImplementedError

    @invariant()
    def stands_as_its_file_says(self) -> None:
        if not self.key:
            return
        run = self.columns()
        state = self.workflow.by_state[run["state"]]
        assert (run["ended_at"] is not None) == state.final
        assert run["ended_at"] in (None, run["entered_at"])
        assert run["due_at"] == due_at(state.due, run["entered_at"], self.named_dates())
        assert run["version"] >= self.version
        self.version = run["version"]

    @invariant()
    def tells_each_passage(self) -> None:
        told = select(func.count()).where(
            JournalEntry.verb == self.moved, JournalEntry.subject_id == self.key
        )
        assert self.session.scalar(told) == self.passages

    def drive(self) -> None:
        """One step nearer to an end, by those whose turn it is."""
        raise NotImplementedError

    def teardown(self) -> None:
        with self.open:
            for _ in self.workflow.states if self.key else ():
                if self.run.ended_at is None:
                    self.drive()
                    self.stands_as_its_file_says()
                    self.tells_each_passage()
            assert not self.key or self.run.ended_at is not None, f"« {self.run.state} » has no end"
        self.world.tried()


class ActionLife(LifeCycle):
    model, kind, moved = Action, "action", "action-moved"
    workflow = read_action_workflow()

    def started(self) -> int:
        centre_id, draft = self.world.centre_id, a_draft(owner_id=self.scene.member.user_id)
        return start_action(
            self.session, self.scene.coordinator, centre_id=centre_id, draft=draft, now=self.now
        ).id

    def named_dates(self) -> dict[str, datetime]:
        return of_actions.named_dates(self.run)

    def move(self, who: str, to: str, conclusion: Conclusion | None = None) -> Callable[[], object]:
        version = self.run.version
        return lambda: move_action(
            self.session,
            self.person(who),
            action_id=self.key,
            to=to,
            expected_version=version,
            now=self.now,
            links=LINKS,
            conclusion=conclusion,
        )

    def change(self, who: str, **words: Any) -> Callable[[], object]:
        draft, version = replace(read_draft(self.session, self.run), **words), self.run.version
        return lambda: change_action(
            self.session,
            self.person(who),
            action_id=self.key,
            draft=draft,
            expected_version=version,
            now=self.now,
        )

    @rule(
        who=PEOPLE,
        to=st.sampled_from([state.state for state in workflow.states]),
        conclusion=st.sampled_from((None, WELL_DONE, Conclusion("", "Sans choix."))),
    )
    def pass_on(self, who: str, to: str, conclusion: Conclusion | None) -> None:
        self.attempt(self.move(who, to, conclusion), passes=True)

    @rule(
        who=LEADERS, owner=st.none() | LEADERS, has_days=st.booleans(), goal=st.sampled_from(("", "8 sur 10"))
    )
    def rewrite(self, who: str, owner: str | None, has_days: bool, goal: str) -> None:
        days = {"due_on": DUE, "review_on": REVIEW} if has_days else {"due_on": None, "review_on": None}
        owner_id = self.person(owner).user_id if owner else None
        self.attempt(self.change(who, owner_id=owner_id, effect_to=goal, **days))

    @rule(who=PEOPLE, percent=st.sampled_from((0, 50, 100, 101)))
    def progress(self, who: str, percent: int) -> None:
        self.attempt(
            lambda: set_progress(
                self.session, self.person(who), action_id=self.key, percent=percent, now=self.now
            )
        )

    @rule(who=PEOPLE)
    def write_step(self, who: str) -> None:
        self.attempt(
            lambda: add_step(self.session, self.person(who), action_id=self.key, label="Écrire", now=self.now)
        )

    @rule(who=PEOPLE, done=st.sampled_from((True, False, None)))
    def touch_step(self, who: str, done: bool | None) -> None:
        """Tick one, open it again, or (None) take it out."""
        actor, step = self.person(who), next(iter(self.steps()), 0)
        named = {"action_id": self.key, "step": step, "now": self.now}
        if done is None:
            self.attempt(lambda: remove_step(self.session, actor, **named))
        else:
            self.attempt(lambda: set_step(self.session, actor, done=done, **named))

    @rule(
        who=PEOPLE,
        task=st.sampled_from(("cause", "moyens", "mesure", "restitution", "inconnue")),
        done=st.booleans(),
    )
    def tick(self, who: str, task: str, done: bool) -> None:
        named = {"action_id": self.key, "task": task, "now": self.now}
        self.attempt(lambda: set_task(self.session, self.person(who), done=done, **named))
        owner_id = self.scene.colleague.user_id
        self.attempt(
            lambda: assign_task(self.session, self.person(who), owner_id=owner_id, due_on=DUE, **named)
        )

    def steps(self) -> list[int]:
        query = select(Task.id).where(Task.action_id == self.key, Task.code.is_(None)).order_by(Task.id)
        return list(self.session.scalars(query))

    def drive(self) -> None:
        match self.run.state:
            case "prevoir":
                self.must(self.change("coordinator", **vars(a_draft(owner_id=self.scene.member.user_id))))
                self.must(self.move("coordinator", "faire"), passes=True)
            case "faire":
                self.finish()
                self.must(self.move("coordinator", "verifier"), passes=True)
            case "verifier":
                is_manager_s = self.run.owner_id == self.scene.manager.user_id
                self.must(
                    self.move("coordinator" if is_manager_s else "manager", "close", WELL_DONE), passes=True
                )

    def finish(self) -> None:
        actor, steps = self.scene.coordinator, self.steps()
        for step in steps:
            self.must(
                lambda step=step: set_step(
                    self.session, actor, action_id=self.key, step=step, done=True, now=self.now
                )
            )  # type: ignore[misc]
        if not steps:
            self.must(
                lambda: set_progress(self.session, actor, action_id=self.key, percent=100, now=self.now)
            )


class AssessmentLife(LifeCycle):
    model, kind, moved = Assessment, "assessment", "assessment-moved"
    workflow = read_workflow()

    def started(self) -> int:
        return start(self.session, self.scene, a_scope(*GRIDS), self.now).id

    def named_dates(self) -> dict[str, datetime]:
        return scopes.named_dates(self.run)

    def move(self, who: str, to: str) -> Callable[[], object]:
        version = self.run.version
        return lambda: of_assessments.move(
            self.session,
            self.person(who),
            assessment_id=self.key,
            to=to,
            expected_version=version,
            now=self.now,
            links=LINKS,
        )

    @rule(who=PEOPLE, to=st.sampled_from([state.state for state in workflow.states]))
    def pass_on(self, who: str, to: str) -> None:
        self.attempt(self.move(who, to), passes=True)

    @rule(who=PEOPLE, days=st.none() | st.integers(1, 60), objective=st.sampled_from(("", "Situer.")))
    def prepare(self, who: str, days: int | None, objective: str) -> None:
        ends_on = None if days is None else self.now.date() + timedelta(days=days)
        scope, version = a_scope(*GRIDS, objective=objective, round_ends_on=ends_on), self.run.version
        self.attempt(
            lambda: change_preparation(
                self.session,
                self.person(who),
                assessment_id=self.key,
                scope=scope,
                expected_version=version,
                now=self.now,
                links=LINKS,
            )
        )

    @rule(who=PEOPLE, criterion=CRITERIA, level=st.sampled_from(("oui", "partiel", "non", "a", "c")))
    def answer(self, who: str, criterion: str, level: str) -> None:
        self.attempt(lambda: rate(self.session, self.person(who), self.run, criterion, level, now=self.now))

    @rule(who=PEOPLE, grid=st.sampled_from(GRIDS))
    def finish(self, who: str, grid: str) -> None:
        self.attempt(
            lambda: finish_sheet(
                self.session, self.person(who), assessment_id=self.key, grid=grid, now=self.now
            )
        )

    @rule(who=PEOPLE, criterion=CRITERIA, reason=st.sampled_from(("", "Travaux en juin.")))
    def waive(self, who: str, criterion: str, reason: str) -> None:
        grid = "coordination" if criterion.startswith("CO") else "hygiene"
        self.attempt(self.waiving(who, grid, criterion, reason))

    def waiving(self, who: str, grid: str, criterion: str, reason: str) -> Callable[[], object]:
        named = {
            "assessment_id": self.key,
            "grid": grid,
            "criterion": criterion,
            "reason": reason,
            "now": self.now,
        }
        return lambda: waive_essential(self.session, self.person(who), **named)

    @rule(
        who=PEOPLE,
        task=st.sampled_from(("engagement", "objectif", "preuves", "reste", "lecture", "inconnue")),
        done=st.booleans(),
    )
    def tick(self, who: str, task: str, done: bool) -> None:
        named = {"assessment_id": self.key, "task": task, "done": done, "now": self.now}
        self.attempt(lambda: of_assessments.set_task(self.session, self.person(who), **named))

    def drive(self) -> None:
        match self.run.state:
            case "preparation":
                self.prepare("coordinator", None, "Situer.")
                self.must(self.move("coordinator", "cotation"), passes=True)
            case "cotation":
                self.must(self.move("coordinator", "accord"), passes=True)
            case "accord":
                for grid in self.unfinished():
                    self.finish("member", grid)
                self.must(self.move("coordinator", "validation"), passes=True)
            case "validation":
                for one in read_unmet_essentials(self.session, self.run):
                    self.must(
                        self.waiving("manager", one.content.grid.grid, one.criterion.criterion, "Plus tard.")
                    )
                self.must(self.move("manager", "close"), passes=True)

    def unfinished(self) -> list[str]:
        query = select(Sheet.grid).where(Sheet.assessment_id == self.key, Sheet.finished_at.is_(None))
        return list(self.session.scalars(query))


@pytest.fixture
def world(sessions: Sessions, tried: Tried) -> World:
    with sessions.writing() as session:
        scene = set_scene(session)
        centre_id = scene.centre.id
        session.commit()
    return World(sessions, scene, centre_id, tried)


@pytest.mark.campaign("B18")
@pytest.mark.parametrize("life", [ActionLife, AssessmentLife])
def test_whatever_is_asked_and_by_whom_an_end_can_be_reached(world: World, life: type[LifeCycle]) -> None:
    life.world = world
    runs = cases("B18", among=2)
    run_state_machine_as_test(life, settings=settings(max_examples=runs, stateful_step_count=STEPS))
