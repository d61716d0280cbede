"""JSON where YAML is read: rewritten only where YAML's reader would refuse it, and never on another line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.yaml_source import LONGEST
from aqss.domain.json_source import json_as_yaml


def test_a_tab_between_values_becomes_a_space() -> None:
    assert json_as_yaml(b'{\n\t"a":\t1}') == b'{\n "a": 1}'


def test_a_tab_written_in_a_text_stays() -> None:
    data = rb'{"a": "1\t2"}'
    assert json_as_yaml(data) == data


@pytest.mark.parametrize("halves", [rb"\ud83d\ude00", rb"\uD83D\uDE00"], ids=["lower", "upper"])
def test_a_character_escaped_in_two_halves_is_written_whole(halves: bytes) -> None:
    assert json_as_yaml(b'{"a": "' + halves + b'"}') == '{"a": "😀"}'.encode()


@pytest.mark.parametrize(
    "text",
    [
        r'"\\ud83d\\ude00"',  # a backslash, then letters
        r'"\ud83d"',  # half a character: YAML's reader tells it
        r'"\ude00\ud83d"',  # the halves the wrong way round
        r'"\u00e9 \n \" \\ \/"',
    ],
)
def test_other_escapes_stay_as_they_are_written(text: str) -> None:
    assert json_as_yaml(text.encode()) == text.encode()


def test_a_mark_at_the_beginning_is_left_out() -> None:
    assert json_as_yaml(b'\xef\xbb\xbf{"a": 1}') == b'{"a": 1}'


@pytest.mark.parametrize(
    "data",
    [
        b"answers:\n\tA1: oui\n",
        b'{a: "\\ud83d\\ude00"}',
        b'{"a": \xff}',
        b"",
        b"[" * 100_000,
        b'["\t"]',
    ],
    ids=["yaml", "yaml in braces", "no text", "empty", "too deep", "tab in a text"],
)
def test_what_is_no_json_is_left_to_yaml(data: bytes) -> None:
    assert json_as_yaml(data) is data


@pytest.mark.parametrize(("excess", "is_read"), [(0, True), (1, False)])
def test_a_file_that_yaml_will_refuse_for_its_length_is_not_worked_on(excess: int, is_read: bool) -> None:
    data = b"[\t" + b" " * (LONGEST + excess - 3) + b"]"
    assert len(data) == LONGEST + excess
    assert (json_as_yaml(data) != data) is is_read


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_json_stays_the_same_json(document: Any, indent: Any, is_ascii: bool) -> None:
    data = json.dumps(document, indent=indent, ensure_ascii=is_ascii).encode(errors="surrogatepass")
    same = json_as_yaml(data)
    assert same.count(b"\n") == data.count(b"\n")
    assert data.startswith(b'"') or b"\t" not in same
    if same != data:
        assert json.loads(same) == document
