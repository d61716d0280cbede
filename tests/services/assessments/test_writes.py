"""The names of the last writes of an answer."""

from __future__ import annotations

import pytest

from aqss.services.assessments.writes import REMEMBERED, is_known, parse_write, remembered

NAMES = [f"{number:032x}" for number in range(REMEMBERED + 1)]


def test_a_write_is_known_until_as_many_others_came_after_it() -> None:
    writes = ""
    for name in NAMES[:-1]:
        writes = remembered(writes, name)
    assert all(is_known(writes, name) for name in NAMES[:-1])
    writes = remembered(writes, NAMES[-1])
    assert [is_known(writes, name) for name in NAMES] == [False, *[True] * REMEMBERED]


def test_a_write_without_a_name_is_neither_kept_nor_known() -> None:
    assert remembered("a", "") == "a"
    assert not is_known("", "")
    assert not is_known("a", "")


@pytest.mark.parametrize("text", ["", "1", "é", "x" * 36, "1" * 400, "{" + "1" * 31])
def test_what_is_no_uuid_names_nothing(text: str) -> None:
    assert parse_write(text) == ""


def test_a_uuid_is_kept_without_its_hyphens() -> None:
    assert parse_write("0f8fad5b-d9cb-469f-a165-70867728950e") == "0f8fad5bd9cb469fa16570867728950e"
