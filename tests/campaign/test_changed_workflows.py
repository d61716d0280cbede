"""Workflow files that change while actions and dossiers follow them: what was begun goes on as it began."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime
from aqss.config import ROOT
from aqss.domain.access import Actor
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.gateways.files import read_definitions
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action
from aqss.persistence.dossiers import Dossier
from aqss.services.actions.drafts import Draft
from aqss.services.actions.moving import available_moves, move_action
from aqss.services.actions.starting import start_action
from aqss.services.dossiers import moving as of_dossiers
from aqss.services.dossiers.starting import Start, start_dossier
from aqss.services.editions import load_workflow, publish
from tests.builders import actor_of
from tests.campaign.conftest import Desk
from tests.campaign.counting import Tried
from tests.campaign.rows import cases

DOSSIERS = ("demande-appui", "patient-traceur", "diagnostic-territorial", "indicateurs-annuels")
LINKS = Links("https://aqss.example")


@pytest.mark.campaign("F20")
def test_a_workflow_that_changes_leaves_what_follows_it_as_it_was(desk: Desk, tried: Tried) -> None:
    draw, runtime = random.Random(20), desk.runtime
    for number in range(cases("F20", among=2)):
        name = draw.choice(DOSSIERS)
        keys = begin(runtime, desk, name)
        before = standing(runtime, desk, *keys)
        runtime = with_changed_workflows(runtime, draw, ("action", name), version=number + 2)
        assert standing(runtime, desk, *keys) == before
        others = begin(runtime, desk, name)
        assert {one["edition"] for one in standing(runtime, desk, *others)}.isdisjoint(
            one["edition"] for one in before
        )
        go_on(runtime, desk, keys[0])
        tried()


def lead(session: Session, desk: Desk) -> Actor:
    return actor_of(session, session.get_one(User, desk.team.coordinator.id))


def begin(runtime: Runtime, desk: Desk, workflow: str) -> tuple[int, int]:
    """An action and a dossier of that workflow."""
    now, centre_id = runtime.clock.now(), desk.team.centre_id
    with runtime.sessions.writing() as session:
        actor = lead(session, desk)
        draft = Draft("Agir", owner_id=desk.team.member.id)
        action = start_action(session, actor, centre_id=centre_id, draft=draft, now=now)
        start = Start(workflow=workflow, title="Un dossier")
        dossier = start_dossier(session, actor, centre_id=centre_id, start=start, now=now)
        session.commit()
        return action.id, dossier.id


def standing(runtime: Runtime, desk: Desk, action_id: int, dossier_id: int) -> list[dict[str, Any]]:
    """Every column, the life cycle that is followed, and the ways out with what holds them back."""
    with runtime.sessions.reading() as session:
        actor = lead(session, desk)
        dossier = session.get_one(Dossier, dossier_id)
        workflow = load_workflow(session, dossier.workflow_edition_id)
        moves = [
            available_moves(session, actor, action_id),
            of_dossiers.available_moves(session, actor, dossier, workflow),
        ]
        return [
            {
                "columns": session.execute(select(*table.c).where(table.c.id == key)).one(),
                "edition": run.workflow_edition_id,
                "workflow": load_workflow(session, run.workflow_edition_id),
                "moves": ways_out,
            }
            for run, key, table, ways_out in (
                (session.get_one(Action, action_id), action_id, Action.__table__, moves[0]),
                (dossier, dossier_id, Dossier.__table__, moves[1]),
            )
        ]


def go_on(runtime: Runtime, desk: Desk, action_id: int) -> None:
    """It may still be given up, to the end that its file named when it began."""
    with runtime.sessions.writing() as session:
        action, now = session.get_one(Action, action_id), runtime.clock.now()
        states = load_workflow(session, action.workflow_edition_id).states
        end = [state.state for state in states if state.final][-1]
        named = {"to": end, "expected_version": action.version, "now": now, "links": LINKS}
        moved = move_action(session, lead(session, desk), action_id=action_id, **named)
        assert (moved.state, moved.ended_at) == (end, now)
        session.commit()


def with_changed_workflows(
    runtime: Runtime, draw: random.Random, names: tuple[str, ...], *, version: int
) -> Runtime:
    """The same instance, started again on other definitions."""
    files = dict(read_definitions(ROOT / "grids", ROOT / "workflows"))
    for name in names:
        path = str(ROOT / "workflows" / f"{name}.yaml")
        content = yaml.safe_load(bytes(files[path]))
        content["version"] = version
        for change in draw.sample([hurry, rename, empty_list, free_passages, swap_end], draw.randint(1, 4)):
            change(content, draw)
        files[path] = yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode()
    catalogue = load_catalogue(files)
    assert isinstance(catalogue, Catalogue), catalogue
    with runtime.sessions.writing() as session:
        publish(session, catalogue, runtime.clock.now())
        session.commit()
    return replace(runtime, catalogue=catalogue)


def hurry(workflow: dict[str, Any], draw: random.Random) -> None:
    workflow["states"][0]["due"] = f"{draw.randint(5, 9)}w"


def rename(workflow: dict[str, Any], draw: random.Random) -> None:
    workflow["states"][0]["label"] = f"Autre début {draw.randrange(1000)}"


def empty_list(workflow: dict[str, Any], _draw: random.Random) -> None:
    for state in workflow["states"]:
        state.pop("checklist", None)
        for transition in state.get("transitions", ()):
            if "tasks-done" in transition.get("when", ()):
                transition["when"] = [guard for guard in transition["when"] if guard != "tasks-done"]
                if not transition["when"]:
                    del transition["when"]


def free_passages(workflow: dict[str, Any], _draw: random.Random) -> None:
    for transition in workflow["states"][0]["transitions"]:
        transition.pop("when", None)


def swap_end(workflow: dict[str, Any], _draw: random.Random) -> None:
    """The end where it is given up is called otherwise: what was begun still goes to the one it knew."""
    ends = [state for state in workflow["states"] if state.get("final")]
    old, new = ends[-1]["state"], f"{ends[-1]['state']}-autre"
    ends[-1]["state"] = new
    for state in workflow["states"]:
        for transition in state.get("transitions", ()):
            transition["to"] = new if transition["to"] == old else transition["to"]
