"""The HTTP side: the Bot API, files, the page and the control API, on 127.0.0.1 only.

Bot API: `/bot<token>/<method>` (GET or POST; query, urlencoded, multipart or JSON) and `/file/bot<token>/<path>`.

Control API, for the page and for tests. Bodies and answers are JSON; wrong input gives 400 or 404 with `error`.

    GET  /control/state              people (with notes, last message), bot, clock (ISO or null), controls, refusals
    GET  /control/chat?person=ID     messages, toasts, keyboard (reply keyboard or null), started, blocked, commands
    GET  /control/calls?after=N      calls of Bot API methods with an id above N, and the count of refusals
    GET  /control/events             Server-Sent Events: message, deleted, toast, keyboard, action, membership, call,
                                     clock, commands, profile; `chat` is the person's id
    GET  /control/file/FILE_ID       a photo or a document
    POST /control/open     {person}  the page shows this person: says their opening if the chat is empty
    POST /control/send     {person, text | start | sticker | voice | photo | document: {name, base64}, group, reply_to};
                           or {person, shared, request}: a person that this one chose for the bot
                                     a message; `start` is the parameter of a deep link (or ""); photo and document
                                     may be true; returns the update
    POST /control/press    {person, message_id, row, col | data, inaccessible, group}
                                     a press of a button, or of any data at all; returns the update
    POST /control/block, /control/unblock  {person}
    POST /control/clock    {seconds | to}                moves the clock forward; `to` is ISO with an offset
    POST /control/run      {control, person}             runs a control; returns {text}
    POST /control/answer   {person}                      Answer for me; returns {pressed} when it is done
    POST /control/faults   {kind, count, method, retry_after, seconds}   see `faults.Fault`; count 0 takes all away

Page and control API answer only requests whose Host is this very address and, for POST, whose Origin is the same or
absent: no other site can use them, by DNS rebinding or otherwise.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.typedefs import Handler

from playground.methods.api import BotApi
from playground.server.control import ControlApi
from playground.server.faults import Fault, Faults
from playground.server.polling import LongPoll
from playground.wire.errors import ApiError, bad_request, refuse, too_many_requests
from playground.wire.files import MEGABYTE, UPLOAD_LIMIT
from playground.wire.params import Upload

PAGE = Path(__file__).parents[1] / "page"
PAGE_FILES = {"": "index.html", "index.html": "index.html"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Server:
    """Builds the aiohttp application for one bot."""

    def __init__(self, api: BotApi, token: str, control: ControlApi, faults: Faults, poll: LongPoll) -> None:
        self._api = api
        self._token = token
        self._control = control
        self._faults = faults
        self._poll = poll

    def application(self) -> web.Application:
        """All routes behind the guard of Host and Origin."""
        application = web.Application(middlewares=[guard], client_max_size=UPLOAD_LIMIT + MEGABYTE)
        application.add_routes(
            [
                web.route("*", "/bot{token}/{method}", self.bot_method),
                web.get("/file/bot{token}/{path:.+}", self.bot_file),
                *self._control.routes(),
                web.get("/{name:[a-z.-]*}", page_file),
            ]
        )
        return application

    async def bot_method(self, request: web.Request) -> web.StreamResponse:
        """One call of a Bot API method over HTTP."""
        method = request.match_info["method"]
        try:
            self._check_token(request)
            params, files = await read_request(request)
            if fault := self._faults.take(method):
                return await self._meet(fault, request, method, params, files)
            return answer(await self._run(request, method, params, files))
        except ApiError as refusal:
            return refused(refusal)

    async def bot_file(self, request: web.Request) -> web.Response:
        """A file by the path that getFile gave."""
        try:
            self._check_token(request)
        except ApiError as refusal:
            return refused(refusal)
        for stored in self._api.world.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.content, content_type="application/octet-stream")
        return refused(refuse(404, "file not found"))

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if ":" not in token:
            raise ApiError(401, "Unauthorized: invalid token specified")
        if token != self._token:
            raise ApiError(401, "Unauthorized")

    async def _run(self, request: web.Request, method: str, params: dict[str, Any], files: dict[str, Upload]) -> Any:
        if method.lower() != "getupdates":
            return self._api.call(method, params, files)
        try:
            updates = await self._poll.get(params)
        except ApiError as refusal:
            if is_connected(request):
                self._api.world.record(method, params, refusal=refusal)
            raise
        self._api.world.record(method, params, result=updates)
        return updates

    async def _meet(
        self, fault: Fault, request: web.Request, method: str, params: dict[str, Any], files: dict[str, Upload]
    ) -> web.StreamResponse:
        """Let the call meet a fault that was asked for."""
        if fault.kind == "cut_after":
            await self._run(request, method, params, files)
        else:
            self._api.world.record(method, params, refusal=injected(fault), injected=True)
        if fault.kind in ("429", "500", "403"):
            raise injected(fault)
        if fault.kind == "502html":
            page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
            return web.Response(status=502, text=page, content_type="text/html")
        if fault.kind == "silence":
            await asyncio.sleep(fault.seconds)
        if request.transport:
            request.transport.abort()
        return web.Response()


def injected(fault: Fault) -> ApiError:
    """The refusal that a fault stands for; connections that are cut have a word of this server's own."""
    if fault.kind == "429":
        return too_many_requests(fault.retry_after)
    if fault.kind == "403":
        return refuse(403, "bot was blocked by the user")
    if fault.kind == "500":
        return ApiError(500, "Internal Server Error")
    return ApiError(502, f"fault: {fault.kind}")


