"""The results of an assessment: scores and what they were before, essential criteria, strong and weak points.

Read from the score rows; of the answers, only those of essential criteria and the « non concerné » are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion, Section
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.lifecycle import require_ability
from aqss.domain.scoring import Tally, contribution
from aqss.gateways.drawing import Tone
from aqss.persistence.assessments import Answer, Assessment, Score, Sheet
from aqss.persistence.editions import Edition
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.recorded import BLANK, Recorded, answer_of, recorded
from aqss.services.assessments.scores import TALLY, ScoreKey, Standing, standing, tally_of
from aqss.services.editions import load_edition, load_workflow

SHOWN_POINTS = 5
"""How many strengths, and how many weak points, are put forward."""


@dataclass(frozen=True)
class Past:
    """The same thing in an earlier, closed assessment of the centre."""

    assessment_id: int
    title: str
    started_on: date
    standing: Standing


@dataclass(frozen=True)
class Mark:
    """A score as page, report and export show it, beside the latest earlier one of the same thing."""

    standing: Standing
    before: Past | None

    @property
    def tone(self) -> Tone | None:
        return self.standing.tone

    @property
    def score(self) -> Fraction | None:
        return self.standing.tally.score

    @property
    def score_before(self) -> Fraction | None:
        return self.before.standing.tally.score if self.before else None

    @property
    def change(self) -> Fraction | None:
        """Points since the earlier one; None when one of the two has no score."""
        if self.score is None or self.score_before is None:
            return None
        return self.score - self.score_before


@dataclass(frozen=True)
class _Scored:
    """What has a standing now, and had others in ``past``, the latest first."""

    standing: Standing
    past: tuple[Past, ...]

    @property
    def mark(self) -> Mark:
        return Mark(self.standing, self.past[0] if self.past else None)


@dataclass(frozen=True)
class SectionResult(_Scored):
    grid: str
    section: Section


@dataclass(frozen=True)
class GridResult(_Scored):
    content: EditionContent
    sections: tuple[SectionResult, ...]


@dataclass(frozen=True)
class ModuleResult(_Scored):
    """A module pools the grids assessed: ``grids``, out of ``grids_in_module`` in the catalogue of today.

    ``past`` holds the assessments of the very same grids: others would compare different things.
    """

    module: str
    grids: tuple[GridResult, ...]
    grids_in_module: int


@dataclass(frozen=True)
class CriterionResult:
    """A criterion shown by itself, with its answer."""

    content: EditionContent
    criterion: Criterion
    answer: Recorded


@dataclass(frozen=True)
class Results:
    """What the results page shows; criteria are in the order of the sheets.

    ``strengths``: sections in the highest band and not provisional, best first. ``weak_points``: sections
    under the highest band, worst first. At most five of each.
    """

    assessment: Assessment
    workflow: Workflow
    state: State
    modules: tuple[ModuleResult, ...]
    essential_failed: tuple[CriterionResult, ...]
    essential_open: tuple[CriterionResult, ...]
    essential_na: tuple[CriterionResult, ...]
    not_applicable: tuple[CriterionResult, ...]
    strengths: tuple[SectionResult, ...]
    weak_points: tuple[SectionResult, ...]


def read_results(session: Session, actor: Actor, assessment_id: int, *, previous: int = 3) -> Results:
    """The results for the team, beside those of the ``previous`` latest earlier assessments sharing a grid.

    In a state that allows ``read-results``. Raises :class:`~aqss.domain.errors.NotPossibleNow`,
    :class:`~aqss.domain.errors.NotFound`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    workflow = load_workflow(session, assessment.workflow_edition_id)
    require_ability(workflow, assessment.state, "read-results")
    sheets = session.execute(
        select(Sheet.id, Sheet.edition_id)
        .where(Sheet.assessment_id == assessment_id)
        .order_by(Sheet.position)
    ).all()
    contents = {sheet.id: load_edition(session, sheet.edition_id) for sheet in sheets}
    grids = tuple(content.grid.grid for content in contents.values())
    earlier = _earlier(session, assessment, grids, previous)
    tallies = _tallies(session, [assessment_id, *(past.id for past in earlier)])
    shelf = _Shelf(tallies[assessment_id], tuple((past, tallies[past.id]) for past in earlier))
    modules = _modules(list(contents.values()), shelf, _grids_in_modules(session))
    sections = [s for module in modules for grid in module.grids for s in grid.sections]
    marked = list(_marked(session, contents, assessment.profile))
    return Results(
        assessment=assessment,
        workflow=workflow,
        state=workflow.by_state[assessment.state],
        modules=modules,
        essential_failed=tuple(found for found, tally in marked if tally.essential_failed),
        essential_open=tuple(found for found, tally in marked if tally.essential_open),
        essential_na=tuple(found for found, tally in marked if tally.essential_na),
        not_applicable=tuple(found for found, tally in marked if tally.not_applicable),
        strengths=_strengths(sections, contents.values()),
        weak_points=_weak_points(sections, contents.values()),
    )


@dataclass(frozen=True)
class _Earlier:
    id: int
    title: str
    started_on: date


