"""A grid of the catalogue to fill in on paper, in the shape that the blank sheet of an assessment has."""

from __future__ import annotations

from dataclasses import dataclass

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion, Section
from aqss.domain.definitions.scales import Scale


@dataclass(frozen=True)
class BlankLine:
    criterion: Criterion
    scale: Scale


@dataclass(frozen=True)
class BlankSection:
    section: Section
    lines: tuple[BlankLine, ...]


@dataclass(frozen=True)
class BlankGrid:
    """Every criterion, whatever a centre does: no assessment, hence no ``title``, says which ones apply."""

    content: EditionContent
    sections: tuple[BlankSection, ...]
    title: None = None


def blank_grid_of(content: EditionContent) -> BlankGrid:
    """The whole grid, section by section."""
    return BlankGrid(
        content,
        tuple(
            BlankSection(section, tuple(BlankLine(one, content.scale_of(one)) for one in section.criteria))
            for section in content.grid.sections
        ),
    )
