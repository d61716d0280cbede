"""What a centre's profile asks of it, and what a change of it would add to its grids, or take from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.grids import Criterion, Grid


@dataclass(frozen=True)
class ModuleAsked:
    """How many of the ``criteria`` of a module a centre is asked."""

    title: str
    asked: int
    criteria: int


@dataclass(frozen=True)
class GridChange:
    """The criteria of one grid that begin or cease to apply, in the order of the grid."""

    grid: Grid
    added: tuple[Criterion, ...]
    removed: tuple[Criterion, ...]


def count_asked(catalogue: Catalogue, profile: Collection[str]) -> tuple[ModuleAsked, ...]:
    """For every module of the catalogue, in its order."""
    counted = []
    for module in catalogue.modules:
        criteria = [one for grid in catalogue.grids_of(module.module) for one in grid.criteria]
        asked = sum(one.applies(profile) for one in criteria)
        counted.append(ModuleAsked(module.title, asked, len(criteria)))
    return tuple(counted)


def preview_profile(
    grids: Iterable[Grid], before: Collection[str], after: Collection[str]
) -> tuple[GridChange, ...]:
    """The grids that change when a profile goes from the flags ``before`` to ``after``, in their order."""
    changes = (
        GridChange(
            grid,
            added=tuple(c for c in grid.criteria if c.applies(after) and not c.applies(before)),
            removed=tuple(c for c in grid.criteria if c.applies(before) and not c.applies(after)),
        )
        for grid in grids
    )
    return tuple(change for change in changes if change.added or change.removed)
