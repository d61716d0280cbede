"""A revision after the last one, for tests of what migrating guarantees."""

from __future__ import annotations

import shutil
from pathlib import Path

from aqss.persistence.migrating import MIGRATIONS, expected_revision, upgrade
from aqss.persistence.session import Sessions

HEAD = """
from alembic import op
import sqlalchemy as sa
revision = "9999"
down_revision = {after!r}
def upgrade():
"""


def with_one_more_revision(folder: Path, *lines: str) -> Path:
    """A copy of the migrations, with a revision that does these lines after the others."""
    copy = folder / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    body = "".join(f"    {line}\n" for line in lines)
    (copy / "versions" / "9999.py").write_text(HEAD.format(after=expected_revision()) + body)
    return copy


def up_to(folder: Path, last: str) -> Path:
    """A copy of the migrations that stops at a revision: a database as an earlier version left it."""
    copy = folder / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for revision in (copy / "versions").glob("*.py"):
        if revision.name.partition("_")[0] > last:
            revision.unlink()
    return copy


def upgrade_to(database_url: str, folder: Path) -> None:
    """Migrate, in a process of its own."""
    sessions = Sessions(database_url)
    upgrade(sessions, folder)
    sessions.dispose()
