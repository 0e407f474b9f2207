"""From which Monday on a person reads figures about others, and so is in none of them.

Who reads now has done so since before the first week that can be published.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "readerships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reads", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_readerships_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readerships")),
        sa.UniqueConstraint("user_id", "since", name=op.f("uq_readerships_user_id_since")),
    )
    op.execute(
        "insert into readerships (user_id, since, reads) select id, date '2024-01-01', true from users "
        "where role <> 'employee' or id in (select manager_id from departments where manager_id is not null)"
        if op.get_bind().dialect.name == "postgresql"
        else "insert into readerships (user_id, since, reads) select id, '2024-01-01', 1 from users "
        "where role <> 'employee' or id in (select manager_id from departments where manager_id is not null)"
    )


def downgrade() -> None:
    op.drop_table("readerships")
