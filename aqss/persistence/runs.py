"""What follows a workflow: where each run stands, its tasks, and what people say of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base


class Run:
    """A subject that follows one edition of a workflow: an assessment, an action, a dossier.

    ``due_at``: when its present state is due, None without an end; kept beside what it comes from, so that
    what is late is found by an index. ``ended_at``: when it reached an end; None while it runs. ``version``
    grows with each change: a change names the one it started from.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centres.id"))
    workflow_edition_id: Mapped[int] = mapped_column(ForeignKey("workflow_editions.id"))
    state: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Task(Base):
    """A task of a run: a line of the check-list of a state of which something was said, or a free one.

    ``code``: the line of the check-list, None for a task that people added, which has its ``label``. A line
    of a check-list without a row is as the workflow says, and open. ``state``: the one it belongs to, empty
    for a task of the whole run (the steps of an action). ``due_on``: its last day, None for the workflow's.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint(
            "(assessment_id IS NOT NULL AND action_id IS NULL AND dossier_id IS NULL)"
            " OR (assessment_id IS NULL AND action_id IS NOT NULL AND dossier_id IS NULL)"
            " OR (assessment_id IS NULL AND action_id IS NULL AND dossier_id IS NOT NULL)",
            name="subject",
        ),
        CheckConstraint("(code IS NULL) = (label <> '')", name="label"),
        UniqueConstraint("assessment_id", "state", "code"),
        UniqueConstraint("action_id", "state", "code"),
        UniqueConstraint("dossier_id", "state", "code"),
        Index("ix_tasks_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
    state: Mapped[str] = mapped_column(String(80), default="")
    code: Mapped[str | None] = mapped_column(String(80))
    label: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Comment(Base):
    """What somebody says of an action or notes in a dossier; it is taken back by who wrote it.

    ``is_shared``: the support structure that the dossier was sent to reads it, and may have written it; the
    others are the team's own.
    """

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("(action_id IS NULL) <> (dossier_id IS NULL)", name="subject"),
        Index("ix_comments_action_id", "action_id"),
        Index("ix_comments_dossier_id", "dossier_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    is_shared: Mapped[bool] = mapped_column(default=False, server_default=false())
