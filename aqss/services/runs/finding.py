"""Finding what follows a workflow by its key."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.persistence.base import LARGEST_ID
from aqss.services.runs.passing import Subject


def find_run(session: Session, kind: type[Subject], key: int, *, lock: bool = False) -> Subject | None:
    """The one of that key; None when there is none, or when no database could hold it.

    ``lock``: as it is now, and nobody else changes it before the end of the transaction.
    """
    if not 0 < key <= LARGEST_ID:
        return None
    query = select(kind).where(kind.id == key)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()
