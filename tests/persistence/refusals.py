"""What a database refuses, whoever writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session


def is_refused(session: Session, row: Any) -> bool:
    """Whether the database refuses the row; nothing of it stays either way."""
    with session.begin_nested() as attempt:
        session.add(row)
        try:
            session.flush()
        except IntegrityError:
            refused = True
        else:
            refused = False
        attempt.rollback()
    return refused
