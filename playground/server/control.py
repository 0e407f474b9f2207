"""The control API: what the page and the end-to-end tests do in the people's place. JSON in, JSON out."""

import asyncio
import base64
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from playground.server.faults import Fault, Faults
from playground.wire.params import Upload
from playground.world.answering import AnswerForMe
from playground.world.clock import Clock
from playground.world.entities import Event, Person, call_view
from playground.world.world import World

KEEP_ALIVE_SECONDS = 15.0
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

SHARED_FIELDS = ("first_name", "last_name", "username")

Json = dict[str, Any]


@dataclass(frozen=True)
class Control:
    """A button above the chat. `action` gets the id of the person on screen and may return a sentence to show."""

    id: str
    label: dict[str, str]
    action: Callable[[int], Awaitable[str | None]]


@dataclass
class ControlApi:
    """Handlers of the /control/ routes; see `server` for what each takes and returns."""

    world: World
    clock: Clock | None
    answer_for_me: AnswerForMe | None
    faults: Faults
    controls: list[Control] = field(default_factory=list)
    walk_clock: Callable[[datetime], Awaitable[None]] | None = None
    _streams: set["asyncio.Queue[Event | None]"] = field(default_factory=set)

    def routes(self) -> list[web.RouteDef]:
        """All routes of the control API."""
        posts = {
            "open": self.open, "send": self.send, "press": self.press, "block": self.block, "unblock": self.unblock,
            "clock": self.move_clock, "run": self.run, "answer": self.answer, "faults": self.fault,
        }  # fmt: skip
        return [
            web.get("/control/state", self.state),
            web.get("/control/chat", self.chat),
            web.get("/control/calls", self.calls),
            web.get("/control/events", self.events),
            web.get("/control/file/{file_id}", self.file),
            *(web.post(f"/control/{name}", answering_json(handler)) for name, handler in posts.items()),
        ]

    async def state(self, _request: web.Request) -> web.Response:
        controls = [{"id": control.id, "label": control.label} for control in self.controls]
        return reply(
            {
                "people": [self._person_view(person) for person in self.world.people.values()],
                "bot": self.world.bot_user(),
                "clock": self.clock().isoformat() if self.clock else None,
                "controls": controls,
                "example": self.answer_for_me.example.view() if self.answer_for_me else None,
                "refusals": self.world.refusals,
            }
        )

    async def chat(self, request: web.Request) -> web.Response:
        person_id = whole_number(request, "person")
        if person_id not in self.world.people:
            return reply({"error": "no one has this id"}, status=404)
        language = (self.world.people[person_id].language_code or "")[:2]
        chat = self.world.chats.get(person_id)
        return reply(
            {
                "messages": self.world.chat(person_id),
                "toasts": self.world.toasts(person_id),
                "keyboard": chat.keyboard if chat else None,
                "started": bool(chat and chat.started),
                "blocked": bool(chat and chat.blocked),
                "commands": self.world.commands_for(person_id),
                "bot_name": self.world.profile_for("name", language),
                "description": self.world.profile_for("description", language),
            }
        )

    async def calls(self, request: web.Request) -> web.Response:
        after = whole_number(request, "after")
        found = [call_view(call) for call in self.world.calls if call.id > after]
        return reply({"calls": found, "count": self.world.calls_made, "refusals": self.world.refusals})

    async def file(self, request: web.Request) -> web.Response:
        """A photo to show or a document to save, without the bot's token in its address."""
        stored = self.world.files.get(request.match_info["file_id"])
        if stored is None:
            return reply({"error": "no such file"}, status=404)
        headers = {"Cache-Control": "private, max-age=31536000, immutable"}
        if stored.kind == "photo" and stored.mime_type in ("image/png", "image/jpeg"):
            return web.Response(body=stored.content, content_type=stored.mime_type, headers=headers)
        headers["Content-Disposition"] = "attachment"
        return web.Response(body=stored.content, content_type="application/octet-stream", headers=headers)

    async def open(self, body: Json) -> Json:
        person = self._person(body)
        chat = self.world.chats.get(person.id)
        opens = person.opening is not None and not (chat and chat.messages)
        if opens:
            self.world.person_sends(person.id, person.opening)
        return {"sent": opens}

    async def send(self, body: Json) -> Json:
        person = self._person(body)
        if "start" in body:
            return self.world.person_starts(person.id, body["start"] or "")
        return self.world.person_sends(
            person.id,
            body.get("text"),
            sticker=bool(body.get("sticker")),
            voice=bool(body.get("voice")),
            photo=upload_of(body.get("photo"), Upload("photo.png", PIXEL)),
            document=upload_of(body.get("document"), Upload("document.txt", b"text")),
            group=bool(body.get("group")),
            reply_to=body.get("reply_to"),
            more=self._shared(body["shared"], int(body["request"])) if "shared" in body else None,
        )

    def _shared(self, person_id: int, request_id: int) -> Json:
        """What a message says of a person who was chosen for the bot."""
        person = self.world.people[int(person_id)].user()
        shared = {"user_id": person.pop("id")} | {key: person[key] for key in SHARED_FIELDS if key in person}
        return {"users_shared": {"request_id": request_id, "user_ids": [shared["user_id"]], "users": [shared]}}

    async def press(self, body: Json) -> Json:
        return self.world.person_presses(
            self._person(body).id,
            int(body["message_id"]),
            body.get("data"),
            row=body.get("row"),
            column=body.get("col", 0),
            inaccessible=bool(body.get("inaccessible")),
            group=bool(body.get("group")),
        )

    async def block(self, body: Json) -> Json:
        return self.world.person_blocks(self._person(body).id)

    async def unblock(self, body: Json) -> Json:
        return self.world.person_unblocks(self._person(body).id)

    async def move_clock(self, body: Json) -> Json:
        if self.clock is None:
            raise ValueError("the clock exists only where server and bot share the process")
        now = self.clock()
        to = datetime.fromisoformat(body["to"]) if "to" in body else now + timedelta(seconds=float(body["seconds"]))
        if self.walk_clock is None or to < now:
            self.clock.advance_to(to)
        else:
            await self.walk_clock(to)
        return self._tell_time(self.clock)

    async def run(self, body: Json) -> Json:
        control = next((control for control in self.controls if control.id == body["control"]), None)
        if control is None:
            raise KeyError(f"no control {body['control']}")
        text = await control.action(self._person(body).id)
        return {"text": text, **(self._tell_time(self.clock) if self.clock else {})}

    async def answer(self, body: Json) -> Json:
        if self.answer_for_me is None:
            raise ValueError("there is no example to answer with")
        pressed = await self.answer_for_me.run(self._person(body).id)
        return {"pressed": pressed, **(self._tell_time(self.clock) if self.clock else {})}

    async def fault(self, body: Json) -> Json:
        self.faults.add(Fault(**body))
        return {"waiting": [vars(fault) for fault in self.faults.waiting]}

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-Sent Events: first a `hello`, then every change of the world."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._streams.add(queue)
        self.world.listeners.append(queue.put_nowait)
        try:
            await send_event(response, {"type": "hello"})
            while (event := await next_event(queue)) is not None:
                await send_event(response, event)
        except ConnectionError:
            pass  # The page was closed.
        finally:
            self._streams.discard(queue)
            self.world.listeners.remove(queue.put_nowait)
        return response

    def close(self) -> None:
        """End all open event streams, so that the server can stop."""
        for queue in self._streams:
            queue.put_nowait(None)

    def _person(self, body: Json) -> Person:
        person = self.world.people.get(body["person"])
        if person is None:
            raise KeyError(f"no one has the id {body['person']}")
        return person

    def _person_view(self, person: Person) -> Json:
        messages = self.world.chat(person.id)
        chat = self.world.chats.get(person.id)
        avatar = self.world.avatar(person)
        return {
            **person.user(),
            "note": person.note,
            "avatar": avatar.file_id if avatar else None,
            "blocked": bool(chat and chat.blocked),
            "last": messages[-1] if messages else None,
            "from_bot": [m["message_id"] for m in messages if m["from"]["is_bot"]],
        }

    def _tell_time(self, clock: Clock) -> Json:
        now = {"clock": clock().isoformat()}
        self.world.tell({"type": "clock", **now})
        return now


