"""writes known again.

Revision 0006, after 0005. Beside each answer, the names of the last writes that led to it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("answers", "blind_ratings"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("writes", sa.Text(), nullable=True))


def downgrade() -> None:
    for table in ("blind_ratings", "answers"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("writes")
