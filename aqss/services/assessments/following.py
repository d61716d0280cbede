"""Which criteria of an earlier edition those of a later one continue, whatever was published between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.heritage import previous_codes
from aqss.persistence.editions import Edition
from aqss.services.editions import load_edition


def follow(session: Session, current: EditionContent, earlier: EditionContent) -> dict[str, tuple[str, ...]]:
    """:func:`~aqss.domain.heritage.previous_codes`, the versions in between being read."""
    return previous_codes(current, earlier, read_lines(session, [current, earlier])[current.grid.grid])


def read_lines(
    session: Session, contents: Iterable[EditionContent]
) -> Mapping[str, tuple[EditionContent, ...]]:
    """Grid → ``contents`` of it and what was published between them, one edition a version.

    One query, and none where no version can stand between.
    """
    known: dict[str, dict[int, EditionContent]] = {}
    for content in contents:
        known.setdefault(content.grid.grid, {})[content.grid.version] = content
    wide = [grid for grid, versions in known.items() if max(versions) - min(versions) >= len(versions)]
    for grid, version, key in _published(session, wide):
        versions = known[grid]
        if min(versions) < version < max(versions) and version not in versions:
            versions[version] = load_edition(session, key)
    return {grid: tuple(versions.values()) for grid, versions in known.items()}


def _published(session: Session, grids: Sequence[str]) -> Sequence[tuple[str, int, int]]:
    """(grid, version, an edition of it)."""
    if not grids:
        return []
    rows = session.execute(
        select(Edition.grid, Edition.version, func.max(Edition.id).label("id"))
        .where(Edition.grid.in_(grids))
        .group_by(Edition.grid, Edition.version)
        .order_by(Edition.grid, Edition.version)
    )
    return [(row.grid, row.version, row.id) for row in rows]
