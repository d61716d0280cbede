"""Write the next revision: what separates the models from a database at the latest one.

``python -m aqss.persistence.migrations "actions and proofs"``; read the file it makes before keeping it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from aqss.persistence.migrating import configuration, expected_revision, upgrade
from aqss.persistence.session import Sessions


def write_revision(title: str) -> None:
    number = f"{int(expected_revision() or 0) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        sessions = Sessions(f"sqlite:///{Path(folder) / 'scratch.db'}")
        upgrade(sessions)
        command.revision(configuration(sessions), message=title, rev_id=number, autogenerate=True)
        sessions.dispose()


if __name__ == "__main__":
    write_revision(sys.argv[1])
