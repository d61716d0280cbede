"""A centre with its team, and an assessment of shipped grids brought to the step a test needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.services.assessments.moving import move
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.sheets import finish_sheet
from aqss.services.assessments.starting import start_assessment
from tests.builders import a_centre, a_member, actor_of, waive_essentials
from tests.page import Site

GRID = "coordination"
"""Criteria of three levels, A2-01 to A2-12: without flag, all but one apply."""

FIGURES = "indicateurs-suivi"
"""Numbers without target: no score."""

NIR = "1 85 05 78 006 084 91"
"""Looks like a social security number, its key included."""

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> &lt; &amp; </textarea>"
"""What no page may interpret."""


@dataclass(frozen=True)
class Team:
    """One person of each role in a centre, two members, and the coordinator of another centre."""

    centre_id: int
    coordinator: User
    manager: User
    member: User
    colleague: User
    stranger: User


def make_team(runtime: Runtime, *, flags: Sequence[str] = (), name: str = "Centre des Lilas") -> Team:
    with runtime.sessions.writing() as session:
        centre = a_centre(session, name=name, flags=list(flags))
        elsewhere = a_centre(session, name="Centre du Port")
        team = Team(
            centre_id=centre.id,
            coordinator=_person(session, centre, Role.COORDINATOR, "Camille Coordination", "coordination"),
            manager=_person(session, centre, Role.MANAGER, "Dominique Direction", "direction"),
            member=_person(session, centre, Role.MEMBER, "Mehdi Médecin", "medecin"),
            colleague=_person(session, centre, Role.MEMBER, "Inès Infirmière", "infirmier"),
            stranger=_person(session, elsewhere, Role.COORDINATOR, "Sacha Ailleurs", "coordination"),
        )
        session.commit()
    return team


def _person(session: Session, place: Any, role: Role, name: str, profession: str) -> User:
    return a_member(session, place, role, name=name, professions=(profession,))


def a_scope(*grids: str, **more: Any) -> Scope:
    """Ready to be rated; over :data:`GRID` unless told otherwise."""
    written = {"title": "Campagne 2026", "objective": "Situer nos pratiques.", "trigger": "a-priori"}
    return Scope(grids=grids or (GRID,), **{**written, **more})


def make_assessment(
    runtime: Runtime,
    team: Team,
    scope: Scope | None = None,
    *,
    to: str = "cotation",
    previous: int | None = None,
) -> int:
    """An assessment of the team's centre, at the step ``to``; its key. ``previous``: what it starts from."""
    with runtime.sessions.writing() as session:
        assessment = start_assessment(
            session,
            actor_of(session, team.coordinator),
            centre_id=team.centre_id,
            scope=scope or a_scope(),
            now=runtime.clock.now(),
            previous_id=previous,
        )
        session.commit()
        key = assessment.id
    advance(runtime, team, key, to)
    return key


def advance(runtime: Runtime, team: Team, key: int, to: str) -> None:
    """Pass from step to step, every sheet declared finished on the way, up to ``to``; or give up at once."""
    steps = ("preparation", "cotation", "accord", "validation", "close")
    with runtime.sessions.writing() as session:
        assessment = session.get_one(Assessment, key)
        while assessment.state != to:
            following = to if to == "abandonnee" else steps[steps.index(assessment.state) + 1]
            person = team.manager if following == "close" else team.coordinator
            if following == "validation":
                _finish_all(session, runtime, team, key)
            if following == "close":
                waive_essentials(session, actor_of(session, person), key, runtime.clock.now())
            move(
                session,
                actor_of(session, person),
                assessment_id=key,
                to=following,
                expected_version=assessment.version,
                now=runtime.clock.now(),
                links=runtime.links,
            )
        session.commit()


def _finish_all(session: Session, runtime: Runtime, team: Team, key: int) -> None:
    actor = actor_of(session, team.member)
    for grid in session.scalars(select(Sheet.grid).where(Sheet.assessment_id == key)).all():
        finish_sheet(session, actor, assessment_id=key, grid=grid, now=runtime.clock.now())


def rate(
    runtime: Runtime,
    person: User,
    key: int,
    answers: dict[str, str | Submission],
    *,
    grid: str = GRID,
) -> None:
    """Answer criteria: a level, or a whole submission; from whatever version stands."""
    with runtime.sessions.writing() as session:
        actor = actor_of(session, person)
        for criterion, answer in answers.items():
            save_answer(
                session,
                actor,
                assessment_id=key,
                grid=grid,
                criterion=criterion,
                submission=answer if isinstance(answer, Submission) else Submission("level", answer),
                expected_version=_version(session, key, criterion),
                now=runtime.clock.now(),
            )
        session.commit()


def stored(runtime: Runtime, key: int, criterion: str) -> Any:
    """The row of an answer; None without one."""
    with runtime.sessions.reading() as session:
        return _row(session, key, criterion)


def reload(runtime: Runtime, key: int) -> Assessment:
    """The assessment as the database has it."""
    with runtime.sessions.reading() as session:
        return session.get_one(Assessment, key)


def grid_url(key: int, grid: str = GRID) -> str:
    return f"/auto-evaluations/{key}/grilles/{grid}"


def save(
    site: Site, key: int, criterion: str, value: str = "", *, grid: str = GRID, version: int = 0, **typed: Any
) -> tuple[int, dict[str, Any]]:
    """Save one answer as the page's script does: status and JSON."""
    answer = send(site, f"{grid_url(key, grid)}/reponses/{criterion}", value=value, version=version, **typed)
    return answer.status_code, json.loads(answer.text)


def send(site: Site, url: str, **fields: Any) -> TestResponse:
    """Send fields as a script does, bytes and repeated ones included, and get the bare answer."""
    headers = {"Accept": "application/json", "X-CSRFToken": site.form_token()}
    body = urlencode(
        {name: value if isinstance(value, bytes | list) else str(value) for name, value in fields.items()},
        doseq=True,
    )
    form = "application/x-www-form-urlencoded"
    return site.client.post(url, data=body, content_type=form, headers=headers)


def _row(session: Session, key: int, criterion: str) -> Any:
    return session.execute(
        select(*Answer.__table__.c)
        .join(Sheet, Sheet.id == Answer.sheet_id)
        .where(Sheet.assessment_id == key, Answer.criterion == criterion)
    ).one_or_none()


def _version(session: Session, key: int, criterion: str) -> int:
    found = _row(session, key, criterion)
    return found.version if found else 0
