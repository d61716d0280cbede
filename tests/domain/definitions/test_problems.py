"""Each problem code: what it takes to see it, where it is told, and where it is explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aqss.domain.definitions.checking import check_definitions
from aqss.domain.definitions.problems import RULES, Place, Problem, advise, make_problem, show
from tests.domain.definitions.examples import (
    EXAMPLES,
    HERE,
    WHOLE_EXAMPLES,
    Example,
    WholeExample,
    catalogue_files,
)

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "problems.md"

TOLD_ELSEWHERE = {
    "YAML-017": "tests/services/test_checking.py",
    "GRID-014": "tests/domain/definitions/test_editions.py",
    "WF-020": "tests/domain/definitions/test_editions.py",
}
"""Codes that need a folder, or what is already published."""


def place_of_mark(text: str) -> tuple[int, int]:
    before = text[: text.index(HERE)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def test_the_small_catalogue_has_no_problem():
    assert check_definitions(catalogue_files()) == ()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.code} {e.after[:40]}")
def test_a_broken_rule_is_told_at_its_place_and_alone(example: Example):
    files = catalogue_files((example.path, example.before, example.after))
    text = files[example.path].decode()
    (problem,) = check_definitions({**files, example.path: text.replace(HERE, "").encode()})
    assert (problem.code, problem.path, (problem.line, problem.column)) == (
        example.code,
        example.path,
        place_of_mark(text),
    )
    assert example.shown in problem.message


@pytest.mark.parametrize("example", WHOLE_EXAMPLES, ids=lambda e: f"{e.code} {e.path}")
def test_a_broken_file_is_told_at_its_place_and_alone(example: WholeExample):
    (problem,) = check_definitions(example.files)
    assert (problem.code, problem.path, problem.line, problem.column) == (
        example.code,
        example.path,
        example.line,
        example.column,
    )
    assert example.shown in problem.message


def test_every_code_has_an_example():
    shown = {example.code for example in (*EXAMPLES, *WHOLE_EXAMPLES)}
    assert sorted(RULES) == sorted(shown | set(TOLD_ELSEWHERE))
    for code, path in TOLD_ELSEWHERE.items():
        assert code in (DOCUMENTATION.parents[1] / path).read_text(encoding="utf-8")


def test_every_code_is_documented_with_its_rule_an_example_and_a_remedy():
    sections = re.split(r"^### ", DOCUMENTATION.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    documented = dict(section.split("\n", 1) for section in sections)
    assert list(documented) == [f"{code}\u00a0: {rule.title}" for code, rule in RULES.items()]
    for heading, text in documented.items():
        assert "```" in text, f"{heading}: an example is missing"
        assert re.search(r"```\n\n(?!#)\S", text), f"{heading}: the remedy is missing after the example"


def test_all_problems_of_all_files_are_told_in_file_order():
    changes = [
        ("grids/soins/coordination.yaml", "weight: 2", "weight: -1"),
        ("grids/soins/coordination.yaml", "grid: coordination", "grid: autre"),
        ("grids/soins/coordination.yaml", "scale: taux", "scale: tauxx"),
        ("grids/scales.yaml", "level: partiel", "level: nsp"),
        ("workflows/campagne.yaml", "to: cotation", "to: cotations"),
        ("workflows/action.yaml", "action\nversion", "[action\nversion"),
    ]
    told = check_definitions(catalogue_files(*changes))
    assert [(problem.path, problem.code) for problem in told] == [
        ("grids/scales.yaml", "SCALE-003"),
        ("grids/soins/coordination.yaml", "GRID-001"),
        ("grids/soins/coordination.yaml", "GRID-012"),
        ("grids/soins/coordination.yaml", "REF-001"),
        ("workflows/action.yaml", "YAML-005"),
        ("workflows/campagne.yaml", "WF-006"),
    ]


def test_a_shared_file_that_cannot_be_read_hides_no_other_problem_and_makes_none():
    broken = catalogue_files(
        ("grids/scales.yaml", "scales:", "scales: ["),
        ("grids/soins/coordination.yaml", "weight: 2", "weight: 0"),
    )
    assert [problem.code for problem in check_definitions(broken)] == ["YAML-005", "GRID-012"]


def test_a_problem_reads_as_one_line_of_a_compiler():
    problem = make_problem("GRID-012", Place("grids/soins/x.yaml", 41, 15), found=-1)
    assert str(problem) == (
        "grids/soins/x.yaml:41:15: GRID-012 le poids doit être supérieur à 0, trouvé -1."
        " Écrire 1 ou enlever la ligne."
    )


def test_a_problem_stays_on_one_line_whatever_it_shows():
    problem = make_problem("YAML-008", Place("a\nb\udce9.yaml"), found="x\r\ny\x1b[31m", line=3)
    assert len(str(problem).splitlines()) == 1
    assert str(problem).encode("utf-8").startswith(b"a\\u000ab\\udce9.yaml:1:1: YAML-008")


def test_a_long_value_is_shown_short():
    assert show("x" * 100) == f"« {'x' * 59}… »"


def test_problems_sort_by_file_then_place():
    places = [("b", 1, 1), ("a", 10, 1), ("a", 9, 20), ("a", 9, 3)]
    problems = sorted(Problem(*place, "X-001", "") for place in places)
    assert [(p.path, p.line, p.column) for p in problems] == [
        ("a", 9, 3),
        ("a", 9, 20),
        ("a", 10, 1),
        ("b", 1, 1),
    ]


def test_a_near_word_is_suggested_and_else_the_words_are_listed():
    assert advise("dentiare", ["dentaire", "vaccins"]) == "Écrire « dentaire »"
    assert advise("zzz", ["dentaire", "vaccins"]) == "Choisir parmi : dentaire, vaccins"
    assert advise("zzz", [f"mot-{n}" for n in range(20)]).endswith("mot-11, …")
    assert advise("zzz", []) == "Aucun mot n’est déclaré"
