"""« Pourquoi ce score ? »: what each criterion of a grid adds to its score, or why it adds nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion, Section
from aqss.domain.definitions.scales import Scale
from aqss.domain.scoring import Tally, contribution, pool
from aqss.persistence.assessments import Assessment, Sheet
from aqss.services.assessments.finding import get_sheet, get_with_results
from aqss.services.assessments.recorded import BLANK, Recorded, answer_of, read_answers
from aqss.services.assessments.scores import Standing, standing
from aqss.services.editions import load_edition


class NotCounted(StrEnum):
    """Why a criterion does not enter the score."""

    UNSCORED = "unscored"  # text, or a number without target
    DOES_NOT_APPLY = "does-not-apply"  # not asked of a centre with this profile
    NOT_APPLICABLE = "not-applicable"  # the team says so, with a reason
    UNKNOWN = "unknown"
    BLANK = "blank"


@dataclass(frozen=True)
class ExplainedCriterion:
    """One line: ``product`` = ``weight`` · ``value``; both are None when ``not_counted`` says why."""

    section: Section
    criterion: Criterion
    scale: Scale
    answer: Recorded
    weight: Fraction
    value: Fraction | None
    product: Fraction | None
    not_counted: NotCounted | None


@dataclass(frozen=True)
class ExplainedSection:
    """The lines of a section, and their sum."""

    section: Section
    tally: Tally
    lines: tuple[ExplainedCriterion, ...]


@dataclass(frozen=True)
class Explanation:
    """score = 100 · Σ product / Σ weight over the lines that count; exactly ``standing.tally.score``."""

    assessment: Assessment
    content: EditionContent
    standing: Standing
    sections: tuple[ExplainedSection, ...]

    @property
    def lines(self) -> tuple[ExplainedCriterion, ...]:
        return tuple(line for section in self.sections for line in section.lines)


def explain_grid(session: Session, actor: Actor, assessment_id: int, grid: str) -> Explanation:
    """The lines behind the score of a grid, from its answers, in a state that allows ``read-results``."""
    assessment, _ = get_with_results(session, actor, assessment_id)
    sheet = get_sheet(session, assessment_id, grid)
    content = load_edition(session, sheet.edition_id)
    return _explanation(assessment, content, read_answers(session, [sheet.id]).get(sheet.id, {}))


def explain_grids(session: Session, actor: Actor, assessment_id: int) -> tuple[Explanation, ...]:
    """:func:`explain_grid` for every sheet, in their order; the same few queries however many there are."""
    assessment, _ = get_with_results(session, actor, assessment_id)
    sheets = session.execute(
        select(Sheet.id, Sheet.edition_id)
        .where(Sheet.assessment_id == assessment_id)
        .order_by(Sheet.position)
    ).all()
    answers = read_answers(session, [sheet.id for sheet in sheets])
    return tuple(
        _explanation(assessment, load_edition(session, sheet.edition_id), answers.get(sheet.id, {}))
        for sheet in sheets
    )


def _explanation(
    assessment: Assessment, content: EditionContent, answers: Mapping[str, Recorded]
) -> Explanation:
    sections = tuple(
        _explain_section(content, section, answers, assessment.profile) for section in content.grid.sections
    )
    whole = pool(section.tally for section in sections)
    return Explanation(assessment, content, standing(whole, content), sections)


def _explain_section(
    content: EditionContent, section: Section, answers: Mapping[str, Recorded], profile: Collection[str]
) -> ExplainedSection:
    explained = [
        _explain(content, section, criterion, answers.get(criterion.criterion, BLANK), profile)
        for criterion in section.criteria
    ]
    return ExplainedSection(
        section, pool(tally for tally, _ in explained), tuple(line for _, line in explained)
    )


def _explain(
    content: EditionContent,
    section: Section,
    criterion: Criterion,
    answer: Recorded,
    profile: Collection[str],
) -> tuple[Tally, ExplainedCriterion]:
    scale = content.scale_of(criterion)
    tally = contribution(criterion, scale, answer_of(answer), profile)
    why = _why_not(criterion, scale, answer, profile)
    return tally, ExplainedCriterion(
        section=section,
        criterion=criterion,
        scale=scale,
        answer=answer,
        weight=Fraction(criterion.weight),
        value=None if why else tally.earned / tally.possible,
        product=None if why else tally.earned,
        not_counted=why,
    )


def _why_not(
    criterion: Criterion, scale: Scale, answer: Recorded, profile: Collection[str]
) -> NotCounted | None:
    if not scale.is_scored:
        return NotCounted.UNSCORED
    if not criterion.applies(profile):
        return NotCounted.DOES_NOT_APPLY
    kinds = {"na": NotCounted.NOT_APPLICABLE, "unknown": NotCounted.UNKNOWN, "blank": NotCounted.BLANK}
    return kinds.get(answer.kind)
