"""A headless Chromium, driven through its own DevTools protocol: open a page, look, click, photograph.

A click is a real one: it goes to the place on the screen where the element is, and fails when something covers it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from playground.remote.client import until

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-prefers-reduced-motion",
    "--hide-scrollbars",
    "--accept-lang=en-US",
    "about:blank",
)
SHARPNESS = 2 if "SCREENSHOTS" in os.environ else 1  # pixels of a photograph per pixel of the page; each one costs

# The newest element that matches and shows the words (no-break spaces count as spaces).
FIND = """((selector, words) => [...document.querySelectorAll(selector)].findLast(
    (node) => node.checkVisibility() && node.textContent.replaceAll("\\u00a0", " ").includes(words)))"""
# Its middle, once it is scrolled into view, stands still and nothing covers it. The page notes whether the click that
# follows hits such an element, for the layout may move in the very moment between.
PLACE = f"""(async (selector, words) => {{
    const node = {FIND}(selector, words);
    if (!node || node.disabled) return null;
    node.scrollIntoView({{block: "nearest"}});
    const before = node.getBoundingClientRect();
    await new Promise((next) => setTimeout(next, 30));
    const {{x, y, width, height}} = node.getBoundingClientRect();
    if (!node.isConnected || x !== before.x || y !== before.y) return null;
    const middle = {{x: x + width / 2, y: y + height / 2}};
    if (!node.contains(document.elementFromPoint(middle.x, middle.y))) return null;
    window.hit = false;
    document.addEventListener("click", ({{target}}) => {{
        const found = target.closest(selector);
        window.hit = Boolean(found?.textContent.replaceAll("\\u00a0", " ").includes(words));
    }}, {{capture: true, once: true}});
    return middle;
}})"""


def find_chromium() -> str | None:
    """The browser's program, if one is installed."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class DevTools:
    """The protocol: numbered commands out, their answers and events in."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.complaints: list[str] = []

    async def send(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """One command; gives its result. Raises AssertionError when the browser refuses it."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params}
        await self._socket.send_json(message | ({"sessionId": session} if session else {}))
        body = await answer
        assert "error" not in body, f"{method}: {body['error']}"
        result: dict[str, Any] = body["result"]
        return result

    async def listen(self) -> None:
        """Take answers and events in until the browser is gone."""
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                break
            body = json.loads(message.data)
            if "id" in body:
                self._waiting.pop(body["id"]).set_result(body)
            else:
                self._hear(body["method"], body["params"])

    def _hear(self, event: str, params: dict[str, Any]) -> None:
        """Keep what a developer would find in red in the console."""
        if event == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])


