"""Assessments: their scope and state, the sheets (one grid each), the answers, and their score rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aqss.persistence.base import Base
from aqss.persistence.runs import Run


class Assessment(Run, Base):
    """One self-assessment of a centre; ``profile`` is the centre's flags as they were when it started.

    ``dossier_id``: the dossier it is a sheet of (a *fiche*), and then no self-assessment; None for those.

    ``frozen``: what its report says besides scores and answers, kept from the instant it closed (see
    :mod:`aqss.services.assessments.freezing`); None while it is open. ``closed_from`` is the state it closed
    from, to which reopening leads. ``revealed_at``: the spread of blind ratings could be seen from then on,
    and none of them changes any more. ``previous_id``: the assessment whose scope and answers it started
    from.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("rating IN ('direct', 'blind')", name="rating"),
        Index("ix_assessments_centre_id_started_on", "centre_id", "started_on"),
    )

    title: Mapped[str] = mapped_column(String(160))
    objective: Mapped[str] = mapped_column(Text, default="")
    trigger: Mapped[str] = mapped_column(String(40), default="")
    trigger_note: Mapped[str] = mapped_column(Text, default="")
    rating: Mapped[str] = mapped_column(String(10), default="direct")
    profile: Mapped[list[str]]
    started_on: Mapped[date]
    round_ends_on: Mapped[date | None]
    revealed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_from: Mapped[str | None] = mapped_column(String(80))
    frozen: Mapped[dict[str, Any] | None]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    sheets: Mapped[list[Sheet]] = relationship(back_populates="assessment", order_by="Sheet.position")


class Sheet(Base):
    """One grid of an assessment, in the edition it started with."""

    __tablename__ = "sheets"
    __table_args__ = (UniqueConstraint("assessment_id", "grid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    grid: Mapped[str] = mapped_column(String(80))
    module: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    finished_at: Mapped[datetime | None]
    finished_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    assessment: Mapped[Assessment] = relationship(back_populates="sheets")


class Assignment(Base):
    """Who rates what, in a direct rating: a person asked for a sheet."""

    __tablename__ = "assignments"

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class Answer(Base):
    """The team's answer to one criterion.

    ``version`` grows with each change: an edit names the one it started from. ``kind`` is ``level`` (then see
    ``level``), ``number`` (``number``), ``text`` (``words``), ``na`` (``reason``), ``unknown``, or ``blank``
    (an answer taken back, or a comment alone). ``carried``: it comes from the assessment before, and nobody
    has confirmed or changed it yet. ``writes``: the last writes that led to it, as
    :mod:`aqss.services.assessments.writes` keeps them.
    """

    __tablename__ = "answers"
    __table_args__ = (
        CheckConstraint("kind IN ('level', 'number', 'text', 'na', 'unknown', 'blank')", name="kind"),
        CheckConstraint("(kind = 'level') = (level IS NOT NULL)", name="level"),
        CheckConstraint("(kind = 'number') = (number IS NOT NULL)", name="number"),
        CheckConstraint("kind <> 'na' OR reason <> ''", name="reason"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    level: Mapped[str | None] = mapped_column(String(80))
    number: Mapped[Decimal | None]
    words: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    carried: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)
    writes: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Score(Base):
    """The tally of a section, a grid or a module of one assessment, kept up to date with its answers.

    ``scope`` is ``section``, ``grid`` or ``module``; ``module``, ``grid`` and ``section`` name it (empty
    above).
    ``earned`` and ``possible`` are exact; ``score`` and ``completeness`` are their roundings for aggregates.
    """

    __tablename__ = "scores"
    __table_args__ = (
        CheckConstraint("scope IN ('section', 'grid', 'module')", name="scope"),
        Index("ix_scores_aggregate", "scope", "module", "grid"),
    )

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    module: Mapped[str] = mapped_column(String(80), primary_key=True)
    grid: Mapped[str] = mapped_column(String(80), primary_key=True, default="")
    section: Mapped[str] = mapped_column(String(80), primary_key=True, default="")
    scope: Mapped[str] = mapped_column(String(10))
    earned: Mapped[Fraction]
    possible: Mapped[Fraction]
    applicable: Mapped[int]
    not_applicable: Mapped[int]
    rated: Mapped[int]
    unknown: Mapped[int]
    essential_failed: Mapped[int]
    essential_open: Mapped[int]
    essential_na: Mapped[int]
    score: Mapped[float | None]
    completeness: Mapped[float]


class Closing(Base):
    """The figures of an assessment when it closed and was reopened, the ``rank``-th time from 1; never
    changed.

    ``scores``: its score rows; ``frozen``: :attr:`Assessment.frozen` of that closing.
    """

    __tablename__ = "closings"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime]
    reopened_at: Mapped[datetime]
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(Text)
    scores: Mapped[dict[str, Any]]
    frozen: Mapped[dict[str, Any]]
