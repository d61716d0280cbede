"""What is wrong with definition files, wherever they stand, without an instance: for ``aqss check``.

Loads neither Flask nor SQLAlchemy nor pydantic: people run it at every save. The comparison with what was
published reads files into models: it is given by the caller, and called only when a file changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aqss.config import definition_folders, published_file
from aqss.domain.definitions.checking import check_definitions
from aqss.domain.definitions.problems import Place, Problem, make_problem
from aqss.domain.definitions.tree import MODULE_FILE, SHARED, Files
from aqss.domain.errors import Misconfigured
from aqss.gateways.files import Content, list_grid_names, read_definition, read_definitions
from aqss.gateways.published import PublishedRecord, find_published, folder_as_it_is

Problems = tuple[Problem, ...]
Notices = tuple[tuple[str, str], ...]
"""Path and sentence of what is told of a file and is no problem."""

Comparison = Callable[[PublishedRecord, str | None, Mapping[str, Content]], tuple[Problems, Notices]]
"""What :func:`aqss.services.since_published.compare_files` is."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is read, and the part of it that is told: all, or what is at ``only``.

    ``beside``: where the grids stand that workflows may name; nothing is told of them.
    """

    grids: str | None = None
    workflows: str | None = None
    only: str | None = None
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What ``aqss migrate`` noted, if it did, and how files that changed since are compared with it."""

    record: PublishedRecord | None
    compare: Comparison


@dataclass(frozen=True, slots=True)
class Report:
    """Every problem, in file order, how many files were looked at, and what is told besides."""

    problems: Problems
    files: int
    notices: Notices = ()


def check_paths(paths: Sequence[str], compare: Comparison, environ: Mapping[str, str] = os.environ) -> Report:
    """Check what is given, each path within the catalogue it stands in; else the configured folders.

    Of folders without problem that were published from and changed since, what ``compare`` says is told too.
    Raises :class:`Misconfigured` for paths that do not exist, or that may not be read.
    """
    missing = [path for path in paths if not os.path.exists(path)]
    if missing:
        raise Misconfigured(tuple(f"{path} : ce fichier ou ce dossier n’existe pas." for path in missing))
    targets = [_locate(path) for path in paths] or _configured(environ)
    published = Published(find_published(published_file(environ)), compare)
    reports = [_check_target(target, published) for target in targets]
    problems = {problem for report in reports for problem in report.problems}
    notices = {notice for report in reports for notice in report.notices}
    return Report(tuple(sorted(problems)), sum(report.files for report in reports), tuple(sorted(notices)))


def _configured(environ: Mapping[str, str]) -> list[Target]:
    """The configured folders; written from where the command is run when they are inside."""
    names = ("AQSS_GRIDS", "AQSS_WORKFLOWS")
    folders = [os.fspath(folder) for folder in definition_folders(environ)]
    faults = [
        f"{name} : le dossier « {folder} » n’existe pas."
        for name, folder in zip(names, folders, strict=True)
        if not os.path.isdir(folder)
    ]
    if faults:
        raise Misconfigured(tuple(faults))
    grids, workflows = (_from_here(folder) for folder in folders)
    return [Target(grids=grids), Target(workflows=workflows, beside=grids)]


def _from_here(folder: str) -> str:
    here = os.getcwd() + os.sep
    return folder.removeprefix(here) if folder.startswith(here) else folder


def _locate(path: str) -> Target:
    """What a path given is part of, from what stands around it."""
    if not os.path.isdir(path):
        folder = os.path.dirname(path) or os.curdir
        if _is_module(folder) or _holds_grids(_parent(folder)):
            return Target(grids=_parent(folder), only=path)
        if _holds_grids(folder):
            return Target(grids=folder, only=path)
        return Target(workflows=folder, only=path, beside=_grids_beside(folder))
    if _holds_grids(path):
        return Target(grids=path)
    if _is_module(path):
        return Target(grids=_parent(path), only=path)
    grids, workflows = (os.path.join(path, name) for name in ("grids", "workflows"))
    if os.path.isdir(grids) or os.path.isdir(workflows):
        return Target(_if_folder(grids), _if_folder(workflows))
    return Target(workflows=path, beside=_grids_beside(path))


def _grids_beside(folder: str) -> str | None:
    grids = os.path.join(_parent(folder), "grids")
    return grids if os.path.isdir(grids) and _holds_grids(grids) else None


def _parent(folder: str) -> str:
    """The folder above, spelled from the folder itself when it can be."""
    folder = folder.rstrip(os.sep) or folder
    named = os.path.basename(folder) not in ("", os.curdir, os.pardir)
    return (os.path.dirname(folder) or os.curdir) if named else os.path.join(folder, os.pardir)


def _if_folder(path: str) -> str | None:
    return path if os.path.isdir(path) else None


def _is_module(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, MODULE_FILE))


def _holds_grids(folder: str) -> bool:
    return any(
        name in SHARED or _is_module(os.path.join(folder, name)) for name in _names_in(folder)
    ) and not _is_module(folder)


def _names_in(folder: str) -> Iterable[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return ()


def _check_target(target: Target, published: Published) -> Report:
    try:
        files = read_definitions(target.grids, target.workflows)
    except OSError as error:
        raise Misconfigured((f"{error.filename} : ce dossier ne peut pas être lu.",)) from error
    if target.only is None:
        if files:
            problems, notices = _look_at(target, files, published)
            return Report(problems, len(files), notices)
        folder = target.grids or target.workflows or os.curdir
        return Report((make_problem("YAML-017", Place(folder)),), 0)
    spelled = {path: given for path in files if (given := _as_given(path, target.only)) is not None}
    if not spelled:
        files[target.only] = read_definition(target.only)
        spelled = {target.only: target.only}
    problems, notices = _look_at(target, files, published)
    told = [
        replace(problem, path=spelled.get(problem.path, problem.path))
        for problem in problems
        if problem.path in spelled or problem.code == "YAML-019"
    ]
    besides = [(spelled[path], sentence) for path, sentence in notices if path in spelled]
    return Report(tuple(told), len(spelled), tuple(besides))


def _look_at(target: Target, files: Files, published: Published) -> tuple[Problems, Notices]:
    problems, record = check_definitions(files, _grids_known(target)), published.record
    if problems or record is None:
        return problems, ()
    changed = _changed_files(target, files, record)
    return published.compare(record, target.grids, changed) if changed else ((), ())


def _grids_known(target: Target) -> tuple[str, ...] | None:
    """The names of the grids beside; None when they cannot be told."""
    try:
        return None if target.beside is None else list_grid_names(target.beside)
    except OSError:
        return None


def _changed_files(target: Target, files: Files, record: PublishedRecord) -> dict[str, Content]:
    """The files of those folders that were published from and are no more as they were."""
    changed: dict[str, Content] = {}
    for folder, published in (
        (target.grids, record.grids_folder),
        (target.workflows, record.workflows_folder),
    ):
        if folder is not None and os.path.realpath(folder) == published.path:
            inside = {path: content for path, content in files.items() if _as_given(path, folder) is not None}
            if folder_as_it_is(folder, inside) != published:
                changed |= inside
    return changed


def _as_given(path: str, only: str) -> str | None:
    """``path`` spelled from ``only``, when it is that file or inside that folder."""
    within = os.path.relpath(path, only)
    if within == os.curdir:
        return only
    return None if within.split(os.sep)[0] == os.pardir else os.path.join(only, within)
