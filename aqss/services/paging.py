"""Which page of a list is shown: the one asked for, or the nearest that there is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """Page ``number`` of ``count``; ``first``: how many lines of the list stand before it."""

    number: int
    count: int
    first: int


def nearest_page(asked: int, *, total: int, size: int) -> Page:
    """The page of a list of ``total`` lines, ``size`` a page: numbered from 1, and there is always one."""
    count = max(1, -(-total // size))
    number = min(max(1, asked), count)
    return Page(number, count, (number - 1) * size)
