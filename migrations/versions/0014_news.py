"""Which summary a message told of, beside what it was about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

<<<<<<<< HEAD:migrations/versions/0014_news.py
revision = "0014"
down_revision = "0013"
========
revision = "0014"
down_revision = "0013"
>>>>>>>> 49744b2 (Let the last message of a week take the pulse along that would be lost):migrations/versions/0013_news.py


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.add_column(sa.Column("news_week", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_column("news_week")
