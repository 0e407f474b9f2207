"""Roster proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "roster_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_roster_proposals_department_id_departments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_roster_proposals_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_proposals")),
        sa.UniqueConstraint("user_id", name=op.f("uq_roster_proposals_user_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("roster_proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_proposals_department_id"), ["department_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("roster_proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_proposals_department_id"))

    op.drop_table("roster_proposals")
