"""`python bot.py` without a token: the playground, the reminders that its clock brings, and a larger smallest group."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from playground.remote.client import ControlClient, rows_of, text_of
from playground.remote.processes import Process
from tests.e2e.story import TOTAL, Employee, plain

OPENS_THE_CHECKIN = "c1:open"
MOSCOW = ZoneInfo("Europe/Moscow")
LEAP = timedelta(days=24)
CAUSES = 2  # one is named, and that is all
MESSAGES = 2  # the pulses at least
REMINDERS_AT_MOST = 12  # other messages may be due before the invitation


@pytest.fixture
async def bot(make_bot: Callable[..., Process]) -> Process:
    """The bot in the playground, on a free port."""
    made = make_bot(PLAYGROUND_PORT="0", CHECKIN_PERIOD_WEEKS="4")
    await made.start()
    return made


@pytest.fixture
async def anna(bot: Process) -> AsyncIterator[Employee]:
    """Anna, who is new and holds an invitation."""
    control = ControlClient(await _address(bot))
    yield Employee(control, 1001, "ru")
    await control.close()


async def test_the_reminders_of_the_clock_open_the_checkin_and_weeks_are_lived_through(
    bot: Process, anna: Employee
) -> None:
    await _settles(anna)
    await _the_next_reminder_brings_one_invitation(bot, anna)
    await anna.control.post("answer", person=anna.id)
    await _weeks_are_lived_through_message_by_message(anna)


@pytest.mark.parametrize(("language", "person"), [("ru", 1004), pytest.param("en", 1007, marks=pytest.mark.soak)])
async def test_too_few_answers_show_no_figures(make_bot: Callable[..., Process], language: str, person: int) -> None:
    bot = make_bot(PLAYGROUND_PORT="0", MIN_GROUP="500")
    await bot.start()
    control = ControlClient(await _address(bot))
    hr = Employee(control, person, language)
    await hr.says("/hr")
    await hr.chooses("hr.summary")
    text = text_of(await hr.reads("summary.too_few"))
    assert plain(hr.t("figure.stress")) not in text
    assert await control.refused() == []
    await control.close()


async def _the_next_reminder_brings_one_invitation(bot: Process, anna: Employee) -> None:
    """It comes once, whatever is asked for and however often the bot starts, and opens the check-in."""
    invitation = await _invited(anna)
    before = len(await anna.messages())
    await _same_slot_again(anna)
    assert len(await anna.messages()) == before

    assert await bot.stop() == 0
    await bot.start()
    anna.control.url = await _address(bot)
    await _same_slot_again(anna)
    assert len(await anna.messages()) == before

    await anna.presses_at(invitation, 0)
    await anna.asked(0)
    assert await anna.control.refused() == []


async def _weeks_are_lived_through_message_by_message(anna: Employee) -> None:
    """What comes on one leap of the clock came on its own days, as though somebody had waited."""
    before = len(await anna.messages())
    await anna.control.post("clock", seconds=LEAP.total_seconds())
    came = [datetime.fromtimestamp(message["date"], MOSCOW) for message in (await anna.messages())[:-before]]
    assert len({moment.date() for moment in came}) == len(came) >= MESSAGES
    assert [moment for moment in came if not 9 <= moment.hour < 20 or moment.weekday() > 4] == []
    weeks = Counter(moment.date().isocalendar()[:2] for moment in came)
    assert max(weeks.values()) <= 2


async def _settles(anna: Employee) -> None:
    """Come in, answer, and see when the bot will write."""
    await anna.control.post("open", person=anna.id)
    await anna.chooses("consent.agree")
    await anna.reads("join.choose_department")
    await anna.presses_at((await anna.messages())[0], 0)
    await anna.asked(0)
    assert (await anna.control.post("answer", person=anna.id))["pressed"] == TOTAL + CAUSES
    await anna.sees_result()
    await anna.chooses("button.menu")
    await anna.chooses("button.fine")


async def _address(bot: Process) -> str:
    """Where the page is, once the bot serves."""
    await bot.says("ready")
    return (await bot.says("http://")).rpartition(" ")[2]


async def _same_slot_again(anna: Employee) -> None:
    """Let the clock pass a few more minutes, and the bot look at what is due."""
    await anna.control.post("clock", seconds=600)


async def _invited(person: Employee) -> dict[str, Any]:
    """Ask for the next reminder until it is an invitation; each time exactly one message arrives."""
    for _ in range(REMINDERS_AT_MOST):
        before = len(await person.messages())
        await person.control.post("run", control="reminder", person=person.id)
        newest, *_ = messages = await person.messages()
        assert len(messages) == before + 1, [text_of(message) for message in messages]
        if any(button["callback_data"].startswith(OPENS_THE_CHECKIN) for row in rows_of(newest) for button in row):
            return newest
    raise AssertionError("no invitation came")
