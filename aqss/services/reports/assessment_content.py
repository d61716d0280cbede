"""What the report of an assessment tells, as values: modules, grids, sections, criteria and their answers.

Exports are made from the same, so that page, report and workbook agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from aqss.domain.definitions.editions import EditionContent
from aqss.gateways import drawing
from aqss.services.assessments.closings import PastClosing
from aqss.services.assessments.explaining import ExplainedCriterion
from aqss.services.assessments.freezing import Participation
from aqss.services.assessments.results import Mark
from aqss.services.assessments.synthesis import Agreement


@dataclass(frozen=True)
class Citation:
    """A source; shown « à confirmer » unless the catalogue of today says that it is verified."""

    reference: str
    title: str
    url: str | None
    is_verified: bool


@dataclass(frozen=True)
class Line:
    """A criterion that applies, with the team's answer.

    ``is_mandatory``: it may be called « obligatoire », having a legal stake on a verified legal reference.
    ``agreement``: how the team came to it after a blind rating; ``support``: by how many voices, in words.
    """

    explained: ExplainedCriterion
    sign: str
    answer: str
    is_mandatory: bool
    citations: tuple[Citation, ...]
    agreement: Agreement | None
    support: str


@dataclass(frozen=True)
class SectionPart:
    """A section with the criteria asked; no ``mark`` when none of them is scored."""

    title: str
    mark: Mark | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class GridPart:
    """A grid; ``code`` is what its criteria's codes start with, or its rank in the module."""

    code: str
    content: EditionContent
    mark: Mark
    sections: tuple[SectionPart, ...]

    @property
    def has_weights(self) -> bool:
        """Whether some criterion asked weighs more or less than the others."""
        return any(line.explained.weight != 1 for line in self.lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for section in self.sections for line in section.lines)


@dataclass(frozen=True)
class ModulePart:
    """A module; ``thresholds`` are where its bands start, without the first."""

    title: str
    mark: Mark
    grids: tuple[GridPart, ...]
    grids_in_module: int
    is_scored: bool
    has_radar: bool
    thresholds: tuple[Fraction, ...]

    @property
    def axes(self) -> tuple[drawing.Axis, ...]:
        return tuple(drawing.Axis(grid.code, grid.mark.score, grid.mark.score_before) for grid in self.grids)

    @property
    def is_compared(self) -> bool:
        return any(mark.score_before is not None for mark in (self.mark, *(grid.mark for grid in self.grids)))


@dataclass(frozen=True)
class Point:
    """A section put forward, strong or weak, with its grid."""

    grid: GridPart
    title: str
    mark: Mark


@dataclass(frozen=True)
class ReportContent:
    """All that the report tells, without the session it was read with; ``as_of`` is when.

    ``participation``: None while each person rates alone, where it would tell who has started.
    """

    assessment_id: int
    centre_name: str
    town: str
    finess: str | None
    title: str
    objective: str
    trigger: str
    trigger_note: str
    state: str
    started_on: date
    round_ends_on: date | None
    closed_at: datetime | None
    as_of: datetime
    profile: tuple[str, ...]
    participation: Participation | None
    modules: tuple[ModulePart, ...]
    essential_failed: tuple[Line, ...]
    essential_open: tuple[Line, ...]
    essential_na: tuple[Line, ...]
    strengths: tuple[Point, ...]
    weak_points: tuple[Point, ...]
    citations: tuple[Citation, ...]
    is_blind: bool
    closings: tuple[PastClosing, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for module in self.modules for grid in module.grids for line in grid.lines)

    @property
    def agreed(self) -> tuple[Line, ...]:
        """What the session of a blind rating has settled."""
        return tuple(line for line in self.lines if line.agreement)

    @property
    def in_dissent(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.agreement and line.agreement.has_dissent)

    @property
    def is_draft(self) -> bool:
        """Until the assessment is closed, the report may still change."""
        return self.closed_at is None

    @property
    def is_compared(self) -> bool:
        return any(module.is_compared for module in self.modules)
