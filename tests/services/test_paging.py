"""Which page of a list is shown: there is always one, and a page out of range is the nearest."""

from __future__ import annotations

import pytest

from aqss.services.paging import Page, nearest_page


@pytest.mark.parametrize(("total", "count"), [(0, 1), (1, 1), (9, 1), (10, 1), (11, 2), (20, 2), (21, 3)])
def test_there_are_as_many_pages_as_the_lines_fill_and_always_one(total: int, count: int) -> None:
    assert nearest_page(1, total=total, size=10) == Page(1, count, 0)


@pytest.mark.parametrize(
    ("asked", "shown", "first"), [(-3, 1, 0), (0, 1, 0), (1, 1, 0), (2, 2, 10), (3, 3, 20), (4, 3, 20)]
)
def test_a_page_out_of_range_is_the_nearest_one(asked: int, shown: int, first: int) -> None:
    assert nearest_page(asked, total=25, size=10) == Page(shown, 3, first)
