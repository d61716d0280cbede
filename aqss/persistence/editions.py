"""Editions: the grids and workflows as they were when an assessment started, kept for ever."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base

_CURRENT = text("is_current")


class Edition(Base):
    """A grid version with its scales, bands, professions and references, under the hash of its content.

    A new edition of the same version is made when only its surroundings (scales, bands…) changed;
    ``is_current`` marks the one that new assessments start with, at most one for each grid; ``position`` is
    its rank in the catalogue.
    """

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("grid", "version", "hash"),
        Index("uq_editions_current", "grid", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grid: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    module: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    grid_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    is_current: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]
    published_at: Mapped[datetime]


class WorkflowEdition(Base):
    """A workflow version, under the hash of its content; at most one is current for each workflow."""

    __tablename__ = "workflow_editions"
    __table_args__ = (
        UniqueConstraint("workflow", "version"),
        Index(
            "uq_workflow_editions_current",
            "workflow",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow: Mapped[str] = mapped_column(String(80))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    is_current: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int]
    published_at: Mapped[datetime]
