"""`python -m tests.e2e.contact_sheet FOLDER`: a picture of every screen, one sheet for each language, to be read.

Three people of the playground go through the dialogs of `dialogs` and press every kind of button that comes into sight:
an employee, a manager, an administrator. Whatever the bot shows on the way is put on one page as wide as a few phones,
with the page's own code and style.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from playground.remote.client import ControlClient, RemotePerson, rows_of, text_of, until
from playground.remote.processes import ROOT, Process
from tests.e2e import dialogs
from tests.e2e.browser import Browser, Page, find_chromium
from tests.e2e.dialogs import Dialog, Presses, Says, Step, Uploads

EMPLOYEE, MANAGER, ADMINISTRATOR = 1003, 1006, 1007
LANGUAGES = ("ru", "en")
COMMANDS = {
    EMPLOYEE: (
        "/menu",
        "/checkin",
        "/pulse",
        "/recommendations",
        "/settings",
        "/profile",
        "/privacy",
        "/help",
        "/pause",
    ),
    MANAGER: ("/team", "/menu"),
    ADMINISTRATOR: ("/hr", "/audit"),
}
DIALOGS: dict[int, tuple[Dialog, ...]] = {
    EMPLOYEE: (),
    MANAGER: (dialogs.AGREEMENT,),
    ADMINISTRATOR: (
        dialogs.SUGGESTED,
        dialogs.PROMISE,
        dialogs.INVITE,
        dialogs.ROSTER,
        dialogs.PEOPLE,
        dialogs.DAYS_OFF,
    ),
}
APART = ("x1:", "v1:locale:", "y1:withdrawn", "j1:")  # the other language, and what closes everything else
MONDAYS_AT_MOST = 5  # a period has four
PRESSES = 250  # of one person
PAUSE_SECONDS = 0.25  # five presses a second are the most that one person is allowed; an edit may follow its answer
WIDTH, CARD = 2840, 390  # a phone is 390 pixels wide
HIGHEST = 16_000  # pixels of one picture

LAID_OUT = """(async (messages, width, card) => {
    const { renderMessage } = await import("/messages.js");
    const nothing = { onPress() {}, onCommand() {}, onLink() {}, onPhoto() {} };
    const sheet = document.createElement("main");
    sheet.style.cssText = `columns: ${card}px; column-gap: 12px; width: ${width}px; padding: 12px; background: #dfeae5`;
    for (const message of messages) {
        const node = renderMessage(message, nothing);
        node.style.cssText = "break-inside: avoid; width: 100%; max-width: 100%; margin: 0 0 16px";
        sheet.append(node);
    }
    document.body.replaceChildren(sheet);
    document.body.style.cssText = "display: block; height: auto; overflow: visible";
    document.documentElement.style.height = "auto";
    await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
    return Math.ceil(sheet.getBoundingClientRect().height);
})"""


class Walk:
    """One person's way through every kind of button, and what was shown on it."""

    def __init__(self, control: ControlClient, person: int) -> None:
        self._person = RemotePerson(control, person)
        self._todo: deque[tuple[int, str]] = deque()
        self._kinds: set[str] = set()
        self._known: dict[int, str] = {}
        self.shown: dict[str, dict[str, Any]] = {}

    async def speak(self, language: str) -> None:
        """Have everything said in a language from here on."""
        await self._say("/settings")
        newest = (await self._person.messages())[0]
        await self._press(newest["message_id"], f"v1:locale:{language}")
        self._known = {message["message_id"]: text_of(message) for message in await self._person.messages()}
        self.shown.clear()

    async def run(self, ways: tuple[Dialog, ...], commands: tuple[str, ...]) -> list[dict[str, Any]]:
        """Go each way, give each command, press what came of it, and return the screens, each of them once."""
        for step in chain(*ways):
            await self._take(step)
        for command in commands:
            await self._say(command)
            for _ in range(PRESSES):
                if not self._todo:
                    break
                await self._press(*self._todo.popleft())
        return list(self.shown.values())

    async def _take(self, step: Step) -> None:
        match step:
            case Says(text):
                await self._say(text)
            case Presses(start):
                await self._press(*await self._offered(start))
            case Uploads(name, content):
                before = len(await self._person.messages())
                file = {"name": name, "base64": base64.b64encode(content.encode()).decode()}
                await self._person.sends(document=file)
                await self._person.answered_beyond(before)
                await self._look()

    async def _offered(self, start: str) -> tuple[int, str]:
        """The message and the data of the newest button whose data begins so."""
        for message in await self._person.messages():
            for button in (button for row in rows_of(message) for button in row):
                if button.get("callback_data", "").startswith(start):
                    return message["message_id"], button["callback_data"]
        raise AssertionError(f"{self._person.id} was never offered {start}")

    async def _say(self, text: str) -> None:
        before = len(await self._person.messages())
        await self._person.says(text)
        await self._person.answered_beyond(before)
        await self._look()

    async def _press(self, message_id: int, data: str) -> None:
        before = len(await self._person.toasts())
        await self._person.control.post("press", person=self._person.id, message_id=message_id, data=data)

        async def answered() -> bool:
            return len(await self._person.toasts()) > before

        await until(answered, lambda: f"{data} was never answered")
        await asyncio.sleep(PAUSE_SECONDS)
        await self._look()

    async def _look(self) -> None:
        for message in (await self._person.messages())[:4]:
            if self._known.get(message["message_id"]) == text_of(message):
                continue
            labels = [button["text"] for row in rows_of(message) for button in row]
            words = re.sub(r"\d+", "#", text_of(message)) or str(message["message_id"])
            self.shown.setdefault(f"{words}\n{labels}", message)
            for button in (button for row in rows_of(message) for button in row):
                data = button.get("callback_data", "")
                kind = re.sub(r"\d+", "#", data)
                if data and kind not in self._kinds and not data.startswith(APART):
                    self._kinds.add(kind)
                    self._todo.append((message["message_id"], data))


