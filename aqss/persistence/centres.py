"""Health centres with their profile and branch sites, and the support structures with their scope."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aqss.domain.definitions.words import STRUCTURE_KINDS
from aqss.persistence.base import Base

CENTRE_KINDS = ("municipal", "associatif", "mutualiste", "hospitalier", "departemental", "autre")


class Centre(Base):
    """A health centre; ``flags`` is its profile, ``version`` grows with each change of description.

    ``is_project``: it is being created, and has not opened yet.
    """

    __tablename__ = "centres"
    __table_args__ = (
        CheckConstraint(f"kind IN {CENTRE_KINDS}", name="kind"),
        UniqueConstraint("finess"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(20))
    finess: Mapped[str | None] = mapped_column(String(9))
    region: Mapped[str] = mapped_column(String(3), index=True)
    department: Mapped[str] = mapped_column(String(3))
    town: Mapped[str] = mapped_column(String(120))
    flags: Mapped[list[str]] = mapped_column(default=list)
    is_project: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    sites: Mapped[list[BranchSite]] = relationship(
        back_populates="centre", cascade="all, delete-orphan", order_by="BranchSite.id"
    )


class BranchSite(Base):
    """A branch site (*antenne*) of a centre."""

    __tablename__ = "branch_sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    address: Mapped[str] = mapped_column(String(240), default="")

    centre: Mapped[Centre] = relationship(back_populates="sites")


class Structure(Base):
    """A support structure: its kind, and the regions and modules its people look at."""

    __tablename__ = "structures"
    __table_args__ = (CheckConstraint(f"kind IN {STRUCTURE_KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(20))
    regions: Mapped[list[str]] = mapped_column(default=list)
    modules: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
