"""What one person does changes no row of another: no statement may forget whose rows it is about."""

from __future__ import annotations

from keyboards.account import SetSetting
from models import Base
from tests.bot.rows import Rows, all_rows
from tests.bot.story import ON_SQLITE, SEED, completes, result_of
from tests.fakes.stage import Player, Stage
from tests.people import finished, id_of, quiet

pytestmark = ON_SQLITE


def rows_of(person: int, rows: Rows) -> Rows:
    """The rows that belong to a person."""
    own = {
        table.name: "id" if table.name == "users" else "user_id"
        for table in Base.metadata.sorted_tables
        if table.name == "users" or "user_id" in table.columns
    }
    return {name: [row for row in rows[name] if row[column] == person] for name, column in own.items()}


async def lives(stage: Stage, player: Player) -> None:
    """Everything that employees do, once."""
    await player.says("/pulse")
    for value in ("5", "6", "7"):
        await player.presses(value)
    await player.says("/recommendations")
    await player.presses(player.buttons[0][0])
    await player.presses("Начать")
    await player.presses("Написать свой план")
    await player.says("В пятницу после обеда")
    for label in ("Сделано", "Вернуть", "Не подходит"):
        await player.presses(label)
    await player.says("/settings")
    await player.presses(data=SetSetting(name="pulse", value="0").pack())
    await player.says("/pause")
    await player.presses("Пока не вернусь")
    await player.says("я вернулась")


async def test_a_whole_life_with_the_bot_leaves_the_rows_of_a_colleague_alone(stage: Stage) -> None:
    anna = await finished(stage)
    await lives(stage, anna)
    await anna.says("/recommendations")
    await anna.presses(anna.buttons[0][0])
    await anna.presses("Начать")
    await quiet(stage, anna)
    person = await id_of(stage, anna)
    before = rows_of(person, await all_rows(stage))
    assert {name for name, rows in before.items() if rows} >= {"users", "assessments", "recommendations", "metrics"}

    boris = await finished(stage, name="Борис")
    await lives(stage, boris)
    await quiet(stage, boris)
    await stage.tick()
    assert rows_of(person, await all_rows(stage)) == before
    stage.clock.advance(weeks=4)
    await boris.says("/checkin")
    await completes(stage, boris, SEED)
    assert "78" in result_of(boris)
    await boris.says("/privacy")
    await boris.says("/delete")
    await boris.says("удалить")
    assert rows_of(person, await all_rows(stage)) == before
