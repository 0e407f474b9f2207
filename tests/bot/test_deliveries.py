"""What the bot sends by itself, as it arrives in the chat: at the person's hour, once, and no more than is wanted."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from db.database import Database
from models import CompanyDay, Delivery, User
from services.account.settings import ReturnSubject
from services.outbox.outbox import PlannedMessage, schedule, withdraw
from services.wellbeing.messages import CheckinSubject
from tests.bot.story import CALM, ON_SQLITE, SEED, completes, data_of, plain, words
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.databases import SQLiteDatabases
from tests.fakes.stage import Player, Stage
from tests.people import finished, newcomer

MOSCOW = ZoneInfo("Europe/Moscow")
INVITATION = "Выдох: три минуты для вас. 20 коротких вопросов, открыто до 22 марта."
FIRST_REMINDER = "Выдох: три минуты для вас. Вопросы открыты до 22 марта."
LAST_REMINDER = "Выдох: последнее напоминание, вопросы закроются 22 марта. Пропустить тоже можно."
NUDGE = "Как идёт «Разговор о нагрузке»?"


def moscow(day: int, hour: int = 10, minute: int = 0, month: int = 3) -> datetime:
    """A moment in the spring of 2026; 10 March is the Tuesday of the week of invitations."""
    return datetime(2026, month, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


async def without_pulse(stage: Stage) -> None:
    """Only check-ins and steps are this file's business."""
    async with stage.database.begin() as session:
        await session.execute(update(User).values(pulse_on=False))


async def waiting(stage: Stage) -> Player:
    """Somebody who came in and put the first question aside."""
    anna = await newcomer(stage)
    await anna.presses("Позже")
    await without_pulse(stage)
    return anna


async def live(stage: Stage, player: Player, until: datetime) -> list[tuple[str, str]]:
    """Let time pass with a tick whenever something is planned or due; an hour later again, if it still is.

    Gives what arrived, with its time in Moscow.
    """
    arrived = []
    event = await _next_event(stage)
    while (moment := max(stage.clock(), event)) < until:
        stage.clock.advance_to(moment)
        known = len(player.messages)
        await stage.tick()
        when = f"{moment.astimezone(MOSCOW):%d.%m %H:%M}"
        arrived += [(when, plain(message["text"])) for message in player.messages[known:]]
        event = await _next_event(stage)
        if event <= moment:
            stage.clock.advance(hours=1)
    stage.clock.advance_to(max(until, stage.clock()))
    return arrived


async def _next_event(stage: Stage) -> datetime:
    async with stage.database.read() as session:
        due = await session.scalar(select(func.min(Delivery.due_at)).where(Delivery.state == "pending"))
        plan = await session.scalar(select(func.min(User.plan_at)))
    return min(moment for moment in (due, plan, datetime.max.replace(tzinfo=UTC)) if moment is not None)


async def test_one_invitation_comes_at_the_hour_and_its_button_opens_the_check_in(stage: Stage) -> None:
    anna = await waiting(stage)
    before = len(anna.messages)
    stage.clock.advance_to(moscow(10, 9, 59))
    assert await stage.tick() == 0
    stage.clock.advance_to(moscow(10, 10))
    assert await stage.tick() == 1
    assert plain(anna.screen) == INVITATION
    assert anna.message["has_protected_content"] is True

    for _ in range(3):
        assert await stage.tick() == 0
        stage.restart()
        stage.clock.advance(minutes=20)
    assert len(anna.messages) == before + 1
    await anna.presses("Начать")
    assert "1 из 20" in plain(anna.screen)


@pytest.mark.both_databases
async def test_two_reminders_and_then_silence(stage: Stage) -> None:
    anna = await waiting(stage)
    assert await live(stage, anna, moscow(6, month=4)) == [
        ("10.03 10:00", INVITATION),
        ("13.03 10:00", FIRST_REMINDER),
        ("17.03 10:00", LAST_REMINDER),
    ]


async def test_whoever_has_answered_is_left_alone(stage: Stage, reread: Reread) -> None:
    early = await finished(stage, SEED, "Рано")
    later = await newcomer(stage, "Позже")
    postponed = await newcomer(stage, "Отложила")
    await postponed.presses("Почти не было рабочих дней")
    await without_pulse(stage)
    assert [text for _, text in await live(stage, later, moscow(11))] == [INVITATION]
    await later.presses("Начать")
    await completes(stage, later, CALM)

    assert await live(stage, later, moscow(23)) == []
    assert [m for player in (early, postponed) for m in player.messages if "минутка" in m["text"]] == []
    assert set(await reread(select(Delivery.state).where(Delivery.kind == "checkin_reminder"))) == {"skipped"}


