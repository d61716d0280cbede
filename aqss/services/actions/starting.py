"""Planning an action: from a criterion in one gesture, with what the grid proposes, or free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.actions import propose_marks
from aqss.domain.definitions.scales import LevelsScale
from aqss.domain.errors import NotFound
from aqss.gateways.french import paris
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.persistence.base import LARGEST_ID
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.services.actions.criteria import AnsweredCriterion, find_key, load_criteria, require_read
from aqss.services.actions.drafts import Draft, check_draft, code_of_answer, write_draft
from aqss.services.actions.finding import named_dates
from aqss.services.actions.noting import note
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.recorded import answer_of
from aqss.services.runs.passing import begin
from aqss.services.teams import list_team

WORKFLOW = "action"
"""The life cycle an action follows, in the version current when it is planned."""


@dataclass(frozen=True)
class Proposal:
    """An action to plan for a criterion; ``titles``: the grid's wordings, the first one in ``draft``.

    ``others``: actions of the centre that still run and answer the same criterion.
    """

    answered: AnsweredCriterion
    draft: Draft
    titles: tuple[str, ...]
    others: tuple[Action, ...]


def propose_action(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str
) -> Proposal:
    """What the grid and the team's answer propose; the team changes it.

    Raises :class:`NotFound`, :class:`~aqss.domain.errors.NotAllowed`, and as
    :func:`~.criteria.require_read`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ACTION_EDIT)
    key = find_key(session, assessment_id, grid, criterion)
    answered = load_criteria(session, assessment.centre_id, [key])[key]
    require_read([answered])
    marks = propose_marks(answered.criterion, answered.scale, answer_of(answered.answer))
    titles = tuple(answered.criterion.actions or ())
    draft = Draft(
        title=titles[0] if titles else "",
        finding=answered.answer.comment,
        criticality=marks.criticality,
        feasibility=marks.feasibility,
        impact=marks.impact,
        criteria=(key,),
        effect_on=key if answered.scale.is_scored else None,
        effect_from=code_of_answer(answered),
        effect_to=_best(answered),
    )
    return Proposal(answered, draft, titles, _running_on(session, assessment.centre_id, criterion))


def start_action(
    session: Session,
    actor: Actor,
    *,
    centre_id: int,
    draft: Draft,
    now: datetime,
    origin: str = "free",
    dossier_id: int | None = None,
) -> Action:
    """Plan an action in the first state of its workflow, under the next number of the centre.

    ``origin``: a key of :data:`~.words.ORIGINS`. Its assessment is that of its first criterion. Raises
    :class:`~aqss.domain.errors.NotAllowed`, :class:`NotFound` for a closed centre or the dossier of another,
    and as :func:`~.drafts.check_draft` and :func:`~.criteria.require_read`.
    """
    require(actor, Permission.ACTION_EDIT, centre_id=centre_id)
    _lock_centre(session, centre_id)
    if dossier_id is not None:
        _require_dossier(session, centre_id, dossier_id)
    criteria = load_criteria(session, centre_id, draft.criteria)
    require_read(criteria.values())
    draft = check_draft(draft, team=_team(session, centre_id), criteria=criteria, today=_today(now))
    action = Action(
        centre_id=centre_id,
        number=_next_number(session, centre_id),
        origin=origin,
        assessment_id=next((one.assessment_id for one in criteria.values()), None),
        dossier_id=dossier_id,
        created_at=now,
        created_by_id=actor.user_id,
    )
    write_draft(action, draft)
    begin(session, action, WORKFLOW, now, named_dates(action))
    session.add(action)
    session.flush()
    write_people_and_criteria(session, action, draft)
    note(session, actor, action, "action-planned", {"number": action.number, "origin": origin}, now)
    session.flush()
    return action


def write_people_and_criteria(session: Session, action: Action, draft: Draft) -> None:
    """Add to a new action, or to one emptied of them, those that the draft names."""
    people = [{"action_id": action.id, "user_id": user_id} for user_id in draft.contributors]
    answered = [
        {"action_id": action.id, "sheet_id": sheet_id, "criterion": code} for sheet_id, code in draft.criteria
    ]
    if people:
        session.execute(insert(ActionContributor), people)
    if answered:
        session.execute(insert(ActionCriterion), answered)


def _best(answered: AnsweredCriterion) -> str:
    """The best level of its scale, unless it is the answer already; numbers have none that a scale tells."""
    scale = answered.scale
    best = next(iter(scale.by_level)) if isinstance(scale, LevelsScale) and scale.is_scored else ""
    return "" if best == answered.answer.level else best


def _running_on(session: Session, centre_id: int, criterion: str) -> tuple[Action, ...]:
    return tuple(
        session.scalars(
            select(Action)
            .where(
                Action.centre_id == centre_id,
                Action.ended_at.is_(None),
                Action.id.in_(
                    select(ActionCriterion.action_id).where(ActionCriterion.criterion == criterion)
                ),
            )
            .order_by(Action.number)
        )
    )


def _lock_centre(session: Session, centre_id: int) -> None:
    """Numbers of a centre are given one at a time; raise :class:`NotFound` for a closed one."""
    centre = session.get(Centre, centre_id, with_for_update=True)
    if centre is None or centre.closed_at is not None:
        raise NotFound("centre", centre_id)


def _require_dossier(session: Session, centre_id: int, dossier_id: int) -> None:
    is_theirs = select(Dossier.id).where(Dossier.id == dossier_id, Dossier.centre_id == centre_id)
    if not 0 < dossier_id <= LARGEST_ID or session.scalar(is_theirs) is None:
        raise NotFound("dossier", dossier_id)


def _team(session: Session, centre_id: int) -> set[int]:
    return {person.id for person in list_team(session, centre_id)}


def _today(now: datetime) -> date:
    return paris(now).date()


def _next_number(session: Session, centre_id: int) -> int:
    return (session.scalar(select(func.max(Action.number)).where(Action.centre_id == centre_id)) or 0) + 1
