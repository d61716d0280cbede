"""The journal: who changed what, and when. Written in the transaction of the change, never rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base

TRACES = text("user_id IS NOT NULL AND verb IN ('answer-saved', 'signed-in', 'signed-out')")
"""Entries that follow a person closely, with their name still: what is forgotten after a while is among them.

Written out, for a partial index serves only a query that says the same.
"""


class JournalEntry(Base):
    """``verb`` done by ``user_id`` (None: aqss itself) on the subject.

    ``facts`` are codes and values, not sentences.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_centre_id_at", "centre_id", "at"),
        Index("ix_journal_subject", "subject_kind", "subject_id"),
        Index("ix_journal_traces", "at", sqlite_where=TRACES, postgresql_where=TRACES),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"))
    verb: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
