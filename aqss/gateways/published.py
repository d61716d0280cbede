"""What was last published, noted in the instance: how ``aqss check`` knows it without opening a database.

The note is only a memory of ``aqss migrate``, which writes it again each time; without it, or with one that
cannot be read, nothing is compared.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aqss.gateways.files import Content
from aqss.gateways.writing import write_atomically

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class PublishedFolder:
    """A folder of definitions as it was: its real path, and a fingerprint of every file."""

    path: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """Hashes of every published version, by name and number, and of what surrounds grids, by kind and name.

    What is hashed: :mod:`aqss.domain.definitions.editions`.
    """

    grids_folder: PublishedFolder
    workflows_folder: PublishedFolder
    grids: Mapping[tuple[str, int], str]
    workflows: Mapping[tuple[str, int], str]
    surroundings: Mapping[tuple[str, str], str]


def folder_as_it_is(folder: str | os.PathLike[str], files: Mapping[str, Content]) -> PublishedFolder:
    """The folder with its ``files``, as :func:`aqss.gateways.files.read_definitions` gives them."""
    digest = hashlib.sha256()
    for path, content in sorted((os.path.relpath(path, folder), content) for path, content in files.items()):
        held = content if isinstance(content, bytes) else content.reason.encode()
        digest.update(f"{path}\n{len(held)}\n".encode("utf-8", "surrogateescape") + held)
    return PublishedFolder(os.path.realpath(folder), digest.hexdigest())


def write_published(path: Path, record: PublishedRecord) -> None:
    """Note what is published now. Raises OSError."""
    note = {
        "format": _FORMAT,
        "folders": [
            [folder.path, folder.fingerprint] for folder in (record.grids_folder, record.workflows_folder)
        ],
        "grids": _rows(record.grids),
        "workflows": _rows(record.workflows),
        "surroundings": _rows(record.surroundings),
    }
    write_atomically(path, json.dumps(note, ensure_ascii=False, indent=1).encode("utf-8", "surrogateescape"))


def find_published(path: Path) -> PublishedRecord | None:
    """What was noted; None when there is nothing that can be read."""
    try:
        note = json.loads(path.read_bytes().decode("utf-8", "surrogateescape"))
        if note["format"] != _FORMAT:
            return None
        grids_folder, workflows_folder = (PublishedFolder(*folder) for folder in note["folders"])
        return PublishedRecord(
            grids_folder,
            workflows_folder,
            grids=_mapping(note["grids"]),
            workflows=_mapping(note["workflows"]),
            surroundings=_mapping(note["surroundings"]),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _rows(hashes: Mapping[tuple[Any, Any], str]) -> list[list[Any]]:
    return sorted([*key, value] for key, value in hashes.items())


def _mapping(rows: list[list[Any]]) -> dict[tuple[Any, Any], str]:
    return {(first, second): value for first, second, value in rows}
