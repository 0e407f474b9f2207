"""Leaving the company: the archive, the end of access and messages at once, and coming back with a new invite."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from keyboards.company import PersonButton, PersonDeed
from keyboards.lifecycle import Join
from models import ContactRequest, Delivery, Department, Membership, OldUser, Recommendation, User
from services.gate.gate import Gate
from services.kit.calendar import Calendar
from services.lifecycle import invites
from tests.bot.hr_pages import audited, managed, opens_card, opens_people
from tests.bot.past import check_in, pulses, said
from tests.bot.presses import HARMLESS, presses_twice
from tests.bot.rows import all_rows, documents
from tests.bot.test_deliveries import live
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import AGREE, colleagues, hr, id_of, invite, member, member_of, quiet, row_of

CALENDAR = Calendar(ZoneInfo("Europe/Moscow"), 4)
BOTH = pytest.mark.parametrize("language", ["ru", "en"])
WORDS = {
    "ru": {
        "close": "Закрыть доступ",
        "confirm": "Да, закрыть доступ",
        "until": "4 марта 2027",
        "back": "Назад",
        "told": "закрыла ваш доступ",
        "neutral": "Выдох: сообщение для вас.",
        "left": "Ушли",
        "welcome": "С возвращением",
        "leave": "удалить",
    },
    "en": {
        "close": "Close access",
        "confirm": "Yes, close access",
        "until": "4 March 2027",
        "back": "Back",
        "told": "has closed your access",
        "neutral": "Exhale: a message for you.",
        "left": "Left",
        "welcome": "Welcome back",
        "leave": "delete",
    },
}


async def leaves(stage: Stage, actor: Player, person: Player) -> None:
    """Everything up to the confirmation, which is pressed once."""
    await actor.presses(data=PersonDeed(action="offboard", person=await id_of(stage, person)).pack())


@BOTH
async def test_from_the_card_to_the_archive(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage, language=language)
    anna = await member(stage, 1001, "Анна", language=language, ago=timedelta(0))
    await check_in(stage, anna, stage.clock())
    async with stage.database.begin() as session:
        await session.execute(
            update(User).where(User.telegram_id == 1001).values(email="anna@example.com", position="Кладовщик")
        )
        recommendation = (await session.scalars(select(Recommendation).limit(1))).one()
        recommendation.completed, recommendation.state = True, "done"
    stage.clock.advance(hours=1)
    await opens_card(stage, olga, anna)
    await olga.presses(words["close"])
    question = said(olga)
    assert words["until"] in question
    assert "Анна" in question
    await olga.presses(words["back"])
    assert await audited(stage) == [], "the question alone does nothing"
    await olga.presses(words["close"])
    await presses_twice(stage, olga, words["confirm"])
    assert words["until"] in said(olga)
    (archived,) = await reread(select(OldUser))
    assert (archived.name, archived.department, archived.email) == ("Анна", "Склад", "anna@example.com")
    assert (archived.position, archived.join_date) == ("Кладовщик", "2026-03-04")
    assert (archived.days_in_system, archived.completed_recommendations) == (0, 1)
    assert await audited(stage) == ["offboarded_person"]
    await opens_people(olga)
    await olga.presses(words["left"])
    assert "Анна · Склад" in olga.screen
    assert "Анна" not in str(olga.buttons)


@BOTH
async def test_access_ends_at_once_and_one_message_says_so(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage)
    anna = await member(stage, 1001, "Анна", language=language)
    question = anna.message["message_id"]
    await leaves(stage, olga, anna)
    before = len((await all_rows(stage))["drafts"][0]["answers"])
    await anna.presses(anna.buttons[0][0], message_id=question)
    assert words["told"] in anna.screen
    assert len((await all_rows(stage))["drafts"][0]["answers"]) == before
    heard = len(anna.messages)
    await stage.tick()
    assert len(anna.messages) == heard + 1
    assert said(anna).startswith(words["neutral"])
    assert words["told"] in anna.screen
    assert words["until"] in said(anna)
    await quiet(stage, olga)
    assert await live(stage, anna, stage.clock() + timedelta(days=14)) == [], "and nothing ever again"
    assert stage.world.commands.get("chat:1001|") is None
    await anna.says("/export")
    assert len(documents(stage, anna)) == 2
    await anna.says("/delete")
    await anna.says(words["leave"])
    rows = await all_rows(stage)
    assert rows["old_users"] == [], "the archive is about the person as well"
    assert len(rows["users"]) == 1


async def test_what_was_planned_and_asked_is_over(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await stage.tick()
    person = await id_of(stage, anna)
    planned = select(Delivery).where(Delivery.user_id == person, Delivery.state == "pending")
    assert await reread(planned)
    await anna.says("/help_now")
    for label in ("Попросить HR", "Ольга", "Здесь, в Telegram", "Отправить"):
        await anna.presses(label)
    async with stage.database.begin() as session:
        await session.execute(update(Department).where(Department.name == "Склад").values(manager_id=person))
    await leaves(stage, olga, anna)
    assert [row.kind for row in await reread(planned)] == ["offboarded"]
    assert [row.state for row in await reread(select(ContactRequest))] == ["closed"]
    assert await managed(stage, "Склад") is None
    heard = len(olga.messages)
    await stage.tick()
    assert len(olga.messages) == heard, "nor does HR hear of the request"


@pytest.mark.parametrize(("leavers", "is_shown"), [(1, True), (2, False)])
async def test_answers_leave_what_is_not_published_yet(stage: Stage, leavers: int, is_shown: bool) -> None:
    """Of eight of ten who answered, seven are enough for figures of the company and six are not."""
    olga = await hr(stage)
    people = await colleagues(stage, 10, 1001)
    stage.clock.advance(days=7)
    for player in people[:8]:
        await pulses(stage, player, [(5, 6, 7)], last=date(2026, 3, 9))
    for player in people[:leavers]:
        await leaves(stage, olga, player)
    stage.clock.advance(days=7)
    async with stage.database.begin() as session:
        published = await Gate(stage.app.content, CALENDAR, 7).publish_due(session, stage.clock())
    (week,) = [one for one in published if one.slot == date(2026, 3, 9)]
    assert (week.company is not None) is is_shown


async def test_whom_hr_and_admins_may_offboard(stage: Stage) -> None:
    roles = ("employee", "hr", "admin")
    people = {role: await member(stage, 1001 + number, "Анна", role=role) for number, role in enumerate(roles)}
    actors = ((await hr(stage), {"employee"}), (await hr(stage, 2002, "Борис", role="admin"), {"hr", "admin"}))
    for actor, allowed in actors:
        for role, person in people.items():
            if (await row_of(stage, person)).offboarded_at is not None:  # type: ignore[union-attr]
                continue
            await opens_card(stage, actor, person)
            assert ("Закрыть доступ" in str(actor.buttons)) is (role in allowed)
            await actor.presses(data=PersonButton(action="offboard", person=await id_of(stage, person)).pack())
            await leaves(stage, actor, person)
            assert ((await row_of(stage, person)).offboarded_at is not None) is (role in allowed)  # type: ignore[union-attr]
    stage.telegram.take_refusals()


@pytest.mark.both_databases
async def test_two_of_hr_at_once_archive_once(stage: Stage, reread: Reread) -> None:
    olga, boris = await hr(stage), await member(stage, 1002, "Борис", role="hr")
    anna = await member(stage, 1001, "Анна")
    data = PersonDeed(action="offboard", person=await id_of(stage, anna)).pack()
    for player in (olga, boris, olga, boris):
        player.queue_press(data=data)
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    stage.telegram.take_refusals()
    assert len(await reread(select(OldUser))) == 1
    assert await audited(stage) == ["offboarded_person"]


async def test_a_manager_who_left_sees_nothing(stage: Stage) -> None:
    admin, boris = await hr(stage, role="admin"), await member(stage, 1002, "Борис", role="hr")
    await leaves(stage, admin, boris)
    await opens_people(boris)
    assert "закрыла ваш доступ" in boris.screen
    await boris.says("/hr")
    assert "закрыла ваш доступ" in boris.screen


# --- coming back ------------------------------------------------------------------------------------------------------


@BOTH
async def test_a_new_invite_lets_them_in_again(stage: Stage, reread: Reread, language: str) -> None:
    words = WORDS[language]
    olga = await hr(stage)
    anna = await member(stage, 1001, "Анна", language=language)
    await check_in(stage, anna, stage.clock())
    person = await id_of(stage, anna)
    await leaves(stage, olga, anna)
    stage.clock.advance(days=40)
    token = await invite(stage, role="hr", department="Офис", uses=5)
    await anna.starts(token)
    assert words["welcome"] in anna.screen
    assert (await row_of(stage, anna)).offboarded_at is not None, "nothing before the consent"  # type: ignore[union-attr]
    await presses_twice(stage, anna, AGREE[language])
    row = await row_of(stage, anna)
    assert row is not None
    assert (row.id, row.role, row.offboarded_at, row.consent_at) == (person, "hr", None, stage.clock())
    (place,) = await reread(select(Membership).where(Membership.user_id == person))
    assert str(place.since) == "2026-04-20", "a newcomer counts from the next Monday on"
    assert await reread(select(OldUser)) == []
    assert "came_back" in await audited(stage)
    await anna.says("/history")
    assert "2026" in anna.screen, "what was answered before is still there"
    async with stage.database.read() as session:
        assert (await invites.look_up(session, token, stage.clock())).role == "hr", "one use, pressed twice"


async def test_the_consent_of_a_returner_may_be_read_and_declined(stage: Stage) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await leaves(stage, olga, anna)
    token = await invite(stage, department="Склад")
    await anna.starts(token)
    await anna.presses("English")
    assert "Taking part is your choice" in anna.screen
    await anna.presses("Not now")
    assert (await row_of(stage, anna)).offboarded_at is not None  # type: ignore[union-attr]
    await anna.says("/menu")
    assert "закрыла ваш доступ" in anna.screen
    await anna.starts("A" * 43)
    assert "закрыла ваш доступ" in anna.screen, "no link, no door"
    await anna.presses(data=Join(action="agree", locale="ru", version=2, token="A" * 43).pack())
    assert "больше не действует" in (anna.toast or "") + anna.screen


@pytest.mark.both_databases
async def test_pressed_on_two_devices_a_return_uses_the_link_once(stage: Stage, reread: Reread) -> None:
    olga, anna = await hr(stage), await member(stage, 1001, "Анна")
    await leaves(stage, olga, anna)
    token = await invite(stage, department="Склад", uses=3)
    await anna.starts(token)
    for _ in range(4):
        anna.queue_press("Согласиться")
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert all(any(words in refusal for words in HARMLESS) for refusal in stage.telegram.take_refusals())
    actor = await member_of(stage, anna)
    assert actor.offboarded_at is None
    assert (await audited(stage)).count("came_back") == 1
