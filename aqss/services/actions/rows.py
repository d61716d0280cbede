"""The actions of a plan with all that its views, exports and report tell of each, in a few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from aqss.domain.actions import Marks
from aqss.domain.definitions.scales import LevelsScale, Scale
from aqss.domain.definitions.workflows import State, Workflow
from aqss.gateways.french import NBSP
from aqss.persistence.accounts import User
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion, ActionProof
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.dossiers import Dossier
from aqss.persistence.proofs import Proof
from aqss.persistence.runs import Task
from aqss.services.actions.filters import Order
from aqss.services.actions.reading import Timing, marks_of, timing_of
from aqss.services.assessments.recorded import Recorded
from aqss.services.editions import load_edition, load_workflow
from aqss.services.wording import answer_fr


@dataclass(frozen=True, slots=True)
class Answered:
    """A criterion that an action answers."""

    criterion: str
    module: str
    assessment_id: int
    assessment_title: str


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect expected, in words; each empty until it is told."""

    measure: str
    start: str
    target: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An action as a plan tells it. ``source``: the title of the dossier or assessment it comes from."""

    action: Action
    workflow: Workflow
    centre_name: str
    owner: str | None
    closed_by: str | None
    source: str
    effect: Effect
    criteria: tuple[Answered, ...]
    contributors: tuple[str, ...]
    steps_done: int
    steps: int
    proofs: tuple[str, ...]

    @property
    def state(self) -> State:
        return self.workflow.by_state[self.action.state]

    @property
    def marks(self) -> Marks:
        return marks_of(self.action)

    @property
    def module(self) -> str | None:
        """That of the first criterion it answers."""
        return self.criteria[0].module if self.criteria else None

    def timing(self, today: date) -> Timing:
        return timing_of(self.action, today)


def read_rows(
    session: Session,
    is_wanted: ColumnElement[bool],
    order: Order,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[PlanRow, ...]:
    """The actions wanted, in that order; their readers were let in by the caller.

    ``order`` may name :class:`Centre` and the owner as :class:`User`. The same queries whatever the number.
    """
    rows = session.execute(_asked(is_wanted, order).limit(limit).offset(offset)).all()
    ids: Any = select(Action.id).where(is_wanted)
    if limit is not None:
        ids = [row.Action.id for row in rows]
    criteria, contributors = _criteria(session, ids), _contributors(session, ids)
    steps, proofs = _steps(session, ids), _proofs(session, ids)
    return tuple(
        PlanRow(
            action=row.Action,
            workflow=load_workflow(session, row.Action.workflow_edition_id),
            centre_name=row.centre_name,
            owner=row.owner,
            closed_by=row.closed_by,
            source=row.source or "",
            effect=_effect(session, row.Action, row.effect_edition_id),
            criteria=tuple(criteria.get(row.Action.id, ())),
            contributors=tuple(contributors.get(row.Action.id, ())),
            steps_done=steps.get(row.Action.id, (0, 0))[0],
            steps=steps.get(row.Action.id, (0, 0))[1],
            proofs=tuple(proofs.get(row.Action.id, ())),
        )
        for row in rows
    )


def _asked(is_wanted: ColumnElement[bool], order: Order) -> Select[*tuple[Any, ...]]:
    closer, of_effect = aliased(User), aliased(Sheet)
    return (
        select(
            Action,
            Centre.name.label("centre_name"),
            User.name.label("owner"),
            closer.name.label("closed_by"),
            func.coalesce(Dossier.title, Assessment.title).label("source"),
            of_effect.edition_id.label("effect_edition_id"),
        )
        .join(Centre, Centre.id == Action.centre_id)
        .outerjoin(User, User.id == Action.owner_id)
        .outerjoin(closer, closer.id == Action.closed_by_id)
        .outerjoin(Dossier, Dossier.id == Action.dossier_id)
        .outerjoin(Assessment, Assessment.id == Action.assessment_id)
        .outerjoin(of_effect, of_effect.id == Action.effect_sheet_id)
        .where(is_wanted)
        .order_by(*order)
    )


def _criteria(session: Session, ids: Any) -> dict[int, list[Answered]]:
    rows = session.execute(
        select(
            ActionCriterion.action_id,
            ActionCriterion.criterion,
            Sheet.module,
            Assessment.id.label("assessment_id"),
            Assessment.title,
        )
        .join(Sheet, Sheet.id == ActionCriterion.sheet_id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(ActionCriterion.action_id.in_(ids))
        .order_by(ActionCriterion.sheet_id, ActionCriterion.criterion)
    )
    found: dict[int, list[Answered]] = {}
    for action_id, criterion, module, assessment_id, title in rows:
        found.setdefault(action_id, []).append(Answered(criterion, module, assessment_id, title))
    return found


def _contributors(session: Session, ids: Any) -> dict[int, list[str]]:
    return _texts(
        session,
        select(ActionContributor.action_id, User.name)
        .join(User, User.id == ActionContributor.user_id)
        .where(ActionContributor.action_id.in_(ids))
        .order_by(User.name, User.id),
    )


def _proofs(session: Session, ids: Any) -> dict[int, list[str]]:
    return _texts(
        session,
        select(ActionProof.action_id, Proof.title)
        .join(Proof, Proof.id == ActionProof.proof_id)
        .where(ActionProof.action_id.in_(ids))
        .order_by(Proof.dated_on.desc(), Proof.id.desc()),
    )


def _texts(session: Session, asked: Select[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for action_id, text in session.execute(asked):
        found.setdefault(action_id, []).append(text)
    return found


def _steps(session: Session, ids: Any) -> dict[int, tuple[int, int]]:
    """Action → its steps done, and all of them."""
    rows = session.execute(
        select(Task.action_id, func.count(Task.done_at), func.count())
        .where(Task.action_id.in_(ids), Task.code.is_(None))
        .group_by(Task.action_id)
    )
    return {action_id: (done, total) for action_id, done, total in rows if action_id is not None}


def _effect(session: Session, action: Action, edition_id: int | None) -> Effect:
    """On a criterion: what it states, and the answers in the words of its scale."""
    if edition_id is None or action.effect_criterion is None:
        return Effect(action.effect_measure, action.effect_from, action.effect_to)
    content = load_edition(session, edition_id)
    criterion = content.criteria_by_code[action.effect_criterion]
    scale = content.scale_of(criterion)
    return Effect(
        f"{criterion.criterion}{NBSP}: {criterion.statement}",
        _rating_fr(scale, action.effect_from),
        _rating_fr(scale, action.effect_to),
    )


def _rating_fr(scale: Scale, code: str) -> str:
    if not code:
        return ""
    if isinstance(scale, LevelsScale):
        return answer_fr(scale, Recorded("level", level=code))
    return answer_fr(scale, Recorded("number", number=Decimal(code)))
