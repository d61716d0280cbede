"""The results of an assessment: scores and what they were before, essential criteria, strong and weak points.

Read from the score rows; of the answers, only those of essential criteria and the « non concerné » are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion, Section
from aqss.domain.definitions.workflows import State, Workflow
from aqss.domain.errors import NotFound
from aqss.domain.scoring import Tally, contribution
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.services.assessments.closings import PastClosing, read_closings
from aqss.services.assessments.earlier import Past, Shelf, read_shelf
from aqss.services.assessments.finding import get_with_results
from aqss.services.assessments.freezing import read_grids_in_modules
from aqss.services.assessments.recorded import BLANK, Recorded, answer_of, recorded
from aqss.services.assessments.scores import Standing, judge_of, standing
from aqss.services.editions import load_edition

SHOWN_POINTS = 5
"""How many strengths, and how many weak points, are put forward."""


@dataclass(frozen=True)
class Mark:
    """A score as page, report and export show it, beside the latest earlier one of the same thing."""

    standing: Standing
    before: Past | None

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
    """A module pools the grids assessed: ``grids``, out of ``grids_in_module`` in the catalogue.

    That catalogue is today's, or the one of the closing. ``past`` holds the assessments of the very same
    grids: others would compare different things.
    """

    module: str
    grids: tuple[GridResult, ...]
    grids_in_module: int

    @property
    def title(self) -> str:
        return self.grids[0].content.module_title

    @property
    def is_scored(self) -> bool:
        return any(grid.content.is_scored for grid in self.grids)

    @property
    def has_radar(self) -> bool:
        """Three axes make a surface; past twelve, names touch. Without a score there is nothing to draw."""
        return 3 <= len(self.grids) <= 12 and self.mark.score is not None


@dataclass(frozen=True)
class CriterionResult:
    """A criterion shown by itself, with its answer."""

    content: EditionContent
    criterion: Criterion
    answer: Recorded


@dataclass(frozen=True)
class Results:
    """What the results page shows; criteria are in the order of the sheets.

    ``not_applicable``: without the essential ones, which stand in ``essential_na``. ``strengths``: sections
    in the highest band and not provisional, best first. ``weak_points``: sections under the highest band,
    worst first. At most five of each. ``closings``: the earlier ones, when it was reopened.
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
    closings: tuple[PastClosing, ...]


@dataclass(frozen=True)
class ModulePage:
    """What « Pourquoi ce score ? » shows of a module: its score is the pool of its grids."""

    assessment: Assessment
    module: ModuleResult


def read_results(session: Session, actor: Actor, assessment_id: int, *, previous: int = 3) -> Results:
    """The results for the team, beside those of the ``previous`` latest earlier assessments sharing a grid.

    In a state that allows ``read-results``. Raises :class:`~aqss.domain.errors.NotPossibleNow`,
    :class:`~aqss.domain.errors.NotFound`.
    """
    return results_of(session, *get_with_results(session, actor, assessment_id), previous=previous)


def results_of(session: Session, assessment: Assessment, workflow: Workflow, *, previous: int = 3) -> Results:
    """:func:`read_results`, for a caller that has checked who they are for."""
    contents = _contents(session, assessment.id)
    modules = _modules(session, assessment, contents.values(), previous)
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
        not_applicable=tuple(
            found for found, tally in marked if tally.not_applicable and not tally.essential_na
        ),
        strengths=_strengths(sections, contents.values()),
        weak_points=_weak_points(sections, contents.values()),
        closings=read_closings(session, [assessment.id])[assessment.id],
    )


def read_module(
    session: Session, actor: Actor, assessment_id: int, module: str, *, previous: int = 3
) -> ModulePage:
    """The module as :func:`read_results` gives it, without reading an answer.

    Raises :class:`~aqss.domain.errors.NotFound` for a module that none of the sheets belongs to, and as
    :func:`read_results`.
    """
    assessment, _ = get_with_results(session, actor, assessment_id)
    modules = _modules(session, assessment, _contents(session, assessment_id).values(), previous)
    found = next((one for one in modules if one.module == module), None)
    if found is None:
        raise NotFound("module", module)
    return ModulePage(assessment, found)


def _contents(session: Session, assessment_id: int) -> dict[int, EditionContent]:
    """The editions of the sheets by their ids, in order."""
    sheets = session.execute(
        select(Sheet.id, Sheet.edition_id)
        .where(Sheet.assessment_id == assessment_id)
        .order_by(Sheet.position)
    ).all()
    return {sheet.id: load_edition(session, sheet.edition_id) for sheet in sheets}


def _modules(
    session: Session, assessment: Assessment, contents: Iterable[EditionContent], previous: int
) -> tuple[ModuleResult, ...]:
    shelf = read_shelf(session, assessment, {content.grid.grid: content for content in contents}, previous)
    by_module: dict[str, list[EditionContent]] = {}
    for content in shelf.contents.values():
        by_module.setdefault(content.grid.module, []).append(content)
    grids_in_modules = read_grids_in_modules(session, assessment)
    return tuple(
        ModuleResult(
            module=module,
            standing=standing(shelf.tallies[module, "", ""], judge_of(module, members)),
            past=shelf.past((module, "", "")),
            grids=tuple(_grid(content, shelf) for content in members),
            grids_in_module=max(grids_in_modules.get(module, 0), len(members)),
        )
        for module, members in by_module.items()
    )


def _grid(content: EditionContent, shelf: Shelf) -> GridResult:
    module, grid = content.grid.module, content.grid.grid
    return GridResult(
        content=content,
        standing=standing(shelf.tallies[module, grid, ""], content),
        past=shelf.past((module, grid, "")),
        sections=tuple(
            SectionResult(standing(shelf.tallies[key], content), shelf.past(key), grid, section)
            for section in content.grid.sections
            if shelf.tallies[key := (module, grid, section.section)].applicable
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
