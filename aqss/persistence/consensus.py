"""What a team agrees on: who rates alone, the blind ratings, what remains of them, the session, the
consensus.

A blind rating stands under a participant only until its assessment closes; then only spreads remain, in which
nobody is named and nothing tells the order of answers.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from aqss.persistence.base import Base

_OPEN = sql("ended_at IS NULL")


class Participant(Base):
    """Somebody asked to rate alone; ``professions`` are those they had when the scope was last written.

    Taking a participant away takes their ratings away.
    """

    __tablename__ = "participants"
    __table_args__ = (UniqueConstraint("assessment_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    professions: Mapped[list[str]] = mapped_column(default=list)
    added_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class BlindRating(Base):
    """What one participant answers to one criterion in one round (1, then 2 where the team votes again).

    The columns that a person decides, and ``writes``, are those of
    :class:`aqss.persistence.assessments.Answer`.
    """

    __tablename__ = "blind_ratings"
    __table_args__ = (
        CheckConstraint("kind IN ('level', 'number', 'text', 'na', 'unknown', 'blank')", name="kind"),
        CheckConstraint("(kind = 'level') = (level IS NOT NULL)", name="level"),
        CheckConstraint("(kind = 'number') = (number IS NOT NULL)", name="number"),
        CheckConstraint("kind <> 'na' OR reason <> ''", name="reason"),
        CheckConstraint("round IN (1, 2)", name="round"),
        Index("ix_blind_ratings_sheet_id_criterion", "sheet_id", "criterion"),
    )

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participants.id", ondelete="CASCADE"), primary_key=True
    )
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, default=1)
    kind: Mapped[str] = mapped_column(String(10))
    level: Mapped[str | None] = mapped_column(String(80))
    number: Mapped[Decimal | None]
    words: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    writes: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime]


class Spread(Base):
    """What remains of a round on a criterion once names are cut.

    ``verdict`` is one of :class:`aqss.domain.divergence.Verdict`. ``votes`` holds the counts, in the form
    of :func:`aqss.services.assessments.spreads.kept_form`; None under four voices: then nothing but the
    verdict is kept. ``comments`` are sorted by their text.
    """

    __tablename__ = "spreads"

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20))
    votes: Mapped[dict[str, Any] | None]
    comments: Mapped[list[str]] = mapped_column(default=list)


class Consensus(Base):
    """How the team came to its answer on a criterion: the answer itself, and its version, are in ``answers``.

    ``reason``: why it stands outside the median. ``has_dissent``: « reste en désaccord ». ``is_ratified``:
    accepted with all the others that everybody agreed on.
    """

    __tablename__ = "consensus"
    __table_args__ = (
        ForeignKeyConstraint(["sheet_id", "criterion"], ["answers.sheet_id", "answers.criterion"]),
    )

    sheet_id: Mapped[int] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    has_dissent: Mapped[bool] = mapped_column(default=False)
    is_ratified: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ConsensusSession(Base):
    """A sitting where the team agrees; at most one of an assessment is open.

    ``code`` is what followers type to join. ``version`` grows with whatever the screens show: they ask for
    nothing else until it does. ``current_*`` is the criterion on the screens, shown since ``current_since``.
    """

    __tablename__ = "consensus_sessions"
    __table_args__ = (
        Index(
            "uq_consensus_sessions_open",
            "assessment_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("uq_consensus_sessions_code", "code", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    minutes: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime | None]
    current_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("sheets.id"))
    current_criterion: Mapped[str | None] = mapped_column(String(80))
    current_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class AgendaItem(Base):
    """A criterion on the agenda of a sitting; ``seconds_spent``: on the screens so far, the present visit
    aside.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (UniqueConstraint("session_id", "sheet_id", "criterion"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("consensus_sessions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"))
    criterion: Mapped[str] = mapped_column(String(80))
    verdict: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]
    seconds_spent: Mapped[int] = mapped_column(default=0)
    postponed_at: Mapped[datetime | None]


class Follower(Base):
    """Somebody who has joined a sitting from their own device."""

    __tablename__ = "followers"

    session_id: Mapped[int] = mapped_column(ForeignKey("consensus_sessions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    joined_at: Mapped[datetime]


class SecondRound(Base):
    """The second blind round on a criterion: one at most; its spread is shown once ``closed_at`` is set.

    ``opened_at`` tells it from those before it, which showed nothing. ``abandoned_at``: set when that is why
    it is closed. ``set_aside``: the agreement that stood when it opened, in the form of
    :mod:`aqss.services.assessments.agreed`, until the team agrees anew or it is given back.
    """

    __tablename__ = "second_rounds"

    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheets.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(80), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("consensus_sessions.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    abandoned_at: Mapped[datetime | None]
    set_aside: Mapped[dict[str, Any] | None]
