"""The plan of Port-Amiral as its people meet it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from aqss.bootstrap import Runtime
from aqss.persistence.actions import Action
from aqss.persistence.runs import Task
from tests.builders import an_action
from tests.clock import MONDAY_MORNING
from tests.web.cast import Cast

TODAY = MONDAY_MORNING.date()
DAY = timedelta(days=1)
EFFECT = {
    "effect_measure": "Appels perdus par semaine",
    "effect_from": "40",
    "effect_to": "20",
    "review_on": date(2026, 9, 15),
}


def plan_url(cast: Cast, rest: str = "") -> str:
    return f"/centres/{cast.centre.id}/plan{rest}"


def make_action(runtime: Runtime, cast: Cast, *, steps: tuple[bool, ...] = (), **values: Any) -> Action:
    """An action of Port-Amiral; ``steps``: whether each is done."""
    with runtime.sessions.writing() as session:
        action = an_action(session, values.pop("centre", cast.centre), **values)
        for place, done in enumerate(steps):
            session.add(
                Task(
                    action_id=action.id,
                    label=f"Étape {place}",
                    position=place,
                    done_at=MONDAY_MORNING if done else None,
                )
            )
        session.commit()
    return action


def make_plan(runtime: Runtime, cast: Cast) -> list[Action]:
    """Ready to start, late, to review, ended, and one that nobody leads."""
    lea, nadia = cast.lea.id, cast.nadia.id
    return [
        make_action(runtime, cast, title="Écrire la procédure d’accueil", owner_id=lea,
                    due_on=TODAY + 30 * DAY, criticality=4, **EFFECT),
        make_action(runtime, cast, title="Tester les sauvegardes", owner_id=nadia, state="faire",
                    due_on=TODAY - 43 * DAY, steps=(True, False)),
        make_action(runtime, cast, title="Revoir les accès au logiciel", owner_id=lea, state="verifier",
                    review_on=TODAY - DAY, progress=100),
        make_action(runtime, cast, title="Afficher la conduite à tenir", owner_id=nadia, state="close",
                    result="efficace", result_note="Vu sur place.", closed_by_id=cast.paul.id),
        make_action(runtime, cast, title="Former l’équipe aux gestes d’urgence", kind="preventive"),
    ]  # fmt: skip
