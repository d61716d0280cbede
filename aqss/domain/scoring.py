"""Scoring: answers of a grid → score, completeness, essential criteria; and what one changed answer changes.

Everything is exact (fractions) and additive: a section is the sum of its criteria, a grid of its sections, a
module of its grids. A score is rounded only to be shown. Rule: docs/scores.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from fractions import Fraction

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Band, Criterion
from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale


@dataclass(frozen=True, slots=True)
class Rated:
    """A level of a levels scale, or a number within a number scale."""

    value: str | Decimal


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """« Non concerné », with the reason that somebody will read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """« Ne sait pas »: not a no."""


Answer = Rated | NotApplicable | Unknown
"""What a criterion is answered with; a blank criterion has no answer."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over scored, applicable criteria; they add and subtract, criterion by criterion or grid by grid.

    ``earned`` = Σ weight·value and ``possible`` = Σ weight, over the rated ones; the rest are counts.
    """

    earned: Fraction = Fraction(0)
    possible: Fraction = Fraction(0)
    applicable: int = 0
    not_applicable: int = 0
    rated: int = 0
    unknown: int = 0
    essential_failed: int = 0
    essential_open: int = 0
    essential_na: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Tally)))

    def __sub__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(Tally)))

    @property
    def concerned(self) -> int:
        return self.applicable - self.not_applicable

    @property
    def blank(self) -> int:
        return self.concerned - self.rated - self.unknown

    @property
    def score(self) -> Fraction | None:
        """From 0 to 100; None when nothing is rated."""
        return 100 * self.earned / self.possible if self.possible else None

    @property
    def completeness(self) -> Fraction:
        """rated / concerned; 1 when nothing is concerned."""
        return Fraction(self.rated, self.concerned) if self.concerned else Fraction(1)

    def is_provisional(self, provisional_below: Decimal) -> bool:
        return self.completeness < Fraction(provisional_below)


@dataclass(frozen=True, slots=True)
class SectionScore:
    section: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class GridScore:
    """The score of one grid; the essential lists hold criterion codes in the grid's order."""

    grid: str
    tally: Tally
    sections: tuple[SectionScore, ...]
    essential_failed: tuple[str, ...] = field(default=())
    essential_open: tuple[str, ...] = field(default=())
    essential_na: tuple[str, ...] = field(default=())


def value_of(scale: Scale, rated: Rated) -> Fraction:
    """What a rating is worth on its scale, from 0 to 1.

    Raises ValueError for an unknown level, a rating of another kind of scale, or a scale that is not scored.
    """
    if isinstance(scale, LevelsScale) and isinstance(rated.value, str):
        level = scale.by_level.get(rated.value)
        if level is not None:
            return Fraction(level.value)
    if isinstance(scale, NumberScale) and isinstance(rated.value, Decimal):
        return scale.value_of(rated.value)
    raise ValueError(f"{rated.value!r} is no value of scale {scale.scale}")


def contribution(
    criterion: Criterion, scale: Scale, answer: Answer | None, profile: Collection[str]
) -> Tally:
    """What one criterion adds to the tallies above it: nothing when it is not scored or does not apply."""
    if not scale.is_scored or not criterion.applies(profile):
        return Tally()
    essential = int(criterion.essential)
    if isinstance(answer, NotApplicable):
        return Tally(applicable=1, not_applicable=1, essential_na=essential)
    if isinstance(answer, Rated):
        weight, value = Fraction(criterion.weight), value_of(scale, answer)
        return Tally(weight * value, weight, 1, 0, 1, essential_failed=essential if value < 1 else 0)
    return Tally(applicable=1, unknown=int(answer is not None), essential_open=essential)


def change(
    content: EditionContent, code: str, before: Answer | None, after: Answer | None, profile: Collection[str]
) -> Tally:
    """What replacing one answer adds to the tallies of its section, grid and module."""
    criterion = content.criteria_by_code[code]
    scale = content.scale_of(criterion)
    return contribution(criterion, scale, after, profile) - contribution(criterion, scale, before, profile)


def score_grid(content: EditionContent, answers: Mapping[str, Answer], profile: Collection[str]) -> GridScore:
    """Score one grid from all its answers (criterion code → answer), for a centre with these flags."""
    sections = []
    marks: dict[str, list[str]] = {"failed": [], "open": [], "na": []}
    for section in content.grid.sections:
        parts = []
        for criterion in section.criteria:
            part = contribution(
                criterion, content.scale_of(criterion), answers.get(criterion.criterion), profile
            )
            parts.append(part)
            for mark in marks:
                if getattr(part, f"essential_{mark}"):
                    marks[mark].append(criterion.criterion)
        sections.append(SectionScore(section.section, pool(parts)))
    return GridScore(
        content.grid.grid,
        pool(section.tally for section in sections),
        tuple(sections),
        *(tuple(codes) for codes in marks.values()),
    )


def pool(tallies: Iterable[Tally]) -> Tally:
    """The tally of the whole: a module pools the criteria of its grids, it is no mean of their scores."""
    return sum(tallies, Tally())


def band_of(score: Fraction | None, bands: Iterable[Band]) -> Band | None:
    """The last band whose ``from`` is at most the exact score; None without a score."""
    if score is None:
        return None
    return next(band for band in reversed(tuple(bands)) if Fraction(band.from_) <= score)
