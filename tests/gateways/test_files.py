"""Folders of definitions, as they are found on real disks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aqss.domain.definitions.tree import Unreadable
from aqss.domain.definitions.yaml_source import LONGEST
from aqss.gateways.files import list_grid_names, read_definition, read_definitions


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    """A folder with one shared file and one module of one grid."""
    (tmp_path / "grids" / "soins").mkdir(parents=True)
    for name in ("scales.yaml", "soins/module.yaml", "soins/accueil.yaml"):
        (tmp_path / "grids" / name).write_text(name)
    return tmp_path / "grids"


def names(found: dict[str, object], folder: Path) -> list[str]:
    return [os.path.relpath(path, folder) for path in found]


def test_definitions_are_read_from_the_root_the_modules_and_the_workflows(grids, tmp_path):
    workflows = tmp_path / "workflows"
    workflows.mkdir()
    (workflows / "campagne.yaml").write_bytes(b"a: 1")
    found = read_definitions(grids, workflows)
    assert found == {
        f"{grids}/scales.yaml": b"scales.yaml",
        f"{grids}/soins/accueil.yaml": b"soins/accueil.yaml",
        f"{grids}/soins/module.yaml": b"soins/module.yaml",
        f"{workflows}/campagne.yaml": b"a: 1",
    }


def test_the_names_of_the_grids_are_told_from_their_files_alone(grids):
    (grids / "soins" / "accueil.yaml").chmod(0)
    (grids / "soins" / "notes.txt").write_text("x")
    assert list_grid_names(grids) == ("accueil",)


def test_paths_start_as_the_folder_is_given(grids, monkeypatch):
    monkeypatch.chdir(grids.parent)
    for given in ("grids", "./grids", "../" + grids.parent.name + "/grids", "grids/"):
        assert os.path.join(given, "scales.yaml") in read_definitions(given, None)


def test_other_files_hidden_files_and_deeper_folders_are_left_alone(grids):
    for name in ("README.md", ".scales.yaml", "scales.yaml~", "soins/.accueil.yaml.swp"):
        (grids / name).write_text("x")
    for name in ("soins/notes", ".git", "vide"):
        (grids / name).mkdir()
        (grids / name / "README").write_text("x")
    (grids / "soins" / "notes" / "x.yaml").write_text("x")
    assert names(read_definitions(grids, None), grids) == [
        "scales.yaml",
        "soins/accueil.yaml",
        "soins/module.yaml",
    ]


@pytest.mark.parametrize("name", ["a.yml", "a.YAML", "soins/b.yml"])
def test_a_file_that_looks_like_a_definition_is_not_overlooked(grids, name):
    (grids / name).write_text("x")
    assert name in names(read_definitions(grids, None), grids)


def test_links_are_followed_to_files_and_folders(grids, tmp_path):
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "module.yaml").write_text("x")
    (grids / "lien").symlink_to(tmp_path / "ailleurs")
    (grids / "profile.yaml").symlink_to(grids / "scales.yaml")
    found = read_definitions(grids, None)
    assert found[f"{grids}/lien/module.yaml"] == b"x"
    assert found[f"{grids}/profile.yaml"] == b"scales.yaml"


def test_links_that_turn_in_circles_are_told_or_left_alone(grids):
    (grids / "tourne.yaml").symlink_to(grids / "tourne.yaml")
    (grids / "dossier").symlink_to(grids)
    (grids / "rond").symlink_to(grids / "rond")
    found = read_definitions(grids, None)
    assert found[f"{grids}/tourne.yaml"] == Unreadable("loop")
    assert f"{grids}/dossier/scales.yaml" in found
    assert len(found) == 6


def test_what_cannot_be_read_is_told_with_its_reason(grids):
    (grids / "perdu.yaml").symlink_to(grids / "nulle-part")
    (grids / "dossier.yaml").mkdir()
    os.mkfifo(grids / "tuyau.yaml")
    found = read_definitions(grids, None)
    assert found[f"{grids}/perdu.yaml"] == Unreadable("dangling")
    assert found[f"{grids}/dossier.yaml"] == Unreadable("special")
    assert found[f"{grids}/tuyau.yaml"] == Unreadable("special")
    assert read_definition("x" * 5000) == Unreadable("failed")
    assert read_definition("/dev/zero") == Unreadable("special")


def test_a_huge_file_is_not_read_to_its_end(grids):
    with open(grids / "profile.yaml", "wb") as file:
        file.truncate(10 * 1024**3)
    assert len(read_definition(f"{grids}/profile.yaml")) == LONGEST + 1


def test_a_missing_folder_is_an_error_of_the_caller(tmp_path):
    with pytest.raises(OSError, match="nulle-part"):
        read_definitions(tmp_path / "nulle-part", None)
