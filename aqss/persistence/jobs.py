"""What job processes share: who runs which job now (leases), their last pass, and the reports asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base


class Lease(Base):
    """The right to run ``job`` until ``until``, for one process; ``passed_at`` ends its last pass."""

    __tablename__ = "leases"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80), default="")
    until: Mapped[datetime]
    passed_at: Mapped[datetime | None]


class Report(Base):
    """A report asked for, kept by the hash of its content: the same content is made once.

    ``asked``: which part of its subject it tells, as its kind writes it; empty for all of it.
    """

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_waiting", "made_at", "failed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"), index=True)
    subject_id: Mapped[int]
    asked: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    claimed_at: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, default="")
    pages: Mapped[int | None]
