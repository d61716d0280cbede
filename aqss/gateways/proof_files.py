"""The files of proofs: stored under the hash of their content, outside whatever is served as it is.

``<folder>/<two first digits>/<hash>``. A file is whole, or is not there; the same content is stored once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from aqss.gateways.writing import write_atomically

_HASH = re.compile("[0-9a-f]{64}")


def store_content(folder: Path, content: bytes) -> str:
    """Store ``content``, on the disk when this returns; its hash. Raises OSError when there is no room."""
    content_hash = hashlib.sha256(content).hexdigest()
    path = content_path(folder, content_hash)
    if not path.is_file():
        write_atomically(path, content)
    return content_hash


def content_path(folder: Path, content_hash: str) -> Path:
    """Where the content of that hash is; refuses what is not a hash."""
    if not _HASH.fullmatch(content_hash):
        raise ValueError(f"not a hash: {content_hash!r}")
    return folder / content_hash[:2] / content_hash


def remove_content(folder: Path, content_hash: str) -> None:
    """Delete the content of that hash, if it is there."""
    content_path(folder, content_hash).unlink(missing_ok=True)


def list_older(folder: Path, before: datetime) -> Iterator[str]:
    """The hashes of what was stored before that instant; drafts that a dead process left then are deleted."""
    for path in sorted(folder.glob("??/*")):
        with suppress(FileNotFoundError):  # removed meanwhile by who took its proof back
            if path.stat().st_mtime >= before.timestamp():
                continue
            if _HASH.fullmatch(path.name):
                yield path.name
            elif path.name.startswith("."):
                path.unlink()
