"""What ``aqss check`` tells of files that changed since they were published, without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aqss.cli import main
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.editions import edition_of, surroundings, workflow_hash
from aqss.gateways.files import read_definitions
from aqss.gateways.published import PublishedRecord, find_published, folder_as_it_is, write_published
from aqss.services.since_published import compare_files
from tests.domain.definitions.examples import FILES

GRID = "grids/soins/coordination.yaml"
SCALES = "grids/scales.yaml"
MODULE = "grids/soins/module.yaml"
WORKFLOW = "workflows/campagne.yaml"

FOLLOWS = (
    " Les auto-évaluations commencées après «\u00a0aqss migrate\u00a0» en tiendront compte, celles en cours"
    " gardent ce qui est publié. Si ce n’est pas voulu, rétablir le texte d’avant.\n"
)
BANDS_TOLD = "niveaux de score, changement depuis la publication (2 grilles)." + FOLLOWS
SCALE_TOLD = "échelle «\u00a0taux\u00a0», changement depuis la publication (grille coordination)." + FOLLOWS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small catalogue on the disk, published, as the current folder and the configured one."""
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AQSS_INSTANCE", "instance")
    monkeypatch.setenv("AQSS_GRIDS", "grids")
    monkeypatch.setenv("AQSS_WORKFLOWS", "workflows")
    note_published()
    return tmp_path


def note_published() -> None:
    """What ``aqss migrate`` notes of the files as they are."""
    catalogue = load_catalogue(read_definitions("grids", "workflows"))
    assert isinstance(catalogue, Catalogue)
    record = PublishedRecord(
        folder_as_it_is("grids", read_definitions("grids", None)),
        folder_as_it_is("workflows", read_definitions(None, "workflows")),
        grids={
            (name, grid.version): edition_of(catalogue, name).grid_hash
            for name, grid in catalogue.grids.items()
        },
        workflows={(name, flow.version): workflow_hash(flow) for name, flow in catalogue.workflows.items()},
        surroundings=surroundings(catalogue),
    )
    write_published(Path("instance") / "published.json", record)


def change(path: str, before: str, after: str) -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert before in text
    Path(path).write_text(text.replace(before, after, 1), encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["check", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_nothing_is_said_of_files_that_are_as_they_were_published(home, capsys):
    assert told(capsys) == (0, "", "")


def test_a_changed_scale_or_band_is_told_with_its_file_and_is_no_problem(home, capsys):
    change(SCALES, "best: 5", "best: 4")
    change(MODULE, "from: 50", "from: 60")
    assert told(capsys) == (0, f"{SCALES}\u00a0: {SCALE_TOLD}{MODULE}\u00a0: {BANDS_TOLD}", "")


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
def test_each_thing_around_the_grids_is_told_in_its_words(home, capsys, path, before, after, words):
    change(path, before, after)
    status, out, _err = told(capsys)
    assert status == 0
    assert out.startswith(f"{path}\u00a0: {words}")
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["grids"], SCALES),
        (["./grids/"], f"./{SCALES}"),
        (["."], f"./{SCALES}"),
        ([SCALES], SCALES),
    ],
)
def test_it_is_told_whatever_way_the_file_is_named(home, capsys, words, path):
    change(SCALES, "best: 5", "best: 4")
    assert told(capsys, *words) == (0, f"{path}\u00a0: {SCALE_TOLD}", "")


@pytest.mark.parametrize("words", [[GRID], ["grids/soins"], ["workflows"]])
def test_it_is_not_told_of_what_was_not_asked_about(home, capsys, words):
    change(SCALES, "best: 5", "best: 4")
    assert told(capsys, *words) == (0, "", "")


def test_a_published_version_whose_content_changed_is_a_problem(home, capsys):
    change(GRID, "weight: 2", "weight: 3")
    change(WORKFLOW, "due: 14d", "due: 15d")
    status, out, err = told(capsys)
    assert (status, err) == (1, "")
    grid, workflow = out.splitlines()
    assert grid.startswith(f"{GRID}:2:10: GRID-014 ")
    assert workflow.startswith(f"{WORKFLOW}:2:10: WF-020 ")
    assert told(capsys, GRID)[1] == grid + "\n"


def test_a_new_version_is_silent(home, capsys):
    change(GRID, "weight: 2", "weight: 3")
    change(GRID, "version: 1", "version: 2")
    assert told(capsys) == (0, "", "")


def test_a_change_that_changes_nothing_of_what_is_published_is_silent(home, capsys):
    change(GRID, "title: Coordination", 'title: "Coordination"   # le titre')
    change("grids/references.yaml", "verified: true", "verified: false")
    assert told(capsys) == (0, "", "")


def test_problems_come_first_and_alone(home, capsys):
    change(GRID, "weight: 2", "weight: -1")
    change(SCALES, "best: 5", "best: 4")
    status, out, _err = told(capsys)
    assert status == 1
    assert out.count("\n") == 1
    assert "GRID-012" in out


def test_files_with_a_problem_of_their_own_are_not_compared(home):
    change(GRID, "weight: 2", "weight: -1")
    change(SCALES, "best: 5", "best: 4")
    record = find_published(Path("instance") / "published.json")
    assert record is not None
    assert compare_files(record, "grids", read_definitions("grids", "workflows")) == ((), ())


def test_programs_get_their_list_and_people_the_rest(home, capsys):
    change(SCALES, "best: 5", "best: 4")
    status, out, err = told(capsys, "--format", "json")
    assert (status, json.loads(out), err) == (0, [], f"{SCALES}\u00a0: {SCALE_TOLD}")


def test_another_folder_is_not_compared_with_what_was_published(home, capsys):
    (home / "grids").rename(home / "brouillon")
    change("brouillon/soins/coordination.yaml", "weight: 2", "weight: 3")
    assert told(capsys, "brouillon") == (0, "", "")


def test_without_an_instance_nothing_is_compared_and_nothing_is_written(home, capsys):
    (home / "instance" / "published.json").unlink()
    (home / "instance").rmdir()
    change(GRID, "weight: 2", "weight: 3")
    assert told(capsys) == (0, "", "")
    assert not (home / "instance").exists()


@pytest.mark.parametrize(("changes", "loaded"), [(False, "set()"), (True, "{'pydantic'}")])
def test_models_are_loaded_only_when_a_file_changed_and_the_database_never(home, changes, loaded):
    if changes:
        change(SCALES, "best: 5", "best: 4")
    program = (
        "import sys\nfrom aqss.cli import main\nmain(['check'])\n"
        "print({'flask', 'sqlalchemy', 'jinja2', 'pydantic', 'alembic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == loaded, done.stderr
