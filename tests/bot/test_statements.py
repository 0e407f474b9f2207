"""What a press costs the database: at most three statements, the look-up of the person included, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import Connection, Engine, event

from db.database import SINGLE_STATEMENT
from tests.bot.story import SEED, answers, data_of
from tests.fakes.stage import Stage
from tests.people import member, newcomer

AROUND = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Cost:
    """What was sent to any database since `clear()`."""

    statements: list[str] = field(default_factory=list)
    transactions: int = 0
    visits: int = 0

    def clear(self) -> None:
        self.statements.clear()
        self.transactions = self.visits = 0


@pytest.fixture
def cost() -> Iterator[Cost]:
    """Counts on every engine, reading or writing."""
    counted = Cost()

    def statement(_: Any, __: Any, text: str, *___: Any) -> None:
        if not text.startswith(AROUND):
            counted.statements.append(text)

    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        counted.transactions += SINGLE_STATEMENT not in options and options.get("isolation_level") != "AUTOCOMMIT"

    execute = aiosqlite.Connection._execute

    async def visit(connection: aiosqlite.Connection, *given: Any, **more: Any) -> Any:
        counted.visits += 1
        return await execute(connection, *given, **more)  # type: ignore[no-untyped-call]

    listeners: dict[str, Callable[..., None]] = {"before_cursor_execute": statement, "begin": begin}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "_execute", visit)
        for name, listener in listeners.items():
            event.listen(Engine, name, listener)
        yield counted
        for name, listener in listeners.items():
            event.remove(Engine, name, listener)


@pytest.mark.both_databases
async def test_an_answer_is_one_statement_without_a_transaction_around_it(stage: Stage, cost: Cost) -> None:
    """One trip to PostgreSQL, or one visit to SQLite's thread: benchmarks/press.py."""
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=4)
    for label in ("Ни разу", "Ни разу"):
        cost.clear()
        await anna.presses(label)
        assert (len(cost.statements), cost.transactions) == (1, 0)
        assert cost.visits == (1 if stage.database.is_sqlite else 0)


@pytest.mark.both_databases
async def test_a_press_costs_at_most_three_statements(stage: Stage, cost: Cost) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=4)
    fifth = data_of(anna, "Ни разу")

    async def costs(label: str | None = None, **how: Any) -> tuple[int, int]:
        cost.clear()
        await anna.presses(label, **how)
        return len(cost.statements), cost.transactions

    assert await costs("Ни разу") == (1, 0)
    assert await costs("Пропустить") == (2, 1)
    assert await costs("← Назад") == (3, 1)
    assert await costs(data=fifth) == (3, 1), "a stale press"
    assert await costs("Позже") == (2, 1)
    assert await costs(data="c1:open:0") == (2, 1), "going on"
    stage.telegram.take_refusals()


async def test_a_tick_that_finds_nothing_to_do_asks_little(stage: Stage, cost: Cost) -> None:
    """Every replica ticks four times a minute, day and night."""
    await member(stage, 1001, "Анна")
    await stage.tick()
    cost.clear()
    assert await stage.tick() == 0
    assert len(cost.statements) <= 15
