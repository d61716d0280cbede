"""Two editions of a grid → which criteria of the earlier one those of the later one continue.

Rule: docs/evolution.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aqss.domain.definitions.editions import EditionContent


def previous_codes(
    current: EditionContent, earlier: EditionContent, between: Iterable[EditionContent] = ()
) -> dict[str, tuple[str, ...]]:
    """Criterion of ``current`` → the criteria of ``earlier`` whose history it continues, in their order.

    A criterion continues itself (the same code) and those it ``replaces``; several for a merger, none for a
    new one; one criterion of ``earlier`` may have several heirs. ``between``: editions of the same grid, in
    any order; those of the versions in between carry a history on through codes that neither end knows.
    ``earlier`` may be of a later version than ``current``, when older files were published again.
    """
    if current.grid.version < earlier.grid.version:
        return _inverted(previous_codes(earlier, current, between), current)
    steps = [current, *_versions_between(earlier, current, between)]
    rank = {code: rank for rank, code in enumerate(earlier.criteria_by_code)}
    found = {}
    for code in current.criteria_by_code:
        codes = {code}
        for content in steps:
            codes |= _replaced_by(content, codes)
        found[code] = tuple(sorted(codes & rank.keys(), key=lambda code: rank[code]))
    return found


def _versions_between(
    earlier: EditionContent, current: EditionContent, known: Iterable[EditionContent]
) -> Sequence[EditionContent]:
    """One edition for each version between the two, the latest first: what a version asks never changes."""
    by_version = {content.grid.version: content for content in known}
    inside = (version for version in by_version if earlier.grid.version < version < current.grid.version)
    return [by_version[version] for version in sorted(inside, reverse=True)]


def _replaced_by(content: EditionContent, codes: Iterable[str]) -> set[str]:
    criteria = content.criteria_by_code
    return {old for code in codes if code in criteria for old in criteria[code].replaces or ()}


def _inverted(forward: dict[str, tuple[str, ...]], current: EditionContent) -> dict[str, tuple[str, ...]]:
    heirs: dict[str, tuple[str, ...]] = dict.fromkeys(current.criteria_by_code, ())
    for code, earlier_codes in forward.items():
        for one in earlier_codes:
            heirs[one] = (*heirs[one], code)
    return heirs
