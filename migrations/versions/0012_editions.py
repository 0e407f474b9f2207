"""Publications say by which edition of the gate they were made, and small groups have a pulse of the period."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

BEFORE = "kind in ('pulse_week', 'checkin_period')"
AFTER = "kind in ('pulse_week', 'checkin_period', 'pulse_period')"


def upgrade() -> None:
    with op.batch_alter_table("publications") as batch_op:
        batch_op.add_column(sa.Column("edition", sa.Integer(), nullable=True))
    op.execute("update publications set edition = 1")
    _check(AFTER)
    with op.batch_alter_table("publications") as batch_op:
        batch_op.alter_column("edition", existing_type=sa.Integer(), nullable=False)


def downgrade() -> None:
    op.execute("delete from publications where edition > 1")  # an older program cannot read them
    _check(BEFORE)
    with op.batch_alter_table("publications") as batch_op:
        batch_op.drop_column("edition")


def _check(condition: str) -> None:
    """Which kinds there are."""
    with op.batch_alter_table("publications") as batch_op:
        batch_op.drop_constraint(op.f("ck_publications_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_publications_kind"), condition)
