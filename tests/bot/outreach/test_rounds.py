"""A round: the check-in of the period offered now, once, without telling who or how many are written to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from keyboards.company import HrPage
from keyboards.outreach import RoundButton
from models import Assessment, AuditEntry, Delivery, Department, Round, User
from services.account.unit_of_work import UnitOfWork
from services.kit.errors import NotAllowed
from services.outreach.rounds import Rounds
from tests.bot.past import said
from tests.bot.presses import presses_twice
from tests.clock import START
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.gate.company import STEADY
from tests.gate.world import checkin_row
from tests.people import hr, member, member_of

PERIOD = date(2026, 2, 23)
ROUNDS = select(Round).order_by(Round.id)
INVITED = select(Delivery).where(Delivery.kind == "checkin", Delivery.dedup_key == PERIOD.isoformat())
WORDS = {
    "ru": {
        "company": "Вся компания",
        "few": "меньше 7 человек",
        "invite": "Отправить сейчас",
        "begun": "Приглашения уходят",
        "already": "Уже отправлено 4 марта",
        "message": "Выдох: три минуты для вас. 20 коротких вопросов, открыто до 22 марта.",
    },
    "en": {
        "company": "The whole company",
        "few": "fewer than 7 people",
        "invite": "Send now",
        "begun": "Invitations are on their way",
        "already": "Already sent on 4 March",
        "message": "Exhale: a few minutes for you. 20 short questions, open until 22 March.",
    },
}


async def opens(player: Player, target: str) -> None:
    """The preview of a round."""
    await player.presses(data=HrPage(place="round").pack())
    await player.presses(target)


async def begins(player: Player, target: str = "Вся компания") -> None:
    await opens(player, target)
    await player.presses("Отправить сейчас")


def plain(message: dict[str, Any]) -> str:
    return str(message["text"]).replace("\u00a0", " ")


def heard(player: Player) -> list[str]:
    """The invitations in a chat."""
    return [text for message in player.messages if "20 коротких" in (text := plain(message))]


async def fill(stage: Stage, department: str, numbers: range) -> None:
    """More people of a department, one for each number, who never open the bot."""
    async with stage.database.begin() as session:
        row = await session.scalar(select(User).limit(1))
        assert row is not None
        home = await session.scalar(select(Department.id).where(Department.name == department))
        copied = {column.key: getattr(row, column.key) for column in User.__table__.columns if column.key != "id"}
        unlike = {"department_id": home, "plan_at": None, "role": "employee"}
        session.add_all(
            User(**copied | unlike | {"telegram_id": 5000 + number, "audit_key": f"{number:032x}"})
            for number in numbers
        )


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_round_invites_now_and_once(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    await opens(olga, words["company"])
    assert words["few"] in said(olga)
    assert words["message"] in said(olga), "the words that will be sent"
    assert await reread(ROUNDS) == [], "nothing before the last press"
    await presses_twice(stage, olga, words["invite"])
    assert words["already"] in said(olga), "the second press reads so"
    (round_,) = await reread(ROUNDS)
    assert (round_.period, round_.target, round_.created_at) == (PERIOD, "company", START)
    entries = await reread(select(AuditEntry))
    assert [(row.action, row.target) for row in entries] == [("began_round", f"company period {PERIOD}")]
    await stage.tick()
    assert said(anna).startswith(words["message"])
    invited = await reread(INVITED)
    assert {row.state for row in invited} == {"sent"}
    assert len(invited) == 2
    stage.clock.advance_to(datetime.fromisoformat("2026-03-10T10:00:00+03:00"))  # Anna's own hour
    told = len(anna.messages)
    await stage.tick()
    assert all(
        not message["text"].replace("\u00a0", " ").startswith(words["message"]) for message in anna.messages[told:]
    )


async def test_it_calls_nobody_who_answered_postponed_or_is_not_of_the_target(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    names = ("Анна", "Ответ", "Позже", "Недавно", "Пауза", "Тихо", "Ушла")
    anna, answered, postponed, lately, paused, muted, left = [
        await member(stage, 1100 + number, name) for number, name in enumerate(names)
    ]
    vera = await member(stage, 1004, "Вера", department="Доставка")
    await answers(stage, answered)
    await answers(stage, lately, PERIOD - timedelta(weeks=4))
    changes: dict[Player, dict[str, Any]] = {
        postponed: {"postponed_period": PERIOD},
        paused: {"paused_until": date(2026, 3, 9), "checkin_weekday": 4},
        muted: {"muted_kinds": ["checkin"]},
        left: {"offboarded_at": START},
    }
    async with stage.database.begin() as session:
        for player, values in changes.items():
            await session.execute(update(User).where(User.telegram_id == player.id).values(**values))
        before = {"date": START - timedelta(days=13)}
        await session.execute(update(Assessment).where(Assessment.period < PERIOD).values(**before))
    await begins(olga, "Склад")
    await stage.tick()
    everybody = (anna, answered, postponed, lately, paused, muted, left, vera, olga)
    assert [player.id for player in everybody if heard(player)] == [anna.id]
    for moment in ("2026-03-09T06:00:00+03:00", "2026-03-09T10:00:00+03:00"):
        stage.clock.advance_to(datetime.fromisoformat(moment))
        await stage.tick()
    assert [player.id for player in everybody if heard(player)] == [anna.id], "the first day back is silent"
    stage.clock.advance_to(datetime.fromisoformat("2026-03-10T10:00:00+03:00"))
    await stage.tick()
    assert heard(paused), "after the leave, before the own Friday"


async def test_what_was_planned_is_pulled_forward_and_stays_so(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await stage.tick()
    planned = {row.user_id: row.due_at for row in await reread(INVITED)}
    anna_id = (await member_of(stage, anna)).id
    assert planned[anna_id] == datetime.fromisoformat("2026-03-10T10:00:00+03:00")
    stage.clock.advance(hours=9)  # 21:00 in Moscow
    await begins(olga)
    await stage.tick()
    assert heard(anna) == [], "nobody is written to in the evening"
    await anna.says("/settings")
    async with stage.database.begin() as session:
        await session.execute(update(User).values(plan_at=stage.clock()))  # as any changed setting does
    await stage.tick()
    due = {row.user_id: row.due_at for row in await reread(INVITED)}
    assert due[anna_id] == datetime.fromisoformat("2026-03-05T10:00:00+03:00")
    stage.clock.advance_to(due[anna_id])
    await stage.tick()
    assert len(heard(anna)) == 1


async def test_who_has_the_invitation_gets_no_other(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    stage.clock.advance_to(datetime.fromisoformat("2026-03-10T10:00:00+03:00"))
    await stage.tick()
    assert len(heard(anna)) == 1
    stage.clock.advance(hours=1)
    await begins(olga)
    await stage.tick()
    assert len(heard(anna)) == 1


async def test_a_newcomer_is_not_called_before_two_working_weeks_are_over(stage: Stage) -> None:
    olga = await hr(stage)
    stage.clock.advance_to(datetime.fromisoformat("2026-03-12T09:30:00+03:00"))
    anna = await member(stage, 1001, "Анна", ago=timedelta(days=14))
    vera = await member(stage, 1004, "Вера", ago=timedelta(days=13))
    await opens(olga, "Вся компания")
    assert "меньше двух рабочих недель назад" in said(olga)
    await olga.presses("Отправить сейчас")
    boris = await member(stage, 1003, "Борис", ago=timedelta(0))  # after the round
    for _ in range(2):
        stage.clock.advance(minutes=1)
        await stage.tick()
        async with stage.database.begin() as session:
            await session.execute(update(User).values(plan_at=stage.clock()))
    assert len(heard(anna)) == 1
    assert heard(vera) == heard(boris) == []


async def test_somebody_whose_hour_has_passed_can_be_called(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    async with stage.database.begin() as session:
        await session.execute(update(User).values(plan_at=None))
    stage.clock.advance_to(datetime.fromisoformat("2026-03-12T12:00:00+03:00"))
    await begins(olga)
    await stage.tick()
    assert len(heard(anna)) == 1


@pytest.mark.parametrize(("language", "told"), [("ru", "обычно 9 марта"), ("en", "usually 9 March")])
async def test_on_a_day_off_hr_reads_when_it_leaves(stage: Stage, language: str, told: str) -> None:
    """Nothing of the kind on a Wednesday."""
    olga = await hr(stage, language=language)
    await opens(olga, WORDS[language]["company"])
    assert told not in said(olga)
    stage.clock.advance_to(datetime.fromisoformat("2026-03-07T12:00:00+03:00"))
    await opens(olga, WORDS[language]["company"])
    assert told in said(olga)


async def answers(stage: Stage, player: Player, period: date = PERIOD) -> None:
    """Somebody's check-in of a period is there."""
    row = checkin_row((await member_of(stage, player)).id, period, STEADY, "ok", stage.clock())
    async with stage.database.begin() as session:
        await session.execute(insert(Assessment), [row])


