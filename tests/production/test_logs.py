"""What is written down about people: nothing, in the log, in its files and at Sentry, whatever happens."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sentry_sdk
from aiogram.filters.callback_data import CallbackQueryFilter
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from handlers.conversation_states import Awaiting
from ops import logs, sentry
from ops.logs import get_logger, outline
from services.outbox import kinds
from tests.bot.permissions import Message, Press, all_doings, filters_of_presses, lets_through
from tests.conftest import ConfigureLogs
from tests.fakes.stage import Player, Stage
from tests.people import member
from tests.production.test_ingest import Broken, tell_a_story
from tests.production.test_sending import make_due

TOKEN = "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
TYPED = "меня зовут Аглая"
AREAS_OF_A_STORY = ("assessment", "auth", "delivery", "recommendations")


class Caught(Transport):
    """Everything that would go to Sentry."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[str] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope.serialize().decode())

    @property
    def text(self) -> str:
        return "\n".join(self.envelopes)


@pytest.fixture
def caught() -> Iterator[Caught]:
    transport = Caught()
    sentry.configure("https://key@sentry.invalid/1", transport=transport)
    yield transport
    sentry_sdk.get_client().close()
    sentry_sdk.init(default_integrations=False)


def fail(message: str = TYPED) -> None:
    typed = message
    raise ValueError(typed)


def failure(message: str = TYPED) -> ValueError:
    try:
        fail(message)
    except ValueError as error:
        return error
    raise AssertionError


# --- the log ---------------------------------------------------------------------------------------------------------


