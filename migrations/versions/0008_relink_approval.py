"""A link for a lost account works once a second person has approved it; the links of before were made without one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
KEPT = {"sqlite_autoincrement": True}  # a batch on SQLite would forget it


def upgrade() -> None:
    with op.batch_alter_table("invites", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("relink_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("relink_approved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(op.f("ix_invites_relink_by_id"), ["relink_by_id"])
        batch_op.create_foreign_key(
            op.f("fk_invites_relink_by_id_users"), "users", ["relink_by_id"], ["id"], ondelete="SET NULL"
        )
    op.execute("update invites set relink_approved_at = created_at where relink_user_id is not null")


def downgrade() -> None:
    with op.batch_alter_table("invites", table_kwargs=KEPT) as batch_op:
        batch_op.drop_constraint(op.f("fk_invites_relink_by_id_users"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_invites_relink_by_id"))
        batch_op.drop_column("relink_approved_at")
        batch_op.drop_column("relink_by_id")
