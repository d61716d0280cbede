"""Editions: what publishing the catalogue records, and the definitions an assessment started with, read back.

Publishing is for whoever runs aqss, reading for other services and for the reference pages.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import (
    EditionContent,
    canonical_json,
    compare_with_published,
    compare_workflows_with_published,
    edition_of,
    surroundings,
    workflow_hash,
)
from aqss.domain.definitions.problems import Problem
from aqss.domain.definitions.workflows import Workflow
from aqss.domain.errors import Misconfigured, NotFound
from aqss.gateways.published import PublishedFolder, PublishedRecord
from aqss.persistence.editions import Edition, WorkflowEdition

CACHED = 256
"""Definitions kept parsed in each process: several versions of a whole catalogue."""


class Reason(StrEnum):
    """Why another edition is the current one, or why there is none any more."""

    VERSION = "version"  # a version not known before
    SURROUNDINGS = "surroundings"  # the same version, with other scales, bands, labels or references
    BACK = "back"  # the files are again what they were in an earlier edition
    WITHDRAWN = "withdrawn"  # no file has it any more


@dataclass(frozen=True, slots=True)
class Change:
    """What publishing changed for one grid or workflow; ``version``: the file's, or the last one if gone."""

    kind: str
    name: str
    version: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did. With ``problems``, it did nothing."""

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedEdition:
    """What a choice of grids shows of an edition."""

    id: int
    grid: str
    version: int
    module: str
    title: str


@dataclass(frozen=True, slots=True)
class RecordedEdition:
    """One edition of a grid; ``is_current``: the one that new assessments start with."""

    version: int
    hash: str
    published_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class PublishedWorkflow:
    id: int
    content: Workflow


def publish(session: Session, catalogue: Catalogue, now: datetime) -> Publication:
    """Record the editions that the catalogue would make now, and make them those of new assessments.

    Nothing is written when the content of a published version changed: each is a problem that names both.
    Publishing twice does nothing the second time. Nothing recorded is ever changed or removed.
    """
    problems = changed_versions(session, catalogue)
    if problems:
        return Publication(problems=problems)
    grids = _settle(session, Edition, "grid", [_edition(content, now) for content in _contents(catalogue)])
    workflows = _settle(
        session, WorkflowEdition, "workflow", [_workflow(w, now) for w in catalogue.workflows.values()]
    )
    return Publication(changes=(*grids, *workflows))


def changed_versions(session: Session, catalogue: Catalogue) -> tuple[Problem, ...]:
    """A problem for each published version whose file says something else than when it was published."""
    grids, workflows = _published_hashes(session)
    return (
        *compare_with_published(catalogue, grids),
        *compare_workflows_with_published(catalogue, workflows),
    )


def record_of_publication(
    session: Session, catalogue: Catalogue, grids_folder: PublishedFolder, workflows_folder: PublishedFolder
) -> PublishedRecord:
    """What ``aqss check`` needs to know of what is published, once ``catalogue`` is."""
    grids, workflows = _published_hashes(session)
    return PublishedRecord(grids_folder, workflows_folder, grids, workflows, surroundings(catalogue))


def load_edition(session: Session, edition_id: int, known_hash: str | None = None) -> EditionContent:
    """The grid of a sheet as it was published; parsed once in each process. Raises :class:`NotFound`.

    ``known_hash``: the edition's, from a caller that has just read it beside something else.
    """
    return _EDITIONS.get(session, edition_id, known_hash)


def load_workflow(session: Session, workflow_edition_id: int, known_hash: str | None = None) -> Workflow:
    """The workflow of an assessment as it was published; see :func:`load_edition`."""
    return _WORKFLOWS.get(session, workflow_edition_id, known_hash)


def load_workflows(session: Session) -> dict[int, Workflow]:
    """Every workflow ever published, in each of its versions, by key; one query."""
    rows = session.execute(select(WorkflowEdition.id, WorkflowEdition.hash)).all()
    return {row.id: load_workflow(session, row.id, row.hash) for row in rows}


def current_editions(session: Session) -> tuple[PublishedEdition, ...]:
    """What new assessments may choose from, in the order of the catalogue."""
    columns = (Edition.id, Edition.grid, Edition.version, Edition.module, Edition.title)
    rows = session.execute(select(*columns).where(Edition.is_current).order_by(Edition.position))
    return tuple(PublishedEdition(*row) for row in rows)


def list_editions(session: Session, grid: str) -> tuple[RecordedEdition, ...]:
    """Every edition of the grid, the latest first; empty when none was published. Open to everybody."""
    columns = (Edition.version, Edition.hash, Edition.published_at, Edition.is_current)
    rows = session.execute(
        select(*columns)
        .where(Edition.grid == grid)
        .order_by(Edition.version.desc(), Edition.published_at.desc(), Edition.id.desc())
    )
    return tuple(RecordedEdition(*row) for row in rows)


def current_workflow(session: Session, name: str) -> PublishedWorkflow:
    """The version of the workflow ``name`` that new subjects follow. Raises :class:`NotFound`."""
    found = select(WorkflowEdition.id).where(WorkflowEdition.workflow == name, WorkflowEdition.is_current)
    key = session.scalar(found)
    if key is None:
        raise NotFound("workflow", name)
    return PublishedWorkflow(key, load_workflow(session, key))


def _contents(catalogue: Catalogue) -> Iterator[EditionContent]:
    return (edition_of(catalogue, name) for name in catalogue.grids)


def _edition(content: EditionContent, now: datetime) -> Edition:
    return Edition(
        grid=content.grid.grid,
        version=content.grid.version,
        module=content.grid.module,
        title=content.grid.title,
        hash=content.hash,
        grid_hash=content.grid_hash,
        content=content.canonical_json,
        published_at=now,
    )


def _workflow(workflow: Workflow, now: datetime) -> WorkflowEdition:
    return WorkflowEdition(
        workflow=workflow.workflow,
        version=workflow.version,
        hash=workflow_hash(workflow),
        content=canonical_json(workflow),
        published_at=now,
    )


def _published_hashes(session: Session) -> tuple[dict[tuple[str, int], str], dict[tuple[str, int], str]]:
    """(grid, version) → hash of the grid alone, and (workflow, version) → its hash."""
    grids = session.execute(select(Edition.grid, Edition.version, Edition.grid_hash))
    workflows = session.execute(
        select(WorkflowEdition.workflow, WorkflowEdition.version, WorkflowEdition.hash)
    )
    return (
        {(name, version): own_hash for name, version, own_hash in grids},
        {(name, version): own_hash for name, version, own_hash in workflows},
    )


_Row = TypeVar("_Row", Edition, WorkflowEdition)


def _settle(session: Session, table: type[_Row], kind: str, wanted: Sequence[_Row]) -> list[Change]:
    """Make ``wanted``, in that order, the current rows of ``table``: found among its rows, or added."""
    rows = session.scalars(select(table).options(defer(table.content))).all()
    known = {(getattr(row, kind), row.version, row.hash): row for row in rows}
    versions = {(name, version) for name, version, _ in known}
    current = {getattr(row, kind): row for row in rows if row.is_current}
    chosen, changes = [], []
    for row in wanted:
        name = getattr(row, kind)
        found = known.get((name, row.version, row.hash))
        before = current.pop(name, None)
        if found is None:
            reason = Reason.SURROUNDINGS if (name, row.version) in versions else Reason.VERSION
            changes.append(Change(kind, name, row.version, reason))
        elif found is not before:
            changes.append(Change(kind, name, row.version, Reason.BACK))
        chosen.append(found or row)
    changes += [Change(kind, name, row.version, Reason.WITHDRAWN) for name, row in current.items()]
    _make_current(session, rows, chosen)
    return changes


def _make_current(session: Session, rows: Sequence[_Row], chosen: Sequence[_Row]) -> None:
    for row in rows:
        if row not in chosen:
            row.is_current = False
    session.flush()  # these before the others: at most one is current for each name
    for position, row in enumerate(chosen):
        row.is_current = True
        row.position = position
        session.add(row)
    session.flush()


_Content = TypeVar("_Content")


class _Shelf(Generic[_Content]):
    """Definitions read back from one table, kept parsed by number and hash: two databases share numbers.

    A session asks for the hashes once, whatever the number of editions it uses.
    """

    def __init__(
        self, table: type[Edition] | type[WorkflowEdition], parse: Callable[[str], _Content]
    ) -> None:
        self._table = table
        self._parse = parse
        self._kept: OrderedDict[tuple[int, str], _Content] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, key: int, known_hash: str | None) -> _Content:
        """Raises :class:`NotFound`, or :class:`Misconfigured` for a content that its hash denies."""
        stored = (key, known_hash or self._hash_of(session, key))
        with self._lock:
            if stored in self._kept:
                self._kept.move_to_end(stored)
                return self._kept[stored]
        content = self._read(session, *stored)
        with self._lock:
            self._kept[stored] = content
            if len(self._kept) > CACHED:
                self._kept.popitem(last=False)
        return content

    def _hash_of(self, session: Session, key: int) -> str:
        hashes: dict[int, str] = session.info.setdefault(self._table.__tablename__, {})
        if key not in hashes:
            rows = session.execute(select(self._table.id, self._table.hash))
            hashes.update((row.id, row.hash) for row in rows)
        if key not in hashes:
            raise NotFound("edition", key)
        return hashes[key]

    def _read(self, session: Session, key: int, expected_hash: str) -> _Content:
        text = session.scalars(select(self._table.content).where(self._table.id == key)).one()
        if hashlib.sha256(text.encode()).hexdigest() != expected_hash:
            place = f"{self._table.__tablename__} n° {key}"
            raise Misconfigured(
                (f"Base de données abîmée : {place} a changé. Restaurez votre dernière sauvegarde.",)
            )
        return self._parse(text)


_EDITIONS = _Shelf(Edition, EditionContent.model_validate_json)
_WORKFLOWS = _Shelf(WorkflowEdition, Workflow.model_validate_json)
