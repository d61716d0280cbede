"""a round abandoned.

Revision 0008, after 0007. When a second round was abandoned: then its answers are deleted.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("second_rounds") as batch_op:
        batch_op.add_column(sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("second_rounds") as batch_op:
        batch_op.drop_column("abandoned_at")
