"""The page of `python bot.py` without a token, driven by clicking in a headless Chromium.

`SCREENSHOTS=docs/screenshots` makes the run save what it sees on the way.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from playground.processes import Process
from tests.e2e.browser import Page, find_chromium, open_browser
from tests.e2e.story import SEED, TOTAL, opening, plain, words
from views.translator import Translator

chromium = find_chromium()
pytestmark = pytest.mark.skipif(chromium is None, reason="no Chromium is installed (on Debian: apt install chromium)")

SIZES = {"phone": (360, 640), "laptop": (1280, 800)}
PICTURES = {"phone": {"consent", "question", "result", "step", "reminder"}, "laptop": {"result", "drawer"}}
STRIP = {"ru": "Люди и компания выдуманы", "en": "The people and the company are invented"}
NEWEST = ".message.in:last-child"
REMINDERS_AT_MOST = 12  # other messages may be due before the invitation


@dataclass(frozen=True)
class Visit:
    """One person of the playground on a screen of one size."""

    page: Page
    t: Translator
    album: Path | None
    size: str

    @property
    def language(self) -> str:
        """Of the person, and of the page."""
        return self.t.locale

    async def reads(self, key: str, **values: object) -> None:
        """Wait until the newest message says a text of the catalogs."""
        await self.page.sees(opening(self.t(key, **values)), ".message.in .text")

    async def presses(self, key: str, **values: object) -> None:
        """Click the newest button of the bot with a text of the catalogs."""
        await self.page.clicks(".key", opening(self.t(key, **values)).strip())

    async def photographs(self, name: str, top: str | None = None) -> None:
        """Keep this moment, when the run was asked for pictures; `top` brings the message with these words up."""
        if self.album is None or name not in PICTURES[self.size]:
            return
        await self.page.becomes("document.getElementById('toast').hidden", True)
        if top is not None:
            await self.page.scrolls_to(".message.in", top)
        await self.page.photograph(self.album / f"{name}-{self.language}-{self.size}.webp")


@pytest.fixture
async def page(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Page]:
    """An empty window of the size under test."""
    assert chromium is not None
    async with open_browser(chromium, tmp_path / "profile", *SIZES[request.param]) as opened:
        yield opened


@pytest.fixture
async def url(make_bot: Callable[..., Process]) -> str:
    """The address that the bot prints."""
    bot = make_bot(PLAYGROUND_PORT="0")
    await bot.start()
    await bot.says("ready")
    return (await bot.says("http://")).rpartition(" ")[2]


@pytest.mark.parametrize("page", SIZES, indirect=True)
@pytest.mark.parametrize(("person", "language"), [("Анна", "ru"), ("Emma", "en")], ids=["ru", "en"])
async def test_the_whole_path_by_clicking(
    request: pytest.FixtureRequest, page: Page, url: str, person: str, language: str
) -> None:
    visit = Visit(page, words(language), _album(), request.node.callspec.params["page"])
    await page.live_in("Europe/Moscow")
    await page.open(url)
    await _speak(page, language)
    await _become(page, person)

    await _join(visit)
    await _answer_for_me(visit)
    await _try_a_step(visit)
    await _wait_for_the_invitation(visit)
    await _look_into_the_drawer(visit)
    assert page.complaints == []


async def _speak(page: Page, language: str) -> None:
    """Switch the language of the page and back, and leave it in the one that is wanted."""
    await page.sees(STRIP["en"], ".strip")
    await page.clicks("#lang")
    await page.sees(STRIP["ru"], ".strip")
    if language == "en":
        await page.clicks("#lang")
        await page.sees(STRIP["en"], ".strip")


async def _become(page: Page, person: str) -> None:
    if await page.value("getComputedStyle(document.getElementById('people-toggle')).display") != "none":
        await page.clicks("#people-toggle")
    await page.clicks(".person", person)
    await page.sees(person, "#head-status")


async def _join(visit: Visit) -> None:
    await visit.reads("consent.title")
    await visit.photographs("consent", opening(visit.t("consent.title")))
    await visit.presses("consent.agree")
    await visit.reads("join.choose_department")
    await visit.page.clicks(f"{NEWEST} .keys-row:first-child .key")
    await _asked(visit, 1)


async def _answer_for_me(visit: Visit) -> None:
    """Two answers by hand, one taken back, then the page presses the rest; the settings card comes last."""
    await visit.page.clicks(f"{NEWEST} .keys-row:nth-child(5) .key")
    await _asked(visit, 2)
    await visit.presses("button.back")
    await _asked(visit, 1)
    await visit.page.sees("●", f"{NEWEST} .keys-row:nth-child(5) .key")
    await visit.page.clicks('[data-testid="answer-for-me"]')
    await _asked(visit, 7)
    await visit.photographs("question")
    await visit.page.sees(opening(visit.t("level.high", score=SEED[-1])))
    text = await visit.page.text()
    for scale in SEED[:-1]:
        assert f" {scale} " in text
    await visit.page.sees(plain(visit.t("button.fine")), f"{NEWEST} .keys")
    await visit.photographs("result", opening(visit.t("result.thanks")))
    await visit.presses("button.fine")


async def _asked(visit: Visit, number: int) -> None:
    await visit.page.sees(plain(visit.t("checkin.progress", number=number, total=TOTAL)) + "  ")


async def _try_a_step(visit: Visit) -> None:
    await visit.presses("button.what_may_help", n="")
    await visit.page.sees(opening(visit.t("recommendations.intro")))
    await visit.page.clicks(".keys-row:first-child .key", " · ")
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
    assert await visit.page.text("#calls .refused") == ""
    await visit.page.clicks("#drawer-close")
    assert await visit.page.text("#refusals") == "0"


def _album() -> Path | None:
    """Where pictures are wanted, if they are."""
    folder = os.environ.get("SCREENSHOTS")
    if folder is None:
        return None
    album = Path(folder)
    album.mkdir(parents=True, exist_ok=True)
    return album
