"""Invites that HR makes: for a person, for a department, on a poster; the list of those that are open."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from keyboards.lifecycle import InviteButton, Join, NewInvite, Poster
from models import AuditEntry, Conversation, Invite, User
from services.kit.text import NAME_LENGTH
from services.lifecycle import invites
from services.lifecycle.invite_fields import MOST_USES
from services.lifecycle.invites import token_hash
from tests.bot.hr_pages import goes
from tests.bot.presses import presses_twice
from tests.bot.rows import all_rows, documents, tables_with
from tests.bot.story import words
from tests.conftest import Reread
from tests.fakes.stage import Player, Stage
from tests.people import LANGUAGES, department, hr, member
from views.translator import language_name

INVITES = select(Invite).where(Invite.uses_left > 0).order_by(Invite.id)
ACTIONS = select(AuditEntry.action).order_by(AuditEntry.id)
LINK = re.compile(r"https://t\.me/exhale_bot\?start=([\w-]{43})")
NAME = "Анна Петрова"


def tokens(player: Player) -> list[str]:
    """The links of the newest announcement."""
    return LINK.findall(player.messages[-1]["text"])


def shared(account: int, **named: str) -> dict[str, object]:
    """What Telegram sends of an account that was chosen from its list."""
    return {"users_shared": {"request_id": 1, "user_ids": [account], "users": [{"user_id": account, **named}]}}


async def invites_person(stage: Stage, player: Player, name: str = NAME, language: str = "ru") -> None:
    """Everything up to the choice of the department."""
    await goes(stage, player, "invites", language)
    await player.presses(words(stage, language)("invite.for_person"))
    await player.says(name)


async def invites_team(stage: Stage, player: Player, department_name: str, language: str = "ru") -> None:
    """Everything up to the number of uses."""
    await goes(stage, player, "invites", language)
    await player.presses(words(stage, language)("invite.for_team"))
    await player.presses(department_name)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_person_by_name(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    stock = await department(stage, "Склад")
    olga = await hr(stage, language=language)
    await invites_person(stage, olga, "Не та", language)
    await olga.says(f"  {NAME}\u202e ")  # typing again replaces
    heard = len(olga.messages)
    await presses_twice(stage, olga, "Склад")
    assert olga.toast == t("invite.made_already"), "said of the second press"
    (invite,) = await reread(INVITES)
    assert (invite.name, invite.department_id, invite.role, invite.uses_left) == (NAME, stock, "employee", 1)
    assert len(olga.messages) == heard + 1
    assert await reread(select(Conversation)) == []

    announcement = olga.messages[-1]
    assert not announcement.get("has_protected_content")
    assert "reply_markup" not in announcement
    (token, again) = tokens(olga)
    assert token == again
    for locale in LANGUAGES:
        assert (
            words(stage, locale)("hr.announcement", link=f"https://t.me/exhale_bot?start={token}")
            in announcement["text"]
        )
    rows = [row for message in olga.messages for row in message.get("reply_markup", {}).get("inline_keyboard", [])]
    copied = [button["copy_text"]["text"] for row in rows for button in row if "copy_text" in button]
    assert copied == [f"https://t.me/exhale_bot?start={token}"]
    assert tables_with(await all_rows(stage), token) == set(), "only the hash is kept"
    assert await reread(ACTIONS) == ["created_invite"]
    assert await reread(select(AuditEntry.target)) == [f"invite {invite.id}"]

    anna = stage.person(1001, "anya_1990", language=language)
    await anna.starts(token)
    await anna.presses(t("consent.agree"))
    (user,) = await reread(select(User).where(User.telegram_id == 1001))
    assert (user.name, user.department_id) == (NAME, stock)
    assert await reread(select(Invite.name).where(Invite.id == invite.id)) == [None], "the name is the person's now"
    await anna.says("/profile")
    assert t("profile.name_line", name=NAME) in anna.screen
    await anna.says("/delete")
    await anna.says(t("delete.word"))
    assert tables_with(await all_rows(stage), NAME) == set()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_one_account_chosen_in_telegram(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    await department(stage, "Склад")
    olga = await hr(stage, language=language)
    anna, boris = (stage.person(id_, name, language=language) for id_, name in ((1001, "Анна"), (1002, "Борис")))
    await goes(stage, olga, "invites", language)
    await olga.presses(t("invite.for_person"))
    await olga.presses(t("invite.by_account"))
    keyboard = stage.world.chats[olga.id].keyboard
    assert keyboard is not None
    [[button]] = keyboard["keyboard"]
    assert (button["text"], button["request_users"]["max_quantity"]) == (t("invite.account_button"), 1)
    await olga.sends(more=shared(1001, first_name="Анна", last_name="Петрова"))
    assert stage.world.chats[olga.id].keyboard is None
    await olga.presses("Склад")
    [invite] = await reread(INVITES)
    assert (invite.name, invite.telegram_id, invite.uses_left) == (NAME, 1001, 1)
    assert t("invite.bound_line") in str(olga.messages)
    token = tokens(olga)[0]
    await boris.starts(token)
    assert boris.screen == t("join.other_account")
    await boris.presses(
        data=Join(action="agree", version=stage.app.content.consent.version, locale=language, token=token).pack()
    )
    assert await reread(select(User).where(User.telegram_id == 1002)) == []
    await anna.starts(token)
    await anna.presses(t("consent.agree"))
    [user] = await reread(select(User).where(User.telegram_id == 1001))
    assert user.name == NAME
    assert set(await reread(select(Invite.telegram_id))) == {None}, "the number is kept no longer than it is needed"


async def test_an_account_without_a_name_is_named_by_hand(stage: Stage, reread: Reread) -> None:
    await department(stage, "Склад")
    olga = await hr(stage)
    await goes(stage, olga, "invites", "ru")
    await olga.presses("Пригласить человека")
    await olga.presses("Выбрать в Telegram")
    await olga.sends(more=shared(1001, first_name="..."))
    assert "Имени у аккаунта нет" in olga.screen
    await olga.says(NAME)
    await olga.presses("Склад")
    [invite] = await reread(INVITES)
    assert (invite.name, invite.telegram_id) == (NAME, 1001)


async def test_an_account_that_is_shared_unasked_makes_no_invite(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await olga.sends(more=shared(1001, first_name="Анна"))
    anna = await member(stage, 5003, "Анна")
    await anna.sends(more=shared(1001, first_name="Анна"))
    assert await reread(INVITES) == []


async def test_without_a_department_they_choose_it_themselves(stage: Stage) -> None:
    await department(stage, "Склад")
    olga = await hr(stage)
    await invites_person(stage, olga)
    await olga.presses("Выберут при входе")
    anna = stage.person(1001, "Анна")
    await anna.starts(tokens(olga)[0])
    await anna.presses("Согласиться")
    assert ["Склад"] in anna.buttons


async def test_a_name_that_will_not_do_is_asked_again(stage: Stage, reread: Reread) -> None:
    t, olga = words(stage), await hr(stage)
    await invites_person(stage, olga, "12345")
    assert olga.screen == t("profile.no_letters")
    for typed, answer in (
        ("\u200b", t("profile.no_letters")),
        ("я" * (NAME_LENGTH + 1), t("profile.too_long", max=NAME_LENGTH)),
        ("<b>" + "я" * 4000, t("profile.too_long", max=NAME_LENGTH)),
    ):
        await olga.says(typed)
        assert olga.screen == answer, typed
    await olga.sends(sticker=True)
    assert olga.screen == t("error.text_expected")
    await olga.says(NAME)
    await olga.presses("Кадры")
    assert [row.name for row in await reread(INVITES)] == [NAME]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_only_an_administrator_invites_into_hr(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    admin = await hr(stage, 2002, "Борис", language=language, role="admin")
    await invites_person(stage, olga, language=language)
    await olga.presses(data=NewInvite(step="make", kind="hr").pack())
    assert olga.toast == t("error.not_allowed")
    assert await reread(INVITES) == []

    await invites_person(stage, admin, language=language)
    await admin.presses("Кадры")
    await admin.presses(t("people.role_hr"))
    (invite,) = await reread(INVITES)
    assert invite.role == "hr"
    key = invite.token_hash[:8]
    for button in (InviteButton(action="renew", id=invite.id, link=key), InviteButton(action="revoke", id=invite.id)):
        await olga.presses(data=button.pack())
        assert olga.toast == t("error.not_allowed")
    newcomer = stage.person(1001, "Анна", language=language)
    await newcomer.starts(tokens(admin)[0])
    await newcomer.presses(t("consent.agree"))
    assert (await reread(select(User.role).where(User.telegram_id == 1001))) == ["hr"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_department_by_one_link_with_a_poster(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    stock = await department(stage, "Склад")
    olga = await hr(stage, language=language)
    await invites_team(stage, olga, "Склад", language)
    await olga.presses("30")
    await presses_twice(stage, olga, t.n("invite.days", 14))
    assert olga.toast == t("invite.made_already")
    (invite,) = await reread(INVITES)
    assert (invite.name, invite.department_id, invite.uses_left) == (None, stock, 30)
    assert invite.expires_at == stage.clock() + timedelta(days=14)
    for locale in LANGUAGES:
        await olga.presses(t("invite.poster", language=language_name(locale)))
        ((name, content),) = documents(stage, olga, 1)
        assert name == f"exhale-poster-{locale}.pdf"
        assert content.startswith(b"%PDF")
    token = tokens_before(olga)
    assert token_hash(token) == invite.token_hash
    async with stage.database.begin() as session:
        await invites.use(session, token, 1001, stage.clock())
    stage.clock.advance(days=15)
    await olga.presses(data=Poster(locale="ru", token=token).pack())
    assert olga.messages[-1].get("text") == t("join.link_dead") or olga.toast == t("join.link_dead")


def tokens_before(player: Player) -> str:
    """The link of the newest announcement, which files may follow."""
    return next(str(found[0]) for m in reversed(player.messages) if (found := LINK.findall(m.get("text", ""))))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_number_of_uses_is_typed(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await invites_team(stage, olga, "Кадры", language)
    for typed in ("0", "-5", "много", "1.5", "²", str(MOST_USES + 1), "9" * 4000):
        await olga.says(typed)
        assert olga.screen == t("invite.uses_unreadable", max=MOST_USES), typed
    await olga.says("1 250")
    assert t.n("invite.for_so_many", 1250) in olga.screen
    await olga.presses(t.n("invite.days", 7))
    assert [row.uses_left for row in await reread(INVITES)] == [1250]


async def test_figures_that_no_button_has(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await invites_team(stage, olga, "Выберут при входе")
    for chosen in ({"uses": 0, "days": 7}, {"uses": MOST_USES + 1, "days": 7}, {"days": 0}, {"days": 99}):
        await olga.presses(data=NewInvite(step="make", kind="team", **chosen).pack())
        assert olga.toast == words(stage)("error.not_yours"), chosen
        assert await reread(INVITES) == []
    stage.telegram.take_refusals()  # the same screen each time


async def test_the_steps_of_another_choice_make_nothing(stage: Stage, reread: Reread) -> None:
    stock = await department(stage, "Склад")
    olga = await hr(stage)
    await invites_team(stage, olga, "Кадры")
    for button in (
        NewInvite(step="make", kind="person", department=stock),
        NewInvite(step="make", kind="team", department=stock, days=7),
    ):
        await olga.presses(data=button.pack())
        assert olga.toast == words(stage)("invite.made_already")
    await olga.says("/cancel")
    await olga.presses(data=NewInvite(step="make", kind="team", days=7).pack())
    assert await reread(INVITES) == []


@pytest.mark.both_databases
async def test_pressed_five_times_at_once(stage: Stage, reread: Reread) -> None:
    olga = await hr(stage)
    await invites_person(stage, olga)
    for _ in range(5):
        olga.queue_press("Кадры")
    assert not [result for result in await stage.at_once() if isinstance(result, BaseException)]
    assert len(await reread(INVITES)) == 1
    assert await reread(ACTIONS) == ["created_invite"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_new_link_ends_the_one_before(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await invites_person(stage, olga, language=language)
    await olga.presses("Кадры")
    old = tokens(olga)[0]
    stage.clock.advance(days=10)
    await goes(stage, olga, "invites", language)
    await olga.presses(NAME)
    assert old not in olga.screen
    await presses_twice(stage, olga, t("invite.renew"))
    assert olga.toast == t("invite.gone"), "said of the second press"
    new = tokens(olga)[0]
    assert new != old
    (invite,) = await reread(INVITES)
    assert (invite.token_hash, invite.expires_at) == (token_hash(new), stage.clock() + timedelta(days=14))
    anna = stage.person(1001, "Анна", language=language)
    await anna.starts(old)
    assert t("join.link_dead") in anna.screen
    await anna.starts(new)
    assert anna.buttons[0] == [t("consent.agree")]
    assert await reread(ACTIONS) == ["created_invite", "renewed_invite"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_invite_is_taken_back(stage: Stage, reread: Reread, language: str) -> None:
    t = words(stage, language)
    olga = await hr(stage, language=language)
    await invites_person(stage, olga, language=language)
    await olga.presses("Кадры")
    token = tokens(olga)[0]
    (invite,) = await reread(INVITES)
    await goes(stage, olga, "invites", language)
    await olga.presses(NAME)
    await presses_twice(stage, olga, t("invite.revoke"))
    assert olga.toast == t("invite.revoked")
    assert t("invite.none") in olga.screen
    assert tables_with(await all_rows(stage), NAME) == set()
    for action in ("card", "renew"):
        await olga.presses(data=InviteButton(action=action, id=invite.id, link=invite.token_hash[:8]).pack())
        assert olga.toast == t("invite.gone")
    anna = stage.person(1001, "Анна", language=language)
    await anna.starts(token)
    assert t("join.link_dead") in anna.screen
    assert await reread(ACTIONS) == ["created_invite", "revoked_invite"]


async def test_the_list_shows_what_is_open_and_is_paged(stage: Stage) -> None:
    olga = await hr(stage)
    now = stage.clock()
    async with stage.database.begin() as session:
        relinked = await session.scalar(select(User.id)) or 0
        common: dict[str, Any] = {"role": "employee", "department_id": None, "now": now}
        for number in range(10, 21):
            await invites.create(session, uses=1, lifetime=timedelta(days=9), name=f"Имя {number}", **common)
        await invites.create(session, uses=5, lifetime=timedelta(days=9), **common)
        await invites.create(session, uses=1, lifetime=timedelta(days=1), name="Скоро", **common)
        await invites.create_relink(session, relinked, "employee", relinked, timedelta(days=9), now)
    stage.clock.advance(days=2)
    await goes(stage, olga, "invites")
    assert ["Любой отдел · ещё 5 · 13\u00a0мар."] in olga.buttons
    first = [line[0] for line in olga.buttons if "13\u00a0мар." in line[0]]
    await olga.presses("›")
    found = first + [line[0] for line in olga.buttons if "13\u00a0мар." in line[0]]
    assert len(found) == 12
    assert "Скоро" not in str(found)


async def test_a_link_that_ends_in_another_year_says_so(stage: Stage) -> None:
    olga = await hr(stage)
    async with stage.database.begin() as session:
        common: dict[str, Any] = {"uses": 5, "role": "employee", "department_id": None, "now": stage.clock()}
        await invites.create(session, lifetime=timedelta(days=365), **common)
    await goes(stage, olga, "invites")
    assert ["Любой отд… · ещё 5 · 4\u00a0мар.\u00a02027"] in olga.buttons
