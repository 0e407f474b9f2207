"""The door: invites good and bad, consent and refusal, the names that people have, and coming back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from db.database import Database
from models import CompanyDay, Draft, Invite, User
from playground import Upload
from services.kit import bot_info
from services.lifecycle.invites import token_hash
from tests.bot.story import ON_SQLITE, SEED, answers, completes, data_of, forgive_unmodified, plain, rows, words
from tests.bot.test_deliveries import MOSCOW, live
from tests.clock import ManualClock
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import department, finished, invite, member, newcomer
from views.translator import language_name

DEAD = (
    "Эта ссылка больше не действует: вышел срок или её уже использовали. "
    "Новую можно попросить здесь: HR вашей компании."
)
NO_INVITE = "Войти можно по ссылке от вашей компании."


@ON_SQLITE
async def test_the_consent_can_be_read_in_the_other_language_and_given_in_it(stage: Stage, reread: Reread) -> None:
    anna = stage.person(1001, "Анна", language="ru")
    await anna.starts(await invite(stage))
    assert anna.buttons == [["Согласиться"], ["Не сейчас", "English"]]
    assert "Тот, кто обслуживает сервер, технически может прочитать записи" in plain(anna.screen)

    await anna.presses("English")
    assert anna.buttons == [["Agree"], ["Not now", "Русский"]]
    assert "The people who run the server can technically read the records" in anna.screen
    await anna.presses("Agree")

    assert "1 of 20" in plain(anna.screen)
    (user,) = await reread(select(User))
    assert (user.locale, user.consent_version, user.consent_at) == ("en", 2, stage.clock())


@ON_SQLITE
@pytest.mark.parametrize("locale", ["ru", "en"])
@pytest.mark.parametrize("chooses", [False, True], ids=["invited to a department", "chooses the department"])
async def test_a_newcomer_may_look_around_first(stage: Stage, locale: str, chooses: bool) -> None:
    t, home = words(stage, locale), await department(stage, "Depot")
    anna = stage.person(1001, "Anna", language=locale)
    await anna.starts(await invite(stage, department=None if chooses else home))
    await anna.presses(t("consent.agree"))
    if chooses:
        await anna.presses("Depot")
    look_around = {"ru": "Сначала осмотреться", "en": "Look around first"}[locale]
    assert anna.buttons[-1] == [look_around]
    await anna.presses(look_around)
    assert anna.screen.startswith({"ru": "Выдох · Anna", "en": "Exhale · Anna"}[locale]), "home"
    await anna.presses(anna.buttons[0][0])
    assert {"ru": "1 из 20", "en": "1 of 20"}[locale] in plain(anna.screen), "from there to the same question"
    assert [look_around] not in anna.buttons
    await answers(stage, anna, SEED, locale=locale, until=3)
    assert [look_around] not in anna.buttons


INVITED_ON = {
    # joined, invited; the period ends on 22 March and the next one on 19 April
    "2026-03-04T12:00": "18.03 10:00",
    "2026-03-06T23:30": "20.03 10:00",
    "2026-03-08T12:00": "07.04 10:00",
    "2026-03-23T12:00": "07.04 10:00",
}


def at(moscow: str) -> datetime:
    return datetime.fromisoformat(f"{moscow}:00+03:00")


def arrived(player: Player) -> list[tuple[str, str]]:
    """What came after the first question, with its time in Moscow."""
    return [
        (f"{datetime.fromtimestamp(message['date'], MOSCOW):%d.%m %H:%M}", plain(message["text"]))
        for message in player.messages[1:]
    ]


async def joins(stage: Stage, number: int) -> Player:
    """Somebody who joins now and is asked no weekly questions."""
    player = await member(stage, 1001 + number, f"Имя {number}", ago=timedelta(0))
    async with stage.database.begin() as session:
        await session.execute(update(User).values(pulse_on=False))
    return player


@ON_SQLITE
async def test_a_newcomer_is_asked_by_message_only_after_two_working_weeks(stage: Stage) -> None:
    newcomers: dict[str, Player] = {}
    for number, joined in enumerate(INVITED_ON):
        for known in newcomers.values():
            await live(stage, known, at(joined))
        stage.clock.advance_to(max(stage.clock(), at(joined)))
        newcomers[joined] = await joins(stage, number)
    await live(stage, newcomers[joined], at("2026-04-08T12:00"))
    for joined, invited in INVITED_ON.items():
        when, text = arrived(newcomers[joined])[0]
        assert "20 коротких вопросов" in text, "no other message before it"
        assert when == invited, joined


@ON_SQLITE
async def test_a_day_off_in_the_first_two_weeks_is_no_working_day(stage: Stage) -> None:
    day, now = date(2026, 3, 9), stage.clock()
    async with stage.database.begin() as session:
        session.add(CompanyDay(first=day, last=day, is_working=False, created_at=now, updated_at=now))
    anna = await joins(stage, 0)
    await live(stage, anna, at("2026-03-20T12:00"))
    ((when, text),) = arrived(anna)
    assert "20 коротких вопросов" in text
    assert when == "19.03 10:00"


@ON_SQLITE
async def test_a_stranger_is_spoken_to_in_their_language_or_the_default_one(stage: Stage) -> None:
    token = await invite(stage)
    spoken = {"en-GB": "Agree", "ru": "Согласиться", "de": "Согласиться", None: "Согласиться"}
    for number, (code, agree) in enumerate(spoken.items()):
        somebody = stage.person(1001 + number, "Anna", language=code)
        await somebody.starts(token)
        assert somebody.buttons[0] == [agree], code


async def test_declining_stores_nothing_and_leaves_the_invite_usable(stage: Stage) -> None:
    token = await invite(stage)
    before = await rows(stage)
    anna = stage.person(1001, "Анна")
    await anna.starts(token)
    await anna.presses("Не сейчас")

    assert plain(anna.screen) == (
        "Хорошо, нового ничего не сохранено. Если передумаете, откройте ссылку ещё раз: она действует до 18 марта."
    )
    assert await rows(stage) == before
    await anna.presses("Прочитать ещё раз")
    assert anna.buttons == [["Согласиться"], ["Не сейчас", "English"]]
    await anna.presses("Согласиться")
    assert "1 из 20" in plain(anna.screen)


@ON_SQLITE
async def test_the_last_day_of_a_link_is_local_and_has_a_year_when_it_is_another_one(stage: Stage) -> None:
    """The company lives in Moscow, where it is noon."""
    anna = stage.person(1001, "Anna", language="en")
    for hours, until in ((11, "4 March"), (12, "5 March"), (24 * 365, "4 March 2027")):
        await anna.starts(await invite(stage, hours=hours))
        await anna.presses("Not now")
        assert plain(anna.screen).endswith(f"it works until {until}."), hours
        assert anna.buttons == [["Read it again"]]


async def test_bad_invites_get_one_clear_sentence_and_store_nothing(stage: Stage) -> None:
    used = await invite(stage)
    first = stage.person(1001, "Первая")
    await first.starts(used)
    await first.presses("Согласиться")
    short = await invite(stage, hours=1)
    opened = stage.person(1002, "Открыла вовремя")
    await opened.starts(short)
    stage.clock.advance(hours=2)
    before = await rows(stage)
    late = stage.person(1003, "Пётр")

    for payload in (used, short, "A" * 43, used[:-1], used + "A", "-", "1" * 64):
        await late.starts(payload)
        assert late.screen == DEAD, payload
        assert late.buttons == [["English"]]
    for typed in ("/start " + "x" * 3000, "/start ' OR 1=1 --", "/start 🙂🙂🙂"):
        await late.says(typed)
        assert late.screen == DEAD, typed
    await opened.presses("Согласиться")
    assert opened.toast == DEAD, "the invite has expired under the open consent"
    await late.starts()
    assert NO_INVITE in late.screen
    await late.says("привет")
    assert NO_INVITE in late.screen
    assert await rows(stage) == before


BOT = "exhale_bot"
PICTURE = Upload("poster.png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (8).to_bytes(4, "big") * 2 + b"\0" * 9)
PASTED = {
    "a link": "https://t.me/exhale_bot?start={}",
    "capitals": "HTTPS://T.ME/Exhale_Bot?START={}",
    "without a scheme": "t.me/exhale_bot?start={}",
    "the other host": "https://telegram.me/exhale_bot?start={}",
    "the host that is a name": "https://exhale_bot.t.me/?start={}",
    "Telegram's own scheme": "tg://resolve?domain=exhale_bot&start={}",
    "its parameters turned round": "tg://resolve?start={}&domain=exhale_bot",
    "spaces": "  https://t.me/exhale_bot?start={}  ",
    "quotes": "«https://t.me/exhale_bot?start={}»",
    "straight quotes": '"{}"',
    "back quotes": "`{}`",
    "bold": "**{}**",
    "italics": "_{}_",
    "a Markdown link": "[Войти](https://t.me/exhale_bot?start={})",
    "angle brackets": "<https://t.me/exhale_bot?start={}>",
    "a full stop": "https://t.me/exhale_bot?start={}.",
    "a sentence": "Вот, мне прислали https://t.me/exhale_bot?start={}, что с ней делать?",
    "a quotation": "> Коллеги, вот ссылка:\n> t.me/exhale_bot?start={}",
    "a line break": "https://t.me/exhale_bot?start=\n{}",
    "zero width": "\u200b{}\ufeff",
    "bare": "{}",
    "a typed command": "/start {}.",
    "capital letters": "/START {}",
    "a mixed command": "/Start@exhale_bot «{}»",
    "a link in a command": "/start https://t.me/exhale_bot?start={}",
    "an equals sign": "/START={}",
    "a command on a line of its own": "/START\n{}",
    "Telegram in a browser": "https://web.telegram.org/k/#?tgaddr=tg%3A%2F%2Fresolve%3Fdomain%3Dexhale_bot%26start%3D{}",
}


@ON_SQLITE
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_pasted_link_lets_in_as_the_link_does(stage: Stage, reread: Reread, language: str) -> None:
    await knows_its_name(stage)
    token, agree = await invite(stage, uses=len(PASTED)), words(stage, language)("consent.agree")
    texts = {how: text.format(token) for how, text in PASTED.items()}
    texts["zero width inside"] = f"{token[:20]}\u200b{token[20:]}"
    for number, (how, text) in enumerate(texts.items()):
        person = stage.person(1001 + number, "Анна", language=language)
        await person.says(text)
        assert person.buttons[0] == [agree], how
        assert token in data_of(person, agree), how
    await person.presses(agree)
    assert await reread(select(User.telegram_id)) == [person.id]


@ON_SQLITE
async def test_a_token_that_looks_like_markdown_is_still_the_token(stage: Stage) -> None:
    await invite(stage, uses=9)
    for edge in ("_", "-", "__"):
        token = (edge + "A" * 43)[: 43 - len(edge)] + edge
        async with stage.database.begin() as session:
            await session.execute(update(Invite).values(token_hash=token_hash(token)))
        for number, text in enumerate(("{}", "_{}_", "__{}__")):
            anna = stage.person(1001 + number, "Анна")
            await anna.says(text.format(token))
            assert anna.buttons[0] == ["Согласиться"], (edge, text)
            assert f":{token}" in data_of(anna, "Согласиться"), (edge, text)


@ON_SQLITE
async def test_a_link_in_a_caption_or_behind_words_is_found(stage: Stage) -> None:
    await knows_its_name(stage)
    anna, boris = stage.person(1001, "Анна"), stage.person(1002, "Борис")
    await anna.sends(photo=PICTURE, text=f"t.me/{BOT}?start={await invite(stage)}")
    assert anna.buttons[0] == ["Согласиться"]
    hidden = {"type": "text_link", "offset": 0, "length": 5, "url": f"https://t.me/{BOT}?start={await invite(stage)}"}
    stage.world.person_sends(boris.id, "Войти")["message"]["entities"] = [hidden]
    await stage.settle()
    assert boris.buttons[0] == ["Согласиться"]


@ON_SQLITE
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_what_does_not_let_in_says_what_to_do(stage: Stage, language: str) -> None:
    await knows_its_name(stage)
    t, token = words(stage, language), await invite(stage)
    stranger = stage.person(1001, "Анна", language=language)
    for typed, key in (
        (f"https://t.me/another_bot?start={token}", "join.link_foreign"),
        (f"tg://resolve?domain=another_bot&start={token}", "join.link_foreign"),
        ("https://t.me/another_bot?start=hello", "join.link_foreign"),
        (f"https://t.me/{BOT}?start={token[:-1]}", "join.link_dead"),
        (f"https://t.me/{BOT}?start={'A' * 43}", "join.link_dead"),
        (f"https://t.me/{BOT}", "join.without_invite"),
        ("/start", "join.without_invite"),
        ("/START", "join.without_invite"),
    ):
        await stranger.says(typed)
        assert stranger.screen == t(key), typed
    how_to = {"ru": "Скопируйте ссылку из приглашения и пришлите её сюда", "en": "Copy the link from your invite"}
    assert how_to[language] in stranger.screen

    other = {"ru": "en", "en": "ru"}[language]
    await stranger.presses(language_name(other))
    assert stranger.screen == words(stage, other)("join.without_invite")
    await stranger.presses(language_name(language))
    assert stranger.screen == t("join.without_invite")


@ON_SQLITE
async def test_somebody_who_left_comes_back_by_a_pasted_link_too(stage: Stage) -> None:
    anna = await finished(stage)
    async with stage.database.begin() as session:
        await session.execute(update(User).values(offboarded_at=stage.clock()))
    await anna.says(f"Вот: {await invite(stage)}")
    assert "С возвращением" in anna.screen
    await anna.presses("Согласиться")
    assert plain(anna.screen).startswith("Выдох · Анна")


async def knows_its_name(stage: Stage) -> None:
    async with stage.database.begin() as session:
        await bot_info.set_fact(session, bot_info.USERNAME, "Exhale_bot")


@ON_SQLITE
async def test_a_support_contact_of_any_length_reaches_a_stranger_who_presses(
    database: Database, clock: ManualClock
) -> None:
    stage = Stage(database, clock, support_contact="https://help.example.org/" + "x" * 170)
    stranger = stage.person(1001, "Анна")
    await stranger.says("привет")
    await stranger.presses(data="c1:open:0")
    assert len(stranger.messages) == 2, "too long for an alert, it comes as a message"
    assert str(stage.settings.support_contact) in stranger.screen
    stage.telegram.verify()


@pytest.mark.both_databases
async def test_an_invite_lets_in_exactly_as_many_as_it_says(stage: Stage, reread: Reread) -> None:
    token = await invite(stage, uses=2)
    people = [stage.person(1001 + number, f"Имя {number}") for number in range(6)]
    for person in people:
        await person.starts(token)
    for person in people:
        person.queue_press("Согласиться")

    assert [outcome for outcome in await stage.at_once() if isinstance(outcome, BaseException)] == []

    assert sum("1 из 20" in plain(person.screen) for person in people) == 2
    assert sum(person.toast == DEAD for person in people) == 4
    assert len(await reread(select(User))) == 2
    assert await reread(select(Invite.uses_left)) == [0]


@pytest.mark.both_databases
async def test_a_double_tap_on_agree_is_one_person_and_no_alarm(stage: Stage, reread: Reread) -> None:
    token = await invite(stage)
    anna = stage.person(1001, "Анна")
    await anna.starts(token)
    anna.queue_press("Согласиться")
    anna.queue_press("Согласиться")

    assert [outcome for outcome in await stage.at_once() if isinstance(outcome, BaseException)] == []

    assert "1 из 20" in plain(anna.screen)
    assert [toast["text"] for toast in stage.world.toasts(anna.id) if toast["text"]] == []
    assert len(await reread(select(User))) == 1
    assert len(await reread(select(Draft))) == 1
    forgive_unmodified(stage)


@ON_SQLITE
async def test_another_invite_is_not_used_up_by_somebody_who_is_in(stage: Stage, reread: Reread) -> None:
    anna = await finished(stage)
    other = await invite(stage, role="admin", uses=3)

    for payload in (other, "garbled", ""):
        await anna.starts(payload)
        assert plain(anna.screen).startswith("Выдох · Анна")
        assert ("Вы уже внутри" in anna.screen) is bool(payload)

    (row,) = await reread(select(Invite).where(Invite.role == "admin"))
    assert row.uses_left == 3
    assert [user.role for user in await reread(select(User))] == ["employee"]


@ON_SQLITE
async def test_start_after_a_year_leads_home_and_not_to_the_consent(stage: Stage) -> None:
    anna = await newcomer(stage)
    await answers(stage, anna, SEED, until=5)
    stage.clock.advance(days=365)

    await anna.starts()

    assert plain(anna.screen).startswith("Выдох · Анна\n\nСамопроверка: открыта до ")
    assert anna.buttons[0] == ["Пройти самопроверку"]


async def test_a_restart_in_the_middle_loses_nothing(stage: Stage, reread: Reread) -> None:
    await department(stage, "Склад")
    anna = stage.person(1001, "Анна")
    await anna.starts(await invite(stage))
    stage.restart()
    await anna.presses("Согласиться")
    stage.restart()
    await anna.starts()
    assert anna.buttons == [["Склад"], ["Нет в списке"]], "whoever left before choosing is asked again"
    stage.restart()
    await anna.presses("Нет в списке")
    await answers(stage, anna, SEED, until=3)
    stage.restart()
    await answers(stage, anna, SEED, until=6)
    stage.restart()
    await anna.says("/checkin")

    assert "7 из 20" in plain(anna.screen)
    assert [user.department_id for user in await reread(select(User))] == [None]


@ON_SQLITE
async def test_an_old_choice_of_department_cannot_change_it_later(stage: Stage, reread: Reread) -> None:
    warehouse, office = await department(stage, "Склад"), await department(stage, "Офис")
    anna = await newcomer(stage)
    await anna.presses("Склад")
    await anna.presses(data=f"d1:{office}")
    await anna.presses(data="d1:2147483647")
    assert await reread(select(User.department_id)) == [warehouse]
    forgive_unmodified(stage)


@ON_SQLITE
async def test_an_administrator_needs_no_invite(database: Database, clock: ManualClock, reread: Reread) -> None:
    stage = Stage(database, clock, admin_ids="1001, 1002")
    for admin_id, payload in ((1001, ""), (1002, "x" * 64)):
        boss = stage.person(admin_id, "Ирина")
        await boss.starts(payload)
        await boss.presses("Не сейчас")
        assert plain(boss.screen) == "Хорошо, нового ничего не сохранено. Если передумаете, напишите /start."
        await boss.starts(payload)
        await boss.presses("Согласиться")
        assert "1 из 20" in plain(boss.screen)
    assert await reread(select(User.role)) == ["admin", "admin"]
    stage.telegram.verify()


@ON_SQLITE
async def test_a_consent_that_changed_meanwhile_is_read_again(stage: Stage, reread: Reread) -> None:
    token = await invite(stage)
    anna = stage.person(1001, "Анна")
    await anna.starts(token)
    await anna.presses(data=f"j1:agree:ru:0:{token}")

    assert anna.buttons[0] == ["Согласиться"]
    assert await reread(select(User)) == []
    forgive_unmodified(stage)


NAMES = {
    "empty": "",
    "300 characters": "ы" * 300,
    "HTML": "<b>Анна</b> & <script>",
    "emoji": "🙂🦊",
    "right to left": "שלום \u202eгном",
    "only a mark": "\u202e",
}
CARDS = (NAMES["empty"], NAMES["HTML"])  # who goes on to the card after the first result


@ON_SQLITE
async def test_any_name_is_shown_as_it_is(stage: Stage, reread: Reread) -> None:
    token = await invite(stage, uses=len(NAMES))
    for number, name in enumerate(NAMES.values()):
        person = stage.person(1001 + number, name)
        await person.starts(token)
        await person.presses("Согласиться")
        (user,) = await reread(select(User).where(User.telegram_id == person.id))
        shown = " ".join(name.replace("\u202e", " ").split())[:200]
        assert user.name == shown
        if name in CARDS:
            await completes(stage, person, SEED)
            await person.says("/menu")
            assert f"Имя в списке HR: {shown or 'пока нет'}." in plain(person.screen)
        await person.says("/menu")
        assert plain(person.screen).startswith(f"Выдох · {shown}\n" if shown else "Выдох\n")


INVISIBLE = {
    "empty": "",
    "spaces": " \u00a0\u2003 ",
    "zero width": "\u200b\u200d\u2060\ufeff",
    "marks alone": "\u0301\u0308\u20dd",
    "a Hangul filler": "\u3164\uffa0\u115f",
    "an empty Braille cell": "\u2800",
    "control": "\x07\x1b",
    "direction": "\u202e\u2066",
    "variation selectors": "\ufe0f\ufe0e",
}


@ON_SQLITE
@pytest.mark.parametrize("language", ["ru", "en"])
async def test_a_name_that_nobody_can_see_is_none_and_is_asked_for(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    token = await invite(stage, uses=len(INVISIBLE))
    for number, (what, name) in enumerate(INVISIBLE.items()):
        anna = stage.person(1001 + number, name, language=language)
        await anna.starts(token)
        await anna.presses(t("consent.agree"))
        assert await reread(select(User.name).where(User.telegram_id == anna.id)) == [""], what
    await anna.says("/menu")
    assert {"ru": "Имя не указано", "en": "haven't given a name"}[language] in plain(anna.screen)

    await anna.presses(t("home.give_name"))
    for refused in ("\u3164\u3164", "\u2800\u2800", "\u20dd\u0308", "..."):
        await anna.says(refused)
        assert anna.screen == t("profile.no_letters"), repr(refused)
    await anna.says("Анна")
    await anna.says("/menu")
    assert await reread(select(User.name).where(User.telegram_id == anna.id)) == ["Анна"]
    assert "Анна" in anna.screen
    assert t("home.nameless") not in anna.screen
    assert [t("home.give_name")] not in anna.buttons


@ON_SQLITE
async def test_the_menu_of_commands_follows_the_person(stage: Stage) -> None:
    anna = await newcomer(stage)
    assert [command["command"] for command in stage.world.commands_for(anna.id)][:2] == ["menu", "checkin"]
    await anna.says("/menu")
    for label in ("Настройки", "Язык", "English"):
        await anna.presses(label)
    assert stage.world.commands_for(anna.id)[0]["description"] == "Home screen"
    await anna.says("/menu")
    assert anna.screen.startswith("Exhale · Анна")


@ON_SQLITE
async def test_the_expiry_is_the_invites_own(stage: Stage, reread: Reread) -> None:
    await invite(stage, hours=336)
    assert await reread(select(Invite.expires_at)) == [stage.clock() + timedelta(hours=336)]
