"""A plan of as many actions as wanted, loaded in bulk: what the bench lists and exports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from aqss.gateways.french import end_of_day
from aqss.persistence.accounts import Membership
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion, ActionProof
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.runs import Comment, Task
from aqss.services.editions import current_workflow, load_edition
from tests.bench.loading import DAY

STATES = ("faire", "prevoir", "faire", "verifier", "close")
"""Of one action after the other."""


def load_plan(session: Session, centre_id: int, count: int) -> None:
    """Make ``count`` actions the whole plan of a centre: two criteria, a contributor and two steps each."""
    of_centre = select(Action.id).where(Action.centre_id == centre_id)
    for table in (ActionCriterion, ActionContributor, ActionProof, Task, Comment):
        session.execute(delete(table).where(table.action_id.in_(of_centre)))
    session.execute(delete(Action).where(Action.centre_id == centre_id))
    people = session.scalars(
        select(Membership.user_id).where(Membership.centre_id == centre_id).order_by(Membership.id)
    ).all()
    workflow_id = current_workflow(session, "action").id
    session.execute(
        insert(Action), [_action(centre_id, number, people, workflow_id) for number in range(1, count + 1)]
    )
    keys = session.scalars(of_centre.order_by(Action.number)).all()
    session.execute(
        insert(ActionContributor),
        [{"action_id": key, "user_id": people[key % len(people)]} for key in keys],
    )
    session.execute(insert(ActionCriterion), _criteria(session, centre_id, keys))
    steps = [
        {"action_id": key, "label": f"Étape {step}", "position": step} for key in keys for step in (1, 2)
    ]
    session.execute(insert(Task), steps)


def _action(centre_id: int, number: int, people: Any, workflow_id: int) -> dict[str, Any]:
    state = STATES[number % len(STATES)]
    due_on = date(2026, 9, 1) + timedelta(days=number % 200)
    return {
        "centre_id": centre_id,
        "workflow_edition_id": workflow_id,
        "state": state,
        "entered_at": DAY,
        "due_at": end_of_day(due_on),
        "ended_at": DAY if state == "close" else None,
        "version": 1,
        "number": number,
        "title": f"Revoir l’organisation de l’accueil, point {number}",
        "kind": "preventive" if number % 3 else "corrective",
        "finding": "Constat fait par l’équipe pendant la séance d’accord.",
        "means": "Une demi-journée par mois, et le matériel déjà là.",
        "owner_id": people[number % len(people)],
        "starts_on": due_on - timedelta(days=60),
        "due_on": due_on,
        "criticality": 1 + number % 4,
        "feasibility": 1 + number // 4 % 4,
        "impact": 1 + number // 16 % 4,
        "progress": 10 * (number % 11),
        "done_at": DAY if state in ("verifier", "close") else None,
        "effect_measure": "Appels perdus par semaine",
        "effect_from": "40",
        "effect_to": "20",
        "review_on": due_on + timedelta(days=90),
        "result": "efficace" if state == "close" else "",
        "result_note": "Mesuré sur quatre semaines." if state == "close" else "",
        "closed_by_id": people[0] if state == "close" else None,
        "origin": "criterion",
        "created_at": DAY,
        "created_by_id": people[0],
    }


def _criteria(session: Session, centre_id: int, keys: Any) -> list[dict[str, Any]]:
    """Two criteria of the centre's first sheet for each action."""
    sheet = session.scalars(
        select(Sheet).join(Assessment).where(Assessment.centre_id == centre_id).order_by(Sheet.id).limit(1)
    ).one()
    codes = list(load_edition(session, sheet.edition_id).criteria_by_code)
    return [
        {"action_id": key, "sheet_id": sheet.id, "criterion": codes[(key + shift) % len(codes)]}
        for key in keys
        for shift in (0, 1)
    ]
