"""Rows recorded once, whoever comes second: said in the dialect of the database at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from aqss.persistence.base import Base


def insert_once(session: Session, table: type[Base], values: Mapping[str, Any], *, by: Sequence[str]) -> None:
    """Insert the row, or nothing when one has the same values in the columns ``by``, unique together."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing(index_elements=by))
