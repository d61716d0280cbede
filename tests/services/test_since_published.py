"""What ``aqss check`` tells of files that changed since they were published, without a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqss.gateways.files import read_definitions
from aqss.gateways.published import find_published
from aqss.services.since_published import compare_files
from tests.definition_files import (
    BANDS_TOLD,
    SCALE_TOLD,
    SCALES,
    change,
    checked,
    note_published,
    write_small_catalogue,
)

GRID = "grids/soins/coordination.yaml"
MODULE = "grids/soins/module.yaml"
WORKFLOW = "workflows/campagne.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small catalogue on the disk, published, as the current folder and the configured one."""
    write_small_catalogue(tmp_path)
    monkeypatch.chdir(tmp_path)
    note_published()
    return tmp_path


def told(*paths: str) -> tuple[list[str], dict[str, str]]:
    """Problems, and what is told besides: path → sentence."""
    report = checked(*paths)
    return [str(problem) for problem in report.problems], dict(report.notices)


def test_nothing_is_said_of_files_that_are_as_they_were_published(home):
    assert told() == ([], {})


def test_a_changed_scale_or_band_is_told_with_its_file_and_is_no_problem(home):
    change(SCALES, "best: 5", "best: 4")
    change(MODULE, "from: 50", "from: 60")
    assert told() == ([], {SCALES: SCALE_TOLD, MODULE: BANDS_TOLD})


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        (MODULE, "provisional_below: 0.8", "provisional_below: 0.7", "seuil des scores provisoires"),
        (MODULE, "title: Soins", "title: Les soins", "titre du module"),
        ("grids/profile.yaml", "label: Médecin", "label: Médecins", "profession «\u00a0medecin\u00a0»"),
        ("grids/profile.yaml", "dentaire, label: Activité", "dentaire, label: L’activité", "activité «"),
        ("grids/references.yaml", "legal: true", "legal: false", "référence «\u00a0F-CSP\u00a0»"),
    ],
)  # fmt: skip
def test_each_thing_around_the_grids_is_told_in_its_words(home, path, before, after, words):
    change(path, before, after)
    problems, besides = told()
    assert (problems, list(besides)) == ([], [path])
    assert besides[path].startswith(words)


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["grids"], SCALES),
        (["./grids/"], f"./{SCALES}"),
        (["."], f"./{SCALES}"),
        ([SCALES], SCALES),
    ],
)
def test_it_is_told_whatever_way_the_file_is_named(home, words, path):
    change(SCALES, "best: 5", "best: 4")
    assert told(*words) == ([], {path: SCALE_TOLD})


@pytest.mark.parametrize("words", [[GRID], ["grids/soins"], ["workflows"]])
def test_it_is_not_told_of_what_was_not_asked_about(home, words):
    change(SCALES, "best: 5", "best: 4")
    assert told(*words) == ([], {})


def test_a_published_version_whose_content_changed_is_a_problem(home):
    change(GRID, "weight: 2", "weight: 3")
    change(WORKFLOW, "due: 14d", "due: 15d")
    (grid, workflow), besides = told()
    assert besides == {}
    assert grid.startswith(f"{GRID}:2:10: GRID-014 ")
    assert workflow.startswith(f"{WORKFLOW}:2:10: WF-020 ")
    assert told(GRID)[0] == [grid]


def test_a_new_version_is_silent(home):
    change(GRID, "weight: 2", "weight: 3")
    change(GRID, "version: 1", "version: 2")
    assert told() == ([], {})


def test_a_change_that_changes_nothing_of_what_is_published_is_silent(home):
    change(GRID, "title: Coordination", 'title: "Coordination"   # le titre')
    change("grids/references.yaml", "verified: true", "verified: false")
    assert told() == ([], {})


def test_problems_come_first_and_alone(home):
    change(GRID, "weight: 2", "weight: -1")
    change(SCALES, "best: 5", "best: 4")
    (problem,), besides = told()
    assert "GRID-012" in problem
    assert besides == {}


def test_files_with_a_problem_of_their_own_are_not_compared(home):
    change(GRID, "weight: 2", "weight: -1")
    change(SCALES, "best: 5", "best: 4")
    record = find_published(Path("instance") / "published.json")
    assert record is not None
    assert compare_files(record, "grids", read_definitions("grids", "workflows")) == ((), ())


def test_another_folder_is_not_compared_with_what_was_published(home):
    (home / "grids").rename(home / "brouillon")
    change("brouillon/soins/coordination.yaml", "weight: 2", "weight: 3")
    assert told("brouillon") == ([], {})


def test_without_an_instance_nothing_is_compared_and_nothing_is_written(home):
    (home / "instance" / "published.json").unlink()
    (home / "instance").rmdir()
    change(GRID, "weight: 2", "weight: 3")
    assert told() == ([], {})
    assert not (home / "instance").exists()
