"""Passwords hashed and verified (argon2id), for signing in and for choosing a new one.

Hashing takes tens of milliseconds: do it outside a writing transaction.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aqss.domain.errors import InvalidInput
from aqss.domain.passwords import canonical_password, is_storable, judge_password

HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
"""Parameters of the OWASP password storage cheat sheet for argon2id (19 MiB)."""

UNKNOWN = HASHER.hash("nobody’s password, verified when there is no account")
"""Verified in place of a missing hash, so that an unknown address takes the same time as a known one."""


def hash_password(password: str) -> str:
    """The hash to store of a password already judged fit."""
    return HASHER.hash(canonical_password(password))


def hash_new_password(password: str, *, email: str, name: str, field: str = "password") -> str:
    """The hash to store of a password chosen by ``name``, of that address; :class:`InvalidInput` if unfit."""
    faults = judge_password(password, email=email, name=name, field=field)
    if faults:
        raise InvalidInput(faults)
    return hash_password(password)


def verify(stored: str | None, password: str, hasher: PasswordHasher = HASHER) -> bool:
    """Whether ``password`` is the one behind ``stored``; False, after the same work, when there is none."""
    fit = is_storable(password)
    try:
        hasher.verify(stored or UNKNOWN, canonical_password(password) if fit else "")
    except (VerificationError, InvalidHashError):
        return False
    return fit and stored is not None


def renewed_hash(stored: str, password: str) -> str | None:
    """A new hash of the password just verified when the parameters have changed since; else None."""
    return hash_password(password) if HASHER.check_needs_rehash(stored) else None
