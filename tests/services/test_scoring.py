"""A grid file and a file of answers: the scores, or every fault that stops them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aqss.domain.definitions.problems import Problem
from aqss.domain.errors import Misconfigured
from aqss.services.scoring import score_file
from tests.definition_files import GOOD_ANSWERS, ExampleGrids


class Bench(ExampleGrids):
    """The grids of the examples, and what is made of them."""

    def score(self, grid: str, answers: str) -> dict[str, Any]:
        scored = score_file(self.grid(grid), self.given(answers))
        assert isinstance(scored, dict)
        return scored

    def problems(self, grid: str, answers: str = GOOD_ANSWERS) -> list[Problem]:
        found = score_file(self.grid(grid), self.given(answers))
        assert isinstance(found, list)
        return found

    def refused(self, grid: str | Path, answers: str = GOOD_ANSWERS) -> list[str]:
        """Every fault, with spaces that may break."""
        path = self.grid(grid) if isinstance(grid, str) else str(grid)
        with pytest.raises(Misconfigured) as refusal:
            score_file(path, self.given(answers))
        return [fault.replace("\u00a0", " ") for fault in refusal.value.faults]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_scores_have_the_shape_and_order_of_the_contract(bench: Bench) -> None:
    written = json.dumps(bench.score("simple", GOOD_ANSWERS))
    pairs = json.loads(written, object_pairs_hook=lambda found: [list(pair) for pair in found])
    assert pairs == [
        ["grid", "simple"],
        ["version", 1],
        ["score", 83.333333],
        ["band", "maitrise"],
        ["provisional", True],
        ["completeness", 0.6],
        [
            "counts",
            [
                ["applicable", 6],
                ["not_applicable", 1],
                ["concerned", 5],
                ["rated", 3],
                ["unknown", 1],
                ["blank", 1],
            ],
        ],
        [
            "sections",
            [
                [["section", "fonction"], ["score", 75.0], ["completeness", 1.0]],
                [["section", "reunions"], ["score", 100.0], ["completeness", 0.333333]],
            ],
        ],
        ["essential_failed", []],
        ["essential_open", []],
        ["essential_na", []],
    ]


def test_the_same_answers_in_json_give_the_same_scores(bench: Bench) -> None:
    from_yaml = bench.score("simple", GOOD_ANSWERS)
    as_json = {"profile": ["mt"], "answers": {"S-1": "oui", "S-2": "partiel", "S-4": "nsp", "S-5": "oui"}}
    as_json["answers"]["S-3"] = {"na": "Pas cette année 🙂"}  # type: ignore[call-overload]
    assert bench.score("simple", json.dumps(as_json, indent="\t")) == from_yaml


def test_a_grid_without_a_rating_has_neither_score_nor_band(bench: Bench) -> None:
    scored = bench.score("simple", "profile: []\nanswers: {}")
    assert (scored["score"], scored["band"], scored["completeness"], scored["provisional"]) == (
        None,
        None,
        0,
        True,
    )
    assert [section["score"] for section in scored["sections"]] == [None, None]


@pytest.mark.parametrize(
    ("weight", "score"),
    [
        ("3.999999", 79.999996),  # 399.9999 / 4.999999 = 79.9999960…
        ("1", 50.0),
        ("2", 66.666667),
        ("0.5", 33.333333),
        ("31.999999", 96.969697),
    ],
)
def test_numbers_are_rounded_to_six_decimals(bench: Bench, weight: str, score: float) -> None:
    bench.replace("cotation/courte.yaml", "à jour.}", f"à jour., weight: {weight}}}")
    assert bench.score("courte", "profile: []\nanswers: {C-1: oui, C-2: non}")["score"] == score


def test_a_half_goes_up(bench: Bench) -> None:
    # 100 × 0.00000001 ÷ 2 = 0.0000005
    bench.replace("scales.yaml", "value: 0.5", "value: 0.00000001")
    assert bench.score("courte", "profile: []\nanswers: {C-1: partiel, C-2: non}")["score"] == 0.000001


def test_the_band_comes_from_the_score_before_it_is_rounded(bench: Bench) -> None:
    bench.replace("scales.yaml", "value: 0.5", "value: 0.9999999999")
    bench.replace("cotation/module.yaml", "from: 80", "from: 100")
    scored = bench.score("courte", "profile: []\nanswers: {C-1: oui, C-2: partiel}")
    assert (scored["score"], scored["band"]) == (100.0, "a-consolider")


def test_answers_with_faults_are_refused_with_every_fault(bench: Bench) -> None:
    faults = bench.refused("simple", "profile: [mtt]\nanswers:\n  S-1: ouii\n  S-9: oui\n  S-2: [oui]\n")
    assert [fault.removeprefix(str(bench.answers)).split()[0] for fault in faults] == [
        ":1:11:",
        ":3:8:",
        ":4:3:",
        ":5:8:",
    ]
    assert faults[0].endswith("trouvé « mtt ». Écrire « mt ».")
    assert faults[1].endswith("trouvé « ouii ». Écrire « oui ».")


LEVELS = ["-1", "99", '""', "NaN", ".nan", "1e309", "[oui]", "{oui: 1}", "true", "~", "Oui", "na"]
REASONS = ["{na: }", '{na: ""}', "{na: 1}", "{na: [x]}", "{}", "{nsp: x}"]
NUMBERS = ["-1", "-0.1", "100.1", "12.55", "1e309", "1e-9", "NaN", ".inf", '"12"', "12,5", "[1]", "oui"]


@pytest.mark.parametrize(
    ("grid", "answers"),
    [
        *(("simple", f"S-1: {answer}") for answer in (*LEVELS, *REASONS)),
        *(("mesures", f"M-1: {answer}") for answer in NUMBERS),
        ("mesures", "M-4: 12"),
        ("simple", "S-1: oui\n  S-1: oui"),
        ("simple", "S-7: oui"),
        ("simple", "M-1: 12"),
    ],
)
def test_an_answer_out_of_the_rules_stops_everything(bench: Bench, grid: str, answers: str) -> None:
    assert len(bench.refused(grid, f"profile: []\nanswers:\n  {answers}\n")) == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("scales.yaml", "value: 0.5", "value: 2", "SCALE-"),
        ("references.yaml", "legal: false", "legal: peut-etre", "DEF-"),
        ("profile.yaml", "flag: mt", "flag: MT", "DEF-"),
        ("cotation/module.yaml", "from: 50", "from: 90", "MODULE-"),
        ("cotation/module.yaml", "[simple, ", "[", "MODULE-"),
    ],
)
def test_a_problem_in_what_the_grid_uses_is_one_of_the_grid(
    bench: Bench, file: str, old: str, new: str, code: str
) -> None:
    bench.replace(file, old, new)
    problem = bench.problems("simple")[0]
    assert problem.path == str(bench.grids / file)
    assert problem.code.startswith(code)


@pytest.mark.parametrize("file", ["scales.yaml", "references.yaml", "profile.yaml", "cotation/module.yaml"])
def test_a_missing_file_of_the_tree_is_a_problem(bench: Bench, file: str) -> None:
    (bench.grids / file).unlink()
    missing = [problem.path for problem in bench.problems("simple") if problem.code == "YAML-019"]
    assert missing == [str(bench.grids / file)]


def test_a_problem_in_another_grid_is_none_of_this_one(bench: Bench) -> None:
    bench.replace("cotation/poids.yaml", "weight: 3", "weight: -1")
    assert bench.score("simple", GOOD_ANSWERS)["score"] == 83.333333


def test_the_grids_problems_come_before_the_answers(bench: Bench) -> None:
    bench.replace("cotation/poids.yaml", "weight: 3", "weight: -1")
    assert [problem.code for problem in bench.problems("poids", "profile: [xyz]")] == ["GRID-012"]


def test_a_missing_grid_is_told(bench: Bench) -> None:
    assert bench.refused("absente") == [
        f"{bench.module / 'absente.yaml'} : le fichier ne peut pas être lu. Vérifier son nom et son dossier."
    ]


def test_missing_answers_are_told(bench: Bench) -> None:
    with pytest.raises(Misconfigured) as refusal:
        score_file(bench.grid("simple"), str(bench.answers))
    (fault,) = refusal.value.faults
    assert fault.startswith(str(bench.answers))


def test_a_folder_is_no_grid(bench: Bench) -> None:
    (fault,) = bench.refused(bench.module)
    assert "Mettre un fichier ordinaire à cette place." in fault


@pytest.mark.parametrize("file", ["scales.yaml", "profile.yaml", "references.yaml", "cotation/module.yaml"])
def test_a_file_of_another_kind_is_no_grid(bench: Bench, file: str) -> None:
    (fault,) = bench.refused(bench.grids / file)
    assert fault.endswith("n’est pas une grille. Indiquer celui d’une grille.")


def test_a_workflow_is_no_grid(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "parcours" / "essai.yaml"
    path.parent.mkdir()
    path.write_text(
        "workflow: essai\nversion: 1\ntitle: Essai\nsubject: dossier\nstates:\n"
        "  - state: ouvert\n    label: Ouvert\n    initial: true\n"
        "    transitions: [{to: clos, label: Clore, by: [manager]}]\n"
        "  - {state: clos, label: Clos, final: true}\n",
        encoding="utf-8",
    )
    (fault,) = bench.refused(path)
    assert "n’est pas une grille" in fault
