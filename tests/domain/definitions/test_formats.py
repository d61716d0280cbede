"""What each kind of value accepts where it stands, and what editors are told of it."""

from __future__ import annotations

import pytest

from aqss.domain.definitions.formats import (
    Choice,
    Format,
    Identifier,
    Keys,
    Kinds,
    Listing,
    Number,
    Span,
    Text,
    Truth,
    advise_span,
    described,
    is_identifier,
)
from aqss.domain.definitions.nodes import Findings
from aqss.domain.definitions.yaml_source import read_yaml

POINT = Keys({"x": Number()}, {"label": Text()})
SHAPE = Kinds(
    "kind",
    {
        "circle": Keys({"radius": Number()}, fixed={"kind": "circle"}),
        "line": Keys({"length": Number()}, fixed={"kind": "line"}),
    },
)


def told(wanted: Format, written: str) -> list[str]:
    """The codes of the problems of ``written`` where ``wanted`` is asked for."""
    findings = Findings("essai.yaml")
    root = read_yaml(f"value: {written}\n".encode(), findings)
    value = root.entry("value") if root else None
    assert value is not None
    wanted.check(value, findings)
    return [problem.code for problem in findings.problems]


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        (Text(), "Des mots."),
        (Text(), "x" * 2000),
        (Identifier(), "nom-2"),
        (Identifier(), "n" * 80),
        (Identifier(capitals=True), "A-01"),
        (Choice(("un", "deux")), "deux"),
        (Span("[0-9]+d"), "14d"),
        (Truth(), "true"),
        (Truth(), "false"),
        (Number(), "-0.5"),
        (Number(whole=True), "3"),
        (Number(least=0, most=1), "0"),
        (Number(least=0, most=1), "1"),
        (Number(above=0), "0.1"),
        (Listing(Text()), "[un]"),
        (Listing(Text(), fewest=2), "[un, deux]"),
        (Listing(Text(), most=2), "[un, deux]"),
        (POINT, "{x: 1}"),
        (POINT, "{x: 1, label: Ici}"),
        (SHAPE, "{kind: line, length: 2}"),
    ],
)
def test_what_is_asked_for_is_accepted(wanted: Format, written: str) -> None:
    assert told(wanted, written) == []


@pytest.mark.parametrize(
    ("wanted", "written", "codes"),
    [
        (Text(), "3", ["DEF-003"]),
        (Text(), "[un]", ["DEF-003"]),
        (Text(), '""', ["DEF-004"]),
        (Text(), '"  "', ["DEF-004"]),
        (Text(), "x" * 2001, ["DEF-006"]),
        (Identifier(), "Nom", ["DEF-007"]),
        (Identifier(), "1nom", ["DEF-007"]),
        (Identifier(), "n" * 81, ["DEF-007"]),
        (Identifier(), "true", ["DEF-003"]),
        (Identifier(capitals=True), "1A", ["DEF-007"]),
        (Choice(("un", "deux")), "trois", ["DEF-008"]),
        (Choice(("un", "deux")), "1", ["DEF-003"]),
        (Span("[0-9]+d"), "14w", ["WF-018"]),
        (Span("[0-9]+d"), "14", ["DEF-003"]),
        (Truth(), "oui", ["DEF-003"]),
        (Truth(), '"true"', ["DEF-003"]),
        (Truth(), "1", ["DEF-003"]),
        (Number(), "true", ["DEF-003"]),
        (Number(), '"3"', ["DEF-003"]),
        (Number(), "{x: 1}", ["DEF-003"]),
        (Number(whole=True), "0.5", ["DEF-003"]),
        (Number(least=0), "-1", ["DEF-009"]),
        (Number(least=0, most=1), "1.1", ["DEF-009"]),
        (Number(above=0, too_low="GRID-012"), "0", ["GRID-012"]),
        (Number(least=0, most=1, too_high="GRID-012"), "2", ["GRID-012"]),
        (Listing(Text()), "un", ["DEF-003"]),
        (Listing(Text()), "[]", ["DEF-005"]),
        (Listing(Text(), fewest=2, too_few="SCALE-012"), "[un]", ["SCALE-012"]),
        (Listing(Text(), fewest=2, too_few="SCALE-012"), "[]", ["DEF-005"]),
        (Listing(Text(), most=2), "[un, deux, 3, quatre]", ["DEF-010", "DEF-003"]),
        (Listing(Number()), "[un, 2, trois]", ["DEF-003", "DEF-003"]),
        (POINT, "[x]", ["DEF-003"]),
        (POINT, "{label: Ici}", ["DEF-002"]),
        (POINT, "{x: 1, y: 2}", ["DEF-001"]),
        (POINT, "{x: un, label: 2}", ["DEF-003", "DEF-003"]),
        (SHAPE, "circle", ["DEF-003"]),
        (SHAPE, "{length: 2}", ["DEF-002"]),
        (SHAPE, "{kind: square}", ["DEF-008"]),
        (SHAPE, "{kind: [line]}", ["DEF-003"]),
        (SHAPE, "{kind: circle, length: 2}", ["DEF-001", "DEF-002"]),
    ],
)
def test_another_value_is_told_by_the_rule_it_breaks(wanted: Format, written: str, codes: list[str]) -> None:
    assert told(wanted, written) == codes


