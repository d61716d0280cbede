"""Mails: recorded in the transaction that causes them, sent by the job process."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base


class Mail(Base):
    """One mail, rendered when recorded. Unique in (address, kind, slot): the same cause never sends twice.

    Waiting until ``sent_at``, ``given_up_at`` or ``expires_at``; ``claimed_at`` marks the attempt under way.
    Once sent or given up, both bodies are empty: they may hold the secret of a link.
    """

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("address", "kind", "slot"),
        Index("ix_mails_waiting", "sent_at", "given_up_at", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    slot: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(Text)
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_answer: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