@dataclass(frozen=True)
class _Shelf:
    """Tallies by place: of this assessment, and of the earlier ones, the latest first."""

    now: Mapping[ScoreKey, Tally]
    earlier: tuple[tuple[_Earlier, Mapping[ScoreKey, Tally]], ...]

    def past(self, key: ScoreKey, content: EditionContent) -> tuple[Past, ...]:
        return tuple(
            Past(one.id, one.title, one.started_on, standing(tallies[key], content))
            for one, tallies in self.earlier
            if key in tallies and self._is_comparable(key, tallies)
        )

    def _is_comparable(self, key: ScoreKey, tallies: Mapping[ScoreKey, Tally]) -> bool:
        module, grid, _ = key
        return bool(grid) or _grids_of(module, tallies) == _grids_of(module, self.now)


def _grids_of(module: str, tallies: Iterable[ScoreKey]) -> frozenset[str]:
    return frozenset(key[1] for key in tallies if key[0] == module)


def _earlier(
    session: Session, assessment: Assessment, grids: Sequence[str], count: int
) -> tuple[_Earlier, ...]:
    shares_a_grid = (
        select(Sheet.id).where(Sheet.assessment_id == Assessment.id, Sheet.grid.in_(grids)).exists()
    )
    rows = session.execute(
        select(Assessment.id, Assessment.title, Assessment.started_on)
        .where(
            Assessment.centre_id == assessment.centre_id,
            Assessment.closed_at.is_not(None),
            tuple_(Assessment.started_on, Assessment.id) < (assessment.started_on, assessment.id),
            shares_a_grid,
        )
        .order_by(Assessment.started_on.desc(), Assessment.id.desc())
        .limit(count)
    )
    return tuple(_Earlier(row.id, row.title, row.started_on) for row in rows)


def _tallies(session: Session, assessment_ids: Sequence[int]) -> dict[int, dict[ScoreKey, Tally]]:
    rows = session.execute(
        select(Score.assessment_id, Score.module, Score.grid, Score.section, *TALLY).where(
            Score.assessment_id.in_(assessment_ids)
        )
    )
    found: dict[int, dict[ScoreKey, Tally]] = {assessment_id: {} for assessment_id in assessment_ids}
    for row in rows:
        found[row.assessment_id][row.module, row.grid, row.section] = tally_of(row)
    return found


def _grids_in_modules(session: Session) -> dict[str, int]:
    rows = session.execute(
        select(Edition.module, func.count().label("grids")).where(Edition.is_current).group_by(Edition.module)
    )
    return {row.module: row.grids for row in rows}


def _modules(
    contents: Sequence[EditionContent], shelf: _Shelf, grids_in_modules: Mapping[str, int]
) -> tuple[ModuleResult, ...]:
    by_module: dict[str, list[EditionContent]] = {}
    for content in contents:
        by_module.setdefault(content.grid.module, []).append(content)
    return tuple(
        ModuleResult(
            module=module,
            standing=standing(shelf.now[module, "", ""], members[0]),
            past=shelf.past((module, "", ""), members[0]),
            grids=tuple(_grid(content, shelf) for content in members),
            grids_in_module=max(grids_in_modules.get(module, 0), len(members)),
        )
        for module, members in by_module.items()
    )


def _grid(content: EditionContent, shelf: _Shelf) -> GridResult:
    module, grid = content.grid.module, content.grid.grid
    return GridResult(
        content=content,
        standing=standing(shelf.now[module, grid, ""], content),
        past=shelf.past((module, grid, ""), content),
        sections=tuple(
            SectionResult(standing(shelf.now[key], content), shelf.past(key, content), grid, section)
            for section in content.grid.sections
            if shelf.now[key := (module, grid, section.section)].applicable
        ),
    )


def _marked(
    session: Session, contents: Mapping[int, EditionContent], profile: Sequence[str]
) -> Iterable[tuple[CriterionResult, Tally]]:
    """Criteria that are essential or not applicable, with what each adds to the tallies, in order."""
    essential = {
        code
        for content in contents.values()
        for code, criterion in content.criteria_by_code.items()
        if criterion.essential
    }
    rows = session.execute(
        select(*Answer.__table__.c).where(
            Answer.sheet_id.in_(contents),
            or_(Answer.kind == "na", Answer.criterion.in_(sorted(essential))),
        )
    )
    answers = {(row.sheet_id, row.criterion): recorded(row) for row in rows}
    for sheet_id, content in contents.items():
        for criterion in content.grid.criteria:
            answer = answers.get((sheet_id, criterion.criterion), BLANK)
            if criterion.essential or answer.kind == "na":
                scale = content.scale_of(criterion)
                tally = contribution(criterion, scale, answer_of(answer), profile)
                yield CriterionResult(content, criterion, answer), tally


def _strengths(
    sections: Iterable[SectionResult], contents: Iterable[EditionContent]
) -> tuple[SectionResult, ...]:
    strong = [s for s in sections if _is_at_the_top(s, contents) and not s.standing.provisional]
    return tuple(sorted(strong, key=lambda s: -(s.standing.tally.score or 0))[:SHOWN_POINTS])


def _weak_points(
    sections: Iterable[SectionResult], contents: Iterable[EditionContent]
) -> tuple[SectionResult, ...]:
    weak = [s for s in sections if s.standing.band is not None and not _is_at_the_top(s, contents)]
    return tuple(sorted(weak, key=lambda s: s.standing.tally.score or 0)[:SHOWN_POINTS])


def _is_at_the_top(result: SectionResult, contents: Iterable[EditionContent]) -> bool:
    content = next(content for content in contents if content.grid.grid == result.grid)
    return result.standing.band == content.bands[-1]
