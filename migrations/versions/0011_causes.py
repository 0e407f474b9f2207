"""What weighed most on a person, said after a check-in. Nobody was asked before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("assessments") as batch_op:
        batch_op.add_column(sa.Column("cause", sa.String(16), nullable=True))
        batch_op.add_column(sa.Column("second_cause", sa.String(16), nullable=True))
        batch_op.add_column(sa.Column("causes_open", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("assessments") as batch_op:
        batch_op.drop_column("causes_open")
        batch_op.drop_column("second_cause")
        batch_op.drop_column("cause")
