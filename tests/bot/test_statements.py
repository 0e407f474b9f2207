"""What a press costs the database: at most three statements, the look-up of the person included, two transactions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.bot.story import SEED, answers, data_of, newcomer
from tests.fakes.stage import Stage

AROUND = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Cost:
    """What was sent to any database since `clear()`."""

    statements: list[str] = field(default_factory=list)
    transactions: int = 0

    def clear(self) -> None:
        self.statements.clear()
        self.transactions = 0


@pytest.fixture
def cost() -> Iterator[Cost]:
    """Counts on every engine, reading or writing."""
    counted = Cost()

    def statement(_: Any, __: Any, text: str, *___: Any) -> None:
        if not text.startswith(AROUND):
            counted.statements.append(text)

    def begin(_: Any) -> None:
        counted.transactions += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "begin", begin)
    yield counted
    event.remove(Engine, "before_cursor_execute", statement)
    event.remove(Engine, "begin", begin)


@pytest.mark.both_databases
async def test_a_press_costs_at_most_three_statements(stage: Stage, cost: Cost) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=4)
    fifth = data_of(anna, "Ни разу")

    async def costs(label: str | None = None, **how: Any) -> tuple[int, int]:
        cost.clear()
        await anna.presses(label, **how)
        return len(cost.statements), cost.transactions

    assert await costs("Ни разу") == (2, 2)
    assert await costs("Пропустить") == (2, 2)
    assert await costs("← Назад") == (3, 2)
    assert await costs(data=fifth) == (3, 2), "a stale press"
    assert await costs("Позже") == (2, 2)
    assert await costs(data="c1:open:0") == (2, 2), "going on"
    stage.telegram.take_refusals()
