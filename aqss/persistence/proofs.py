"""Proofs: files and links that show what an answer says, each with its date, and the criteria they are shown
for.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base


class Proof(Base):
    """One proof of a centre, a file or a link; ``valid_until`` is its last day, None without an end.

    A file is kept under ``sha256`` of what is stored; ``file_name`` is what it was called, for who downloads
    it.
    """

    __tablename__ = "proofs"
    __table_args__ = (
        CheckConstraint("(url IS NULL) <> (sha256 IS NULL)", name="file_or_link"),
        CheckConstraint(
            "(sha256 IS NULL) = (media_type IS NULL) AND (sha256 IS NULL) = (size IS NULL)"
            " AND (sha256 IS NULL) = (file_name IS NULL)",
            name="file_whole",
        ),
        CheckConstraint("valid_until IS NULL OR valid_until >= dated_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(String(200))
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    dated_on: Mapped[date]
    valid_until: Mapped[date | None]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ProofUse(Base):
    """A proof shown for a criterion of an assessment; ``is_carried``: it comes from the one before."""

    __tablename__ = "proof_uses"
    __table_args__ = (Index("ix_proof_uses_sheet_id_criterion", "sheet_id", "criterion"),)

    proof_id: Mapped[int] = mapped_column(ForeignKey("proofs.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    is_carried: Mapped[bool] = mapped_column(default=False)
