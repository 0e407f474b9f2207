"""HR's five tasks of a Monday, by the number of presses and messages; tests/e2e/test_hr_tasks.py takes their time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, insert, select

from models import Invite, Metric, Promise
from playground import Upload
from services.kit.calendar import WEEK
from services.summary.helped.verdict import WEEKS_AFTER, WEEKS_BEFORE
from tests.bot.past import said
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.world import START, pulse_row
from tests.people import crowd, hr_reader, monday_nine, staffed

LAST = WEEKS_BEFORE + WEEKS_AFTER  # the number of the week after which it is said whether a promise helped
FORTY = "ФИО;Отдел\r\n" + "".join(f"Человек{'абвгд'[n % 5]} Номер{'еёжзийкл'[n // 5]};Склад\r\n" for n in range(40))


async def weeks_of_pressure(stage: Stage) -> None:
    """Three departments; in the warehouse the pressure stays high, and a promise was kept there eight weeks ago."""
    staff = await staffed(stage, 20, 20, 20)
    rows = []
    for week in range(LAST + 1):
        for number, team in enumerate(staff.teams):
            felt = 90.0 if number == 1 else 50.0
            figures: dict[str, float | None] = {"burnout": 50.0, "stress": felt, "productivity": 50.0}
            rows += [pulse_row(person, START + week * WEEK, START, figures, stage.clock()) for person in team]
    at = monday_nine(WEEKS_BEFORE) + timedelta(days=1)
    kept = {"department_id": 2, "text": "Вторая пауза", "state": "done", "asked_at": at, "author_audit_key": "a"}
    async with stage.database.begin() as session:
        await session.execute(insert(Metric), rows)
        await session.execute(insert(Promise).values(created_at=at, updated_at=at, **kept))


class Hand:
    """HR's hand: counts every press and every message."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.taps = 0

    async def presses(self, *labels: str) -> None:
        for label in labels:
            self.taps += 1
            await self.player.presses(label)

    async def says(self, text: str) -> None:
        self.taps += 1
        await self.player.says(text)

    def done(self, words: str) -> int:
        """Return how many it took to read these words, and begin to count anew."""
        assert words in said(self.player)
        taps, self.taps = self.taps, 0
        return taps


async def test_five_tasks_in_thirteen_presses_and_messages(stage: Stage, reread: Reread) -> None:
    await weeks_of_pressure(stage)
    await crowd(stage, ["Сергей Волков", "Сергей Громов"], "Доставка", 6000)
    hand = Hand(olga := await hr_reader(stage))
    stage.clock.advance_to(monday_nine(LAST + 1))
    await stage.tick()
    before_the_table = said(olga).partition("Пульс, среднее")[0]
    assert "Остаётся высоким\nСклад: напряжённость работы 9,0" in before_the_table
    taken = {"see what matters": hand.done("Обещано")}
    taken["did it help?"] = hand.done("«Вторая пауза», сделано; с тех пор — как в других группах")
    await hand.presses("Пообещать это", "Сохранить и рассказать")
    taken["promise it"] = hand.done("Сохранено.")
    await hand.says("/hr")
    await hand.presses("Люди")
    await hand.says("волк")
    await hand.presses("1", "Сменить отдел", "Склад")
    taken["find and move a person"] = hand.done("Готово.")
    await hand.says("/hr")
    await hand.presses("Ссылки для входа", "Загрузить список")
    hand.taps += 1
    await olga.sends(document=Upload("люди.csv", FORTY.encode()))
    await hand.presses("Пригласить 40")
    taken["import forty people"] = hand.done("личной ссылке")
    assert await reread(select(func.count()).select_from(Invite).where(Invite.name.startswith("Человек"))) == [40]
    assert taken == {
        "see what matters": 0,
        "did it help?": 0,
        "promise it": 2,
        "find and move a person": 6,
        "import forty people": 5,
    }
