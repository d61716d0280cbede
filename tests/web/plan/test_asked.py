"""What an address asks of a plan, and back."""

from __future__ import annotations

import pytest

from aqss.domain.actions import Zone
from aqss.services.actions.filters import Filters, Group, Sort, View
from aqss.web.plan.asked import args_of, filters_asked, month_asked, number_asked

EVERY_FILTER = (
    *(Filters(view=view) for view in View),
    *(Filters(sort=sort) for sort in Sort),
    *(Filters(group=group) for group in Group),
    *(Filters(zone=zone) for zone in Zone),
    *(Filters(origin=origin) for origin in ("free", "criterion", "session", "dossier")),
    Filters(words="à lancer", state="faire", owner=12, place=(4, 1), kind="preventive", grid="coordination"),
    Filters(module="risques-generaux", centre=3),
)


@pytest.mark.parametrize("filters", EVERY_FILTER, ids=str)
def test_an_address_says_its_filters_whole(filters: Filters) -> None:
    assert filters_asked(args_of(filters)) == filters


def test_what_is_usual_needs_no_address() -> None:
    assert args_of(Filters()) == {}


@pytest.mark.parametrize("text", ["", "x", "-1", "²", "99999999999", "2147483648", "1e3"])
def test_a_number_that_is_none_is_zero(text: str) -> None:
    assert number_asked(text) == 0


def test_a_month_is_read_or_left() -> None:
    assert month_asked({"mois": "2026-03"}) == (2026, 3)
    assert month_asked({"mois": "2026-3"}) == (0, 0)


def test_a_search_is_cut_at_its_limit() -> None:
    assert len(filters_asked({"q": "mot " * 500}).words) <= 200
