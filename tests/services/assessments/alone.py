"""A round where each person rates alone: opening it, answering in it, and what the database holds of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, Participant
from aqss.services.assessments.rating import Submission
from aqss.services.assessments.scope import Scope
from aqss.services.consensus.own_ratings import SavedRating, save_rating
from tests.builders import a_member, a_user, actor_of
from tests.services.assessments.scene import GRID_OF, NOW, Scene, a_scope, pass_to, start


def a_blind_scope(scene: Scene, *grids: str, people: Sequence[Actor] | None = None, **more: Any) -> Scope:
    """Each person first; the coordinator, the member and the colleague unless told otherwise."""
    asked = (scene.coordinator, scene.member, scene.colleague) if people is None else people
    ids = tuple(person.user_id for person in asked)
    return a_scope(*(grids or ("coordination",)), rating="blind", participants=ids, **more)


def an_open_round(
    session: Session, scene: Scene, *grids: str, people: Sequence[Actor] | None = None, **more: Any
) -> Assessment:
    assessment = start(session, scene, a_blind_scope(scene, *grids, people=people, **more))
    pass_to(session, scene.coordinator, assessment, "cotation")
    return assessment


def somebody(session: Session, scene: Scene, name: str, *professions: str) -> Actor:
    """One more member of the team."""
    user = a_user(session, name=name)
    a_member(session, scene.centre, role=Role.MEMBER, user=user, professions=professions)
    return actor_of(session, user)


def rate_alone(
    session: Session,
    actor: Actor,
    assessment: Assessment,
    criterion: str,
    value: str = "",
    *,
    kind: str = "level",
    comment: str | None = None,
    write: str = "",
    expected_version: int | None = None,
    now: datetime = NOW,
) -> SavedRating:
    """Save an answer of one's own; from the version that stands unless told otherwise."""
    if expected_version is None:
        row = own_row(session, actor, assessment, criterion)
        expected_version = row.version if row else 0
    return save_rating(
        session,
        actor,
        assessment_id=assessment.id,
        grid=GRID_OF[criterion],
        criterion=criterion,
        submission=Submission(kind, value, comment, write=write),
        expected_version=expected_version,
        now=now,
    )


def own_row(session: Session, actor: Actor, assessment: Assessment, criterion: str) -> Any:
    """The row of that person's answer; None without one."""
    return session.execute(
        select(*BlindRating.__table__.c)
        .join(Participant, Participant.id == BlindRating.participant_id)
        .join(Sheet, Sheet.id == BlindRating.sheet_id)
        .where(
            Participant.user_id == actor.user_id,
            Sheet.assessment_id == assessment.id,
            BlindRating.criterion == criterion,
        )
    ).one_or_none()
