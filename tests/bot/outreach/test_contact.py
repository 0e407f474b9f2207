"""«Ask HR to contact me»: one request, exactly as it was shown, and how far it got."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from keyboards.outreach import AskHr, HrReply
from models import ContactRequest, Conversation, Delivery, User
from services.account import users
from services.account.member import find_member
from services.outreach.contact.requests import WORDS_LENGTH
from tests.bot.past import asked_hr
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows, tables_with
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import member, member_of
from views.translator import language_name

REQUESTS = select(ContactRequest).order_by(ContactRequest.id)
NOTICES = select(Delivery).where(Delivery.kind == "contact_request").order_by(Delivery.id)
PHONE = "+7 900 123-45-67, после 15:00"
WORDS = {
    "ru": {
        "first": "Выдох: сообщение для вас.",
        "ask": "Попросить HR связаться со мной",
        "plain": "Это не анонимно",
        "telegram": "Здесь, в Telegram",
        "typed": "Иначе: напишу словами",
        "email": "По почте",
        "send": "Отправить",
        "open": "Отправлено, пока не прочитано.",
        "seen": "прочитана",
        "closed": "ответили",
        "talk": "С кем поговорить",
    },
    "en": {
        "first": "Exhale: a message for you.",
        "ask": "Ask HR to contact me",
        "plain": "This isn't anonymous",
        "telegram": "Here in Telegram",
        "typed": "Another way",
        "email": "By email",
        "send": "Send",
        "open": "Sent. Not read yet.",
        "seen": "read.",
        "closed": "answered",
        "talk": "Someone to talk to",
    },
}


async def opens(player: Player, language: str = "ru") -> None:
    """The list of HR, from the help screen."""
    await player.says("/help_now")
    await player.presses(WORDS[language]["ask"])


async def asks(player: Player, name: str, way: str = "telegram", language: str = "ru") -> None:
    """Everything up to the preview."""
    await opens(player, language)
    await player.presses(name)
    await player.presses(WORDS[language][way])


async def request_of(stage: Stage) -> ContactRequest:
    async with stage.database.read() as session:
        return (await session.scalars(REQUESTS)).one()


@pytest.mark.parametrize(("language", "reader"), [("ru", "ru"), ("ru", "en"), ("en", "ru")])
async def test_what_is_shown_is_what_is_sent(stage: Stage, reread: Reread, language: str, reader: str) -> None:
    words = WORDS[language]
    olga = await member(stage, 1002, "Ольга", role="hr", department="HR", language=reader)
    anna = await member(stage, 1001, "Анна", language=language)
    await opens(anna, language)
    assert words["plain"] in anna.screen
    await anna.presses("Ольга")
    await anna.presses(words["telegram"])
    assert await reread(REQUESTS) == [], "nothing before the last press"
    preview = anna.screen
    await presses_twice(stage, anna, words["send"])
    assert words["open"] in anna.screen
    assert len(await reread(REQUESTS)) == len(await reread(NOTICES)) == 1
    await stage.tick()
    assert words["first"] in preview, "in the author's own language"
    assert (olga.screen in preview) == (language == reader)
    assert (language_name(reader) in preview) == (language != reader), "that it arrives in another one is said"
    assert olga.screen.startswith(WORDS[reader]["first"])
    assert [entity["user"]["id"] for entity in olga.message["entities"]] == [1001], "the name leads to the account"
    assert "Склад" in olga.screen
    assert await stage.tick() == 0, "never twice"


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_employee_sees_how_far_it_got_and_is_not_written_to(stage: Stage, language: str) -> None:
    words = WORDS[language]
    olga = await member(stage, 1002, "Ольга", role="hr", language=language)
    anna = await member(stage, 1001, "Анна", language=language)
    await asks(anna, "Ольга", language=language)
    await anna.presses(words["send"])
    await stage.tick()
    said = len(anna.messages)
    letter = olga.screen
    for label, state in ((olga.buttons[0][0], "seen"), (olga.buttons[0][1], "closed")):
        await presses_twice(stage, olga, label)
        assert olga.screen == letter, "the words stay readable"
        assert (await request_of(stage)).state == state
        assert len(anna.messages) == said, "no push"
        await anna.says("/help_now")
        assert words[state] in anna.screen
        said += 1
    assert not any(label in row for row in olga.buttons for label in ("Прочитано", "Read"))


@pytest.mark.both_databases
async def test_typed_words_are_kept_only_until_they_are_delivered(stage: Stage, reread: Reread) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await asks(anna, "Ольга", "typed")
    await anna.says("позвоните в другой раз")
    await anna.says(PHONE)  # typing again replaces
    assert PHONE in anna.screen
    assert "Анна" in anna.screen
    await presses_twice(stage, anna, "Отправить")
    assert "ещё не прочитана" in anna.screen
    assert await reread(select(Conversation)) == []
    assert tables_with(await all_rows(stage), PHONE) == {"contact_requests"}
    await stage.tick()
    assert PHONE in olga.screen
    assert not any(entity["type"] == "text_mention" for entity in olga.message.get("entities", [])), "not by Telegram"
    assert tables_with(await all_rows(stage), PHONE) == set()
    assert tables_with(await all_rows(stage), "другой раз") == set()


async def test_what_does_not_fit_is_asked_again(stage: Stage, reread: Reread) -> None:
    await member(stage, 1002, "Ольга", role="hr")
    anna = await member(stage, 1001, "Анна")
    await asks(anna, "Ольга", "typed")
    no_number = {"phone_number": "нет", "first_name": "Анна"}
    for typed, said, other in (
        ("я" * (WORDS_LENGTH + 1), "не больше 300", {"sticker": True}),
        ("\u200b \u202e — !", "ни слова, ни числа", {"more": {"contact": no_number}}),
        ("\u3164 \u2800", "ни слова, ни числа", {"sticker": True}),
    ):
        await anna.says(typed)
        assert said in anna.screen.replace("\u00a0", " ")
        assert "Отправить" not in str(anna.buttons)
        stage.clock.advance(minutes=1)  # longer than an album takes
        await anna.sends(**other)
        assert anna.screen.startswith("Здесь нужны слова")
    await anna.says("я" * WORDS_LENGTH)
    await anna.presses("Отправить")
    assert [row.reach for row in await reread(REQUESTS)] == ["я" * WORDS_LENGTH]


async def test_leaving_the_typed_step_forgets_it(stage: Stage, reread: Reread) -> None:
    olga = await member(stage, 1002, "Ольга", role="hr")
    anna = await member(stage, 1001, "Анна")
    await asks(anna, "Ольга", "typed")
    await anna.says(PHONE)
    preview = anna.message["message_id"]
    await anna.presses("← Назад")
    assert await reread(select(Conversation)) == []
    hr = (await member_of(stage, olga)).id
    await anna.presses(data=AskHr(action="send", hr=hr, way="words").pack(), message_id=preview)
    assert anna.toast is not None
    assert anna.toast.startswith("Так связаться не получится")
    assert await reread(REQUESTS) == []


async def test_by_e_mail_of_the_profile(stage: Stage, reread: Reread) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await opens(anna)
    await anna.presses("Ольга")
    assert "По почте" not in str(anna.buttons)
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == 1001).values(email="anna@example.com"))
    await asks(anna, "Ольга", "email")
    await anna.presses("Отправить")
    assert [row.reach for row in await reread(REQUESTS)] == [None], "the profile has it"
    await stage.tick()
    assert "anna@example.com" in olga.screen


async def test_nobody_of_hr_leads_to_the_support(stage: Stage) -> None:
    boris = await member(stage, 1003, "Борис", role="hr")
    gone, unreachable = await member(stage, 1004, "Ушла", role="hr"), await member(stage, 1005, "Тихо", role="admin")
    async with stage.database.begin() as session:
        await session.execute(update(User).where(User.telegram_id == gone.id).values(offboarded_at=stage.clock()))
    await unreachable.blocks()
    await opens(boris)
    assert "HR вашей компании" in boris.screen, "nobody but oneself"
    assert boris.buttons == [["← Назад"]]


async def test_hr_and_admins_are_listed_by_name(stage: Stage) -> None:
    for number, (name, role) in enumerate({"Яна": "hr", "Борис": "admin", "Вера": "employee"}.items()):
        await member(stage, 1010 + number, name, role=role)
    anna = await member(stage, 1001, "Анна")
    await opens(anna)
    assert anna.buttons == [["Борис"], ["Яна"], ["← Назад"]]


async def test_somebody_who_left_hr_before_the_last_press(stage: Stage, reread: Reread) -> None:
    readers = {change: await member(stage, 1010 + n, change, role="hr") for n, change in enumerate(LEAVE)}
    anna = await member(stage, 1001, "Анна")
    for change, olga in readers.items():
        await asks(anna, change)
        await leaves_hr(stage, olga, change)
        told = len(stage.world.toasts(anna.id))
        await anna.presses("Отправить")
        assert len(stage.world.toasts(anna.id)) == told + 1
        assert anna.toast == "Этот человек больше не принимает просьбы. Выберите, пожалуйста, другого."
    assert await reread(REQUESTS) == []


LEAVE = ("deleted", "demoted", "offboarded")


async def leaves_hr(stage: Stage, player: Player, change: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "demoted": {"role": "employee"},
        "offboarded": {"offboarded_at": stage.clock()},
    }
    async with stage.database.begin() as session:
        if change == "deleted":
            await users.erase(session, (await find_member(session, player.id)).id)  # type: ignore[union-attr]
        else:
            await session.execute(update(User).where(User.telegram_id == player.id).values(**values[change]))


async def test_somebody_who_left_hr_before_it_was_delivered(stage: Stage, reread: Reread) -> None:
    readers = {change: await member(stage, 1010 + n, change, role="hr") for n, change in enumerate(LEAVE)}
    anna = await member(stage, 1001, "Анна")
    boris = await member(stage, 1003, "Борис", role="hr")
    for change, olga in readers.items():
        await asked_hr(stage, anna, olga, PHONE)
        await leaves_hr(stage, olga, change)
    heard = [len(olga.messages) for olga in readers.values()]
    await stage.tick()
    assert [len(olga.messages) for olga in readers.values()] == heard
    await anna.says("/help_now")
    assert anna.screen.count("не дошла") == len(LEAVE)
    assert tables_with(await all_rows(stage), PHONE) == set(), "nor is it kept"
    await asked_hr(stage, anna, boris)
    assert len(await reread(REQUESTS)) == len(LEAVE) + 1


async def test_a_request_that_failed_may_be_sent_again(stage: Stage, reread: Reread) -> None:
    """Also one that may have arrived: nobody else could tell its author."""
    readers = [await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1003, "Борис", role="hr")]
    anna = await member(stage, 1001, "Анна")
    for olga, may_have_arrived in zip(readers, (False, True), strict=True):
        await asked_hr(stage, anna, olga)
        if may_have_arrived:
            stage.telegram.break_connection("sendMessage", carried_out=False)
        else:
            stage.telegram.refuse("sendMessage", 400, "Bad Request: something")
        await stage.tick()
    stage.clock.advance(minutes=1)
    await anna.says("/help_now")
    assert anna.screen.count("не дошла") == 2
    for olga, name in zip(readers, ("Ольга", "Борис"), strict=True):
        await asks(anna, name)
        await anna.presses("Отправить")
        await stage.tick()
        assert "Анна" in olga.screen
    await anna.says("/help_now")
    assert anna.screen.count("ещё не прочитана") == 2
    assert len(await reread(REQUESTS)) == 2


@pytest.mark.both_databases
async def test_pressed_on_two_devices_at_once(stage: Stage, reread: Reread) -> None:
    await member(stage, 1002, "Ольга", role="hr")
    anna = await member(stage, 1001, "Анна")
    await asks(anna, "Ольга")
    for _ in range(5):
        anna.queue_press("Отправить")
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    stage.telegram.take_refusals()  # «message is not modified» for four of the five
    assert len(await reread(REQUESTS)) == len(await reread(NOTICES)) == 1


async def test_hr_is_not_woken_at_night(stage: Stage) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    stage.clock.advance(hours=11)  # 23:00 in Moscow
    await asked_hr(stage, anna, olga)
    heard = len(olga.messages)
    await stage.tick()
    assert len(olga.messages) == heard
    stage.clock.advance(hours=11, minutes=1)
    await stage.tick()
    assert len(olga.messages) == heard + 1


async def test_a_request_goes_with_its_author(stage: Stage) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await asked_hr(stage, anna, olga)
    await stage.tick()
    await anna.says("/delete")
    await anna.says("удалить")
    await olga.presses("Прочитано")
    assert olga.toast == "Этой просьбы больше нет: она стёрта вместе с данными её автора."


async def test_only_the_chosen_one_may_reply_and_seen_after_closed_changes_nothing(stage: Stage) -> None:
    olga = await member(stage, 1002, "Ольга", role="hr")
    boris, anna = await member(stage, 1003, "Борис", role="hr"), await member(stage, 1001, "Анна")
    await asked_hr(stage, anna, olga)
    await stage.tick()
    request = await request_of(stage)
    await boris.presses(data=HrReply(state="closed", request=request.id).pack())
    assert (await request_of(stage)).state == "open"
    await olga.presses("Отметить: ответ дан")
    await olga.presses(data=HrReply(state="seen", request=request.id).pack())
    assert (await request_of(stage)).state == "closed"
    assert olga.toast == "Отмечено: ответ дан."
    stage.telegram.take_refusals()  # the buttons are the same


async def test_an_erased_request_is_not_delivered(stage: Stage) -> None:
    olga, anna = await member(stage, 1002, "Ольга", role="hr"), await member(stage, 1001, "Анна")
    await asked_hr(stage, anna, olga)
    async with stage.database.begin() as session:
        await session.execute(delete(ContactRequest))
    heard = len(olga.messages)
    await stage.tick()
    assert len(olga.messages) == heard


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_contact_card_is_the_number(stage: Stage, reread: Reread, language: str) -> None:
    """One's own, somebody's, and one without a plus: the newest counts."""
    await member(stage, 1, "Ольга", role="hr")
    anna = await member(stage, 1001, "Анна", language=language)
    await asks(anna, "Ольга", "typed", language)
    for card, number in (
        ({"phone_number": "79001234568", "first_name": "Анна", "user_id": 1001}, "+79001234568"),
        ({"phone_number": "8 900 123-45-67", "first_name": "Дом"}, "89001234567"),
        ({"phone_number": "+7 (900) 123-45-67", "first_name": "Брат"}, "+79001234567"),
    ):
        await anna.sends(more={"contact": card})
        assert number in anna.screen
    await anna.presses(WORDS[language]["send"])
    assert [request.reach for request in await reread(REQUESTS)] == [number]
