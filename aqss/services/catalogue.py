"""The catalogue an instance works with, read from its folders; refused as a whole when anything is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.problems import Problem
from aqss.domain.errors import Misconfigured
from aqss.gateways.files import read_definitions


class Folders(Protocol):
    """Where definitions are: :class:`aqss.config.Settings` says it."""

    @property
    def grids(self) -> Path: ...
    @property
    def workflows(self) -> Path: ...


def load(grids: Path, workflows: Path) -> Catalogue | tuple[Problem, ...]:
    """The catalogue of these folders, or every problem of their files. Raises OSError without the folders."""
    return load_catalogue(read_definitions(grids, workflows))


def get_catalogue(folders: Folders) -> Catalogue:
    """The catalogue, or :class:`Misconfigured` with the lines that ``aqss check`` prints."""
    try:
        loaded = load(folders.grids, folders.workflows)
    except OSError as error:
        raise Misconfigured((f"{error.filename} : ce dossier ne peut pas être lu.",)) from error
    if isinstance(loaded, Catalogue):
        return loaded
    raise Misconfigured(tuple(str(problem) for problem in loaded))
