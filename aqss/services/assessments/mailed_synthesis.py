"""The synthesis as the mail of a closing tells it: scores, strong and weak points, what is left to take up.

Values only, and few of each: the page that the mail leads to has them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.workflows import Workflow
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.closings import next_rank
from aqss.services.assessments.results import ModuleResult, Results, SectionResult, results_of
from aqss.services.assessments.synthesis import count_agreed, list_in_dissent

MOST_LISTED = 10
"""How many criteria of a list a mail holds; it says how many more there are."""


@dataclass(frozen=True)
class MailedModule:
    """``score`` and ``band`` are None when nothing is rated."""

    title: str
    score: Fraction | None
    band: str | None
    is_provisional: bool


@dataclass(frozen=True)
class MailedPoint:
    """A section put forward, with its grid."""

    grid: str
    section: str
    score: Fraction | None


@dataclass(frozen=True)
class MailedCriteria:
    """The first of a list, and how many are left out."""

    shown: Sequence[Criterion]
    more: int


@dataclass(frozen=True)
class MailedSynthesis:
    """``rank``: the closing it tells, from 1. ``in_dissent``: what somebody still does not agree with.

    ``agreed``: how many criteria a session settled, ``at_once`` of them on the first round; none where the
    team rated together.
    """

    rank: int
    modules: Sequence[MailedModule]
    strengths: Sequence[MailedPoint]
    weak_points: Sequence[MailedPoint]
    essential_failed: MailedCriteria
    essential_open: MailedCriteria
    in_dissent: MailedCriteria
    agreed: int
    at_once: int


def read_mailed_synthesis(session: Session, assessment: Assessment, workflow: Workflow) -> MailedSynthesis:
    """What the mail of the closing under way tells; for the gesture that closes."""
    results = results_of(session, assessment, workflow)
    agreed, at_once = count_agreed(session, assessment)
    return MailedSynthesis(
        rank=next_rank(session, assessment.id),
        modules=[_module(module) for module in results.modules],
        strengths=_points(results, results.strengths),
        weak_points=_points(results, results.weak_points),
        essential_failed=_first([one.criterion for one in results.essential_failed]),
        essential_open=_first([one.criterion for one in results.essential_open]),
        in_dissent=_first(list_in_dissent(session, assessment)),
        agreed=agreed,
        at_once=at_once,
    )


def _module(module: ModuleResult) -> MailedModule:
    mark = module.mark
    band = mark.standing.band
    return MailedModule(module.title, mark.score, band.label if band else None, mark.standing.provisional)


def _points(results: Results, found: Iterable[SectionResult]) -> list[MailedPoint]:
    titles = {
        grid.content.grid.grid: grid.content.grid.title for one in results.modules for grid in one.grids
    }
    return [MailedPoint(titles[one.grid], one.section.title, one.mark.score) for one in found]


def _first(found: Sequence[Criterion]) -> MailedCriteria:
    return MailedCriteria(found[:MOST_LISTED], max(0, len(found) - MOST_LISTED))
