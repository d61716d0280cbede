"""A shipped grid that each person of the team rates alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Sheet
from aqss.persistence.consensus import BlindRating, Participant
from aqss.services.assessments.rating import Submission
from aqss.services.consensus.own_ratings import save_rating
from tests.builders import actor_of
from tests.web.assessments.scene import GRID, Team, a_scope, make_assessment


def make_round(
    runtime: Runtime,
    team: Team,
    *people: User,
    to: str = "cotation",
    grids: tuple[str, ...] = (),
    **more: Any,
) -> int:
    """An assessment where these people (coordinator, member and colleague by default) rate alone; its key."""
    asked = people or (team.coordinator, team.member, team.colleague)
    scope = a_scope(*grids, rating="blind", participants=tuple(person.id for person in asked), **more)
    return make_assessment(runtime, team, scope, to=to)


def own_url(key: int, grid: str = GRID) -> str:
    return f"/auto-evaluations/{key}/grilles/{grid}/ma-cotation"


def rate_alone(runtime: Runtime, person: User, key: int, answers: dict[str, str | Submission]) -> None:
    with runtime.sessions.writing() as session:
        actor = actor_of(session, person)
        for criterion, answer in answers.items():
            row = _row(session, person, key, criterion)
            save_rating(
                session,
                actor,
                assessment_id=key,
                grid=GRID,
                criterion=criterion,
                submission=answer if isinstance(answer, Submission) else Submission("level", answer),
                expected_version=row.version if row else 0,
                now=runtime.clock.now(),
            )
        session.commit()


def own(runtime: Runtime, person: User, key: int, criterion: str) -> Any:
    """The row of that person's answer; None without one."""
    with runtime.sessions.reading() as session:
        return _row(session, person, key, criterion)


def _row(session: Any, person: User, key: int, criterion: str) -> Any:
    return session.execute(
        select(*BlindRating.__table__.c)
        .join(Participant, Participant.id == BlindRating.participant_id)
        .join(Sheet, Sheet.id == BlindRating.sheet_id)
        .where(
            Participant.user_id == person.id,
            Sheet.assessment_id == key,
            BlindRating.criterion == criterion,
        )
    ).one_or_none()
