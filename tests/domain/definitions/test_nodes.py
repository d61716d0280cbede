"""What a definition file holds with its places, and the problems found in one file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from aqss.domain.definitions.nodes import Findings, ListNode, MappingNode, Node, ScalarNode, plain


@dataclass
class At:
    line: int = 0
    column: int = 0


def scalar(value: str | bool | int | Decimal) -> ScalarNode:
    return ScalarNode(At(), value)


def mapping(**entries: Node) -> MappingNode:
    return MappingNode(At(), entries, {key: At() for key in entries})


REFUSED = Node(At())
FILE = mapping(
    text=scalar("oui"),
    whole=scalar(3),
    decimal=scalar(Decimal("0.5")),
    truth=scalar(True),
    listed=ListNode(At(), [scalar("a"), scalar(2), mapping(x=scalar("y")), REFUSED]),
    refused=REFUSED,
)


def test_a_mapping_gives_what_stands_under_a_key() -> None:
    assert FILE.entry("text") is FILE.entries["text"]
    assert FILE.entry("absent") is None
    assert scalar("oui").entry("text") is None


@pytest.mark.parametrize(
    ("key", "text"), [("text", "oui"), ("whole", None), ("listed", None), ("absent", None)]
)
def test_a_text_is_asked_for_by_its_key(key: str, text: str | None) -> None:
    found = FILE.text(key)
    assert (found and found.value) == text


@pytest.mark.parametrize(
    ("key", "number"),
    [("whole", 3), ("decimal", Decimal("0.5")), ("truth", None), ("text", None), ("listed", None)],
)
def test_a_number_is_asked_for_by_its_key_and_no_boolean_is_one(
    key: str, number: int | Decimal | None
) -> None:
    assert FILE.number(key) == number


@pytest.mark.parametrize(
    ("key", "is_true"), [("truth", True), ("whole", False), ("text", False), ("absent", False)]
)
def test_only_what_is_written_true_is_true(key: str, is_true: bool) -> None:
    assert FILE.is_true(key) is is_true


def test_a_list_is_asked_for_whole_or_for_its_texts_or_its_mappings() -> None:
    assert len(FILE.items("listed")) == 4
    assert [node.value for node in FILE.texts("listed")] == ["a"]
    assert [node.entry("x") is not None for node in FILE.mappings("listed")] == [True]
    assert FILE.items("text") == FILE.items("absent") == []


def test_values_are_taken_out_of_their_places() -> None:
    node = mapping(a=ListNode(At(), [scalar(1), scalar("b")]), c=mapping(d=scalar(True)))
    assert plain(node) == {"a": (1, "b"), "c": {"d": True}}


@pytest.mark.parametrize(
    "node", [REFUSED, None, ListNode(At(), [REFUSED])], ids=["alone", "absent", "inside"]
)
def test_what_was_refused_has_no_value(node: Node | None) -> None:
    with pytest.raises(ValueError, match="no value"):
        plain(node)


def test_places_are_told_as_editors_count_them_and_the_file_s_first_one_stands_for_none() -> None:
    findings = Findings("grids/essai.yaml")
    findings.add("DEF-004", At(line=2, column=4))
    findings.add("DEF-004", None)
    assert [(one.path, one.line, one.column) for one in findings.problems] == [
        ("grids/essai.yaml", 3, 5),
        ("grids/essai.yaml", 1, 1),
    ]
