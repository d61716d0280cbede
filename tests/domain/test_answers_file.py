"""The file of answers: everything wrong with it is told, at its place, with what to write instead."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.answers_file import RULES, AnswersFile, read_answers
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Band, Criterion, Grid, Section
from aqss.domain.definitions.scales import Level, LevelsScale, NumberScale, Scale, TextScale
from aqss.domain.scoring import NotApplicable, Rated, Unknown

SCALES: tuple[Scale, ...] = (
    LevelsScale(
        scale="maitrise",
        label="Maîtrise",
        kind="levels",
        levels=(
            Level(level="oui", label="Oui", value=Decimal(1)),
            Level(level="partiel", label="En partie", value=Decimal("0.5")),
            Level(level="non", label="Non", value=Decimal(0)),
        ),
    ),
    NumberScale(
        scale="taux", label="Taux", kind="number", min=Decimal(0), max=Decimal(100), decimals=1,
        worst=Decimal(20), best=Decimal(5),
    ),
    NumberScale(scale="solde", label="Solde", kind="number", max=Decimal(9)),
    NumberScale(scale="nombre", label="Nombre", kind="number", min=Decimal(0), decimals=2),
    TextScale(scale="libre", label="Libre", kind="text"),
)  # fmt: skip

CRITERIA = {"A1-01": None, "A1-02": None, "T1": "taux", "S1": "solde", "N1": "nombre", "L1": "libre"}

GRID = EditionContent(
    grid=Grid(
        grid="essai", version=1, module="outils", title="Essai", purpose="Essayer.", scale="maitrise",
        respondents=("tous",),
        sections=(
            Section(
                section="seule",
                title="Seule",
                criteria=tuple(
                    Criterion(criterion=code, statement="Un énoncé.", scale=scale)
                    for code, scale in CRITERIA.items()
                ),
            ),
        ),
    ),
    module_title="Outils",
    scales=SCALES,
    bands=(Band.model_validate({"from": Decimal(0), "band": "a-traiter", "label": "À traiter"}),),
    provisional_below=Decimal("0.8"),
)  # fmt: skip

LEVELS = "Choisir parmi : oui, partiel, non, nsp"
REASON = 'Écrire {na: "la raison"}'
NUMBER = "L’écrire sans guillemets, avec un point pour les décimales"
VALUE = "Écrire une valeur ou enlever la ligne"


def read(text: str | bytes) -> AnswersFile:
    data = text.encode() if isinstance(text, str) else text
    return read_answers(data, "reponses.yaml", GRID, ["mt", "dentaire"])


def answer(written: str, code: str = "A1-01") -> Any:
    """What ``code: written`` is read as."""
    found = read(f"profile: []\nanswers:\n  {code}: {written}\n")
    assert found.problems == ()
    return found.answers[code]


def told(written: str, code: str = "A1-01") -> list[str]:
    """The problems of ``code: written``, without their place."""
    found = read(f"profile: []\nanswers:\n  {code}: {written}\n")
    assert found.answers == {}
    assert all(problem.line == 3 for problem in found.problems)
    return [f"{problem.code} {problem.message}".replace("\u00a0", " ") for problem in found.problems]


def codes(text: str | bytes) -> list[str]:
    return [problem.code for problem in read(text).problems]


def test_the_contracts_example_is_read() -> None:
    found = read('{profile: [mt, dentaire], answers: {A1-01: oui, A1-02: {na: "pas de réunion"}, T1: nsp}}')
    assert found.problems == ()
    assert found.profile == {"mt", "dentaire"}
    assert found.answers == {"A1-01": Rated("oui"), "A1-02": NotApplicable("pas de réunion"), "T1": Unknown()}


def test_the_same_is_read_from_json() -> None:
    document = {
        "profile": ["mt"],
        "answers": {"A1-01": "oui", "T1": 12.5, "A1-02": {"na": 'été 😀 \\ "x" /'}},
    }
    plain = read(json.dumps(document, ensure_ascii=False))
    assert plain.answers["A1-02"] == NotApplicable('été 😀 \\ "x" /')
    for indent in (None, 2, "\t"):
        assert read(json.dumps(document, indent=indent)) == plain
    assert read(b"\xef\xbb\xbf" + json.dumps(document, indent="\t").encode()) == plain


def test_two_halves_of_a_character_after_a_backslash_stay_what_they_are() -> None:
    text = r'{"profile":[],"answers":{"A1-01":{"na":"\\ud83d\\ude00"}}}'
    assert read(text).answers["A1-01"] == NotApplicable(r"\ud83d\ude00")


def test_half_a_character_is_refused() -> None:
    assert codes(r'{"profile":[],"answers":{"A1-01":{"na":"\ud83d"}}}') == ["YAML-005"]


def test_a_level_is_read_as_text_whatever_yaml_1_1_thought_of_it() -> None:
    assert told("no") == [
        "ANSWER-002 le niveau doit être dans l’échelle du critère, trouvé « no ». Écrire « non »."
    ]
    assert answer("oui") == Rated("oui")
    assert answer('"oui"') == Rated("oui")


@pytest.mark.parametrize(
    ("written", "number"), [("12.5", "12.5"), ("0", "0"), ("100", "100"), ("1e1", "10"), ("12.50", "12.5")]
)
def test_a_number_is_read_as_the_decimal_written(written: str, number: str) -> None:
    assert answer(written, "T1") == Rated(Decimal(number))


def test_words_are_read() -> None:
    assert answer("Un secrétariat de plus.", "L1") == Rated("Un secrétariat de plus.")


@pytest.mark.parametrize(
    ("code", "written", "expected", "remedy"),
    [
        ("A1-01", "ouii", "ANSWER-002", "Écrire « oui »"),
        ("A1-01", "Nsp", "ANSWER-002", "Écrire « nsp »"),
        ("A1-01", '""', "ANSWER-002", LEVELS),
        ("A1-01", "-1", "ANSWER-002", LEVELS),
        ("A1-01", "99", "ANSWER-002", LEVELS),
        ("A1-01", "true", "ANSWER-002", LEVELS),
        ("A1-01", "NaN", "ANSWER-002", "Écrire « non »"),
        ("A1-01", "[oui]", "ANSWER-007", "Écrire une seule réponse, sans crochets"),
        ("A1-01", "{oui: 1}", "ANSWER-007", REASON),
        ("A1-01", "{}", "ANSWER-007", REASON),
        ("A1-01", "{na: x, nsp: y}", "ANSWER-007", REASON),
        ("A1-01", "na", "ANSWER-008", REASON),
        ("A1-01", '{na: ""}', "ANSWER-008", REASON),
        ("A1-01", '{na: "  "}', "ANSWER-008", REASON),
        ("A1-01", "{na: 12}", "ANSWER-008", REASON),
        ("A1-01", "{na: [x]}", "ANSWER-008", REASON),
        ("A1-01", "{na: {}}", "ANSWER-008", REASON),
        ("A1-01", "{na: true}", "ANSWER-008", REASON),
        ("A1-01", "{na: " + "x" * 501 + "}", "ANSWER-010", "Écrire au plus 500 caractères"),
        ("A1-01", r'{na: "a\0"}', "YAML-004", "Enlever ce caractère invisible"),
        ("A1-01", r'{na: "a\uFDD0"}', "ANSWER-011", "Enlever le caractère invisible"),
        ("A1-01", '{na: "1 84 12 76 451 089 46"}', "ANSWER-012", "Enlever le numéro de sécurité sociale"),
        ("A1-01", "~", "DEF-004", VALUE),
        ("A1-01", "{na: }", "DEF-004", VALUE),
        ("T1", "oui", "ANSWER-003", NUMBER),
        ("T1", "12,5", "ANSWER-003", NUMBER),
        ("T1", '"12.5"', "ANSWER-003", NUMBER),
        ("T1", "NaN", "ANSWER-003", NUMBER),
        ("T1", "true", "ANSWER-003", NUMBER),
        ("T1", "100.1", "ANSWER-004", "Écrire un nombre de 0 à 100"),
        ("T1", "-1", "ANSWER-004", "Écrire un nombre de 0 à 100"),
        ("S1", "10", "ANSWER-004", "Écrire un nombre jusqu’à 9"),
        ("N1", "-0.5", "ANSWER-004", "Écrire un nombre à partir de 0"),
        ("T1", "12.55", "ANSWER-005", "Écrire au plus 1 décimale"),
        ("S1", "0.5", "ANSWER-005", "Écrire un nombre entier"),
        ("N1", "0.005", "ANSWER-005", "Écrire au plus 2 décimales"),
        ("N1", "123456789012345", "ANSWER-006", "Écrire au plus 14 chiffres"),
        ("L1", "12", "ANSWER-009", "Mettre la valeur entre guillemets"),
        ("L1", '" "', "DEF-004", VALUE),
        ("L1", "x" * 2001, "ANSWER-010", "Écrire au plus 2000 caractères"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_told_with_its_remedy(
    code: str, written: str, expected: str, remedy: str
) -> None:
    problem, *others = told(written, code)
    assert others == []
    assert problem.startswith(f"{expected} ")
    assert problem.endswith(f". {remedy}.")


@pytest.mark.parametrize(
    "written", [".nan", ".inf", "-.Inf", "1e309", "-1e309", "1e-400", "9" * 400, "0." + "1" * 99]
)
def test_a_number_beyond_reason_is_refused_as_it_is_read(written: str) -> None:
    assert [problem[:8] for problem in told(written, "T1")] == ["YAML-015"]


def test_both_faults_of_a_number_are_told() -> None:
    assert [problem[:10] for problem in told("100.25", "T1")] == ["ANSWER-004", "ANSWER-005"]


def test_an_unknown_criterion_is_told_at_its_name_with_the_nearest() -> None:
    problem, *others = read("profile: []\nanswers: {A1-01: oui, A1-1: oui}").problems
    assert others == []
    assert str(problem).replace("\u00a0", " ") == (
        "reponses.yaml:2:23: ANSWER-001 le critère doit être dans la grille, trouvé « A1-1 ». "
        "Écrire « A1-01 »."
    )


def test_an_unknown_flag_is_told_with_the_nearest() -> None:
    problem, *others = read("profile: [mt, dentair]\nanswers: {}").problems
    assert others == []
    assert str(problem).startswith("reponses.yaml:1:15: REF-002 ")
    assert "dentaire" in problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["YAML-007"]),
        ("~", ["YAML-007"]),
        ("oui", ["YAML-007"]),
        ("[1]", ["YAML-007"]),
        ("{}", ["DEF-002", "DEF-002"]),
        ("profile: []", ["DEF-002"]),
        ("answers: {}", ["DEF-002"]),
        ("profile: mt\nanswers: {}", ["DEF-003"]),
        ("profile: {mt: true}\nanswers: {}", ["DEF-003"]),
        ("profile: [mt, 3, [dentaire], true]\nanswers: {}", ["DEF-003", "DEF-003", "DEF-003"]),
        ("profile: [~]\nanswers: {}", ["DEF-004"]),
        ("profile:\nanswers: {}", ["DEF-004"]),
        ("profile: []\nanswers:", ["DEF-004"]),
        ("profile: []\nanswers: [A1-01]", ["DEF-003"]),
        ("profile: []\nanswers: oui", ["DEF-003"]),
        ("profile: []\nanswers: {}\nreponses: {}", ["DEF-001"]),
        ("profile: []\nprofile: []\nanswers: {}", ["YAML-008"]),
        ("profile: []\nanswers: {A1-01: oui, A1-01: non}", ["YAML-008"]),
        ("profile: []\nanswers: {1: oui}", ["YAML-013"]),
        ("profile: []\nanswers: {A1-01: &a oui, A1-02: *a}", ["YAML-009", "YAML-010"]),
        ("profile: []\nanswers: {A1-01: !!python/object:os.system oui}", ["YAML-011"]),
        ("profile: []\n---\nanswers: {}", ["DEF-002", "YAML-006"]),
        ("{", ["YAML-005"]),
        ('{"profile": [], "answers": {"A1-01": "oui", "A1-01": "oui"}}', ["YAML-008"]),
        ('{"profile": [], "answers": {"A1-01": NaN, "T1": -Infinity}}', ["ANSWER-002", "ANSWER-003"]),
        ("[" * 5000 + "]" * 5000, ["YAML-014"]),
        (b"\xff\xfe{", ["YAML-002"]),
        (b"profile: [\xe9]\nanswers: {}", ["REF-002", "YAML-002"]),
        (b"profile: []\nanswers: {} # \x00", ["YAML-004"]),
        (b" " * (1024 * 1024 + 1), ["YAML-003"]),
    ],
    ids=repr,
)  # fmt: skip
def test_a_file_out_of_shape_is_told(text: str | bytes, expected: list[str]) -> None:
    assert sorted(codes(text)) == expected


def test_every_fault_is_told_in_the_order_of_the_file() -> None:
    text = "answers:\n  A1-01: peut-etre\n  A9: oui\n  T1: 101\nautre: 1\nprofile: [xyz]\n"
    assert [(problem.line, problem.code) for problem in read(text).problems] == [
        (2, "ANSWER-002"),
        (3, "ANSWER-001"),
        (4, "ANSWER-004"),
        (5, "DEF-001"),
        (6, "REF-002"),
    ]


def test_a_flag_given_twice_is_given() -> None:
    assert read("profile: [mt, mt]\nanswers: {}").profile == {"mt"}


@given(st.binary(max_size=60))
def test_any_bytes_are_answers_or_problems(data: bytes) -> None:
    found = read(data)
    assert found.problems or found.answers == {}


_numbers = st.integers() | st.floats()
_words = st.text(max_size=9) | st.sampled_from(["oui", "nsp", "na"])
_values = st.recursive(
    st.none() | st.booleans() | _numbers | _words,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["na", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(
    st.lists(st.sampled_from(["mt", "x"])) | _values,
    st.dictionaries(st.sampled_from([*CRITERIA, "Z"]), _values),
)
def test_any_json_is_answers_or_problems(profile: Any, answers: Any) -> None:
    found = read(json.dumps({"profile": profile, "answers": answers}))
    assert found.problems or set(found.answers) == set(answers)


def test_every_code_has_a_rule_and_a_remedy() -> None:
    for rule in RULES.values():
        assert rule.title
        assert rule.remedy
