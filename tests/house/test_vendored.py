"""What comes from elsewhere and is kept here: each file with its version, licence, hash and reason."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

from aqss.config import ROOT
from aqss.web.static_files import FOLDER

FOLDERS = (FOLDER / "vendor", ROOT / "tests" / "vendor")
FILES = [
    pytest.param(folder, entry, id=entry["file"])
    for folder in FOLDERS
    for entry in tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["file"]
]


@pytest.mark.parametrize(("folder", "entry"), FILES)
def test_a_vendored_file_is_the_one_its_manifest_tells(folder: Path, entry: dict[str, str]) -> None:
    assert set(entry) == {"name", "version", "licence", "licence_file", "file", "sha256", "reason"}
    assert all(entry.values())
    assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (folder / entry["licence_file"]).stat().st_size > 500


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_nothing_is_vendored_without_a_word_in_the_manifest(folder: Path) -> None:
    entries = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))["file"]
    told = {name for entry in entries for name in (entry["file"], entry["licence_file"])}
    assert {path.name for path in folder.iterdir()} == told | {"manifest.toml"}


def test_what_is_vendored_for_pages_is_used() -> None:
    layout = (ROOT / "aqss/web/templates/layout.html").read_text(encoding="utf-8")
    theme = (FOLDER / "app.css").read_text(encoding="utf-8")
    for folder, entry in (param.values for param in FILES):
        if folder == FOLDERS[0]:
            assert f"vendor/{entry['file']}" in layout + theme
