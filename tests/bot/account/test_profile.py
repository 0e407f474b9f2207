"""The profile, driven from the outside and read back from the database."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models import Conversation, Recommendation, User
from services.company import departments
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import member

NBSP = "\u00a0"
ANNA, BORIS = 1001, 1002


async def row(reread: Reread, person: int = ANNA) -> User:
    (user,) = await reread(select(User).where(User.telegram_id == person))
    assert isinstance(user, User)
    return user


async def types(player: Player, button: str, text: str) -> None:
    await player.says("/profile")
    await player.presses(button)
    await player.says(text)


def picture() -> bytes:
    """A PNG of one pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\xff\xff")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


async def test_the_screen_says_everything(stage: Stage) -> None:
    anna = await member(stage, ANNA, "Анна", ago=timedelta(0))
    stage.clock.advance(days=12)
    await anna.says("/profile")
    assert anna.screen.splitlines() == [
        "Профиль",
        "",
        "Имя в списке HR: Анна",
        "Отдел: Склад",
        "Должность: пока нет",
        "Почта: пока нет",
        "Фото из Telegram: нет",
        "",
        f"Начало: 4{NBSP}марта{NBSP}2026",
        f"С «Выдохом» 12{NBSP}дней",
        "Шагов сделано: 0",
        "",
        "HR видит имя и отдел. Должность и фото HR не видит, "
        "а почту увидит только тот, кого вы попросите на неё написать.",
    ]
    await anna.presses("Настройки")
    await anna.presses("Профиль")
    assert anna.screen.startswith("Профиль")


async def test_the_screen_in_english_without_a_department(stage: Stage) -> None:
    anna = await member(stage, ANNA, "Anna", language="en", department=None, ago=timedelta(0))
    stage.clock.advance(days=1)
    await anna.says("/profile")
    assert anna.screen.splitlines()[2:11] == [
        "Name on HR's list: Anna",
        "Department: not given",
        "Position: not given",
        "Email: not given",
        "Photo from Telegram: no",
        "",
        f"Joined: 4{NBSP}March{NBSP}2026",
        "With Exhale for 1 day",
        "Steps done: 0",
    ]


async def test_the_department_is_named_in_the_language(stage: Stage) -> None:
    async with stage.database.begin() as session:
        await departments.find_or_create(session, "Склад", stage.clock(), name_en="Warehouse")
    anna = await member(stage, ANNA, "Anna", language="en")
    await anna.says("/profile")
    assert "Department: Warehouse" in anna.screen


async def test_completed_steps_are_counted(stage: Stage) -> None:
    anna = await member(stage, ANNA, "Анна")
    while any("Каждый день" in text for line in anna.buttons for text in line):
        await anna.presses("Каждый день")
    boris = await member(stage, BORIS, "Борис")
    async with stage.database.begin() as session:
        ids = list(await session.scalars(select(Recommendation.id).order_by(Recommendation.id).limit(2)))
        done = update(Recommendation).where(Recommendation.id.in_(ids)).values(completed=True, state="done")
        await session.execute(done)
    await anna.says("/profile")
    assert "Шагов сделано: 2" in anna.screen
    await boris.says("/profile")
    assert "Шагов сделано: 0" in boris.screen


