"""Which stored files still serve: a file is shared by all the proofs that hold the same content."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.persistence.proofs import Proof

_AT_ONCE = 500
"""Hashes asked about in one statement."""


def list_unused(session: Session, hashes: Collection[str]) -> list[str]:
    """Of ``hashes``, those that no proof holds.

    Asked in a writing session, the answer is true until it ends: their files may be deleted meanwhile.
    """
    ordered, used = list(hashes), set[str]()
    for first in range(0, len(ordered), _AT_ONCE):
        asked = ordered[first : first + _AT_ONCE]
        used.update(
            key for key in session.scalars(select(Proof.sha256).where(Proof.sha256.in_(asked))) if key
        )
    return [key for key in ordered if key not in used]
