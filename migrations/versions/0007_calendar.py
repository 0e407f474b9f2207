"""Days of the organisation on which nobody is written to, or everybody works; the country of a department."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "company_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_days")),
        sa.UniqueConstraint("first", "last", name=op.f("uq_company_days_first_last")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("departments") as batch_op:
        batch_op.add_column(sa.Column("country", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("departments") as batch_op:
        batch_op.drop_column("country")

    op.drop_table("company_days")
