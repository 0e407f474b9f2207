"""The newest message of a step that is typed: which one it is, and how the step stood before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("fsm") as batch_op:
        batch_op.add_column(sa.Column("typed", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("fsm") as batch_op:
        batch_op.drop_column("typed")
