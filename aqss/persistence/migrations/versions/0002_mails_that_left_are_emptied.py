"""mails that left are emptied.

Revision 0002, after 0001: what was sent or given up before keeps no link any more.
"""

from __future__ import annotations

from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE mails SET body_text = '', body_html = '' WHERE sent_at IS NOT NULL OR given_up_at IS NOT NULL"
    )