@ON_SQLITE
async def test_a_slot_missed_by_more_than_two_hours_waits_for_the_next_suitable_hour(stage: Stage) -> None:
    anna = await waiting(stage)
    await stage.tick()
    before = len(anna.messages)
    for moment in (moscow(10, 12, 1), moscow(11, 3), moscow(11, 9, 59)):
        stage.clock.advance_to(moment)
        assert await stage.tick() == 0, moment
    stage.clock.advance_to(moscow(11, 10))
    assert await stage.tick() == 1
    assert len(anna.messages) == before + 1


@ON_SQLITE
async def test_nothing_leaves_in_quiet_hours_even_a_little_late(stage: Stage) -> None:
    anna = await waiting(stage)
    await stage.tick()
    async with stage.database.begin() as session:
        await session.execute(update(User).values(quiet_from=time(10, 30), quiet_until=time(12)))
    before = len(anna.messages)
    for moment in (moscow(10, 10, 31), moscow(10, 11, 30)):
        stage.clock.advance_to(moment)
        assert await stage.tick() == 0, moment
    assert [text for _, text in await live(stage, anna, moscow(12))] == [INVITATION], "it comes afterwards"
    assert len(anna.messages) == before + 1


@ON_SQLITE
async def test_a_slot_missed_by_less_is_made_up_for(stage: Stage) -> None:
    anna = await waiting(stage)
    await stage.tick()
    stage.clock.advance_to(moscow(10, 11, 59))
    assert await stage.tick() == 1
    assert plain(anna.screen) == INVITATION


@ON_SQLITE
async def test_a_leap_over_the_whole_week_leaves_one_message(stage: Stage) -> None:
    anna = await waiting(stage)
    await stage.tick()
    stage.clock.advance_to(moscow(19, 23))
    assert await stage.tick() == 0, "nobody is written to at night, whatever was missed"
    assert [time for time, _ in await live(stage, anna, moscow(23))] == ["20.03 10:00"]


@ON_SQLITE
async def test_it_comes_at_the_hour_of_the_persons_own_zone(stage: Stage) -> None:
    anna = await waiting(stage)
    async with stage.database.begin() as session:
        await session.execute(update(User).values(timezone="Asia/Vladivostok", plan_at=stage.clock()))
    arrived = await live(stage, anna, moscow(9, 12))
    stage.clock.advance_to(moscow(10, 2, 59))
    assert await stage.tick() == 0
    stage.clock.advance_to(moscow(10, 3))
    assert await stage.tick() == 1
    assert arrived == []


@ON_SQLITE
async def test_nothing_is_sent_to_who_blocked_the_bot_until_they_come_back(stage: Stage, reread: Reread) -> None:
    anna = await waiting(stage)
    await stage.tick()
    await anna.blocks()
    stage.clock.advance_to(moscow(10))
    assert await stage.tick() == 0
    assert stage.telegram.called("sendMessage")[-1].params["text"] != INVITATION
    await anna.unblocks()
    assert [text for _, text in await live(stage, anna, moscow(12))] == [INVITATION]


async def test_telegrams_refusals(stage: Stage, reread: Reread) -> None:
    """403 marks the person; a broken connection is written down as uncertain; 429 waits as long as Telegram asks.

    After what is uncertain the next one waits, too; what was claimed by then is looked at again a minute later.
    """
    players = [await waiting(stage) for _ in range(3)]
    await stage.tick()
    stage.clock.advance_to(moscow(10))
    stage.telegram.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    stage.telegram.break_connection("sendMessage", carried_out=True)
    stage.telegram.refuse("sendMessage", 429, "Too Many Requests: retry after 30", retry_after=30)
    assert await stage.tick() == 0
    states = select(Delivery.state).where(Delivery.kind == "checkin", Delivery.dedup_key == "2026-02-23")
    assert sorted(await reread(states)) == ["leased", "skipped", "unknown"]
    stage.clock.advance(seconds=61)
    assert await stage.tick() == 0
    assert sorted(await reread(states)) == ["pending", "skipped", "unknown"]
    assert len([at for at in await reread(select(User.unreachable_at)) if at]) == 1
    stage.clock.advance(seconds=20)
    assert await stage.tick() == 0
    stage.clock.advance(seconds=15)
    assert await stage.tick() == 1
    invited = [player for player in players for message in player.messages if plain(message["text"]) == INVITATION]
    assert len(invited) == len(set(invited)) == 2, "the one that may have arrived is not sent again"


