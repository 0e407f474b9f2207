"""When a person was told at which hours the bot will write: once, on the way out of the first result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("introduced_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(  # the card stood under the first result until now
        "update users set introduced_at = updated_at where exists (select 1 from assessments where user_id = users.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("introduced_at")
