"""A visit to the page of `python bot.py` without a token: one person of the playground, seen through a browser.

`SCREENSHOTS=docs/screenshots` makes the tests save what they see on the way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.browser import Page
from tests.e2e.story import opening, words
from views.translator import Translator

SIZES = {"phone": (390, 844), "laptop": (1280, 800)}
STRIP = {"ru": "Люди выдуманы", "en": "Invented people"}
NEWEST = ".message.in:last-child"
NEWEST_ANSWER = (
    "([...document.querySelectorAll('#calls .call')].find((call) => call.querySelector('.call-method').textContent"
    " === 'answerCallbackQuery')?.textContent ?? '')"
)


@dataclass(frozen=True)
class Visit:
    """One person of the playground on a screen of one size. `pictures` names the moments to be kept."""

    page: Page
    t: Translator
    size: str
    pictures: Collection[str]

    @property
    def language(self) -> str:
        """Of the person, and of the page."""
        return self.t.locale

    async def reads(self, key: str, **values: object) -> None:
        """Wait until the newest message says a text of the catalogs."""
        await self.page.sees(opening(self.t(key, **values)), ".message.in .text")

    async def presses(self, key: str, **values: object) -> None:
        """Click the newest button of the bot with a text of the catalogs, and wait for the answer."""
        await self.taps(opening(self.t(key, **values)).strip())

    async def taps(self, label: str) -> None:
        """Click the newest button with this label, and wait until the press has its answer.

        The screen changes before that, and an answer that comes after the clock was moved on by days is refused.
        """
        before = await self.page.value(NEWEST_ANSWER)
        await self.page.clicks(".key", label)
        await self.page.becomes(f"{NEWEST_ANSWER} === {json.dumps(before)}", False)

    async def says(self, text: str) -> None:
        """Type a message, send it, and see it in the chat: what stands above it is not the answer."""
        own = "document.querySelectorAll('.message.out').length"
        before = int(await self.page.value(own))
        await self.page.types("#input", text)
        await self.page.clicks("#send")
        await self.page.becomes(own, before + 1)

    async def photographs(self, name: str, top: str | None = None) -> None:
        """Keep this moment, when the run was asked for pictures; `top` brings the message with these words up."""
        album = _album()
        if album is None or name not in self.pictures:
            return
        await self.page.becomes("document.getElementById('toast').hidden", True)
        if top is not None:
            await self.page.scrolls_to(".message.in", top)
        await self.page.photograph(album / f"{name}-{self.language}-{self.size}.webp")


async def _speak(page: Page, language: str) -> None:
    """Switch the language of the page and back, and leave it in the one that is wanted."""
    await page.sees(STRIP["en"], ".strip")
    await page.clicks("#lang")
    await page.sees(STRIP["ru"], ".strip")
    if language == "en":
        await page.clicks("#lang")
        await page.sees(STRIP["en"], ".strip")


async def become(page: Page, person: str) -> None:
    """Open the chat of a person."""
    if await page.value("getComputedStyle(document.getElementById('people-toggle')).display") != "none":
        await page.clicks("#people-toggle")
    await page.clicks(".person", person)
    await page.sees(person, "#head-status")


async def begin(page: Page, url: str, person: str, language: str, size: str, pictures: Collection[str]) -> Visit:
    """Open the page in a language and in the chat of a person."""
    visit = await arrive(page, url, language, size, pictures)
    await become(page, person)
    return visit


async def arrive(page: Page, url: str, language: str, size: str, pictures: Collection[str]) -> Visit:
    """Open the page in a language, in the chat that it opens."""
    await page.live_in("Europe/Moscow")
    await page.open(url)
    await _speak(page, language)
    return Visit(page, words(language), size, pictures)


def _album() -> Path | None:
    """Where pictures are wanted, if they are."""
    folder = os.environ.get("SCREENSHOTS")
    if folder is None:
        return None
    album = Path(folder)
    album.mkdir(parents=True, exist_ok=True)
    return album