async def test_nudges_come_for_a_step_that_is_tried_and_end_with_it(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)  # a high result: one nudge, a week after the start
    await without_pulse(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.says("/recommendations")
    await anna.presses("Дата ближайшего отпуска")
    await anna.presses("Начать")
    await anna.presses("Взять этот план")
    planned = select(Delivery.state).where(Delivery.kind == "nudge")
    assert await reread(planned) == ["pending", "pending"]
    await anna.presses("Сделано")
    assert sorted(await reread(planned)) == ["pending", "skipped"], "what is done is not asked about"
    await anna.presses("Вернуть")
    assert await reread(planned) == ["pending", "pending"]
    await anna.presses("Не подходит")
    assert sorted(await reread(planned)) == ["pending", "skipped"]


@ON_SQLITE
async def test_a_nudge_arrives_outside_the_week_of_invitations(stage: Stage) -> None:
    stage.clock.advance_to(moscow(24))  # a new period; its invitations leave in the week of 6 April
    anna = await finished(stage)
    await without_pulse(stage)
    await anna.says("/recommendations")
    await anna.presses("Разговор о нагрузке")
    await anna.presses("Начать")
    await anna.presses("Взять этот план")
    ((when, text),) = await live(stage, anna, moscow(5, month=4))
    assert when == "31.03 10:00"
    assert text.startswith("Выдох: минутка для вас.\n" + NUDGE)
    (cover,) = anna.messages[-1]["entities"]
    assert (cover["type"], text[cover["offset"] :][: cover["length"]]) == ("spoiler", "Разговор о нагрузке")
    await anna.presses(anna.buttons[0][0])
    assert anna.screen != text


@ON_SQLITE
@pytest.mark.parametrize(("locale", "words"), [("ru", "Сегодня по вашему плану: «"), ("en", "Planned for today: “")])
async def test_the_day_of_a_plan_is_reminded_of_on_that_day(stage: Stage, locale: str, words: str) -> None:
    anna = await finished(stage, locale=locale)
    await without_pulse(stage)
    await anna.says("/recommendations")
    await anna.presses(anna.buttons[0][0])
    await anna.presses("Начать" if locale == "ru" else "Start")
    await anna.presses("Написать свой план" if locale == "ru" else "Write my own plan")
    await anna.says("В пятницу" if locale == "ru" else "On Friday after lunch")
    ((when, text),) = await live(stage, anna, moscow(8))
    assert when == "06.03 10:00"
    assert words in text


@ON_SQLITE
async def test_the_first_line_gives_nothing_away(stage: Stage) -> None:
    telling = ("выгоран", "результат", "балл", "hr", "самопровер", "burnout", "score", "check-in", "result")
    for locale in ("ru", "en"):
        t = words(stage, locale)
        for key in ("check_0", "check_1", "check_2"):
            assert not any(word in t(f"reminder.{key}", date="x").splitlines()[0].lower() for word in telling)
        assert not any(word in t("recommendations.nudge", title="x").splitlines()[0].lower() for word in telling)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    zone=st.sampled_from(("Europe/Moscow", "Asia/Kamchatka", "America/New_York", "Pacific/Chatham", "Africa/Cairo")),
    weekday=st.integers(0, 6),
    hour=st.integers(0, 23),
    leaps=st.lists(st.sampled_from((0.0, 0.3, 1, 1.9, 2.5, 5, 11, 24, 40, 100)), min_size=10, max_size=25),
    restarts=st.sets(st.integers(0, 25)),
)
def test_however_the_clock_leaps_one_invitation_a_period_and_never_at_a_quiet_hour(
    sqlite_databases: SQLiteDatabases, zone: str, weekday: int, hour: int, leaps: list[float], restarts: set[int]
) -> None:
    async def story() -> None:
        database = Database(sqlite_databases.migrated())
        stage = Stage(database, ManualClock())
        anna = await waiting(stage)
        async with database.begin() as session:
            at = time(hour)
            await session.execute(
                update(User).values(timezone=zone, checkin_weekday=weekday, checkin_time=at, plan_at=stage.clock())
            )
        arrived: list[tuple[datetime, str]] = []
        for number, leap in enumerate(leaps):
            if number in restarts:
                stage.restart()
            stage.clock.advance(hours=leap)
            known = len(anna.messages)
            await stage.tick()
            arrived += [(stage.clock(), plain(message["text"])) for message in anna.messages[known:]]
        await database.dispose()
        for moment, text in arrived:
            local = moment.astimezone(ZoneInfo(zone))
            assert 9 <= local.hour < 20, text
            assert local.weekday() < 5, text
            since_hour = timedelta(hours=local.hour, minutes=local.minute) - timedelta(hours=hour)
            if 9 <= hour < 20:
                assert timedelta() <= since_hour <= timedelta(hours=2), text
        texts = [text for _, text in arrived]
        assert len(texts) == len(set(texts)), "no text of a period comes twice"

    asyncio.run(story())


