"""What HR said to a proposal to join departments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "proposal_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("author_audit_key", sa.String(length=32), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["reporting_groups.id"],
            name=op.f("fk_proposal_answers_group_id_reporting_groups"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_answers")),
        sa.UniqueConstraint("stamp", name=op.f("uq_proposal_answers_stamp")),
    )
    with op.batch_alter_table("proposal_answers") as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_answers_group_id"), ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_table("proposal_answers")
