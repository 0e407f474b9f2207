"""The page of `python bot.py` without a token, driven by clicking in a headless Chromium.

`SCREENSHOTS=docs/screenshots` makes the run save what it sees on the way.
"""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import ClientSession

from playground.remote.processes import PlaygroundServer
from tests.e2e.accessibility import barriers
from tests.e2e.browser import Page
from tests.e2e.conftest import needs_chromium
from tests.e2e.story import SEED, TOTAL, opening, plain
from tests.e2e.visit import NEWEST, Visit, arrive, begin

pytestmark = needs_chromium
PICTURES = {"phone": {"consent", "question", "result", "step", "reminder"}, "laptop": {"drawer"}}
COMMANDS = [{"command": "menu", "description": "Меню"}]
REMINDERS_AT_MOST = 12  # other messages may be due before the invitation


@pytest.mark.parametrize(
    ("person", "language", "page", "is_whole"),
    [
        pytest.param("Анна", "ru", "phone", True, id="ru-phone"),
        pytest.param("Emma", "en", "laptop", False, id="en-laptop"),
        pytest.param("Анна", "ru", "laptop", True, id="ru-laptop", marks=pytest.mark.soak),
        pytest.param("Emma", "en", "phone", True, id="en-phone", marks=pytest.mark.soak),
    ],
    indirect=["page"],
)
async def test_the_whole_path_by_clicking(
    request: pytest.FixtureRequest, page: Page, url: str, person: str, language: str, is_whole: bool
) -> None:
    """The weeks after the result, which are the same on every screen, are left out where the path is not whole."""
    size = request.node.callspec.params["page"]
    visit = await arrive(page, url, language, size, PICTURES[size])
    await page.sees(person, "#head-status")
    await visit.reads("consent.title")
    if size == "phone":
        await _join(visit)
        await _answer_by_hand(visit)
    await _answer_for_me(visit)
    if is_whole:
        await _try_a_step(visit)
        await _wait_for_the_invitation(visit)
    await _look_into_the_drawer(visit)
    assert page.complaints == []


async def _join(visit: Visit) -> None:
    await visit.photographs("consent", opening(visit.t("consent.title")))
    await visit.presses("consent.agree")
    await visit.reads("join.choose_department")
    await visit.page.clicks(f"{NEWEST} .keys-row:first-child .key")
    await _asked(visit, 1)


async def _answer_by_hand(visit: Visit) -> None:
    """Two answers, and one taken back."""
    await visit.page.clicks(f"{NEWEST} .keys-row:nth-child(5) .key")
    await _asked(visit, 2)
    await visit.presses("button.back")
    await _asked(visit, 1)
    await visit.page.sees("●", f"{NEWEST} .keys-row:nth-child(5) .key")


async def _answer_for_me(visit: Visit) -> None:
    """The page presses the rest, from the consent on if nothing is answered yet, and then has nothing to press."""
    await visit.page.clicks('[data-testid="answer-for-me"]')
    await _asked(visit, 7)
    await visit.photographs("question")
    await visit.page.sees(opening(visit.t("level.high", score=SEED[-1], word=visit.t("frequency.half"))))
    text = await visit.page.text()
    for scale in SEED[:-1]:
        assert f"({scale} " in text
    await visit.page.sees(plain(visit.t("button.menu")), f"{NEWEST} .keys")
    await visit.page.becomes("document.getElementById('answer').disabled", True)
    await visit.photographs("result", opening(visit.t("result.echo", list="")).rstrip(" ."))


async def _asked(visit: Visit, number: int) -> None:
    await visit.page.sees(plain(visit.t("checkin.progress", number=number, total=TOTAL)) + "\n")


async def _try_a_step(visit: Visit) -> None:
    await visit.presses("button.what_may_help", n="")
    await visit.page.sees(opening(visit.t("recommendations.intro")))
    await visit.page.clicks(f"{NEWEST} .keys-row:first-child .key")
    await visit.page.sees(plain(visit.t("recommendations.where_from")))
    await visit.photographs("step", plain(visit.t("recommendations.where_from")))
    for key in ("start", "plan_fine", "done"):
        await visit.presses(f"recommendations.{key}")
    await visit.page.sees(plain(visit.t("recommendations.undo")))


async def _wait_for_the_invitation(visit: Visit) -> None:
    """Move the clock from one message to the next until the bot invites, and follow it to the first question."""
    invites = plain(visit.t("reminder.check_0", date="|")).partition("|")[0]
    clock = "document.getElementById('clock').textContent"
    before = await visit.page.value(clock)
    for _ in range(REMINDERS_AT_MOST):
        shown = await _count_messages(visit.page)
        await visit.page.clicks('[data-testid="control-reminder"]')
        await visit.page.becomes("document.querySelectorAll('.message.in').length", shown + 1)
        if invites in await visit.page.text(NEWEST):
            break
    await visit.page.becomes(f"{clock} === {json.dumps(before)}", False)
    await visit.photographs("reminder")
    await visit.page.clicks(f"{NEWEST} .keys-row:first-child .key")
    await _asked(visit, 1)


async def _count_messages(page: Page) -> int:
    return int(await page.value("document.querySelectorAll('.message.in').length"))


async def _look_into_the_drawer(visit: Visit) -> None:
    await visit.page.clicks("#drawer-toggle")
    await visit.page.sees("editMessageText", "#calls")
    await visit.photographs("drawer")
    assert await barriers(visit.page) == []
    assert await visit.page.text("#calls .refused") == ""
    await visit.page.clicks("#drawer-close")
    counted = "document.querySelectorAll('#calls li:not(.poll)').length"
    assert await visit.page.text("#call-count") == str(await visit.page.value(counted))


SLOW_CHAT = """const before = window.fetch; window.fetch = async (address, ...more) => {
    if (String(address).includes("/control/chat")) await new Promise((next) => setTimeout(next, 1000));
    return before(address, ...more);
}"""


@pytest.mark.parametrize("page", ["laptop"], indirect=True)
async def test_what_is_said_while_the_menu_comes_is_seen(page: Page, server: PlaygroundServer) -> None:
    """The bot sets the commands of a chat; until the page has read them, something else happens there."""
    visit = await begin(page, server.control.url, "Анна", "ru", "laptop", ())
    await page.clicks("#start")
    await page.sees("/start", ".message.out")
    await page.value(SLOW_CHAT)
    address = f"{server.bot_env['BOT_API_URL']}/bot{server.bot_env['BOT_TOKEN']}/setMyCommands"
    async with ClientSession() as http, http.post(address, json={"commands": COMMANDS}) as answer:
        assert answer.ok
    await asyncio.sleep(0.3)
    await visit.says("раз")
    await visit.says("два")
    await page.sees("два", ".message.out")
    assert page.complaints == []
