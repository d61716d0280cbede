"""How Alembic meets the database: one transaction for all revisions, and SQLite's children kept.

SQLite changes a table by copying it and dropping the old one, and with foreign keys on, dropping a parent
deletes its children (``ON DELETE CASCADE``). They are turned off before the transaction (inside one, the
PRAGMA does nothing), and every key is checked before the commit.
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, TypeDecorator

import aqss.persistence  # noqa: F401  (knows every table)
from aqss.persistence.base import Base
from aqss.persistence.session import Sessions


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_render_type,
        transactional_ddl=True,  # SQLite's too, since we say BEGIN ourselves
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            _check_foreign_keys(connection)


def _render_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Columns as the database has them: a revision must not change when our own types do."""
    if kind != "type":
        return False
    if isinstance(item, JSON):
        return "JSON"
    return f"sa.{item.impl_instance!r}" if isinstance(item, TypeDecorator) else False


def _check_foreign_keys(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"rows without their parent after the migration: {orphans[:5]}")


def _migrate(sessions: Sessions) -> None:
    with sessions.write_engine.connect() as connection:
        if not sessions.is_sqlite:
            _run(connection)
            return
        driver_connection = connection.connection.cursor()
        driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            _run(connection)
        finally:
            driver_connection.execute("PRAGMA foreign_keys=ON")
            driver_connection.close()


_migrate(context.config.attributes["sessions"])
