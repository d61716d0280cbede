"""Assessments and actions asked for anything by anybody, in any order: each can always reach an end.

The shipped workflow files over the real services; what is refused changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment, Sheet
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
from aqss.services.assessments.tasks import set_task as set_assessment_task
from tests.campaign.counting import Tried
from tests.campaign.lives import PEOPLE, STALE, STEPS, LifeCycle, World, asked
from tests.campaign.rows import cases
from tests.services.actions.scene import DUE, REVIEW, WELL_DONE, a_draft, read_action_workflow
from tests.services.actions.scene import set_plan_scene as set_scene
from tests.services.assessments.scene import GRIDS, LINKS, a_scope, rate, read_workflow, start

LEADERS = st.sampled_from(("coordinator", "coordinator", "manager", "member"))
CRITERIA = st.sampled_from(("CO-1", "CO-3", "CO-5", "HY-1", "HY-3"))


class ActionLife(LifeCycle):
    model, moved, quiet = Action, "action-moved", frozenset({"progress"})
    workflow = read_action_workflow()

    def started(self, _data: st.DataObject) -> int:
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

    def change(self, who: str, stale: int = 0, **words: Any) -> Callable[[], object]:
        draft, version = replace(read_draft(self.session, self.run), **words), self.run.version - stale
        return lambda: change_action(
            self.session,
            self.person(who),
            action_id=self.key,
            draft=draft,
            expected_version=version,
            now=self.now,
            links=LINKS,
        )

    @asked(
        who=PEOPLE,
        to=st.sampled_from([state.state for state in workflow.states]),
        conclusion=st.sampled_from((None, WELL_DONE, Conclusion("", "Sans choix."))),
    )
    def pass_on(self, who: str, to: str, conclusion: Conclusion | None) -> None:
        self.attempt(self.move(who, to, conclusion), passes=True)

    @asked(
        who=LEADERS,
        owner=st.none() | LEADERS,
        days=st.none() | st.integers(0, 60),
        goal=st.sampled_from(("", "8 sur 10", "8 sur 10", "9 sur 10")),
        stale=STALE,
    )
    def rewrite(self, who: str, owner: str | None, days: int | None, goal: str, stale: int) -> None:
        """Dates that move move what is due; without the words, the effect expected stays."""
        dates = {
            name: None if days is None else day + timedelta(days=days)
            for name, day in (("due_on", DUE), ("review_on", REVIEW))
        }
        owner_id = self.person(owner).user_id if owner else None
        self.attempt(self.change(who, stale, owner_id=owner_id, effect_to=goal, **dates))

    @asked(who=PEOPLE, percent=st.sampled_from((0, 50, 100, 101)))
    def progress(self, who: str, percent: int) -> None:
        self.attempt(
            lambda: set_progress(
                self.session, self.person(who), action_id=self.key, percent=percent, now=self.now
            )
        )

    @asked(who=PEOPLE)
    def write_step(self, who: str) -> None:
        self.attempt(
            lambda: add_step(self.session, self.person(who), action_id=self.key, label="Écrire", now=self.now)
        )

    @asked(who=PEOPLE, done=st.sampled_from((True, False, None)))
    def touch_step(self, who: str, done: bool | None) -> None:
        """Tick one, open it again, or (None) take it out."""
        actor, step = self.person(who), next(iter(self.steps()), 0)
        named = {"action_id": self.key, "step": step, "now": self.now}
        if done is None:
            self.attempt(lambda: remove_step(self.session, actor, **named))
        else:
            self.attempt(lambda: set_step(self.session, actor, done=done, **named))

    @asked(
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
                self.must(self.change("coordinator", owner_id=self.scene.member.user_id))
                self.finish()
                self.must(self.move("coordinator", "verifier"), passes=True)
            case "verifier":
                self.finish()
                doers = (self.run.owner_id, self.run.done_by_id)
                judges = [one for one in ("manager", "coordinator") if self.person(one).user_id not in doers]
                if judges:
                    self.must(self.move(judges[0], "close", WELL_DONE), passes=True)
                else:  # both leaders did it: it is taken up again, by somebody else
                    self.must(self.move("coordinator", "faire"), passes=True)

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
    model, moved = Assessment, "assessment-moved"
    workflow = read_workflow()

    def started(self, _data: st.DataObject) -> int:
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

    @asked(who=PEOPLE, to=st.sampled_from([state.state for state in workflow.states]))
    def pass_on(self, who: str, to: str) -> None:
        self.attempt(self.move(who, to), passes=True)

    @asked(who=PEOPLE, days=st.none() | st.integers(1, 60), objective=st.sampled_from(("", "Situer.")))
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

    @asked(who=PEOPLE, criterion=CRITERIA, level=st.sampled_from(("oui", "partiel", "non", "a", "c")))
    def answer(self, who: str, criterion: str, level: str) -> None:
        self.attempt(lambda: rate(self.session, self.person(who), self.run, criterion, level, now=self.now))

    @asked(who=PEOPLE, grid=st.sampled_from(GRIDS))
    def finish(self, who: str, grid: str) -> None:
        self.attempt(
            lambda: finish_sheet(
                self.session, self.person(who), assessment_id=self.key, grid=grid, now=self.now
            )
        )

    @asked(who=PEOPLE, criterion=CRITERIA, reason=st.sampled_from(("", "Travaux en juin.")))
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

    @asked(
        who=PEOPLE,
        task=st.sampled_from(("engagement", "objectif", "preuves", "reste", "lecture", "inconnue")),
        done=st.booleans(),
    )
    def tick(self, who: str, task: str, done: bool) -> None:
        named = {"assessment_id": self.key, "task": task, "done": done, "now": self.now}
        self.attempt(lambda: set_assessment_task(self.session, self.person(who), **named))

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
    runs = cases("B18", among=3)  # the third: tests/campaign/test_dossier_lives.py
    run_state_machine_as_test(life, settings=settings(max_examples=runs, stateful_step_count=STEPS))
