"""People: accounts, the roles they hold, invitations, password resets, sessions, and refused sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from aqss.persistence.base import Base


class User(Base):
    """A person. Without a password until they accept their invitation; ``email`` is kept in lower case."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_administrator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user")


class Membership(Base):
    """A role held by a person over one centre or one support structure, with their professions there."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("(centre_id IS NULL) <> (structure_id IS NULL)", name="one_place"),
        CheckConstraint(
            "role IN ('member', 'coordinator', 'manager') AND centre_id IS NOT NULL"
            " OR role = 'structure' AND structure_id IS NOT NULL",
            name="role_fits_place",
        ),
        Index("uq_memberships_centre", "user_id", "centre_id", unique=True),
        Index("uq_memberships_structure", "user_id", "structure_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(20))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"), index=True)
    structure_id: Mapped[int | None] = mapped_column(ForeignKey("structures.id"), index=True)
    professions: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships")


class Invitation(Base):
    """A role offered to an address; only the hash of its link's token is kept; accepted once."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(20))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centres.id"), index=True)
    structure_id: Mapped[int | None] = mapped_column(ForeignKey("structures.id"), index=True)
    professions: Mapped[list[str]] = mapped_column(default=list)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A link to choose a new password; only the hash of its token is kept; used once."""

    __tablename__ = "password_resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """An open session: ends when idle, at its limit, on signing out, or when the account is disabled."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class RefusedAttempt(Base):
    """A sign-in refused or not yet decided, or a reset asked for: counted to slow guessing.

    ``key`` is a hash, never an address.
    """

    __tablename__ = "refused_attempts"
    __table_args__ = (Index("ix_refused_attempts_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
