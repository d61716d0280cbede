"""The scene of assessments with the life cycle of actions published, and an action at each of its steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.workflows import Workflow
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.mails import Mail
from aqss.services.actions.criteria import Key
from aqss.services.actions.drafts import Draft
from aqss.services.actions.moving import Conclusion, move_action
from aqss.services.actions.progressing import set_progress
from aqss.services.actions.starting import start_action
from tests.services.assessments.scene import (
    GRID_OF,
    LINKS,
    NOW,
    WORKFLOWS,
    Scene,
    publish_workflow,
    read_workflow,
    set_scene,
)

TODAY = NOW.date()
LATER = NOW + timedelta(days=3)
DUE, REVIEW = date(2026, 6, 30), date(2026, 12, 15)
WELL_DONE = Conclusion("efficace", "Vu sur dix situations.")


def read_action_workflow(text: str | None = None) -> Workflow:
    """The life cycle of an action from YAML; the shipped one without text."""
    return read_workflow(text or (WORKFLOWS / "action.yaml").read_text(encoding="utf-8"))


def set_plan_scene(session: Session, workflow: Workflow | None = None) -> Scene:
    """The people, the small catalogue, and the life cycle of actions."""
    scene = set_scene(session)
    publish_workflow(session, workflow or read_action_workflow())
    return scene


def key_of(session: Session, assessment: Assessment, criterion: str) -> Key:
    """The criterion as actions name it."""
    query = select(Sheet.id).where(Sheet.assessment_id == assessment.id, Sheet.grid == GRID_OF[criterion])
    return session.scalars(query).one(), criterion


def a_draft(**more: Any) -> Draft:
    """An action ready to start, its effect told in words."""
    written: Mapping[str, Any] = {
        "title": "Écrire la procédure",
        "due_on": DUE,
        "effect_measure": "Dossiers complets",
        "effect_from": "4 sur 10",
        "effect_to": "8 sur 10",
        "review_on": REVIEW,
    }
    return Draft(**{**written, **more})


def plan(session: Session, scene: Scene, draft: Draft | None = None, **more: Any) -> Action:
    """An action just planned; the member's unless the draft says otherwise."""
    draft = draft or a_draft(owner_id=scene.member.user_id)
    values: Mapping[str, Any] = {"centre_id": scene.centre.id, "now": NOW, **more}
    return start_action(session, scene.coordinator, draft=draft, **values)


def go(
    session: Session,
    actor: Actor,
    action: Action,
    to: str,
    *,
    version: int | None = None,
    now: datetime = LATER,
    conclusion: Conclusion | None = None,
    reason: str = "",
) -> Action:
    """Pass to a state, from the version at hand unless told otherwise."""
    return move_action(
        session,
        actor,
        action_id=action.id,
        to=to,
        expected_version=action.version if version is None else version,
        now=now,
        links=LINKS,
        reason=reason,
        conclusion=conclusion,
    )


def a_started_action(session: Session, scene: Scene, **more: Any) -> Action:
    """An action under way, the member's."""
    draft = replace(a_draft(owner_id=scene.member.user_id), **more)
    return go(session, scene.coordinator, plan(session, scene, draft), "faire", now=NOW)


def a_done_action(session: Session, scene: Scene, *, now: datetime = NOW, **more: Any) -> Action:
    """An action declared done by its owner."""
    action = a_started_action(session, scene, **more)
    set_progress(session, scene.member, action_id=action.id, percent=100, now=now)
    return go(session, scene.member, action, "verifier", now=now)


def columns_of(session: Session, action: Action) -> dict[str, Any]:
    """Every column of the action as it is in the database."""
    table = Action.__table__
    return dict(session.execute(select(*table.c).where(table.c.id == action.id)).one()._mapping)


def mails(session: Session, kind: str = "action-given") -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))
