"""What a week or a period is made of is found without reading the answers and steps of all others."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("metrics") as batch_op:
        batch_op.create_index(batch_op.f("ix_metrics_date"), ["date"], unique=False)
    with op.batch_alter_table("recommendations") as batch_op:
        batch_op.create_index(batch_op.f("ix_recommendations_closed_at"), ["closed_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("recommendations") as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendations_closed_at"))
    with op.batch_alter_table("metrics") as batch_op:
        batch_op.drop_index(batch_op.f("ix_metrics_date"))