def test_an_exception_is_told_by_class_and_place(
    configure_logs: ConfigureLogs, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO", as_json=False, folder=None, sql_echo=False)
    try:
        try:
            fail()
        except ValueError as cause:
            raise RuntimeError(f"because of {TYPED}") from cause
    except RuntimeError as error:
        get_logger("app").error("it failed", exc_info=error)
        logging.getLogger("some.library").error("it failed there", exc_info=error)

    shown = capfd.readouterr().err
    assert shown.count("builtins.ValueError") == 2
    assert shown.count("builtins.RuntimeError") == 2
    assert f"{Path(__file__).name}" in shown
    assert TYPED not in shown


def test_outline_ends_with_the_error_itself() -> None:
    assert outline(failure()).splitlines()[-1] == "builtins.ValueError"
    assert outline(None) == ""


@pytest.mark.parametrize("as_json", [False, True])
def test_secrets_are_cut_out(configure_logs: ConfigureLogs, capfd: pytest.CaptureFixture[str], as_json: bool) -> None:
    configure_logs("DEBUG", as_json=as_json, folder=None, sql_echo=True)
    invite = "x" * 43
    get_logger("auth").info("joined", link=f"https://t.me/bot?start={invite}", url=f"https://api/bot{TOKEN}/getMe")
    logging.getLogger("aiohttp.client").warning("GET %s", f"https://api.telegram.org/file/bot{TOKEN}/photo")
    shown = capfd.readouterr().err
    assert TOKEN not in shown
    assert invite not in shown
    assert shown.count("[token]") == 2
    if as_json:
        assert [json.loads(line)["level"] for line in shown.splitlines()] == ["info", "warning"]


def test_every_area_has_a_file_and_files_rotate(
    configure_logs: ConfigureLogs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2000)
    configure_logs("INFO", as_json=True, folder=tmp_path / "logs", sql_echo=False)
    for number in range(200):
        get_logger("delivery").info("delivered", deliveries=[number])
    get_logger("auth").info("done", user=1)

    files = {path.name for path in (tmp_path / "logs").iterdir()}
    assert {"delivery.log", *(f"delivery.log.{number}" for number in range(1, logs.FILES_KEPT + 1))} <= files
    assert f"delivery.log.{logs.FILES_KEPT + 1}" not in files
    assert "auth" in (tmp_path / "logs" / "auth.log").read_text()
    assert "delivered" not in (tmp_path / "logs" / "auth.log").read_text()


# --- Sentry ----------------------------------------------------------------------------------------------------------


def test_sentry_gets_class_place_and_our_fields(configure_logs: ConfigureLogs, caught: Caught) -> None:
    configure_logs("INFO", as_json=False, folder=None, sql_echo=False)
    get_logger("ingest").error("update dead-lettered", update_id=7, handler="checkin.answer", exc_info=failure())

    (envelope,) = caught.envelopes
    event = json.loads(envelope.splitlines()[-1])
    assert event["message"] == "update dead-lettered"
    assert event["tags"]["handler"] == "checkin.answer"
    (exception,) = event["exception"]["values"]
    assert (exception["type"], exception["value"]) == ("ValueError", "")
    assert exception["stacktrace"]["frames"][-1]["function"] == "fail"
    assert set(event) <= {*sentry.KEPT, "exception", "message", "tags", "sdk"}
    assert TYPED not in envelope
    assert "vars" not in envelope


def test_sentry_gets_no_token_no_breadcrumbs_and_no_messages_of_libraries(
    configure_logs: ConfigureLogs, caught: Caught
) -> None:
    configure_logs("INFO", as_json=False, folder=None, sql_echo=False)
    logging.getLogger("aiohttp.client").warning("GET /bot%s/getMe", TOKEN)
    sentry_sdk.add_breadcrumb(category="http", data={"url": f"https://api.telegram.org/bot{TOKEN}/getMe"})
    get_logger("app").error("it failed", address=f"https://api.telegram.org/bot{TOKEN}/getMe")
    logging.getLogger("some.library").error("Error with %s: %s", TYPED, TOKEN, exc_info=failure())
    with pytest.raises(ValueError, match=TYPED):
        try:
            fail()
        except ValueError as error:
            sentry_sdk.capture_exception(error)
            raise

    assert len(caught.envelopes) == 3
    assert TOKEN not in caught.text
    assert TYPED not in caught.text
    assert '"breadcrumbs"' not in caught.text


# --- a complete run --------------------------------------------------------------------------------------------------


async def press_everything(stage: Stage, player: Player) -> None:
    """A button for every handler, and every command and typed step, HR's and the administrator's with them."""
    filters, seen = filters_of_presses(stage), set[CallbackQueryFilter]()
    for doing in all_doings(stage, "x"):
        if isinstance(doing, Press):
            takers = {one for one in filters if lets_through(one, doing.data)}
            if takers and takers <= seen:
                continue
            seen |= takers
        await doing.by(stage, player)
    assert len(seen) > 200
    for state in (Awaiting.promise, Awaiting.invite_name, Awaiting.person_search, Awaiting.department_name):
        await Message(TYPED, state).by(stage, player)
    stage.telegram.take_refusals()


async def test_a_complete_run_leaves_nothing_about_anybody(
    stage: Stage, configure_logs: ConfigureLogs, caught: Caught, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """All areas at DEBUG with SQL, in the console, in files and at Sentry."""
    configure_logs("DEBUG", as_json=True, folder=tmp_path, sql_echo=True)
    await tell_a_story(stage)
    vera = await member(stage, 1077, "Аглая")
    for said in ("/profile", "/settings", "/dashboard", "/history", "/help_now", TYPED, "/privacy", "/export"):
        await vera.says(said)
    stage.app.dispatcher["checkins"] = Broken()
    await vera.presses(data="a1:1:1:0:3")
    stage.restart()
    stage.clock.advance(days=14)
    await stage.tick()
    stage.clock.advance(days=1)
    await make_due(stage, kinds.PULSE)
    stage.telegram.break_connection("sendMessage", carried_out=True)
    await stage.tick()
    await press_everything(stage, await member(stage, 1099, "Людмила", role="admin"))

    files = {area: (tmp_path / f"{area}.log").read_text() for area in ("app", "ingest", *AREAS_OF_A_STORY)}
    written = "\n".join([*files.values(), capfd.readouterr().err, caught.text])
    for area in AREAS_OF_A_STORY:
        assert files[area], area
    assert "update dead-lettered" in written
    assert caught.envelopes
    names = ["Анна", "Борис", "Аглая", "Людмила", TYPED]
    encoded = [json.dumps(name)[1:-1] for name in names]
    secrets = [stage.app.bot.token, "никому не говори"]
    ids = ["1001", "1002", "1077", "1099"]
    assert [word for word in [*names, *encoded, *secrets] if word in written] == []
    assert [number for number in ids if f" {number}" in written or f":{number}" in written] == []
    assert "'score':" not in written
    assert '"score":' not in written
    assert "emotional_exhaustion=" not in written
