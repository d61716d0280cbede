"""``aqss score`` as a person or a program runs it: what is written, where, and with which status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aqss.cli import main
from aqss.config import ROOT

EXAMPLES = ROOT / "docs" / "exemples"


class Bench:
    """A copy of the grids of the examples, and the command run on them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.grids = folder / "grilles"
        shutil.copytree(EXAMPLES, self.grids)
        self.module = self.grids / "cotation"
        self.answers = folder / "reponses.yaml"
        self.capsys = capsys

    def replace(self, file: str, old: str, new: str) -> None:
        path = self.grids / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, grid: str | Path, answers: str | bytes | None = None) -> tuple[int, str, str]:
        """Exit status, standard output, standard error."""
        if answers is not None:
            self.answers.write_bytes(answers.encode() if isinstance(answers, str) else answers)
        path = self.module / f"{grid}.yaml" if isinstance(grid, str) else grid
        status = main(["score", os.fspath(path), str(self.answers)])
        written = self.capsys.readouterr()
        return status, written.out, written.err

    def score(self, grid: str, answers: str) -> dict[str, Any]:
        status, out, err = self.run(grid, answers)
        assert (status, err) == (0, "")
        scored: dict[str, Any] = json.loads(out)
        return scored


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    return Bench(tmp_path, capsys)


GOOD = "profile: [mt]\nanswers: {S-1: oui, S-2: partiel, S-3: {na: Pas cette année.}, S-4: nsp, S-5: oui}\n"


def test_the_scores_are_written_in_the_shape_and_order_of_the_contract(bench: Bench) -> None:
    _, out, _ = bench.run("simple", GOOD)
    pairs = json.loads(out, object_pairs_hook=lambda found: [list(pair) for pair in found])
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
    from_yaml = bench.score("simple", GOOD)
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
    status, out, err = bench.run(
        "simple", "profile: [mtt]\nanswers:\n  S-1: ouii\n  S-9: oui\n  S-2: [oui]\n"
    )
    assert (status, out) == (2, "")
    lines = err.replace("\u00a0", " ").splitlines()
    assert [line.removeprefix(str(bench.answers)).split()[:2][0] for line in lines] == [
        ":1:11:",
        ":3:8:",
        ":4:3:",
        ":5:8:",
    ]
    assert lines[0].endswith("trouvé « mtt ». Écrire « mt ».")
    assert lines[1].endswith("trouvé « ouii ». Écrire « oui ».")


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
    status, out, err = bench.run(grid, f"profile: []\nanswers:\n  {answers}\n")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err


def test_a_grid_with_problems_is_told_as_aqss_check_does(bench: Bench) -> None:
    bench.replace("cotation/poids.yaml", "weight: 3", "weight: -1")
    status, out, err = bench.run("poids", GOOD)
    assert (status, err) == (1, "")
    assert out.startswith(f"{bench.module / 'poids.yaml'}:13:")
    assert " GRID-012 " in out
    assert main(["check", str(bench.grids)]) == 1
    assert bench.capsys.readouterr().out.splitlines()[0] == out.splitlines()[0]


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
    status, out, err = bench.run("simple", GOOD)
    assert (status, err) == (1, "")
    assert out.startswith(f"{bench.grids / file}:")
    assert f" {code}" in out


@pytest.mark.parametrize("file", ["scales.yaml", "references.yaml", "profile.yaml", "cotation/module.yaml"])
def test_a_missing_file_of_the_tree_is_a_problem(bench: Bench, file: str) -> None:
    (bench.grids / file).unlink()
    status, out, _ = bench.run("simple", GOOD)
    assert status == 1
    assert f"{bench.grids / file}:1:1: YAML-019 " in out


def test_a_problem_in_another_grid_is_none_of_this_one(bench: Bench) -> None:
    bench.replace("cotation/poids.yaml", "weight: 3", "weight: -1")
    assert bench.score("simple", GOOD)["score"] == 83.333333


def test_the_grids_problems_come_before_the_answers(bench: Bench) -> None:
    bench.replace("cotation/poids.yaml", "weight: 3", "weight: -1")
    assert bench.run("poids", "profile: [xyz]")[0] == 1


def test_a_missing_grid_is_told_in_one_line(bench: Bench) -> None:
    status, out, err = bench.run("absente", GOOD)
    assert (status, out) == (2, "")
    assert err.replace("\u00a0", " ") == (
        f"{bench.module / 'absente.yaml'} : le fichier ne peut pas être lu. "
        "Vérifier son nom et son dossier.\n"
    )


def test_missing_answers_are_told_in_one_line(bench: Bench) -> None:
    status, out, err = bench.run("simple")
    assert (status, out) == (2, "")
    assert err.startswith(str(bench.answers))
    assert len(err.splitlines()) == 1


def test_a_folder_is_no_grid(bench: Bench) -> None:
    status, out, err = bench.run(bench.module, GOOD)
    assert (status, out) == (2, "")
    assert "Mettre un fichier ordinaire à cette place." in err


@pytest.mark.parametrize("file", ["scales.yaml", "profile.yaml", "references.yaml", "cotation/module.yaml"])
def test_a_file_of_another_kind_is_no_grid(bench: Bench, file: str) -> None:
    status, out, err = bench.run(bench.grids / file, GOOD)
    assert (status, out) == (2, "")
    assert err.endswith("n’est pas une grille. Indiquer celui d’une grille.\n")


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
    status, _, err = bench.run(path, GOOD)
    assert status == 2
    assert "n’est pas une grille" in err


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        (".", "grilles/cotation/simple.yaml"),
        (".", "./grilles/cotation/simple.yaml"),
        ("grilles", "cotation/simple.yaml"),
        ("grilles/cotation", "simple.yaml"),
        ("grilles/cotation", "./simple.yaml"),
        ("grilles/cotation", "../cotation/simple.yaml"),
    ],
)
def test_a_grid_finds_its_tree_from_any_folder(bench: Bench, tmp_path: Path, folder: str, path: str) -> None:
    bench.answers.write_text(GOOD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "aqss", "score", path, bench.answers],
        cwd=tmp_path / folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["score"] == 83.333333


def test_nothing_is_written_and_no_framework_is_loaded(bench: Bench) -> None:
    bench.answers.write_text(GOOD, encoding="utf-8")
    before = sorted(bench.grids.parent.rglob("*"))
    program = (
        "import sys; from aqss.cli import main; status = main(sys.argv[1:]);"
        "print(status, sorted({'flask', 'sqlalchemy', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "score", bench.module / "simple.yaml", bench.answers],
        env={**os.environ, "PYTHONPATH": str(ROOT), "AQSS_INSTANCE": str(bench.grids.parent / "instance")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "0 []\n"
    assert sorted(bench.grids.parent.rglob("*")) == before
