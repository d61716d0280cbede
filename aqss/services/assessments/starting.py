"""Starting an assessment: grids are chosen; profile, editions and workflow are copied for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.domain.texts import first_free
from aqss.gateways.french import paris
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.services.assessments.carrying import carry, get_previous
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.noting import note
from aqss.services.assessments.participants import plan_change, write_change
from aqss.services.assessments.scope import Scope, check_scope, named_dates, write_assignments, write_words
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.editions import PublishedEdition, current_editions
from aqss.services.runs.passing import begin
from aqss.services.teams import list_team

WORKFLOW = "auto-evaluation"
"""The life cycle an assessment follows, in the version current when it starts."""


def start_assessment(
    session: Session,
    actor: Actor,
    *,
    centre_id: int,
    scope: Scope,
    now: datetime,
    previous_id: int | None = None,
) -> Assessment:
    """Start an assessment of the centre in the first state of the workflow, on the day it is in Paris.

    ``previous_id``: the closed one whose answers and proofs it starts from (see :func:`~.carrying.carry`).

    Its sheets follow the order of the catalogue. What the catalogue and the centre's profile become later
    changes nothing in it. Raises :class:`~aqss.domain.errors.NotAllowed`, :class:`NotFound` for a closed
    centre, :class:`NotPossibleNow` for one that has not opened yet, :class:`~aqss.domain.errors.InvalidInput`
    (see :func:`~.scope.check_scope`).
    """
    require(actor, Permission.ASSESSMENT_PREPARE, centre_id=centre_id)
    centre = _get_opened(session, centre_id)
    previous = None if previous_id is None else get_previous(session, centre_id, previous_id)
    editions = {edition.grid: edition for edition in current_editions(session)}
    today = paris(now).date()
    team = {person.id for person in list_team(session, centre_id)}
    scope = check_scope(scope, offered=tuple(editions), team=team, earliest=today, today=today)
    assessment = _new(session, actor, centre, scope, now)
    assessment.sheets = _sheets(editions, scope)
    session.add(assessment)
    session.flush()
    write_assignments(session, assessment.id, scope)
    if previous is not None:
        carry(session, assessment, previous, now)
    rewrite_scores(session, assessment.id)
    facts = {"title": scope.title, "grids": list(scope.grids)}
    note(session, actor, assessment, "assessment-started", facts, now)
    write_change(session, actor, assessment, plan_change((), scope.participants), now)
    session.flush()
    return assessment


def propose_title(session: Session, actor: Actor, centre_id: int, title: str) -> str:
    """``title``, or the first « title (2) », « title (3) »… that no assessment of the centre has yet.

    Refuses as starting does where none may be started.
    """
    require(actor, Permission.ASSESSMENT_PREPARE, centre_id=centre_id)
    _get_opened(session, centre_id)
    of_centre = select(Assessment.title).where(Assessment.centre_id == centre_id, IS_SELF_ASSESSMENT)
    return first_free(title, set(session.scalars(of_centre)))


def _get_opened(session: Session, centre_id: int) -> Centre:
    """The centre, neither closed nor still a project."""
    centre = session.get(Centre, centre_id)
    if centre is None or centre.closed_at is not None:
        raise NotFound("centre", centre_id)
    if centre.is_project:
        raise NotPossibleNow("start", "project")
    return centre


def _sheets(editions: Mapping[str, PublishedEdition], scope: Scope) -> list[Sheet]:
    return [
        Sheet(edition_id=editions[grid].id, grid=grid, module=editions[grid].module, position=position)
        for position, grid in enumerate(scope.grids)
    ]


def _new(session: Session, actor: Actor, centre: Centre, scope: Scope, now: datetime) -> Assessment:
    assessment = Assessment(
        centre_id=centre.id,
        profile=list(centre.flags),
        started_on=paris(now).date(),
        created_by_id=actor.user_id,
    )
    write_words(assessment, scope)
    begin(session, assessment, WORKFLOW, now, named_dates(assessment))
    return assessment
