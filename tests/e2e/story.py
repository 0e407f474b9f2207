"""What people do in the end-to-end tests: they join, answer, and try a step. Words come from the catalogs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from config import load_settings
from content import load_content
from db.database import Database
from playground.remote.client import ControlClient, RemotePerson, rows_of
from services.kit.clock import system_clock
from services.lifecycle import invites
from views.translator import Translator

TOTAL = 20
SEED = (35, 20, 23, 78)


@cache
def words(locale: str) -> Translator:
    """Everything the bot can say in one language, as a deployment with the default settings says it."""
    from app.wiring import create_catalogs

    return create_catalogs(load_settings(_env_file=None, bot_token="7000000001:words"), load_content()).translator(
        locale
    )


def seed_rows() -> list[int]:
    """The rows of the options that the questionnaire's first example chooses: 35, 20, 23, together 78."""
    questionnaire = load_content().questionnaire
    values = [option.value for option in questionnaire.response_scale]
    return [values.index(questionnaire.examples[0].answers[key]) for key in questionnaire.order]


def seed_answers() -> dict[str, int]:
    """The same as a finished check-in keeps it."""
    return dict(load_content().questionnaire.examples[0].answers)


async def make_invite(database_url: str, *, uses: int = 1, now: datetime | None = None) -> str:
    """An invite without a department; gives its token."""
    database = Database(database_url)
    async with database.begin() as session:
        token = await invites.create(
            session,
            role="employee",
            department_id=None,
            uses=uses,
            lifetime=timedelta(hours=1),
            now=now or system_clock(),
        )
    await database.dispose()
    return token


async def everybody(control: ControlClient) -> list[Employee]:
    """The people of a playground, each in the language of the own Telegram."""
    return [Employee(control, one["id"], one["language_code"]) for one in (await control.get("state"))["people"]]


class Employee(RemotePerson):
    """A person who does what the bot is for, and reads it in one language."""

    def __init__(self, control: ControlClient, person_id: int, locale: str) -> None:
        super().__init__(control, person_id)
        self.t = words(locale)

    async def joins(self, token: str) -> None:
        """From the link to the first question: START and one press."""
        await self.starts(token)
        await self.reads("consent.title")
        await self.chooses("consent.agree")
        await self.asked(0)

    async def reads(self, key: str, **values: Any) -> dict[str, Any]:
        """Wait for a screen by the first sentence of a text of the catalogs; gives its message."""
        return await self.sees(opening(self.t(key, **values)))

    async def chooses(self, key: str, **values: Any) -> None:
        """Press a button by its words in the catalogs, when it is offered."""
        await self.presses(plain(self.t(key, **values)))

    async def asked(self, place: int) -> dict[str, Any]:
        """Wait for the question at a place (from 0); gives its message."""
        return await self.sees(self.progress(place))

    def progress(self, place: int) -> str:
        """What only the question at this place says."""
        return plain(self.t("checkin.progress", number=place + 1, total=TOTAL)) + "\n"

    async def answers(self, start: int = 0, end: int = TOTAL) -> None:
        """Answer the questions from `start` up to `end` as the example does, each when it is shown."""
        rows = seed_rows()
        for place in range(start, end):
            await self.presses_at(await self.asked(place), rows[place])
        if end == TOTAL:
            await self.names_a_cause()

    async def names_a_cause(self) -> None:
        """Say what weighed most, and go on to the result."""
        await self.presses_at(await self.reads("causes.question"), 0)
        await self.chooses("causes.done")

    async def sees_result(self) -> dict[str, Any]:
        """Wait for the result of the example's answers; gives its message."""
        return await self.reads("level.high", score=SEED[-1], word=self.t("frequency.half"))

    async def tries_a_step(self) -> None:
        """From the result: the first step is started with its plan, done, taken back, and done again."""
        await self.presses(opening(self.t("button.what_may_help", n="")).strip())
        listed = await self.reads("recommendations.intro")
        title = rows_of(listed)[0][0]["text"]
        await self.presses_at(listed, 0)
        await self.sees(title)
        await self.chooses("recommendations.start")
        await self.reads("recommendations.plan", plan="")
        await self.chooses("recommendations.plan_fine")
        for key in ("recommendations.done", "recommendations.undo", "recommendations.done"):
            await self.chooses(key)
        await self.offered(self.t("recommendations.undo"))


def plain(text: str) -> str:
    """With plain spaces."""
    return text.replace("\xa0", " ")


def opening(text: str) -> str:
    """The first sentence, or what stands before the first thing that differs from time to time (a quotation)."""
    return re.split(r"[\n.?«“]", plain(text), maxsplit=1)[0]
