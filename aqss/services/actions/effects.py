"""What the plan changed: outcomes of the actions done, and weak criteria with an action beside those without.

Rule, with worked examples: docs/actions.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, require
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.effects import EffectCount, Outcome, compare_effects, weak_criteria
from aqss.domain.heritage import previous_codes
from aqss.domain.progress import Occasion, compare
from aqss.persistence.actions import Action, ActionCriterion
from aqss.persistence.assessments import Assessment, Sheet
from aqss.services.actions.outcomes import ActionOutcome, read_outcomes
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.following import read_lines
from aqss.services.assessments.recorded import answer_of, read_answers
from aqss.services.editions import load_edition

SHOWN_ACTIONS = 200
"""Actions done whose outcome the page lists, the latest first."""


@dataclass(frozen=True)
class GridEffects:
    """One grid assessed both times."""

    content: EditionContent
    count: EffectCount


@dataclass(frozen=True)
class Comparison:
    """From a closed assessment to the next one that shares a grid with it; ``grids``: those they share."""

    then: Assessment
    now: Assessment
    grids: tuple[GridEffects, ...]

    @property
    def count(self) -> EffectCount:
        return sum((one.count for one in self.grids), EffectCount())


@dataclass(frozen=True)
class DoneAction:
    """An action declared done: ``outcome``: what a later assessment says, None where it is told in words."""

    action: Action
    outcome: ActionOutcome | None

    @property
    def told(self) -> Outcome:
        """What is known: measured by an assessment, else what the team concluded, else nothing yet."""
        if self.outcome is not None and self.outcome.outcome is not Outcome.NOT_YET:
            return self.outcome.outcome
        return Outcome(self.action.result) if self.action.result else Outcome.NOT_YET


@dataclass(frozen=True)
class PlanEffects:
    """``done``: the latest ones, :data:`SHOWN_ACTIONS` at most; ``outcomes``: how many of all those done are
    told as each, in the order of :class:`Outcome`. ``comparison``: the latest two assessments that compare,
    None before there are two.
    """

    done: tuple[DoneAction, ...]
    outcomes: Mapping[Outcome, int]
    comparison: Comparison | None

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())


def read_plan_effects(session: Session, actor: Actor, centre_id: int) -> PlanEffects:
    """What the plan of the centre changed, for its team; a constant number of queries.

    Raises :class:`~aqss.domain.errors.NotAllowed`.
    """
    require(actor, Permission.ACTION_READ, centre_id=centre_id)
    actions = session.scalars(
        select(Action)
        .where(Action.centre_id == centre_id, Action.done_at.is_not(None))
        .order_by(Action.done_at.desc(), Action.id.desc())
    ).all()
    outcomes = read_outcomes(session, actions)
    done = tuple(DoneAction(action, outcomes.get(action.id)) for action in actions)
    counted = Counter(one.told for one in done)
    told = {outcome: counted[outcome] for outcome in Outcome}
    return PlanEffects(done[:SHOWN_ACTIONS], told, _compare(session, centre_id))


def _compare(session: Session, centre_id: int) -> Comparison | None:
    """The latest closed one, and the latest before it that shares a grid with it."""
    rows = session.execute(
        select(Assessment, Sheet)
        .join(Sheet, Sheet.assessment_id == Assessment.id)
        .where(Assessment.centre_id == centre_id, IS_SELF_ASSESSMENT, Assessment.closed_at.is_not(None))
        .order_by(Assessment.started_on.desc(), Assessment.id.desc(), Sheet.position)
    ).all()
    held: dict[int, tuple[Assessment, dict[str, Sheet]]] = {}
    for row in rows:
        held.setdefault(row.Assessment.id, (row.Assessment, {}))[1][row.Sheet.grid] = row.Sheet
    if not held:
        return None
    (now, sheets), *earlier = held.values()
    for then, before in earlier:
        shared = [grid for grid in sheets if grid in before]
        if shared:
            pairs = [(before[grid], sheets[grid]) for grid in shared]
            return Comparison(then, now, tuple(_grids(session, then, now, pairs)))
    return None


def _grids(
    session: Session, then: Assessment, now: Assessment, pairs: Sequence[tuple[Sheet, Sheet]]
) -> Iterable[GridEffects]:
    contents = {sheet.id: load_edition(session, sheet.edition_id) for pair in pairs for sheet in pair}
    lines = read_lines(session, contents.values())
    answers = read_answers(session, contents)
    with_action = _answered_by_actions(
        session, then, {before.grid: contents[before.id] for before, _ in pairs}
    )

    def occasion(sheet: Sheet, assessment: Assessment) -> Occasion:
        rows = answers.get(sheet.id, {})
        given = {code: answer for code, row in rows.items() if (answer := answer_of(row)) is not None}
        return Occasion(contents[sheet.id], given, tuple(assessment.profile))

    for before, after in pairs:
        then_ = occasion(before, then)
        progress = compare(then_, occasion(after, now), lines[after.grid])
        codes = with_action.get(before.grid, set())
        yield GridEffects(contents[after.id], compare_effects(progress.criteria, weak_criteria(then_), codes))


def _answered_by_actions(
    session: Session, then: Assessment, contents: Mapping[str, EditionContent]
) -> dict[str, set[str]]:
    """Grid → its criteria of then that an action answers, those given up left out.

    An action of an earlier assessment counts while it ran beyond the end of that one, for the criteria that
    continue its own. ``contents``: grid → what was asked then.
    """
    is_earlier = tuple_(Assessment.started_on, Assessment.id) < tuple_(then.started_on, then.id)
    goes_on = or_(Action.ended_at.is_(None), Action.ended_at > then.closed_at)
    rows = session.execute(
        select(Sheet.grid, Sheet.edition_id, ActionCriterion.criterion)
        .join(ActionCriterion, ActionCriterion.sheet_id == Sheet.id)
        .join(Action, Action.id == ActionCriterion.action_id)
        .join(Assessment, Assessment.id == Sheet.assessment_id)
        .where(
            Assessment.centre_id == then.centre_id,
            IS_SELF_ASSESSMENT,
            Sheet.grid.in_(contents),
            or_(Action.ended_at.is_(None), Action.result != ""),
            or_(Assessment.id == then.id, is_earlier & goes_on),
        )
        .distinct()
    ).all()
    asked = {row.edition_id: load_edition(session, row.edition_id) for row in rows}
    lines = read_lines(session, [*contents.values(), *asked.values()])
    heirs = {
        key: previous_codes(contents[content.grid.grid], content, lines[content.grid.grid])
        for key, content in asked.items()
    }
    found: dict[str, set[str]] = {}
    for row in rows:
        codes = {code for code, before in heirs[row.edition_id].items() if row.criterion in before}
        found.setdefault(row.grid, set()).update(codes)
    return found
