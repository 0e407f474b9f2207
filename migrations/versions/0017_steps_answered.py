"""Steps answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "step_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("author_audit_key", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('doing', 'later')", name=op.f("ck_step_answers_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_answers")),
        sa.UniqueConstraint("action", "target", name=op.f("uq_step_answers_action_target")),
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("action", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_promises_owner_id"), ["owner_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_promises_owner_id_users"), "users", ["owner_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_promises_owner_id_users"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_promises_owner_id"))
        batch_op.drop_column("action")
        batch_op.drop_column("owner_id")

    op.drop_table("step_answers")
