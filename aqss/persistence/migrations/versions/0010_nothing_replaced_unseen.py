"""nothing replaced unseen.

Revision 0010, after 0009. An action remembers who declared it done. A change of a partner names the version
it started from; a note of a dossier may be read by the structure it was sent to: those written before are the
team's own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("actions") as batch_op:
        batch_op.add_column(sa.Column("done_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_actions_done_by_id_users"), "users", ["done_by_id"], ["id"]
        )
    with op.batch_alter_table("partners") as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("comments") as batch_op:
        batch_op.add_column(sa.Column("is_shared", sa.Boolean(), server_default=sa.false(), nullable=False))
