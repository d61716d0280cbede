"""Definition files checked: what is looked at, within which catalogue, and how it is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aqss.config import definition_folders
from aqss.domain.errors import Misconfigured
from tests.definition_files import (
    GRID_LINE,
    WORKFLOW_LINE,
    break_small_catalogue,
    change,
    checked,
    note_published,
    write_small_catalogue,
)
from tests.domain.definitions.examples import FILES
from tests.shipped import GRIDS, WORKFLOWS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small catalogue on the disk, as the current folder."""
    write_small_catalogue(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def broken(home) -> Path:
    """The same with a problem in a grid and one in a workflow."""
    break_small_catalogue(home)
    return home


def test_the_configured_folders_are_checked_unless_told_otherwise(broken):
    report = checked()
    assert [str(problem) for problem in report.problems] == [GRID_LINE, WORKFLOW_LINE]
    assert report.files == 8


@pytest.mark.parametrize(
    ("paths", "told", "files"),
    [
        (["grids"], ["grids/soins/coordination.yaml"], 6),
        (["./grids/"], ["./grids/soins/coordination.yaml"], 6),
        (["workflows"], ["workflows/campagne.yaml"], 2),
        (["grids", "workflows"], ["grids/soins/coordination.yaml", "workflows/campagne.yaml"], 8),
        (["."], ["./grids/soins/coordination.yaml", "./workflows/campagne.yaml"], 8),
        (["grids/soins"], ["grids/soins/coordination.yaml"], 3),
        (["grids/soins/coordination.yaml"], ["grids/soins/coordination.yaml"], 1),
        (["grids/soins/accueil.yaml"], [], 1),
        (["grids/soins/module.yaml"], [], 1),
        (["grids/scales.yaml"], [], 1),
        (["workflows/campagne.yaml"], ["workflows/campagne.yaml"], 1),
        (["workflows/action.yaml"], [], 1),
        (["grids", "grids/soins/coordination.yaml"], ["grids/soins/coordination.yaml"], 7),
    ],
)
def test_a_path_is_checked_within_its_catalogue_and_told_as_given(broken, paths, told, files):
    report = checked(*paths)
    assert ([problem.path for problem in report.problems], report.files) == (told, files)


@pytest.mark.parametrize(
    ("folder", "path", "told"),
    [
        ("grids/soins", "coordination.yaml", "coordination.yaml"),
        ("grids/soins", ".", "./coordination.yaml"),
        ("grids", ".", "./soins/coordination.yaml"),
        ("grids", "soins", "soins/coordination.yaml"),
        ("workflows", "campagne.yaml", "campagne.yaml"),
        ("workflows", "..", "../grids/soins/coordination.yaml"),
    ],
)
def test_a_path_may_be_given_from_anywhere(broken, monkeypatch, folder, path, told):
    monkeypatch.chdir(broken / folder)
    assert checked(path).problems[0].path == told


DOSSIER = FILES["workflows/action.yaml"].replace("subject: action", "subject: dossier\ngrids: [coordinatoin]")
UNKNOWN_GRID = (
    "workflows/action.yaml:5:9: WF-022 la grille doit être dans le catalogue,"
    " trouvé «\u00a0coordinatoin\u00a0»."
    " Écrire «\u00a0coordination\u00a0»."
)


@pytest.mark.parametrize("paths", [(), ("workflows",), ("workflows/action.yaml",), ("grids", "workflows")])
def test_the_grids_that_a_workflow_names_are_known_from_the_folder_beside(home, paths):
    (home / "workflows/action.yaml").write_text(DOSSIER, encoding="utf-8")
    assert [str(problem) for problem in checked(*paths).problems] == [UNKNOWN_GRID]
    change(home / "workflows/action.yaml", "coordinatoin", "coordination")
    assert checked(*paths).problems == ()


def test_configured_folders_that_stand_apart_know_each_other(home):
    (home / "workflows/action.yaml").write_text(DOSSIER, encoding="utf-8")
    (home / "ailleurs").mkdir()
    (home / "grids").rename(home / "ailleurs/grilles")
    assert [str(problem) for problem in checked(AQSS_GRIDS="ailleurs/grilles").problems] == [UNKNOWN_GRID]


@pytest.mark.parametrize("name", ["grids", "autres"])
def test_where_no_grids_stand_beside_the_names_of_grids_are_not_judged(home, name):
    (home / "workflows/action.yaml").write_text(DOSSIER, encoding="utf-8")
    (home / "grids").rename(home / "loin")
    (home / name).mkdir()
    assert checked("workflows").problems == ()


def test_a_changed_workflow_that_names_grids_is_compared_with_what_was_published(home):
    (home / "workflows/action.yaml").write_text(DOSSIER.replace("atoin", "ation"), encoding="utf-8")
    note_published()
    change(home / "workflows/action.yaml", "label: Ouverte", "label: Commencée")
    assert [problem.code for problem in checked("workflows").problems] == ["WF-020"]


def test_an_absolute_path_stays_absolute(broken):
    path = f"{broken}/grids/soins/coordination.yaml"
    assert [problem.path for problem in checked(path).problems] == [path]


def test_configured_folders_inside_the_current_one_are_told_from_there(broken):
    assert checked(AQSS_GRIDS=f"{broken}/grids").problems[0].path == "grids/soins/coordination.yaml"


def test_a_grid_alone_is_told_what_it_lacks(home, tmp_path_factory):
    alone = tmp_path_factory.mktemp("seule") / "coordination.yaml"
    alone.write_text(FILES["grids/soins/coordination.yaml"], encoding="utf-8")
    missing = [problem for problem in checked(str(alone)).problems if problem.code == "YAML-019"]
    assert len(missing) == 4


@pytest.mark.parametrize("name", ["coordination.txt", "coordination.yml", "coordination"])
def test_a_file_that_is_no_definition_is_told(home, name):
    (home / "grids" / "soins" / name).write_text("x")
    assert [problem.code for problem in checked(f"grids/soins/{name}").problems] == ["YAML-016"]


def test_an_empty_folder_is_told(home):
    (home / "vide").mkdir()
    (problem,) = checked("vide").problems
    assert str(problem).startswith("vide:1:1: YAML-017 ")


def test_paths_that_do_not_exist_are_all_refused(home):
    (home / "perdu").symlink_to(home / "nulle-part")
    with pytest.raises(Misconfigured) as refusal:
        checked("grids", "absent", "perdu")
    assert list(refusal.value.faults) == [
        "absent\u00a0: ce fichier ou ce dossier n’existe pas.",
        "perdu\u00a0: ce fichier ou ce dossier n’existe pas.",
    ]


def test_a_configured_folder_that_does_not_exist_is_refused(home):
    with pytest.raises(Misconfigured) as refusal:
        checked(AQSS_WORKFLOWS="parcours")
    assert list(refusal.value.faults) == [
        "AQSS_WORKFLOWS\u00a0: le dossier «\u00a0parcours\u00a0» n’existe pas."
    ]


def test_links_that_turn_in_circles_do_not_stop_the_check(home):
    (home / "workflows" / "rond.yaml").symlink_to("rond.yaml")
    (home / "grids" / "rond").symlink_to(home / "grids")
    codes = {(problem.path, problem.code) for problem in checked("workflows").problems}
    assert codes == {("workflows/rond.yaml", "YAML-001")}
    misplaced = {(problem.path, problem.code) for problem in checked("grids").problems}
    names = ("profile", "references", "scales")
    assert misplaced == {(f"grids/rond/{name}.yaml", "YAML-018") for name in names}


@pytest.fixture
def unprivileged(home):
    """As somebody whom permissions stop, even where tests run as root."""
    home.chmod(0o755)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield home
    if is_root:
        os.seteuid(0)


def test_what_may_not_be_read_is_told(home, request):
    (home / "workflows" / "action.yaml").chmod(0)
    (home / "grids" / "soins").chmod(0o311)
    request.getfixturevalue("unprivileged")
    (denied,) = checked("workflows").problems
    assert (denied.path, denied.code) == ("workflows/action.yaml", "YAML-001")
    for path in ("grids", "grids/soins"):
        with pytest.raises(Misconfigured) as refusal:
            checked(path)
        assert list(refusal.value.faults) == ["grids/soins\u00a0: ce dossier ne peut pas être lu."]


def test_nothing_is_written(home):
    before = sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*"))
    checked()
    assert sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*")) == before


def test_the_shipped_definitions_are_those_configured_by_default():
    assert definition_folders({}) == (GRIDS, WORKFLOWS)