async def sheets(folder: Path) -> list[Path]:
    """Write `screens-<language>.webp`, and more of them where one is too high; return them all."""
    program = find_chromium()
    assert program is not None, "no Chromium is installed (on Debian: apt install chromium)"
    made: list[Path] = []
    with tempfile.TemporaryDirectory(prefix="exhale-screens-") as work:
        bot = Process(str(ROOT / "bot.py"), folder=Path(work), env={"PLAYGROUND_PORT": "0"}, name="bot")
        await bot.start()
        await bot.says("ready")
        control = ControlClient((await bot.says("http://")).rpartition(" ")[2])
        browser = Browser(program, Path(work) / "browser")
        try:
            await _ordinary_monday(control)
            for language in LANGUAGES:
                screens = await _walked(control, language)
                async with browser.window(WIDTH, 1000) as page:
                    await page.open(control.url)
                    await page.becomes("document.readyState", "complete")
                    await page.value(f"localStorage.setItem('playground-language', '{language}')")
                    await page.open(control.url)
                    await page.becomes("document.documentElement?.lang", language)
                    made += await _photographed(page, screens, language, folder)
        finally:
            browser.close()
            await control.close()
            await bot.close()
    return made


async def _ordinary_monday(control: ControlClient) -> None:
    """Let Mondays come until one suggests a single step; that after a period suggests several behind a button."""
    boss = RemotePerson(control, ADMINISTRATOR)
    for _ in range(MONDAYS_AT_MOST):
        await control.post("run", control="summary", person=boss.id)
        if any(button.get("callback_data", "").startswith("m8:promise") for button in _buttons(await boss.messages())):
            return
    raise AssertionError("no Monday suggested a single step")


def _buttons(messages: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (button for message in messages for row in rows_of(message) for button in row)


async def _walked(control: ControlClient, language: str) -> list[dict[str, Any]]:
    screens: list[dict[str, Any]] = []
    for person, commands in COMMANDS.items():
        walk = Walk(control, person)
        await walk.speak(language)
        screens += await walk.run(DIALOGS[person], commands)
    return screens


async def _photographed(page: Page, screens: list[dict[str, Any]], language: str, folder: Path) -> list[Path]:
    await page.send("Emulation.setDeviceMetricsOverride", width=WIDTH, height=1000, deviceScaleFactor=1, mobile=False)
    height = await page.value(f"{LAID_OUT}({json.dumps(screens)}, {WIDTH}, {CARD})")
    made = []
    for number, top in enumerate(range(0, height, HIGHEST), start=1):
        clip = {"x": 0, "y": top, "width": WIDTH, "height": min(HIGHEST, height - top), "scale": 1}
        shot = await page.send(
            "Page.captureScreenshot", format="webp", quality=80, captureBeyondViewport=True, clip=clip
        )
        path = folder / f"screens-{language}{'' if number == 1 else f'-{number}'}.webp"
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))
        made.append(path)
    return made


if __name__ == "__main__":
    album = Path(sys.argv[1])
    album.mkdir(parents=True, exist_ok=True)
    sys.stdout.writelines(f"{file}\n" for file in asyncio.run(sheets(album)))