class Page:
    """One tab of a given size."""

    def __init__(self, tools: DevTools, session: str) -> None:
        self._tools = tools
        self._session = session

    @property
    def complaints(self) -> list[str]:
        """Errors in the browser's console."""
        return self._tools.complaints

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        """A command to this tab."""
        return await self._tools.send(method, self._session, **params)

    async def resize(self, width: int, height: int) -> None:
        """Make the window this large, in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": SHARPNESS, "mobile": width < 600}
        await self.send("Emulation.setDeviceMetricsOverride", **size)

    async def live_in(self, zone: str) -> None:
        """Show times as they are there."""
        await self.send("Emulation.setTimezoneOverride", timezoneId=zone)

    async def open(self, url: str) -> None:
        """Go to an address."""
        await self.send("Page.navigate", url=url)

    async def value(self, expression: str) -> Any:
        """What a JavaScript expression, or the promise that it is, comes to."""
        answer = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def text(self, selector: str = "body") -> str:
        """What can be read in the last element that matches, with plain spaces; empty when there is none."""
        inner = f"[...document.querySelectorAll({json.dumps(selector)})].at(-1)?.innerText ?? ''"
        return str(await self.value(inner)).replace("\xa0", " ")

    async def sees(self, words: str, selector: str = "body") -> str:
        """Wait until the words can be read there; gives all of the text."""
        last = ""

        async def text() -> str | None:
            nonlocal last
            last = await self.text(selector)
            return last if words in last else None

        return await until(text, lambda: f"{words!r} was never to be read in {selector}, but: {last}")

    async def becomes(self, expression: str, wanted: Any) -> None:
        """Wait until a JavaScript expression has this value."""
        last: Any = None

        async def is_wanted() -> bool:
            nonlocal last
            last = await self.value(expression)
            return bool(last == wanted)

        await until(is_wanted, lambda: f"{expression} never was {wanted!r}, but: {last!r}")

    async def clicks(self, selector: str, words: str = "") -> None:
        """Click the newest element that matches and has these words, as soon as it can be clicked."""

        async def is_hit() -> bool:
            middle = await self.value(f"{PLACE}({json.dumps(selector)}, {json.dumps(words)})")
            if middle is None:
                return False
            for event in ("mouseMoved", "mousePressed", "mouseReleased"):
                click = {} if event == "mouseMoved" else {"button": "left", "clickCount": 1}
                await self.send("Input.dispatchMouseEvent", type=event, **middle, **click)
            return bool(await self.value("window.hit"))

        await until(is_hit, lambda: f"{selector} {words!r} could not be clicked")

    async def types(self, selector: str, text: str) -> None:
        """Click into a field and type."""
        await self.clicks(selector)
        await self.send("Input.insertText", text=text)

    async def uploads(self, selector: str, file: Path) -> None:
        """Choose a file in a field for files, as its dialogue would."""
        field = await self.send("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        await self.send("DOM.setFileInputFiles", files=[str(file)], objectId=field["result"]["objectId"])

    async def scrolls_to(self, selector: str, words: str) -> None:
        """Bring the newest element that matches and has these words to the top of the window, and see it stay there."""
        top = f"""(async (selector, words) => {{
            const node = {FIND}(selector, words);
            const before = node.getBoundingClientRect().top;
            node.scrollIntoView({{block: "start"}});
            await new Promise((next) => setTimeout(next, 200));
            return node.getBoundingClientRect().top === before;
        }})({json.dumps(selector)}, {json.dumps(words)})"""
        await self.becomes(top, True)

    async def photograph(self, file: Path) -> None:
        """Save what the window shows, as WebP."""
        shot = await self.send("Page.captureScreenshot", format="webp", quality=85)
        await asyncio.to_thread(file.write_bytes, base64.b64decode(shot["data"]))


class Browser:
    """A Chromium that keeps its profile in `folder`, from the first window on until it is closed."""

    def __init__(self, program: str, folder: Path) -> None:
        self._folder = folder
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses root
        folder.mkdir()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, *as_root, f"--user-data-dir={folder}", *FLAGS],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)},
            )

    @property
    def _log(self) -> Path:
        return self._folder / "chromium.log"

    def close(self) -> None:
        """Make sure that it is gone."""
        self._process.kill()
        self._process.wait()

    @asynccontextmanager
    async def window(self, width: int, height: int) -> AsyncIterator[Page]:
        """An empty window of a given size that shares nothing with other windows."""
        async with ClientSession() as http, http.ws_connect(await self._address(), max_msg_size=0) as socket:
            tools = DevTools(socket)
            listening = asyncio.create_task(tools.listen())
            page = await _open_tab(tools)
            await page.resize(width, height)
            yield page
            listening.cancel()

    async def _address(self) -> str:
        """Where it says that it listens."""

        async def said() -> str | None:
            assert self._process.poll() is None, f"the browser ended:\n{self._log.read_text()}"
            found = re.search(r"^DevTools listening on (\S+)\n", self._log.read_text(), re.MULTILINE)
            return found and found[1]

        return await until(said, lambda: f"the browser did not start:\n{self._log.read_text()}")


async def _open_tab(tools: DevTools) -> Page:
    apart = (await tools.send("Target.createBrowserContext", disposeOnDetach=True))["browserContextId"]
    target = (await tools.send("Target.createTarget", url="about:blank", browserContextId=apart))["targetId"]
    session = (await tools.send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
    page = Page(tools, session)
    for domain in ("Page", "Runtime", "Log"):
        await page.send(f"{domain}.enable")
    return page
