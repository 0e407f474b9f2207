"""People and summaries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

KEPT = {"sqlite_autoincrement": True}  # a batch migration makes the table anew and would forget it


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.Column("author_audit_key", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("period", "target", name=op.f("uq_rounds_period_target")),
    )
    op.create_table(
        "summaries",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("texts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_summaries")),
    )
    with op.batch_alter_table("invites", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("relink_user_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_invites_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_invites_relink_user_id"), ["relink_user_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_invites_relink_user_id_users"), "users", ["relink_user_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("users", table_kwargs=KEPT) as batch_op:
        batch_op.add_column(sa.Column("team_summary_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moved_to_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_users_moved_at"), ["moved_at"], unique=False)
        batch_op.create_index(
            "ix_users_offboarded_at",
            ["offboarded_at"],
            unique=False,
            postgresql_where=sa.text("offboarded_at is not null"),
        )
        batch_op.create_index(batch_op.f("ix_users_moved_to_id"), ["moved_to_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_users_moved_to_id_users"), "users", ["moved_to_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("users", table_kwargs=KEPT) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_users_moved_to_id_users"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_users_moved_to_id"))
        batch_op.drop_index("ix_users_offboarded_at", postgresql_where=sa.text("offboarded_at is not null"))
        batch_op.drop_index(batch_op.f("ix_users_moved_at"))
        batch_op.drop_column("moved_at")
        batch_op.drop_column("moved_to_id")
        batch_op.drop_column("team_summary_since")

    with op.batch_alter_table("invites", table_kwargs=KEPT) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_invites_relink_user_id_users"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_invites_relink_user_id"))
        batch_op.drop_index(batch_op.f("ix_invites_name"))
        batch_op.drop_column("relink_user_id")
        batch_op.drop_column("name")

    op.drop_table("summaries")
    op.drop_table("rounds")
