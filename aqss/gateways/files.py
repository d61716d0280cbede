"""Reads definition files from folders; a file that cannot be read is told as a problem, not raised."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from aqss.domain.definitions.tree import MODULE_FILE, OTHER_SUFFIX, SUFFIX, Unreadable
from aqss.domain.definitions.yaml_source import LONGEST

Content = bytes | Unreadable


def read_definitions(
    grids_folder: str | os.PathLike[str] | None, workflows_folder: str | os.PathLike[str] | None
) -> dict[str, Content]:
    """Path → content of every definition file: of the grids and their modules' folders, and of the workflows.

    Paths start as the folders are given. Other files, and deeper folders, are left alone. Raises OSError when
    a folder cannot be listed.
    """
    paths: list[str] = []
    if grids_folder is not None:
        paths += _definitions_in(os.fspath(grids_folder))
        for folder in _folders_in(os.fspath(grids_folder)):
            paths += _definitions_in(folder)
    if workflows_folder is not None:
        paths += _definitions_in(os.fspath(workflows_folder))
    return {path: read_definition(path) for path in paths}


def list_grid_names(grids_folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """The names of a folder's grids, told from their files, which are not read. Raises OSError as above."""
    return tuple(
        os.path.splitext(os.path.basename(path))[0]
        for folder in _folders_in(os.fspath(grids_folder))
        for path in _definitions_in(folder)
        if os.path.basename(path) != MODULE_FILE
    )


def read_definition(path: str) -> Content:
    """The bytes of a regular file, one more at most than a definition may have; else why there are none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return Unreadable("special")
            return file.read(LONGEST + 1)
    except OSError as error:
        return Unreadable(_REASONS.get(error.errno or 0, "failed"))


_REASONS = {
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ENOENT: "dangling",
    errno.ELOOP: "loop",
    errno.EISDIR: "special",
    errno.ENXIO: "special",
}


def _definitions_in(folder: str) -> Iterator[str]:
    for name in sorted(os.listdir(folder)):
        if name.lower().endswith((SUFFIX, OTHER_SUFFIX)) and not name.startswith("."):
            yield os.path.join(folder, name)


def _folders_in(folder: str) -> Iterator[str]:
    """Folders that may be those of modules."""
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if not name.startswith(".") and not name.lower().endswith(SUFFIX) and os.path.isdir(path):
            yield path
