"""Whether actions had the effect expected of them: what the next assessment says of their criterion.

Rule, with worked examples: docs/actions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import Scale
from aqss.domain.effects import Outcome, outcome_of, weakest
from aqss.domain.heritage import previous_codes
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Assessment, Sheet
from aqss.services.actions.drafts import read_target
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.following import read_lines
from aqss.services.assessments.recorded import BLANK, Recorded, answer_of, read_answers
from aqss.services.editions import load_edition


@dataclass(frozen=True)
class Now:
    """What the later assessment says of the criterion, or of one that continues it."""

    criterion: Criterion
    scale: Scale
    answer: Recorded


@dataclass(frozen=True)
class ActionOutcome:
    """What an action brought; not yet measurable, there is no assessment that tells.

    ``now``: one answer for each criterion that continues the action's, most often one.
    """

    outcome: Outcome
    assessment_id: int | None = None
    assessment_title: str = ""
    closed_at: datetime | None = None
    now: tuple[Now, ...] = ()


NOT_YET = ActionOutcome(Outcome.NOT_YET)


def read_outcomes(session: Session, actions: Collection[Action]) -> dict[int, ActionOutcome]:
    """Action → what the first assessment that can tell says of it; the caller let its reader in.

    Only what expects an effect on a criterion, and was declared done, is measured: by an assessment closed
    since, begun after the one the effect starts from. Actions that expect it in words have no line. The same
    few queries however many there are.
    """
    measured = [one for one in actions if one.effect_sheet_id is not None]
    if not measured:
        return {}
    sources = _sources(session, {one.effect_sheet_id for one in measured if one.effect_sheet_id})
    later = _later_sheets(session, measured, sources)
    contents = [load_edition(session, row.edition_id) for row in (*sources.values(), *later)]
    lines = read_lines(session, contents)
    answers = read_answers(session, [row.id for row in later])
    return {
        action.id: _outcome(session, action, sources[action.effect_sheet_id or 0], later, lines, answers)
        for action in measured
    }


def _outcome(
    session: Session,
    action: Action,
    source: Any,
    later: Iterable[Any],
    lines: Mapping[str, Sequence[EditionContent]],
    answers: Mapping[int, Mapping[str, Recorded]],
) -> ActionOutcome:
    """The first that can tell, in the order they began."""
    then = load_edition(session, source.edition_id)
    code = action.effect_criterion or ""
    expected = read_target(then.scale_of(then.criteria_by_code[code]), action.effect_from, action.effect_to)
    if expected is None:
        return NOT_YET
    for row in later:
        if _may_tell(action, source, row):
            content = load_edition(session, row.edition_id)
            now = _continued(content, then, code, lines[source.grid], answers.get(row.id, {}), row.profile)
            outcome = weakest(outcome_of(expected, one.scale, answer_of(one.answer)) for one in now)
            if outcome is not Outcome.NOT_YET:
                return ActionOutcome(outcome, row.assessment_id, row.title, row.closed_at, now)
    return NOT_YET


def _may_tell(action: Action, source: Any, row: Any) -> bool:
    """The same grid of the same centre, begun after the one it starts from, closed once it was done."""
    begun = (row.started_on, row.assessment_id) > (source.started_on, source.assessment_id)
    is_same = (row.centre_id, row.grid) == (source.centre_id, source.grid)
    return is_same and begun and action.done_at is not None and row.closed_at >= action.done_at


def _continued(
    content: EditionContent,
    then: EditionContent,
    code: str,
    between: Iterable[EditionContent],
    answers: Mapping[str, Recorded],
    profile: Collection[str],
) -> tuple[Now, ...]:
    """The criteria of now that continue it and are asked of the centre."""
    heirs = [now for now, before in previous_codes(content, then, between).items() if code in before]
    criteria = [content.criteria_by_code[heir] for heir in heirs]
    return tuple(
        Now(criterion, content.scale_of(criterion), answers.get(criterion.criterion, BLANK))
        for criterion in criteria
        if criterion.applies(profile)
    )


def _sources(session: Session, sheet_ids: Collection[int]) -> dict[int, Any]:
    rows = session.execute(_sheets().where(Sheet.id.in_(sheet_ids)))
    return {row.id: row for row in rows}


def _later_sheets(session: Session, actions: Iterable[Action], sources: Mapping[int, Any]) -> Sequence[Any]:
    """Closed sheets of the same grids in the same centres, the earliest begun first."""
    done = [action for action in actions if action.done_at is not None]
    grids = {sources[action.effect_sheet_id or 0].grid for action in done}
    return session.execute(
        _sheets()
        .where(
            Assessment.centre_id.in_({action.centre_id for action in done}),
            Assessment.closed_at.is_not(None),
            IS_SELF_ASSESSMENT,
            Sheet.grid.in_(grids),
        )
        .order_by(Assessment.started_on, Assessment.id)
    ).all()


def _sheets() -> Any:
    return select(
        Sheet.id,
        Sheet.grid,
        Sheet.edition_id,
        Sheet.assessment_id,
        Assessment.centre_id,
        Assessment.started_on,
        Assessment.closed_at,
        Assessment.title,
        Assessment.profile,
    ).join(Assessment, Assessment.id == Sheet.assessment_id)