def reply(body: Json, status: int = 200) -> web.Response:
    """A JSON response that is not kept by the browser."""
    text = json.dumps(body, ensure_ascii=False, default=str)
    return web.json_response(text=text, status=status, headers={"Cache-Control": "no-store"})


def answering_json(handler: Callable[[Json], Awaitable[Json]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler of JSON bodies as a route: 400 with the reason for wrong input, 404 for an unknown person."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body = await request.json()
            return reply(await handler(body))
        except KeyError as error:
            return reply({"error": f"missing or unknown: {error}"}, status=404)
        except (ValueError, TypeError) as error:
            return reply({"error": str(error)}, status=400)

    return handle


def whole_number(request: web.Request, name: str) -> int:
    """A number of the query, 0 if it is missing. Raise HTTPBadRequest for anything else."""
    try:
        return int(request.query.get(name, "0"))
    except ValueError:
        raise web.HTTPBadRequest(text=f"{name} is a whole number") from None


def upload_of(given: Any, default: Upload) -> Upload | None:
    """A file of a control request: {"name", "base64"}, or true for a small invented one."""
    if not given:
        return None
    if given is True:
        return default
    return Upload(given["name"], base64.b64decode(given["base64"]))


async def next_event(queue: "asyncio.Queue[Event | None]") -> Event | None:
    """The next event; an empty one, which keeps the connection alive, after a while without any."""
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
    return {"type": "alive"}


async def send_event(response: web.StreamResponse, event: Event) -> None:
    await response.write(f"data: {json.dumps(event, ensure_ascii=False, default=str)}\n\n".encode())
