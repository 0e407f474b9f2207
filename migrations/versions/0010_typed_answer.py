"""Which typed message answered a question last, so that one that Telegram sends again answers no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("typed_answer_sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("typed_answer_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("typed_answer_id")
        batch_op.drop_column("typed_answer_sent_at")
