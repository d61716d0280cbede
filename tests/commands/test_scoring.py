"""``aqss score`` as a person or a program runs it: what is written, where, and with which status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aqss.cli import main
from aqss.config import ROOT
from aqss.services.scoring import score_file
from tests.definition_files import GOOD_ANSWERS, ExampleGrids


@pytest.fixture
def bench(tmp_path: Path) -> ExampleGrids:
    return ExampleGrids(tmp_path)


def test_the_scores_are_written_as_json(bench: ExampleGrids, capsys: pytest.CaptureFixture[str]) -> None:
    words = (bench.grid("simple"), bench.given(GOOD_ANSWERS))
    assert main(["score", *words]) == 0
    assert tuple(capsys.readouterr()) == (json.dumps(score_file(*words), indent=2) + "\n", "")


def test_answers_with_faults_are_told_each_in_one_line(
    bench: ExampleGrids, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = bench.given("profile: [mtt]\nanswers:\n  S-1: ouii\n")
    assert main(["score", bench.grid("simple"), answers]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.startswith(answers) for line in err.splitlines()] == [True, True]


def test_a_missing_grid_is_told_in_one_line(bench: ExampleGrids, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", bench.grid("absente"), bench.given(GOOD_ANSWERS)]) == 2
    assert tuple(capsys.readouterr()) == (
        "",
        f"{bench.grid('absente')}\u00a0: le fichier ne peut pas être lu. Vérifier son nom et son dossier.\n",
    )


def test_a_grid_with_problems_is_told_as_aqss_check_does(
    bench: ExampleGrids, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.replace("cotation/poids.yaml", "weight: 3", "weight: -1")
    assert main(["score", bench.grid("poids"), bench.given(GOOD_ANSWERS)]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"{bench.grid('poids')}:13:")
    assert " GRID-012 " in out
    assert main(["check", str(bench.grids)]) == 1
    assert capsys.readouterr().out.splitlines()[0] == out.splitlines()[0]


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
def test_a_grid_finds_its_tree_from_any_folder(
    bench: ExampleGrids, tmp_path: Path, folder: str, path: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aqss", "score", path, bench.given(GOOD_ANSWERS)],
        cwd=tmp_path / folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["score"] == 83.333333


def test_nothing_is_written_and_no_framework_is_loaded(bench: ExampleGrids) -> None:
    answers = bench.given(GOOD_ANSWERS)
    before = sorted(bench.grids.parent.rglob("*"))
    program = (
        "import sys; from aqss.cli import main; status = main(sys.argv[1:]);"
        "print(status, sorted({'flask', 'sqlalchemy', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "score", bench.grid("simple"), answers],
        env={**os.environ, "PYTHONPATH": str(ROOT), "AQSS_INSTANCE": str(bench.grids.parent / "instance")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "0 []\n"
    assert sorted(bench.grids.parent.rglob("*")) == before
