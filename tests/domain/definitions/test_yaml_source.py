"""Reading YAML: what values mean, where they stand, and what is refused, with either parser of PyYAML."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from aqss.domain.definitions.nodes import Findings, ListNode, MappingNode, Node, ScalarNode, plain
from aqss.domain.definitions.yaml_source import LONGEST, read_yaml

PARSERS = [pytest.param(yaml.CSafeLoader, id="C"), pytest.param(yaml.SafeLoader, id="python")]


def read(text: str | bytes, loader=yaml.CSafeLoader):
    findings = Findings("f.yaml")
    node = read_yaml(text.encode() if isinstance(text, str) else text, findings, loader)
    return node, [(problem.code, problem.line, problem.column) for problem in findings.problems]


def is_whole(node) -> bool:
    """Whether nothing inside ``node`` was refused."""
    if isinstance(node, ListNode):
        return all(is_whole(element) for element in node.elements)
    if isinstance(node, MappingNode):
        return node.keys.keys() == node.entries.keys() and all(map(is_whole, node.entries.values()))
    return isinstance(node, ScalarNode)


def is_nothing(node) -> bool:
    """An empty file, or one null or impossible number: told by the tree, as any file that is no mapping."""
    return node is None or type(node) is Node


def value_of(text: str, loader=yaml.CSafeLoader):
    node, problems = read(f"a: {text}\n", loader)
    assert problems == []
    return plain(node)["a"]


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize(
    "text",
    [
        *("no", "yes", "on", "Off", "y", "None", "tRue", "nan", "inf", "<<", "=", "+", "."),
        *("12:30", "1:30:00", "2024-01-31", "2001-12-14T21:59:43.10-05:00", "1.2.3", "1_000"),
        *("08", "-08", "08.5", "0b11", "0o8", "0xg", "1e", "e3"),
    ],
)
def test_words_of_older_yaml_are_text(text, loader):
    assert value_of(text, loader) == text


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-12", -12),
        ("+3", 3),
        ("0o17", 15),
        ("0x1F", 31),
        ("999999999999999", 999999999999999),
    ],
)
def test_booleans_and_whole_numbers_are_read_as_in_the_core_schema(text, value, loader):
    read_value = value_of(text, loader)
    assert (read_value, type(read_value)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.8", "0.8"),
        ("0.80", "0.80"),
        ("-.5", "-0.5"),
        ("1.", "1"),
        ("1e3", "1E+3"),
        ("2.5E-2", "0.025"),
        ("0.1", "0.1"),
    ],
)
def test_decimals_are_exactly_those_written(text, value):
    read_value = value_of(text)
    assert isinstance(read_value, Decimal)
    assert read_value.as_tuple() == Decimal(value).as_tuple()


@pytest.mark.parametrize("quoted", ['"true"', "'12'", '"0.5"', '""', "'~'", "|-\n  12"])
def test_what_is_quoted_is_text(quoted):
    assert isinstance(value_of(quoted), str)


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize(
    "text", [".nan", ".inf", "-.INF", "1e309", "-1e309", "1e-400", "1" * 16, "1e15", "0x" + "f" * 14]
)
def test_a_number_that_cannot_be_computed_with_is_refused(text, loader):
    assert read(f"a: {text}", loader)[1] == [("YAML-015", 1, 4)]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8))
def test_any_ordinary_decimal_is_read_exactly(number):
    assert value_of(format(number, "f")) == number


@pytest.mark.parametrize("loader", PARSERS)
def test_values_and_keys_have_their_places(loader):
    node, _ = read("# é\nà: {b: [1, deux]}\nc:\n  - d: |\n      texte\n", loader)
    assert isinstance(node, MappingNode)
    places = [
        node.mark,
        node.keys["c"],
        node.entries["à"].keys["b"],
        node.entries["à"].entries["b"].elements[1].mark,
        node.entries["c"].elements[0].mark,
        node.entries["c"].elements[0].entries["d"].mark,
    ]
    assert [(mark.line, mark.column) for mark in places] == [(1, 0), (2, 0), (1, 4), (1, 11), (3, 4), (3, 7)]


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize("prefix", ["", "\ufeff", "---\n", "%YAML 1.2\n---\n", "# commentaire\n"])
@pytest.mark.parametrize("suffix", ["", "...\n", "# fin\n"])
def test_one_document_may_be_marked_as_yaml_allows(prefix, suffix, loader):
    node, problems = read(f"{prefix}a: 1\n{suffix}", loader)
    assert (plain(node), problems) == ({"a": 1}, [])


@pytest.mark.parametrize("loader", PARSERS)
def test_lines_may_end_as_on_windows(loader):
    node, problems = read("a: 1\r\nb: >-\r\n  un\r\n  deux\r\nc: ~\r\n", loader)
    assert plain(node.entries["b"]) == "un deux"
    assert problems == [("DEF-004", 5, 4)]


@pytest.mark.parametrize("loader", PARSERS)
def test_one_fault_hides_no_other(loader):
    text = "a: &x 1\nb: *x\na: 2\n3: 4\nc:\nd: .nan\ne: !!str 5\nf: [*x, {g: h, g: i}]\n"
    assert read(text, loader)[1] == [
        ("YAML-009", 1, 4),
        ("YAML-010", 2, 4),
        ("YAML-008", 3, 1),
        ("YAML-013", 4, 1),
        ("DEF-004", 5, 3),
        ("YAML-015", 6, 4),
        ("YAML-011", 7, 4),
        ("YAML-010", 8, 5),
        ("YAML-008", 8, 16),
    ]


@pytest.mark.parametrize("text", ["", "a: ~", "- *x"])
def test_what_was_refused_has_no_value(text):
    with pytest.raises(ValueError, match="refused"):
        plain(read(text)[0])


def test_the_first_of_two_equal_keys_is_kept():
    assert plain(read("a: 1\na: 2\n")[0]) == {"a": 1}


def test_keys_are_equal_as_text_however_they_are_quoted():
    assert read("a: 1\n'a': 2\n\"\\x61\": 3\n")[1] == [("YAML-008", 2, 1), ("YAML-008", 3, 1)]


def test_yes_is_a_key_like_any_other():
    assert plain(read("yes: 1\nno: 2\n12:30: 3\n")[0]) == {"yes": 1, "no": 2, "12:30": 3}


@pytest.mark.parametrize("key", ["true", "~", "0.5", "12", "[a]", "{a: b}", "null"])
def test_a_key_that_is_no_text_is_refused(key):
    assert read(f"? {key}\n: 1\nb: 2\n")[1][0] == ("YAML-013", 1, 3)


def test_text_that_is_not_utf8_is_told_where_it_stops_being_so_and_the_rest_is_read():
    _, problems = read("a: é\nb: ".encode() + b"\xe9\nc: 1\nc: 2\n")
    assert problems == [("YAML-002", 2, 4), ("YAML-008", 4, 1)]


def test_a_file_of_the_greatest_size_is_read():
    node, problems = read(b"a: 1 #" + b"x" * (LONGEST - 6))
    assert (plain(node), problems) == ({"a": 1}, [])


def test_levels_are_counted_from_the_outside():
    assert read("[" * 20 + "]" * 20)[1] == []
    assert read("[" * 21 + "]" * 21)[1] == [("YAML-014", 1, 21)]
    assert read("{a: " * 100_000)[1] == [("YAML-014", 1, 81)]


def test_a_bomb_of_aliases_is_never_expanded():
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    _, problems = read("\n".join(lines))
    assert {code for code, _, _ in problems} == {"YAML-009", "YAML-010"}
    assert len(problems) == 30 + 29 * 9


def test_an_alias_to_itself_goes_nowhere():
    assert [code for code, _, _ in read("a: &a [*a]\n")[1]] == ["YAML-009", "YAML-010"]


def test_invisible_characters_are_told_on_each_line():
    assert read("a: x\u200fy\nb: x\u202ey\nc: \ufeffz\n# \u0085\n\x00d: 1\n")[1] == [
        ("YAML-004", 2, 5),
        ("YAML-004", 3, 4),
        ("YAML-004", 4, 3),
        ("YAML-004", 5, 1),
    ]


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize("text", ["👩‍⚕️ l’équipe œuvre", "e\u0301", "שלום", "\U0010fffd", "1\u00a0000\u202f€"])
def test_letters_of_all_languages_are_read(text, loader):
    assert value_of(text, loader) == text


@pytest.mark.parametrize("loader", PARSERS)
@pytest.mark.parametrize(
    "escape", [r"\0", r"\a", r"\e", r"\x85", r"\u2028", r"\r", r"\t", r"\ud800", r"\U0011ffff", r"\q"]
)
def test_an_escape_that_makes_no_readable_character_is_refused(escape, loader):
    (problem,) = read(f'a: "x{escape}"', loader)[1]
    assert problem[0] in ("YAML-004", "YAML-005")


@pytest.mark.parametrize("loader", PARSERS)
@given(st.binary(max_size=200))
@example(b"\xff\xfea\x00")
@example(b"%TAG ! tag:x,2000:\n--- !a\n")
@example(b'"\\U00110000"')
@example(b"? ? ? a")
def test_bytes_are_either_read_or_told(loader, data):
    node, problems = read(data, loader)
    assert problems or is_nothing(node) or is_whole(node)


_WORDS = st.sampled_from(
    [
        *(
            "a",
            "b:",
            ": ",
            "- ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&x ",
            "*x",
            "!t ",
            "|",
            ">",
            "'",
            '"',
            "@",
            "`",
        ),
        *("\n", "\n  ", "\t", "\r", "\x00", "\ufeff", "é", "\\", "#", "---\n", "...\n", "%YAML 1.2\n"),
        *("0.5", "08", "~", "true", "<<: "),
    ]
)


@pytest.mark.parametrize("loader", PARSERS)
@given(st.lists(_WORDS, max_size=40).map("".join))
def test_text_is_either_read_or_told(loader, text):
    node, problems = read(text, loader)
    assert problems or is_nothing(node) or is_whole(node)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.text(st.characters(categories=["L", "N", "P", "Zs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc-"), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_what_pyyaml_writes_means_the_same_or_is_told(value):
    node, problems = read(yaml.safe_dump({"a": value}, allow_unicode=True))
    if not problems:
        assert plain(node) == {"a": _as_tuples(value)}


def _as_tuples(value):
    if isinstance(value, list):
        return tuple(_as_tuples(element) for element in value)
    return {key: _as_tuples(inner) for key, inner in value.items()} if isinstance(value, dict) else value