def is_connected(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()


async def read_request(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and uploads of a call. Raise ApiError 413 over 50 MB, 400 for a body that isn't what it says."""
    params: dict[str, Any] = dict(request.query)
    if not request.can_read_body:
        return params, {}
    try:
        if request.content_type == "application/json":
            body = await request.json()
            return params | (body if isinstance(body, dict) else {}), {}
        if request.content_type == "multipart/form-data":
            return await read_form(request, params)
        return params | {name: str(value) for name, value in (await request.post()).items()}, {}
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except ValueError:
        raise bad_request("can't parse the request") from None


async def read_form(request: web.Request, params: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Upload]]:
    files: dict[str, Upload] = {}
    size = 0
    reader = await request.multipart()
    while isinstance(part := await reader.next(), BodyPartReader):
        content = bytes(await part.read())
        size += len(content)
        if size > UPLOAD_LIMIT + MEGABYTE:
            raise ApiError(413, "Request Entity Too Large")
        name = part.name or ""
        if part.filename is None:
            params[name] = content.decode()
        else:
            files[name] = Upload(part.filename, content)
    return params, files


def answer(result: Any) -> web.Response:
    """The response to a call that succeeded."""
    return web.json_response(text=json.dumps({"ok": True, "result": result}, ensure_ascii=False))


def refused(refusal: ApiError) -> web.Response:
    """The response to a call that was refused."""
    response = web.json_response(refusal.body(), status=refusal.code)
    if retry_after := refusal.parameters.get("retry_after"):
        response.headers["Retry-After"] = str(retry_after)
    return response


async def page_file(request: web.Request) -> web.StreamResponse:
    """A file of the page."""
    name = request.match_info["name"]
    path = PAGE / PAGE_FILES.get(name, name)
    if not path.is_file() or path.parent != PAGE:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "no-store"})


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let only this machine's own page use the page and the control API."""
    if request.path.startswith(("/bot", "/file/")):
        return await handler(request)
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    if request.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        raise web.HTTPForbidden(text="wrong Host")
    if request.method != "GET" and request.headers.get("Origin", own_origin(request)) != own_origin(request):
        raise web.HTTPForbidden(text="wrong Origin")
    response = await handler(request)
    if not response.prepared:
        response.headers.update(SECURITY_HEADERS)
    return response


def own_origin(request: web.Request) -> str:
    return f"http://{request.headers['Host']}"
