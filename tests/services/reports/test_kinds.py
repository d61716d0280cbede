"""The list of reports."""

from __future__ import annotations

from aqss.services.reports import REPORTS, kind_named


def test_each_kind_is_listed_once() -> None:
    assert len({kind.kind for kind in REPORTS}) == len(REPORTS)
    assert all(kind_named(kind.kind) is kind for kind in REPORTS)
