"""Files of proofs: stored once, whole, under the hash of their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from aqss.gateways.proof_files import content_path, list_older, remove_content, store_content
from tests.clock import MONDAY_MORNING

CONTENT = b"Rapport de visite"
HASH = hashlib.sha256(CONTENT).hexdigest()


def test_a_content_is_stored_once_under_its_hash(tmp_path: Path) -> None:
    folder = tmp_path / "instance" / "proofs"
    assert store_content(folder, CONTENT) == HASH
    stamp = content_path(folder, HASH).stat().st_mtime_ns
    assert store_content(folder, CONTENT) == HASH
    assert content_path(folder, HASH) == folder / HASH[:2] / HASH
    assert content_path(folder, HASH).read_bytes() == CONTENT
    assert content_path(folder, HASH).stat().st_mtime_ns == stamp
    assert [path.name for path in folder.glob("*/*")] == [HASH]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, "", "g" * 64])
def test_what_is_no_hash_is_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a hash"):
        content_path(tmp_path, name)


def test_what_is_removed_is_gone_and_twice_is_once(tmp_path: Path) -> None:
    store_content(tmp_path, CONTENT)
    for _ in range(2):
        remove_content(tmp_path, HASH)
        assert not content_path(tmp_path, HASH).exists()


def test_a_folder_that_is_not_there_yet_holds_nothing(tmp_path: Path) -> None:
    assert list(list_older(tmp_path / "proofs", MONDAY_MORNING)) == []
