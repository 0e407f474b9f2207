"""Subjects of deliveries: a JSON payload by kind in place of a text that each kind reads in its own way."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON_OBJECT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ABOUT_A_ROW = sa.text("subject_id is not null")
DAY_LENGTH = len("2026-03-02")


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_deliveries_user_id_kind_slot"), type_="unique")
        batch_op.drop_column("attempts")
        batch_op.alter_column("slot", new_column_name="dedup_key", existing_type=sa.String(length=64))
        batch_op.add_column(sa.Column("subject", JSON_OBJECT, nullable=True))
        batch_op.add_column(sa.Column("subject_id", sa.Integer(), nullable=True))
    _fill()
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.alter_column("subject", existing_type=JSON_OBJECT, nullable=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_deliveries_user_id_kind_dedup_key"), ["user_id", "kind", "dedup_key"]
        )
        batch_op.create_index(
            "ix_deliveries_subject_id", ["subject_id"], sqlite_where=ABOUT_A_ROW, postgresql_where=ABOUT_A_ROW
        )


def downgrade() -> None:
    key = sa.column("dedup_key", sa.String())
    deliveries = sa.table("deliveries", sa.column("kind", sa.String()), key)
    op.execute(
        deliveries.update().where(deliveries.c.kind == "note").values(dedup_key=sa.func.replace(key, "/moved/", "/"))
    )
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.drop_index("ix_deliveries_subject_id", sqlite_where=ABOUT_A_ROW, postgresql_where=ABOUT_A_ROW)
        batch_op.drop_constraint(batch_op.f("uq_deliveries_user_id_kind_dedup_key"), type_="unique")
        batch_op.drop_column("subject")
        batch_op.drop_column("subject_id")
        batch_op.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        batch_op.alter_column("dedup_key", new_column_name="slot", existing_type=sa.String(length=64))
    with op.batch_alter_table("deliveries") as batch_op:
        batch_op.alter_column("attempts", existing_type=sa.Integer(), server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_deliveries_user_id_kind_slot"), ["user_id", "kind", "slot"])


def _fill() -> None:
    """Write each row's subject out of its key, in one statement for each shape that a key has."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    position, build = (
        (sa.func.instr, sa.func.json_object) if is_sqlite else (sa.func.strpos, sa.func.jsonb_build_object)
    )
    key = sa.column("dedup_key", sa.String())
    deliveries = sa.table(
        "deliveries",
        sa.column("kind", sa.String()),
        key,
        sa.column("subject", JSON_OBJECT),
        sa.column("subject_id", sa.Integer()),
    )

    def write(kinds: tuple[str, ...], fields: dict[str, Any], *conditions: Any, **values: Any) -> None:
        pairs: list[Any] = []
        for name, value in fields.items():
            pairs += [sa.literal_column(f"'{name}'"), value]
        rows = deliveries.update().where(deliveries.c.kind.in_(kinds), *conditions)
        op.execute(rows.values(subject=build(*pairs, type_=JSON_OBJECT), **values))

    def number(text: Any) -> Any:
        return sa.cast(text, sa.BigInteger())

    def before(text: Any) -> Any:
        return sa.func.substr(text, 1, position(text, "/") - 1)

    def after(text: Any) -> Any:
        return sa.func.substr(text, position(text, "/") + 1)

    day, rest = sa.func.substr(key, 1, DAY_LENGTH), sa.func.substr(key, DAY_LENGTH + 2)
    first, second = number(before(key)), after(key)
    nothing: Any = sa.literal_column("null")
    is_moved = second.not_in(("planned", "moved", "done"))

    write(("checkin",), {"period": day})
    write(("checkin_reminder",), {"period": day, "number": number(rest)})
    write(("pulse", "pulse_quiet", "pulse_reminder", "hr_summary", "team_summary"), {"week": day})
    write(("welcome_back", "offboarded"), {"until": day})
    write(("review", "nudge"), {"recommendation_id": first, "day": number(second)}, subject_id=first)
    write(("contact_request",), {"request_id": number(key)}, subject_id=number(key))
    write(("relinked",), {"to_id": number(key)})
    write(("relink_refused",), {"person_id": first, "to_id": number(second)})
    write(("moved",), {"since": day, "department_id": number(before(rest)), "moved_at": number(after(rest))})
    write(("note",), {"promise_id": first, "stage": second, "due": nothing}, ~is_moved, subject_id=first)
    moved = {"promise_id": first, "stage": sa.literal_column("'moved'"), "due": second}
    moved_key = before(key) + "/moved/" + second
    write(("note",), moved, is_moved, subject_id=first, dedup_key=moved_key)
    op.execute(deliveries.update().where(deliveries.c.subject.is_(None)).values(subject=build(type_=JSON_OBJECT)))
