"""traces are forgotten.

Revision 0004, after 0003. An index finds what follows a person closely, so that it goes after a year.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

TRACES = sa.text("user_id IS NOT NULL AND verb IN ('answer-saved', 'signed-in', 'signed-out')")


def upgrade() -> None:
    op.create_index(
        'ix_journal_traces', 'journal', ['at'], sqlite_where=TRACES, postgresql_where=TRACES
    )
