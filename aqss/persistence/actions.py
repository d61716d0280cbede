"""Improvement actions: the plan of a centre, what each answers, what it should bring and what it brought."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base
from aqss.persistence.runs import Run


class Action(Run, Base):
    """An action of a centre's plan; ``number`` is its number there, never given twice.

    ``due_on``: its last day; ``due_at`` is when its present state is due, which may be another day.
    ``criticality``, ``feasibility`` and ``impact`` go from 1 to 4. ``progress``: from 0 to 100; with steps
    (free tasks), the share of them done. ``done_at``: declared done by ``done_by_id``, its effect to be
    verified from then on.

    The effect expected is told before it starts: of the criterion ``effect_criterion`` of the sheet
    ``effect_sheet_id`` (then ``effect_from`` and ``effect_to`` are levels or numbers of its scale), else of
    what ``effect_measure`` says; ``review_on`` is the day it is looked at. ``result``: what people conclude.
    """

    __tablename__ = "actions"
    __table_args__ = (
        UniqueConstraint("centre_id", "number"),
        CheckConstraint("kind IN ('preventive', 'corrective')", name="kind"),
        CheckConstraint("criticality BETWEEN 1 AND 4", name="criticality"),
        CheckConstraint("feasibility BETWEEN 1 AND 4", name="feasibility"),
        CheckConstraint("impact BETWEEN 1 AND 4", name="impact"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("result IN ('', 'efficace', 'partiel', 'inefficace')", name="result"),
        CheckConstraint("origin IN ('free', 'criterion', 'session', 'dossier')", name="origin"),
        CheckConstraint("(effect_sheet_id IS NULL) = (effect_criterion IS NULL)", name="effect"),
        CheckConstraint("starts_on IS NULL OR due_on IS NULL OR starts_on <= due_on", name="dates"),
        Index("ix_actions_centre_id_ended_at_due_at", "centre_id", "ended_at", "due_at"),
        Index("ix_actions_owner_id_ended_at", "owner_id", "ended_at"),
        Index("ix_actions_dossier_id", "dossier_id"),
    )

    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
    finding: Mapped[str] = mapped_column(Text, default="")
    means: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    criticality: Mapped[int]
    feasibility: Mapped[int]
    impact: Mapped[int]
    progress: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    effect_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("sheets.id"))
    effect_criterion: Mapped[str | None] = mapped_column(String(80))
    effect_measure: Mapped[str] = mapped_column(Text, default="")
    effect_from: Mapped[str] = mapped_column(String(200), default="")
    effect_to: Mapped[str] = mapped_column(String(200), default="")
    review_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(String(10), default="")
    result_note: Mapped[str] = mapped_column(Text, default="")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    origin: Mapped[str] = mapped_column(String(10), default="free")
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ActionCriterion(Base):
    """A criterion of an assessment that an action answers; one action may answer several."""

    __tablename__ = "action_criteria"
    __table_args__ = (Index("ix_action_criteria_sheet_id_criterion", "sheet_id", "criterion"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)


class ActionContributor(Base):
    """Somebody who works on an action beside its owner."""

    __tablename__ = "action_contributors"
    __table_args__ = (Index("ix_action_contributors_user_id", "user_id"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class ActionProof(Base):
    """A proof of the centre that shows what an action did."""

    __tablename__ = "action_proofs"
    __table_args__ = (Index("ix_action_proofs_proof_id", "proof_id"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), primary_key=True)
    proof_id: Mapped[int] = mapped_column(ForeignKey("proofs.id"), primary_key=True)


class Waiver(Base):
    """Why an essential criterion that is not met has no action, in the words of who leads the assessment."""

    __tablename__ = "waivers"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