# --- name -------------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
async def test_names_of_every_kind(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    names = {
        "Я": "Я",
        "а" * 200: "а" * 200,
        "<b>Анна</b> & {name}": "<b>Анна</b> & {name}",
        "  Анна\nПетрова ": "Анна Петрова",
        "\u202eאנה": "אנה",
        "Анна 🌿": "Анна 🌿",
    }
    await anna.says("/profile")
    for typed, kept in names.items():
        await anna.presses("Имя")
        await anna.says(typed)
        assert (await row(reread)).name == kept
        assert f"Имя в списке HR: {kept}\n" in anna.screen
        assert "Сохранено." in anna.screen
    assert not await reread(select(Conversation))


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_names_that_are_kindly_refused(stage: Stage, reread: Reread, language: str) -> None:
    no_letters, too_long = {
        "ru": ("Нужна хотя бы одна буква", f"Длинновато: не больше 200{NBSP}знаков"),
        "en": ("It needs at least one letter", "That's a little long: 200 characters at most"),
    }[language]
    anna = await member(stage, ANNA, "Anna", language=language)
    await types(anna, "Имя" if language == "ru" else "Name", "🌿🌿")
    assert anna.screen.startswith(no_letters)
    for typed in ("123", "\u200b\u202e", "…"):
        await anna.says(typed)
        assert anna.screen.startswith(no_letters)
    await anna.says("а" * 201)
    assert anna.screen.startswith(too_long)
    await anna.sends(voice=True)
    assert (await row(reread)).name == "Anna"
    await anna.says("Анюта")
    assert (await row(reread)).name == "Анюта"


# --- position ---------------------------------------------------------------------------------------------------------


async def test_a_position_is_set_and_removed(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/profile")
    await anna.presses("Должность")
    assert "HR её не видит" in anna.screen
    await anna.says("Кладовщик <3")
    assert "Должность: Кладовщик <3" in anna.screen
    assert (await row(reread)).position == "Кладовщик <3"
    await anna.presses("Должность")
    await anna.presses("Убрать")
    assert anna.toast == "Сохранено."
    assert "Должность: пока нет" in anna.screen
    assert (await row(reread)).position is None
    assert not await reread(select(Conversation))


async def test_back_ends_the_typing(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/profile")
    await anna.presses("Имя")
    assert not any("Убрать" in text for line in anna.buttons for text in line), "a name cannot be removed"
    await anna.presses("← Назад")
    assert anna.screen.startswith("Профиль")
    await anna.says("Пётр")
    assert (await row(reread)).name == "Анна"


# --- e-mail -----------------------------------------------------------------------------------------------------------


async def test_an_email_is_set_and_removed(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    await types(anna, "Почта", " Anna.Petrova+work@Example.COM ")
    assert "Почта: anna.petrova+work@example.com" in anna.screen
    assert (await row(reread)).email == "anna.petrova+work@example.com"
    await types(anna, "Почта", "anna.petrova+work@example.com")
    assert "Сохранено." in anna.screen, "the same again is fine"
    await anna.presses("Почта")
    await anna.presses("Убрать")
    assert (await row(reread)).email is None


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_what_is_no_email(stage: Stage, reread: Reread, language: str) -> None:
    anna = await member(stage, ANNA, "Anna", language=language)
    await types(anna, "Почта" if language == "ru" else "Email", "anna")
    refusal = "Это не похоже на адрес почты" if language == "ru" else "That doesn't look like an email address"
    for typed in (
        "anna",
        "anna@",
        "@example.com",
        "anna@example",
        "a b@example.com",
        "anna@@example.com",
        "a@b..c",
        "😀",
    ):
        await anna.says(typed)
        assert anna.screen.startswith(refusal), typed
    await anna.says("a" * 250 + "@example.com")
    assert ("254" in anna.screen) and (await row(reread)).email is None


async def test_an_email_belongs_to_one_person(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    boris = await member(stage, BORIS, "Борис")
    await types(anna, "Почта", "anna@example.com")
    await types(boris, "Почта", "Anna@Example.com")
    assert boris.screen.startswith("Этот адрес уже указан у другого человека")
    assert (await row(reread, BORIS)).email is None
    await boris.says("boris@example.com")
    assert (await row(reread, BORIS)).email == "boris@example.com"


# --- department and picture -------------------------------------------------------------------------------------------


async def test_the_department_is_asked_of_hr(stage: Stage) -> None:
    anna = await member(stage, ANNA, "Анна")
    await anna.says("/profile")
    await anna.presses("Отдел")
    assert "Попросить можно здесь: HR вашей компании." in anna.screen
    await anna.presses("← Назад")
    assert anna.screen.startswith("Профиль")


async def test_the_picture_of_telegram(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна", avatar=picture())
    await anna.says("/profile")
    assert "Фото из Telegram: есть" in anna.screen
    kept = (await row(reread)).avatar
    assert kept is not None
    stage.telegram.refuse("getUserProfilePhotos", 500, "Internal Server Error")
    await anna.says("/profile")
    assert "Фото из Telegram: есть" in anna.screen, "what is known stays while Telegram is unreachable"
    stage.world.people[ANNA] = replace(stage.world.people[ANNA], avatar=None)
    await anna.says("/profile")
    assert "Фото из Telegram: нет" in anna.screen
    assert (await row(reread)).avatar is None


async def test_two_people_never_see_each_other(stage: Stage, reread: Reread) -> None:
    anna = await member(stage, ANNA, "Анна")
    boris = await member(stage, BORIS, "Борис")
    await types(anna, "Должность", "Кладовщик")
    await anna.says("/profile")
    await anna.presses("Должность")
    drop = next(
        button["callback_data"]
        for line in anna.message["reply_markup"]["inline_keyboard"]
        for button in line
        if button["text"] == "Убрать"
    )
    await boris.says("/profile")
    await boris.presses(data=drop)
    stage.telegram.take_refusals()  # nothing of his changed, so the screen is «not modified»
    assert (await row(reread)).position == "Кладовщик"
    await boris.says("/profile")
    assert "Кладовщик" not in boris.screen
