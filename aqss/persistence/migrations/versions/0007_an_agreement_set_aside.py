"""an agreement set aside.

Revision 0007, after 0006. Beside a second round, the agreement that stood when it opened.

Going back loses the agreements set aside at that moment: their answers stay blank, to be agreed on again.
Abandon the second rounds that are open first, and agree again where one was closed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON().with_variant(JSONB(), "postgresql")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("second_rounds") as batch_op:
        batch_op.add_column(sa.Column("set_aside", JSON, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("second_rounds") as batch_op:
        batch_op.drop_column("set_aside")