def test_a_value_already_told_is_told_nothing_more() -> None:
    for wanted in (Text(), Truth(), Number(), Listing(Text()), POINT, SHAPE):
        assert told(wanted, "!!python/object:os.system oui") == ["YAML-011"]


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("Mon Nom", "« mon-nom »"),
        ("1er Étage", "« er-etage »"),
        ("Reçu à l’été", "« recu-a-l-ete »"),
        ("___", "« mon-nom »"),
    ],
)
def test_a_name_that_is_none_comes_with_one_that_is_allowed(written: str, advice: str) -> None:
    findings = Findings("essai.yaml")
    root = read_yaml(f"value: {written}\n".encode(), findings)
    value = root.entry("value") if root else None
    assert value is not None
    Identifier().check(value, findings)
    (problem,) = findings.problems
    assert advice in problem.message.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("wanted", "schema"),
    [
        (Identifier(), {"type": "string", "maxLength": 80, "pattern": "^[a-z][a-z0-9-]*$"}),
        (Choice(("un", "deux")), {"enum": ["un", "deux"]}),
        (Truth(default=False), {"type": "boolean", "default": False}),
        (Truth(), {"type": "boolean"}),
        (Number(whole=True, least=1, most=50), {"type": "integer", "minimum": 1, "maximum": 50}),
        (Number(above=0, default=1), {"type": "number", "exclusiveMinimum": 0, "default": 1}),
        (
            Listing(Truth(), fewest=2),
            {"type": "array", "minItems": 2, "items": {"type": "boolean"}},
        ),
        (
            Keys({}, {"any": Truth(), "all": Truth()}, exactly_one=True),
            {
                "type": "object",
                "properties": {"any": {"type": "boolean"}, "all": {"type": "boolean"}},
                "required": [],
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            },
        ),
    ],
)
def test_editors_are_told_the_same(wanted: Format, schema: dict[str, object]) -> None:
    assert wanted.schema() == schema


def test_editors_are_told_what_a_value_is_for_when_it_says_so() -> None:
    assert described(Truth("À cocher.")) == {"type": "boolean", "description": "À cocher."}
    assert described(Truth()) == {"type": "boolean"}


def test_editors_are_told_the_keys_of_each_kind() -> None:
    first, second = SHAPE.schema()["oneOf"]
    assert first["required"] == ["kind", "radius"]
    assert second["properties"]["kind"] == {"const": "line"}


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("14 jours", "Écrire « 14d »"),
        ("3 semaines", "Écrire « 3w »"),
        ("2 sem.", "Écrire « 2w »"),
        ("12 H", "Écrire « 12h »"),
        ("7j", "Écrire « 7d »"),
        ("2 mois", "Écrire par exemple 12h"),
        ("0 jour", "Écrire par exemple 12h"),
        ("99999 jours", "Écrire par exemple 12h"),
        ("bientôt", "Écrire par exemple 12h"),
    ],
)
def test_a_span_said_in_words_comes_with_the_way_to_write_it(written: str, advice: str) -> None:
    assert advise_span(written).replace("\u00a0", " ").startswith(advice)


@pytest.mark.parametrize(
    ("written", "advice"),
    [("medecin", "[medecin]"), ("Un texte", "[un, deux]"), ("12", "[un, deux]"), ("{a: 1}", "[un, deux]")],
)
def test_a_word_that_should_be_a_list_comes_as_one(written: str, advice: str) -> None:
    findings = Findings("essai.yaml")
    root = read_yaml(f"value: {written}\n".encode(), findings)
    value = root.entry("value") if root else None
    assert value is not None
    Listing(Identifier()).check(value, findings)
    (problem,) = findings.problems
    assert advice in problem.message


@pytest.mark.parametrize("text", ["", "Un", "1er", "été", "a b", "x" * 81])
def test_what_cannot_name_anything_is_no_identifier(text: str) -> None:
    assert not is_identifier(text)
    assert is_identifier("x" * 80)