@ON_SQLITE
async def test_a_changed_hour_moves_what_is_planned(stage: Stage) -> None:
    anna = await waiting(stage)
    await stage.tick()
    async with stage.database.begin() as session:
        now = stage.clock()
        values = {"checkin_weekday": 3, "checkin_time": time(15), "plan_at": now}
        await session.execute(update(User).values(**values))
    assert await live(stage, anna, moscow(13)) == [("12.03 15:00", INVITATION)]


@ON_SQLITE
async def test_the_button_of_an_invitation_that_came_too_late_shows_the_result(stage: Stage) -> None:
    anna = await waiting(stage)
    stage.clock.advance_to(moscow(10))
    await stage.tick()
    opening = data_of(anna, "Начать")
    await anna.presses("Начать")
    await completes(stage, anna, SEED)
    await anna.presses(data=opening, inaccessible=True)
    assert plain(anna.screen).startswith("Самопроверка за этот период уже пройдена.")


async def test_the_question_weekly_or_off_takes_the_place_of_its_pulse_for_good(stage: Stage, reread: Reread) -> None:
    await waiting(stage)
    async with stage.database.begin() as session:
        user = (await session.scalars(select(User))).one()
        user.pulse_on, user.pulse_since = True, stage.clock() - timedelta(weeks=6)
        for weeks in range(1, 5):
            sent = stage.clock() - timedelta(weeks=weeks)
            row = {"due_at": sent, "expires_at": sent, "sent_at": sent, "created_at": sent, "updated_at": sent}
            week = (stage.app.dispatcher["calendar"].week_of(sent)).isoformat()
            pulse = {"kind": "pulse", "dedup_key": week, "subject": {"week": week}, "state": "sent"}
            session.add(Delivery(user_id=user.id, **pulse, **row))
    stage.clock.advance_to(moscow(5, 15))
    assert await stage.tick() == 1
    async with stage.database.begin() as session:
        await session.execute(update(User).values(plan_at=stage.clock()))  # as a changed setting does
    assert await stage.tick() == 0
    this_week = await reread(select(Delivery).where(Delivery.dedup_key == "2026-03-02").order_by(Delivery.id))
    assert [(row.kind, row.state) for row in this_week] == [("pulse_quiet", "sent"), ("pulse", "skipped")]


async def test_whoever_blocked_the_bot_and_is_back_gets_the_invitation_after_all(stage: Stage) -> None:
    """Telegram tells of a block by refusing the invitation itself."""
    anna = await waiting(stage)
    await stage.tick()
    stage.clock.advance_to(moscow(10))
    stage.telegram.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    assert await stage.tick() == 0
    stage.clock.advance(hours=3)
    await anna.unblocks()
    assert await live(stage, anna, moscow(12)) == [("11.03 10:00", INVITATION)]


async def test_reminders_that_nobody_needs_any_more_keep_no_place_in_the_week(stage: Stage) -> None:
    """The check-in is answered on Tuesday; its reminder of Friday does not push the pulse of Thursday aside."""
    anna = await newcomer(stage)
    await anna.presses("Позже")
    stage.clock.advance_to(moscow(10))
    await stage.tick()
    await anna.presses("Начать")
    await completes(stage, anna, SEED)
    assert [when for when, _ in await live(stage, anna, moscow(13, 23))] == ["12.03 15:00"]


@pytest.mark.parametrize("why", ["a day off", "the first day back"])
async def test_a_pulse_that_is_moved_comes_at_its_own_hour(stage: Stage, why: str) -> None:
    anna = await finished(stage)
    await live(stage, anna, moscow(9))
    async with (
        stage.database.begin() as session
    ):  # nothing is planned anew before Thursday, so the message itself moves
        await session.execute(update(User).values(plan_at=None))
        if why == "a day off":
            off, now = date(2026, 3, 12), stage.clock()
            session.add(CompanyDay(first=off, last=off, is_working=False, created_at=now, updated_at=now))
        else:
            await session.execute(update(User).values(paused_since=date(2026, 3, 11), paused_until=date(2026, 3, 12)))
    assert [when for when, _ in await live(stage, anna, moscow(14))] == ["13.03 15:00"]


