"""what a report is about.

Revision 0011, after 0010. A report of a plan keeps the view and the filters it was asked for with.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reports") as batch_op:
        batch_op.add_column(sa.Column("asked", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("reports") as batch_op:
        batch_op.alter_column("asked", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("asked")
