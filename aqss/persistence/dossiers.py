"""Dossiers: one run of a workflow of the centre, its people and documents, and what some keep besides."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base
from aqss.persistence.runs import Run


class Dossier(Run, Base):
    """One run of a workflow: a patient traceur, the indicators of a year, the creation of a centre…

    ``workflow`` is the name of the one it follows. ``purpose``: what it is for; the question of a support
    request. ``structure_id``: whom that is addressed to, who reads it from ``sent_at`` on. ``year_ends_on``:
    the date the workflow calls ``year-end``. ``previous_id``: the one that ended before it and offered it.
    """

    __tablename__ = "dossiers"
    __table_args__ = (
        CheckConstraint(
            "period_from IS NULL OR period_to IS NULL OR period_from <= period_to", name="period"
        ),
        Index("ix_dossiers_centre_id_ended_at", "centre_id", "ended_at"),
        Index("ix_dossiers_structure_id", "structure_id"),
    )

    workflow: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(160))
    purpose: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    year_ends_on: Mapped[date | None]
    structure_id: Mapped[int | None] = mapped_column(ForeignKey("structures.id"))
    sent_at: Mapped[datetime | None]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class DossierPerson(Base):
    """Somebody of the team who works on a dossier beside its owner."""

    __tablename__ = "dossier_people"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class DossierProof(Base):
    """A document of a dossier; ``document``: which one of those the workflow expects, empty for another."""

    __tablename__ = "dossier_proofs"
    __table_args__ = (Index("ix_dossier_proofs_proof_id", "proof_id"),)

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    proof_id: Mapped[int] = mapped_column(ForeignKey("proofs.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text, default="")


class IndicatorTarget(Base):
    """What the centre aims at, that year, for a criterion answered by a number."""

    __tablename__ = "indicator_targets"

    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    target: Mapped[Decimal]


class Interview(Base):
    """An interview of a territorial diagnosis: the function of who was met, never a name.

    ``assessment_id``: the sheet it fills. A recording needs a consent, and is erased once written down.
    """

    __tablename__ = "interviews"
    __table_args__ = (
        CheckConstraint("consent IN ('none', 'oral', 'written')", name="consent"),
        CheckConstraint("is_recorded OR erased_on IS NULL", name="recording"),
        Index("ix_interviews_dossier_id", "dossier_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    held_on: Mapped[date]
    who: Mapped[str] = mapped_column(String(160))
    consent: Mapped[str] = mapped_column(String(10), default="none")
    is_recorded: Mapped[bool] = mapped_column(default=False)
    erased_on: Mapped[date | None]
    wishes_contact: Mapped[bool] = mapped_column(default=False)


class Partner(Base):
    """An organisation of the centre's directory: who it is, and how to reach it at work."""

    __tablename__ = "partners"
    __table_args__ = (Index("ix_partners_centre_id", "centre_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(80), default="")
    contact: Mapped[str] = mapped_column(String(160), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime]
