"""The note of what was published: written whole, read back equal, ignored when it cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from aqss.domain.definitions.tree import Unreadable
from aqss.gateways.files import Content
from aqss.gateways.published import (
    PublishedFolder,
    PublishedRecord,
    find_published,
    folder_as_it_is,
    write_published,
)

RECORD = PublishedRecord(
    PublishedFolder("/srv/aqss/grids", "abc"),
    PublishedFolder("/srv/aqss/parcours\udce9", "def"),
    grids={("coordination", 1): "1", ("coordination", 2): "2"},
    workflows={("auto-evaluation", 1): "3"},
    surroundings={("scale", "maitrise"): "4", ("bands", "risques-generaux"): "5"},
)

FILES: dict[str, Content] = {"grids/scales.yaml": b"a", "grids/essai/module.yaml": b"b"}


def test_what_is_noted_is_read_back_equal(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "published.json"
    write_published(path, RECORD)
    assert find_published(path) == RECORD


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"\xff",
        b'{"format": 2}',
        b'{"format": 1}',
        b'{"format": 1, "folders": [["a"]]}',
        b'{"format": 1, "folders": [["a", "b"], ["c", "d"]], "grids": [1]}',
    ],
)
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, note: bytes) -> None:
    (tmp_path / "published.json").write_bytes(note)
    assert find_published(tmp_path / "published.json") is None


def test_without_a_note_there_is_none(tmp_path: Path) -> None:
    assert find_published(tmp_path / "published.json") is None


def test_a_folder_is_the_same_however_it_is_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "grids").mkdir()
    monkeypatch.chdir(tmp_path)
    absolute = {str(tmp_path / path): content for path, content in FILES.items()}
    assert folder_as_it_is("grids", FILES) == folder_as_it_is(tmp_path / "grids", absolute)
    dotted = {f"./{path}": content for path, content in reversed(FILES.items())}
    assert folder_as_it_is("./grids/", dotted) == folder_as_it_is("grids", FILES)


@pytest.mark.parametrize(
    "other",
    [
        {"grids/scales.yaml": b"a "},
        {"grids/profile.yaml": b""},
        {"grids/scales.yaml": Unreadable("denied")},
        {"grids/scales.yaml": b"", "grids/essai/module.yaml": b"ab"},
    ],
)
def test_another_content_or_another_file_is_another_fingerprint(other: dict[str, Content]) -> None:
    assert folder_as_it_is("grids", {**FILES, **other}) != folder_as_it_is("grids", FILES)


def test_another_folder_with_the_same_files_is_another_folder(tmp_path: Path) -> None:
    other = {path.replace("grids", str(tmp_path)): content for path, content in FILES.items()}
    there, here = folder_as_it_is(tmp_path, other), folder_as_it_is("grids", FILES)
    assert there.fingerprint == here.fingerprint
    assert there != here
