"""What a kind of report is, for the modules that write one and for the list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from aqss.domain.access import Permission
from aqss.domain.definitions.catalogue import Catalogue
from aqss.gateways.links import Links


@dataclass(frozen=True)
class ReportBody:
    """A whole HTML document, its title, and the hash of the content it was made from."""

    title: str
    html: str
    content_hash: str


@dataclass(frozen=True)
class Sources:
    """What a report may be made from, besides the database; ``asked``: see
    :class:`~aqss.persistence.jobs.Report`."""

    catalogue: Catalogue
    links: Links
    now: datetime
    asked: str = ""


@dataclass(frozen=True)
class ReportKind:
    """One kind of report: who may ask for it, over which centre, and how it is written.

    ``centre_of`` and ``build`` raise :class:`~aqss.domain.errors.NotFound` for an unknown subject. ``build``
    only reads; its hash covers the kind, the subject and everything the document shows.
    """

    kind: str
    permission: Permission
    centre_of: Callable[[Session, int], int]
    build: Callable[[Session, int, Sources], ReportBody]