async def settled_week(stage: Stage, zone: str) -> Player:
    """Somebody of that zone who got the two messages of this week, and has a pulse due that does not fit."""
    anna = await newcomer(stage)
    now = stage.clock()
    async with stage.database.begin() as session:
        user = (await session.scalars(select(User))).one()
        user.timezone, user.plan_at, user.working_days = zone, None, "0123456"
        user.pulse_time = user.checkin_time
        times = {"due_at": now, "expires_at": now + timedelta(days=5), "created_at": now, "updated_at": now}
        for stage_ in ("planned", "done"):
            subject = {"promise_id": 1, "stage": stage_, "due": None}
            sent = {"kind": "note", "dedup_key": f"1/{stage_}", "subject": subject, "state": "sent", "sent_at": now}
            session.add(Delivery(user_id=user.id, **sent, **times))
        week = stage.app.services.calendar.week_of(now).isoformat()
        pulse = {"kind": "pulse", "dedup_key": week, "subject": {"week": week}, "state": "pending"}
        session.add(Delivery(user_id=user.id, **pulse, **times))
    return anna


async def test_a_monday_that_begins_in_the_organisations_sunday_is_no_next_week(
    database: Database, clock: ManualClock, reread: Reread
) -> None:
    """What waits for the next week waits beyond the organisation's, whoever's Monday comes first."""
    clock.advance_to(datetime(2026, 3, 12, 2, 0, tzinfo=UTC))  # Thursday in Singapore
    stage = Stage(database, clock, default_timezone="America/New_York")
    await settled_week(stage, "Asia/Singapore")
    assert await stage.tick() == 0
    pulses = select(Delivery).where(Delivery.kind == "pulse", Delivery.dedup_key == "2026-03-09")
    (row,) = await reread(pulses)
    if row.state == "pending":
        stage.clock.advance_to(row.due_at)
        assert await stage.tick() == 0  # ends at all
        (row,) = await reread(pulses)
    assert row.state == "skipped", "the week that it asks about is over by then"


async def test_a_message_that_loses_a_part_on_its_way_leaves_without_it(stage: Stage, reread: Reread) -> None:
    anna = await waiting(stage)
    known = len(anna.messages)
    stage.clock.advance_to(moscow(10))
    claims, now = stage.app.ticker._claims, stage.clock()
    async with stage.database.begin() as session:
        user_id = await session.scalar(select(User.id))
        assert user_id is not None
        await session.execute(update(User).values(plan_at=None, paused_until=now.date() - timedelta(days=1)))
        welcome = PlannedMessage("welcome_back", ReturnSubject(date(2026, 3, 9)), now, now + timedelta(days=3))
        checkin = PlannedMessage("checkin", CheckinSubject(date(2026, 2, 23)), now, now + timedelta(days=3))
        for message in (welcome, checkin):
            await schedule(session, user_id, message, now)
    async with stage.database.begin() as session:
        (due,) = await claims.claim(session, now, 5) or []
    assert len(due.parts) == 2
    async with stage.database.begin() as session:
        await withdraw(session, due.user_id, due.parts[1].kind, now)
    async with stage.database.begin() as session:
        assert not await claims.mark_sending(session, due, now)
    assert await stage.tick() == 1
    assert len(anna.messages) == known + 1
    states = select(Delivery.state).where(Delivery.kind.in_(("welcome_back", "checkin"))).order_by(Delivery.state)
    assert await reread(states) == ["sent", "skipped"]


async def test_a_claim_that_slept_through_the_evening_is_not_sent_at_night(stage: Stage, reread: Reread) -> None:
    anna = await waiting(stage)
    await stage.tick()
    stage.clock.advance_to(moscow(10))
    claims = stage.app.ticker._claims
    async with stage.database.begin() as session:
        (due,) = await claims.claim(session, stage.clock(), 5) or []
    stage.clock.advance_to(moscow(11, 3))
    async with stage.database.begin() as session:
        assert not await claims.mark_sending(session, due, stage.clock())
    assert await live(stage, anna, moscow(12)) == [("11.03 10:00", INVITATION)]
