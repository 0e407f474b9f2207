"""The settings, driven from the outside and read back from the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models import Conversation, Delivery, User
from services.account.settings import SWITCHABLE
from services.outbox import kinds
from tests.bot.test_deliveries import live
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import member

NBSP = "\u00a0"
ANNA = 1001


async def row(reread: Reread) -> User:
    (user,) = await reread(select(User).where(User.telegram_id == ANNA))
    assert isinstance(user, User)
    return user


async def opens(player: Player, *path: str) -> None:
    await player.says("/settings")
    for label in path:
        await player.presses(label)


async def next_invitation(reread: Reread) -> Any:
    """When the next check-in invitation is due."""
    return (await reread(select(func.min(Delivery.due_at)).where(Delivery.kind == kinds.CHECKIN)))[0]


def marked(player: Player) -> list[str]:
    """The chosen buttons of the screen."""
    return [text for line in player.buttons for text in line if text.startswith("● ")]


async def test_the_screen_says_everything_and_leads_everywhere(stage: Stage) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna)
    assert anna.screen.splitlines() == [
        "Настройки",
        "",
        "Язык: Русский",
        "Часовой пояс: Москва, сейчас 12:00",
        "Самопроверка: раз в 4\u00a0недели, по вторникам в 10:00",
        "Пульс недели: по четвергам в 15:00",
        "Рабочие дни: пн, вт, ср, чт, пт",
        "Тихие часы: с 20:00 до 09:00",
        "Сообщения: все",
        "Пауза: нет",
        "",
        "Этот экран видите только вы.",
    ]
    pages = ["Самопроверка", "Пульс", "Рабочие дни", "Тихие часы", "Сообщения", "Пауза", "Часовой пояс", "Язык"]
    messages = len(anna.messages)
    for label in pages:
        await anna.presses(label)
        assert not anna.screen.startswith("Настройки")
        await anna.presses("← Назад")
        assert anna.screen.startswith("Настройки")
    assert len(anna.messages) == messages, "one message, edited in place"


async def test_the_screen_in_english(stage: Stage) -> None:
    anna = await member(stage, ANNA, "Anna", language="en")
    await opens(anna)
    assert anna.screen.splitlines()[2:10] == [
        "Language: English",
        "Time zone: Moscow, 12:00 now",
        "Check-in: every four weeks, on Tuesdays at 10:00",
        "Weekly pulse: on Thursdays at 15:00",
        "Working days: Mon, Tue, Wed, Thu, Fri",
        "Quiet hours: 20:00 to 09:00",
        "Messages: all",
        "Pause: none",
    ]


# --- language ---------------------------------------------------------------------------------------------------------


async def test_the_language_of_everything_changes(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/language")
    assert marked(anna) == ["● Русский"]
    await anna.presses("English")
    assert anna.toast == "I speak English now."
    assert marked(anna) == ["● English"]
    assert (await row(reread)).locale == "en"
    assert stage.telegram.called("setMyCommands")[-1].params["commands"].count("Home screen") == 1
    await anna.presses("English")
    assert (await row(reread)).locale == "en"
    stage.telegram.take_refusals()  # the same screen again is «not modified»


@pytest.mark.parametrize("column", ["consent_withdrawn_at", "offboarded_at"])
async def test_who_may_not_be_asked_can_still_choose_the_language(stage: Stage, reread: Reread, column: str) -> None:
    anna = await member(stage, ANNA, "Анна")
    async with stage.database.begin() as session:
        await session.execute(update(User).values({column: stage.clock()}))
    await anna.says("/language")
    await anna.presses("English")
    assert (await row(reread)).locale == "en"
    await opens(anna)
    assert anna.screen.startswith("Settings") == (column == "consent_withdrawn_at")


# --- weekday and hour -------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
async def test_weekday_and_hour(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    for page, line, columns in (
        ("Самопроверка", "Самопроверка: раз в 4\u00a0недели, по пятницам в 11:00", ("checkin_weekday", "checkin_time")),
        ("Пульс", "Пульс недели: по пятницам в 11:00", ("pulse_weekday", "pulse_time")),
    ):
        await stage.tick()
        await opens(anna, page)
        await anna.presses("пт")
        assert anna.toast == "Сохранено."
        assert "● пт" in marked(anna)
        await anna.presses("11:00")
        assert line in anna.screen
        assert "● 11:00" in marked(anna)
        user = await row(reread)
        assert [getattr(user, column) for column in columns] == [4, time(11)]
        assert user.plan_at == stage.clock(), "what is planned is planned anew"


async def test_a_planned_invitation_moves_with_the_setting(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await stage.tick()
    await opens(anna, "Самопроверка")
    await anna.presses("пт")
    await anna.presses("11:00")
    await stage.tick()
    assert await next_invitation(reread) == datetime(2026, 3, 13, 8, tzinfo=UTC), "a Friday, 11:00 in Moscow"


async def test_the_pulse_is_switched_off_and_on(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Пульс")
    joined = (await row(reread)).pulse_since
    stage.clock.advance(hours=1)
    await anna.presses("Не присылать")
    assert "Пульс недели: выключен" in anna.screen
    assert not any("15:00" in text for line in anna.buttons for text in line)
    user = await row(reread)
    assert not user.pulse_on
    assert user.pulse_since == joined
    await anna.presses("Раз в неделю")
    user = await row(reread)
    assert user.pulse_on
    assert user.pulse_since == stage.clock(), "earlier silence no longer counts"
    assert "● 15:00" in marked(anna)


# --- quiet hours ------------------------------------------------------------------------------------------------------


async def test_an_hour_within_the_quiet_hours_is_said_at_once(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Самопроверка")
    await anna.presses("21:00")
    note = "Самопроверка: в 21:00 тихие часы, поэтому напишу в 09:00."
    assert anna.toast == f"Сохранено. {note}"
    assert note in anna.screen
    user = await row(reread)
    assert user.checkin_time == time(21)
    await anna.presses("← Назад")
    assert note in anna.screen


async def test_quiet_hours_over_the_chosen_hour_are_said_at_once(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Anna", language="en")
    await opens(anna, "Quiet hours")
    await anna.presses("until 12:00")
    note = "Check-in: 10:00 is within the quiet hours, so I'll write at 12:00."
    assert anna.toast == f"Saved. {note}"
    assert note in anna.screen
    await anna.presses("from 22:00")
    assert "Quiet hours: 22:00 to 12:00" in anna.screen
    user = await row(reread)
    assert (user.quiet_from, user.quiet_until) == (time(22), time(12))
    await stage.tick()
    assert await next_invitation(reread) == datetime(2026, 3, 10, 9, tzinfo=UTC), "12:00 in Moscow, as the screen says"


# --- working days -----------------------------------------------------------------------------------------------------


async def test_working_days(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Рабочие дни")
    await anna.presses("○ сб")
    assert "Рабочие дни: пн, вт, ср, чт, пт, сб" in anna.screen
    assert (await row(reread)).working_days == "012345"
    await anna.presses("● пн")
    assert anna.toast == "Сохранено."
    assert (await row(reread)).working_days == "12345"


async def test_a_message_of_a_day_off_moves_and_says_so(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Рабочие дни")
    await anna.presses("● вт")
    assert anna.toast == "Сохранено. Самопроверка теперь по средам."
    await anna.presses("● пт")
    await anna.presses("● чт")
    assert anna.toast == "Сохранено. Пульс теперь по средам."
    user = await row(reread)
    assert (user.working_days, user.checkin_weekday, user.pulse_weekday) == ("02", 2, 2)
    await opens(anna, "Самопроверка")
    assert [text for line in anna.buttons for text in line if len(text.removeprefix("● ")) == 2] == ["пн", "● ср"]


async def test_the_last_working_day_stays(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Рабочие дни")
    for day in ("пн", "вт", "ср", "чт"):
        await anna.presses(f"● {day}")
    await anna.presses("● пт")
    assert anna.toast is not None
    assert anna.toast.startswith("Оставьте хотя бы один рабочий день")
    assert (await row(reread)).working_days == "4"


# --- kinds of message -------------------------------------------------------------------------------------------------


async def test_each_kind_of_message(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Сообщения")
    labels = [line[0].removeprefix("● ") for line in anna.buttons[:-1]]
    assert len(set(labels)) == len(SWITCHABLE) == len(marked(anna))
    for label, kind in zip(labels, SWITCHABLE, strict=True):
        await anna.presses(f"● {label}")
        assert (await row(reread)).muted_kinds == [kind]
        await anna.presses(f"○ {label}")
        assert (await row(reread)).muted_kinds == []
    await anna.presses(f"● {labels[0]}")
    await anna.presses(f"● {labels[1]}")
    await anna.presses("← Назад")
    assert f"Сообщения: выключены 2{NBSP}вида" in anna.screen


async def test_a_kind_that_is_off_is_not_sent(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    boris = await member(stage, ANNA + 1, "Борис")
    await opens(anna, "Сообщения", "● Приглашение на самопроверку")
    await stage.tick()
    messages = len(anna.messages)
    stage.clock.advance_to(datetime(2026, 3, 10, 7, 0, tzinfo=UTC))  # Tuesday 10:00 of the invitation week
    await stage.tick()
    assert f"20{NBSP}коротких вопросов" in boris.screen, "everybody else is invited"
    assert len(anna.messages) == messages
    invitation = select(Delivery.state).join(User).where(User.telegram_id == ANNA, Delivery.dedup_key == "2026-02-23")
    assert await reread(invitation) == ["skipped"]


def test_every_message_that_counts_can_be_switched_off() -> None:
    counted = {name for name, kind in kinds.KINDS.items() if kind.is_counted}
    asked_for = kinds.SNOOZED  # by a press of the person's own
    of_the_role = kinds.AGREEMENT_NUDGE  # a manager's, once a period
    assert counted - set(SWITCHABLE) == {kinds.WELCOME_BACK, kinds.PULSE_QUIET, asked_for, of_the_role}


# --- time zone --------------------------------------------------------------------------------------------------------


async def test_a_zone_from_the_list(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Часовой пояс")
    assert anna.buttons[0] == ["Калининград +2", "● Москва +3"]
    await anna.presses("Новосибирск +7")
    assert "Часовой пояс: Новосибирск, сейчас 16:00" in anna.screen
    assert marked(anna) == ["● Новосибирск +7"]
    await anna.presses("›")
    await anna.presses("›")
    assert not any("›" in text for line in anna.buttons for text in line)
    await anna.presses("Нью-Йорк \u22125")
    assert (await row(reread)).timezone == "America/New_York"


TYPED_ZONES = {
    "Казань": ("Europe/Moscow", "Москва, сейчас 12:00", "Moscow, 12:00 now"),
    "+7": ("Asia/Novosibirsk", "Новосибирск, сейчас 16:00", "Novosibirsk, 16:00 now"),
    "-5": ("Etc/GMT+5", "UTC\u22125, сейчас 04:00", "UTC\u22125, 04:00 now"),
    "UTC+5:30": ("Asia/Kolkata", "Калькутта, сейчас 14:30", "Kolkata, 14:30 now"),
    "Lisbon": ("Europe/Lisbon", "Лиссабон, сейчас 09:00", "Lisbon, 09:00 now"),
}


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_typed_zone(stage: Stage, reread: Reread, language: str) -> None:
    anna = await member(stage, ANNA, "Anna", language=language)
    await anna.says("/settings")
    for typed, (zone, ru, en) in TYPED_ZONES.items():
        for label in ("Часовой пояс", "Другой город") if language == "ru" else ("Time zone", "Another city"):
            await anna.presses(label)
        await anna.says(typed)
        assert (ru if language == "ru" else en) in anna.screen
        assert (await row(reread)).timezone == zone
        assert not await reread(select(Conversation))


async def test_a_zone_that_does_not_exist_is_refused_and_can_be_typed_again(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Часовой пояс", "Другой город")
    await anna.says("Mars/Phobos")
    assert anna.screen.startswith("Такого города или смещения не нахожу")
    await anna.sends(sticker=True)
    assert "нужны слова" in anna.screen
    assert (await row(reread)).timezone == "Europe/Moscow"
    await anna.says("Омск")
    assert (await row(reread)).timezone == "Asia/Omsk"


async def test_back_ends_the_typing(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Часовой пояс", "Другой город")
    assert await reread(select(Conversation))
    await anna.presses("← Назад")
    assert "Часовой пояс: Москва" in anna.screen
    assert not await reread(select(Conversation))
    await anna.says("Омск")
    assert (await row(reread)).timezone == "Europe/Moscow"


# --- pause ------------------------------------------------------------------------------------------------------------


PAUSES = {"До понедельника, 9": date(2026, 3, 9), "Две недели": date(2026, 3, 18)}


async def test_a_pause_by_button(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/pause")
    for label, until in PAUSES.items():
        await anna.presses(label)
        assert anna.toast == "Сохранено."
        user = await row(reread)
        assert user.paused_until == until
        assert user.plan_at == stage.clock()
        planned = select(Delivery.dedup_key).where(Delivery.kind == kinds.WELCOME_BACK, Delivery.state == "pending")
        assert await reread(planned) == [until.isoformat()]


TYPED_PAUSES = {
    "12.12": date(2026, 12, 12),
    "завтра": date(2026, 3, 5),
    "12.12.2026": date(2026, 12, 12),
    "tomorrow": date(2026, 3, 5),
    "12 декабря": date(2026, 12, 12),
    "4.3.2027": date(2027, 3, 4),
    "12 December": date(2026, 12, 12),
    "2026-12-13": date(2026, 12, 13),
}


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_typed_pause(stage: Stage, reread: Reread, language: str) -> None:
    anna = await member(stage, ANNA, "Anna", language=language)
    await anna.says("/pause")
    for typed, until in TYPED_PAUSES.items():
        await anna.presses("До другого дня" if language == "ru" else "Until another day")
        await anna.says(typed)
        assert (await row(reread)).paused_until == until, typed
        assert ("Пауза: снова напишу" if language == "ru" else "Pause: I'll write again") in anna.screen


IMPOSSIBLE_DAYS = {
    "03.03": ("Этот день уже наступил", "That day has already come"),
    "04.03.2026": ("Этот день уже наступил", "That day has already come"),
    "12.12.1999": ("Этот день уже наступил", "That day has already come"),
    "31.02": ("Такого дня в календаре нет", "There's no such day in the calendar"),
    "12.12.2099": ("Это больше чем через год", "That's more than a year ahead"),
    "потом": ("Не получилось понять", "I can't tell which day"),
    "😀": ("Не получилось понять", "I can't tell which day"),
}


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_day_that_cannot_be_is_refused_and_nothing_is_lost(stage: Stage, reread: Reread, language: str) -> None:
    anna = await member(stage, ANNA, "Anna", language=language)
    await anna.says("/pause")
    await anna.presses("До понедельника" if language == "ru" else "Until Monday")
    await anna.presses("До другого дня" if language == "ru" else "Until another day")
    for typed, (ru, en) in IMPOSSIBLE_DAYS.items():
        await anna.says(typed)
        assert anna.screen.startswith(ru if language == "ru" else en), typed
    assert (await row(reread)).paused_until == date(2026, 3, 9), "the pause that was there still is"
    await anna.says("20.03.2026")
    assert (await row(reread)).paused_until == date(2026, 3, 20), "and the question still waited for an answer"


async def test_a_pause_is_ended_early(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/pause")
    assert not any("Закончить" in text for line in anna.buttons for text in line)
    await anna.presses("До понедельника")
    await anna.presses("Закончить паузу")
    assert "Пауза: нет" in anna.screen
    assert (await row(reread)).paused_until is None
    assert await reread(select(Delivery.state).where(Delivery.kind == kinds.WELCOME_BACK)) == ["skipped"]


async def test_an_old_button_of_a_pause_that_is_over(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/pause")
    stage.clock.advance(days=8)
    await anna.presses("До понедельника")
    assert anna.toast is not None
    assert anna.toast.startswith("Этот день уже наступил")
    assert (await row(reread)).paused_until is None


async def test_today_is_the_persons_own(stage: Stage, reread: Reread) -> None:
    stage.clock.advance_to(datetime(2026, 3, 4, 22, 0, tzinfo=UTC))  # Thursday 5 March in Moscow
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/pause")
    await anna.presses("До другого дня")
    await anna.says("05.03")
    assert anna.screen.startswith("Этот день уже наступил")
    await anna.says("завтра")
    assert (await row(reread)).paused_until == date(2026, 3, 6)


async def test_during_a_pause_nothing_comes_and_afterwards_a_welcome(stage: Stage) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/pause")
    await anna.presses("До другого дня")
    await anna.says("24.03.2026")
    end = datetime(2026, 3, 24, 20, 0, tzinfo=UTC)
    assert await live(stage, anna, end) == [], "the first working day belongs to the person"
    ((_, arrived),) = await live(stage, anna, end + timedelta(hours=20))
    assert "с возвращением" in arrived


async def test_a_pause_until_the_person_writes(stage: Stage, reread: Reread) -> None:
    """Presses and commands leave it alone; any text ends it, and the first message comes on the second working day."""
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/pause")
    await anna.presses("Пока не вернусь")
    assert "до вашего возвращения" in anna.screen
    assert await reread(select(Delivery).where(Delivery.kind == kinds.WELCOME_BACK, Delivery.state == "pending")) == []
    end = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)  # a Wednesday, in the next period
    assert await live(stage, anna, end) == []
    await anna.says("/pause")
    await anna.presses("← Назад")
    assert (await row(reread)).paused_until == date.max
    await anna.says("я вернулась")
    assert "не раньше\u00a02\u00a0апреля" in anna.screen
    assert (await row(reread)).paused_until == date(2026, 4, 1)
    await anna.presses("Вернуть паузу")
    await anna.says("/start")
    assert "Пауза закончилась" in anna.screen
    (when, arrived), *_ = await live(stage, anna, end + timedelta(days=2))
    assert "с возвращением" in arrived
    assert when.startswith("02.04")


# --- two devices, two presses, old and forged buttons -----------------------------------------------------------------


async def test_two_devices_change_the_same_setting(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Самопроверка")
    first = anna.message["message_id"]
    await opens(anna, "Самопроверка")
    second = anna.message["message_id"]
    anna.queue_press("11:00", message_id=first)
    anna.queue_press("12:00", message_id=second)
    await stage.settle()
    assert (await row(reread)).checkin_time == time(12), "the last press wins"
    await anna.presses("пн", message_id=first)
    assert "● 12:00" in marked(anna)
    assert "по понедельникам в 12:00" in anna.screen
    await anna.presses("пн", message_id=second)
    assert "по понедельникам в 12:00" in anna.screen
    user = await row(reread)
    assert (user.checkin_weekday, user.checkin_time) == (0, time(12))


@pytest.mark.both_databases
async def test_parallel_presses_lose_no_other_setting(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Рабочие дни")
    days = anna.message["message_id"]
    await opens(anna, "Сообщения")
    anna.queue_press("○ сб", message_id=days)
    anna.queue_press("○ вс", message_id=days)
    anna.queue_press("● Новости с работы")
    anna.queue_press("● Как идёт мой шаг")
    assert await stage.at_once() == [None] * 4
    user = await row(reread)
    assert user.working_days == "0123456"
    assert user.muted_kinds == [kinds.NUDGE, "note"]


async def test_pressed_twice_is_harmless(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Самопроверка")
    anna.queue_press("11:00")
    anna.queue_press("11:00")
    await stage.settle()
    assert (await row(reread)).checkin_time == time(11)
    stage.telegram.take_refusals()  # «message is not modified» is Telegram's answer to the second


async def test_a_day_that_another_device_made_free_is_refused(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await opens(anna, "Самопроверка")
    checkin = anna.message["message_id"]
    await opens(anna, "Рабочие дни", "● пт")
    await anna.presses("пт", message_id=checkin)
    assert anna.toast is not None
    assert anna.toast.startswith("Это у вас выходной")
    assert (await row(reread)).checkin_weekday == 1


FORGED = (
    ("role", "admin"),
    ("checkin_hour", "3"),
    ("checkin_hour", "\u0661\u0660"),
    ("checkin_weekday", "7"),
    ("pulse", "2"),
    ("quiet_from", "9"),
    ("quiet_until", "20"),
    ("day_off", "-1"),
    ("kind_off", "welcome_back"),
    ("locale", "de"),
    ("zone", "Mars/Phobos"),
    ("pause", "soon"),
)


async def test_a_forged_button_changes_nothing(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")

    def values(user: User) -> dict[str, Any]:
        return {column.name: getattr(user, column.name) for column in User.__table__.columns}

    before = values(await row(reread))
    for name, value in FORGED:
        await anna.presses(data=f"v1:{name}:{value}")
        assert anna.toast in ("Эта кнопка не ваша.", "Эта кнопка устарела. Вот текущий экран."), (name, value)
        assert values(await row(reread)) == before, (name, value)
    stage.telegram.take_refusals()  # the current screen again


# --- the card after the first result ----------------------------------------------------------------------------------


async def not_introduced(stage: Stage) -> Player:
    anna = await member(stage, ANNA, "Анна")
    async with stage.database.begin() as session:
        await session.execute(update(User).values(introduced_at=None))
    return anna


async def answers_everything(anna: Player) -> None:
    while any("Реже одного дня из четырёх" in text for line in anna.buttons for text in line):
        await anna.presses("Реже одного дня из четырёх")


async def test_change_on_the_card_leads_to_the_settings(stage: Stage) -> None:
    anna = await not_introduced(stage)
    await answers_everything(anna)
    assert "Буду писать" not in anna.screen, "the result is not pushed away"
    await anna.says("/menu")
    assert anna.screen.splitlines() == [
        "Буду писать по вторникам в 10:00, а три вопроса о неделе присылать по четвергам в 15:00 (Москва). "
        "Чаще двух раз в неделю не пишу, разве что о вашей просьбе или аккаунте.",
        "Имя в списке HR: Анна.",
    ]
    await anna.presses("Изменить")
    assert anna.screen.startswith("Настройки")


async def test_the_card_waits_while_the_bot_is_silent(stage: Stage) -> None:
    """After words of despair home opens with people, and nothing says on which days the bot will write."""
    anna = await not_introduced(stage)
    await answers_everything(anna)
    await anna.says("не хочу больше жить")
    await anna.says("/menu")
    assert anna.buttons[0] == ["С кем поговорить"]
    stage.clock.advance(days=7)
    await anna.says("/menu")
    assert anna.screen.startswith("Буду писать по вторникам")


async def test_fine_on_the_card_keeps_its_words(stage: Stage) -> None:
    anna = await not_introduced(stage)
    await opens(anna, "Пульс", "Не присылать")
    await anna.says("/checkin")
    await answers_everything(anna)
    await anna.says("/menu")
    words = anna.screen
    assert words.startswith("Буду писать по вторникам в 10:00 (Москва). Чаще двух раз в неделю не пишу, разве что")
    await anna.presses("Хорошо")
    assert anna.screen == words
    assert anna.buttons == [["Меню"]]
