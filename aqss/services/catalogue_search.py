"""Finding criteria of the catalogue by code or by words, for whoever reads the reference pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.grids import Criterion, Grid, Section
from aqss.domain.texts import folded

LONGEST_SEARCH = 200
"""Characters."""

_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
_PLURAL = re.compile(r"(?<=...)[sx]$")


@dataclass(frozen=True)
class FoundCriterion:
    """A criterion that was found, and the grid it belongs to."""

    grid: Grid
    criterion: Criterion


def search_criteria(catalogue: Catalogue, typed: str) -> tuple[FoundCriterion, ...]:
    """The criteria that hold every word of ``typed``, case, accents and plural marks aside.

    Nothing is found without a word. Those where each is a whole word come first (« mains »), then those where
    some only begin one (« maintenance »). Either way: first those that have them in their code and statement,
    then those that also need the guidance, the evidence, the proposed actions or the titles around; then
    catalogue order. What is typed past :data:`LONGEST_SEARCH` characters is not looked at.
    """
    words = [_PLURAL.sub("", word) for word in _WORD.findall(_plain(typed[:LONGEST_SEARCH]))]
    if not words:
        return ()
    whole = [re.compile(rf"(?<![a-z0-9]){re.escape(word)}[sx]?(?![a-z0-9])") for word in words]
    begun = [re.compile(rf"(?<![a-z0-9]){re.escape(word)}") for word in words]
    ranks: tuple[list[FoundCriterion], ...] = ([], [], [], [])
    for grid, section, criterion in _places(catalogue):
        own, everything = _texts(grid, section, criterion)
        tries = ((whole, own), (whole, everything), (begun, own), (begun, everything))
        for rank, (patterns, text) in zip(ranks, tries, strict=True):
            if all(pattern.search(text) for pattern in patterns):
                rank.append(FoundCriterion(grid, criterion))
                break
    return tuple(found for rank in ranks for found in rank)


def _places(catalogue: Catalogue) -> Iterator[tuple[Grid, Section, Criterion]]:
    for grid in catalogue.grids.values():
        for section in grid.sections:
            for criterion in section.criteria:
                yield grid, section, criterion


def _texts(grid: Grid, section: Section, criterion: Criterion) -> tuple[str, str]:
    """The criterion's own words, and those with all that surrounds it."""
    own = f"{criterion.criterion} {criterion.statement}"
    more = (criterion.guidance or "", *(criterion.evidence or ()), *(criterion.actions or ()))
    return _plain(own), _plain(" ".join((own, *more, section.title, grid.title)))


def _plain(text: str) -> str:
    return folded(text).translate(_LIGATURES)