@pytest.mark.both_databases
async def test_the_preview_is_coarse_and_counts_members_whatever_their_state(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    there = 0
    for people, shown in ((5, "меньше 7 человек"), (6, "7–9 человек"), (13, "10–14 человек"), (44, "40 и больше")):
        await fill(stage, "Склад", range(there, people))
        await opens(olga, "Склад")
        assert f"Склад: {shown}" in said(olga)
        before = olga.screen
        if not there:
            await answers(stage, anna)
        async with stage.database.begin() as session:
            await session.execute(update(User).where(User.telegram_id >= 5000).values(paused_until=date(2026, 6, 1)))
        await opens(olga, "Склад")
        assert olga.screen == before, "it does not tell who has answered"
        there = people


@pytest.mark.both_databases
async def test_two_of_hr_confirm_at_once(stage: Stage, reread: Reread) -> None:
    olga, ivan = await hr(stage), await hr(stage, 1005)
    anna = await member(stage, 1001, "Анна")
    for player in (olga, ivan):
        await opens(player, "Вся компания")
    for player in (olga, ivan):
        player.queue_press("Отправить сейчас")
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert len(await reread(ROUNDS)) == len(await reread(select(AuditEntry))) == 1
    screens = sorted((olga.screen, ivan.screen))
    assert "Приглашения уходят" in screens[1]
    assert "Уже отправлено" in screens[0]
    await stage.tick()
    assert len(heard(anna)) == 1
    await opens(ivan, "Вся компания · ушло")
    assert "Уже отправлено" in ivan.screen
    assert "Отправить сейчас" not in str(ivan.buttons)


async def test_the_next_period_is_another_round(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await opens(olga, "Вся компания")
    stage.clock.advance(weeks=4)
    await olga.presses("Отправить сейчас")
    assert olga.toast is not None
    assert olga.toast.startswith("Этот период уже закрыт")
    assert await reread(ROUNDS) == []
    await begins(olga)
    assert [row.period for row in await reread(ROUNDS)] == [PERIOD + timedelta(weeks=4)]


async def test_targets_are_paged(stage: Stage) -> None:
    olga = await hr(stage)
    async with stage.database.begin() as session:
        session.add_all(Department(name=f"Отдел {n:02}", created_at=START, updated_at=START) for n in range(9))
    await olga.presses(data=HrPage(place="round").pack())
    assert olga.buttons[0] == ["Вся компания"]
    assert "Отдел 08" not in str(olga.buttons)
    await olga.presses("›")
    await olga.presses("Отдел 08")
    assert "Отдел 08: меньше 7 человек" in said(olga)
    await olga.presses(data=RoundButton(action="preview", target="d999").pack())
    assert olga.toast is not None
    assert olga.toast.startswith("Этот отдел или группа")


async def test_employees_cannot(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, 1001, "Анна")
    for data in (
        HrPage(place="round").pack(),
        RoundButton(action="preview", target="company").pack(),
        RoundButton(action="begin", target="company", start=PERIOD.toordinal()).pack(),
    ):
        await anna.presses(data=data)
        assert "человек" not in anna.screen
    assert await reread(ROUNDS) == []
    stage.telegram.take_refusals()  # the home screen again
    service: Rounds = stage.app.services.rounds
    actor = await member_of(stage, anna)
    async with stage.database.begin() as session:
        for refused in (
            service.choices(UnitOfWork(session, actor, START), 0),
            service.preview(UnitOfWork(session, actor, START), "company"),
            service.begin(UnitOfWork(session, actor, START), "company", PERIOD),
        ):
            with pytest.raises(NotAllowed):
                await refused
