"""The story of `make demo`: what one employee and one HR person do, in one language, and what they are shown."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import read_po

from playground.demo.terminal import BOLD, DIM, Message, Script
from playground.remote.client import RemotePerson, rows_of, text_of, until
from playground.remote.processes import ROOT

ANSWERED_BY_HAND = 2
PULSE = (8, 7, 3)  # three answers from 0 to 10
REMINDERS_AT_MOST = 12  # other messages may be due before the one that is waited for
NARRATION = {
    "ru": {
        "joins": "{name} открывает ссылку от HR и нажимает СТАРТ",
        "rest": "На остальные вопросы отвечает песочница, как по кнопке «Ответить за меня».",
        "kill": "✂ Между двумя вопросами бота убивает kill -9",
        "back": "… Бот запущен снова: тот же чат, тот же вопрос",
        "clock": "Часы переведены вперёд, и {name} получает следующее сообщение",
        "monday": "Понедельник, 09:00. {name}, HR",
        "promise": "Раз в неделю день без совещаний",
        "chart": "график записан в {file}",
        "types": "пишет: {text}",
    },
    "en": {
        "joins": "{name} opens HR's link and presses START",
        "rest": "The playground answers the other questions, as its button “Answer for me” does.",
        "kill": "✂ Between two questions, kill -9 kills the bot",
        "back": "… The bot is started again: the same chat, the same question",
        "clock": "The clock is moved forward, and {name} gets the next message",
        "monday": "Monday, 09:00. {name}, HR",
        "promise": "One day a week without meetings",
        "chart": "the chart is saved as {file}",
        "types": "types: {text}",
    },
}


@cache
def words(locale: str) -> dict[str, str]:
    """The bot's own words in one language, by key, with plain spaces."""
    with (ROOT / "locales" / locale / "LC_MESSAGES" / "bot.po").open("rb") as source:
        catalog = read_po(source, locale=locale)
    return {str(one.id): str(one.string).replace("\xa0", " ") for one in catalog if isinstance(one.id, str)}


@cache
def seed_rows() -> list[int]:
    """The rows of the options that the questionnaire's first example chooses, in the order of the questions."""
    questionnaire = yaml.safe_load((ROOT / "content" / "questionnaire.yaml").read_text(encoding="utf-8"))
    values = [option["value"] for option in questionnaire["response_scale"]]
    answers = questionnaire["examples"][0]["answers"]
    return [values.index(answers[key]) for key in questionnaire["order"]]


@dataclass
class Story:
    """One employee and one HR person of the playground. `result` and `chart` are kept for the checks at the end."""

    locale: str
    employee: RemotePerson
    employee_name: str
    hr: RemotePerson
    hr_name: str
    script: Script
    result: str = ""
    chart: Path = field(default_factory=Path)

    @property
    def promise(self) -> str:
        """What HR promises."""
        return NARRATION[self.locale]["promise"]

    # --- what happens, one step after the other

    async def joins(self) -> None:
        """From the link to the third question."""
        self._tells("joins", BOLD, name=self.employee_name)
        await self.employee.control.post("open", person=self.employee.id)
        await self._reads(self.employee, "consent.title", 3)
        await self._presses(self.employee, "consent.agree")
        question = await self._reads(self.employee, "join.choose_department", 1)
        await self._presses_at(self.employee, question, 0)
        for place in range(ANSWERED_BY_HAND):
            question = await self.asked(place, most=9)
            await self._presses_at(self.employee, question, seed_rows()[place])
        await self.employee.sees(self._progress(ANSWERED_BY_HAND))

    def was_killed(self) -> None:
        """Tell that the process is gone and is started again."""
        self._tells("kill", BOLD)
        self._tells("back", BOLD)

    async def goes_on(self) -> None:
        """From the question that the chat still shows to the result."""
        question = await self.asked(ANSWERED_BY_HAND, most=4)
        await self._presses_at(self.employee, question, seed_rows()[ANSWERED_BY_HAND])
        await self.employee.sees(self._progress(ANSWERED_BY_HAND + 1))
        self._tells("rest", DIM)
        await self.employee.control.post("answer", person=self.employee.id)
        result = await self._reads(self.employee, "level.high", 18, score=78, word=words(self.locale)["frequency.half"])
        self.result = text_of(result)

    async def takes_a_step(self) -> None:
        """The first step of the list, with its plan, and done."""
        await self._presses(self.employee, "button.what_may_help")
        steps = await self._reads(self.employee, "recommendations.intro", 2)
        await self._presses_at(self.employee, steps, 0)
        for key in ("recommendations.start", "recommendations.plan_fine"):
            message, _, _ = await self.employee.offered(words(self.locale)[key])
            self.script.shows(message, 3)
            await self._presses(self.employee, key)
        await self._presses(self.employee, "recommendations.done")
        await self.employee.offered(words(self.locale)["recommendations.undo"])

    async def answers_the_pulse(self) -> None:
        """Three questions inside the message that brings them."""
        pulse = await self._reminded("reminder.pulse_0")
        self.script.shows(pulse, 3)
        for place, answer in enumerate(PULSE):
            await self.employee.sees(self._progress(place, len(PULSE)))
            await self._presses(self.employee, str(answer))
        self.script.shows(await self._reads_again(pulse["message_id"], "pulse.week"), 3)

    async def reads_the_summary(self) -> None:
        """HR's Monday, and the chart as a file."""
        self._tells("monday", BOLD, name=self.hr_name)
        await self.hr.offered(words(self.locale)["summary.button.groups"])
        summary = await self.hr.sees("📊")
        self.script.shows(summary, 14)
        await self._presses(self.hr, "button.chart")
        await self._saves_the_chart()

    async def promises(self) -> None:
        """What HR will do, for everyone, by the first day that is offered."""
        await self.hr.says("/hr")
        for key, screen in (
            ("hr.promises", "promise.who_sees"),
            ("promise.new", "promise.whom"),
            ("target.company", "promise.planned_or_done"),
            ("promise.planned", "promise.type_planned"),
        ):
            await self._presses(self.hr, key)
            await self.hr.sees(_beginning(words(self.locale)[screen].replace("{target}: ", "")))
        self._tells("types", DIM, text=self.promise)
        await self.hr.says(self.promise)
        await self._presses(self.hr, "promise.skip_second")
        days = await self.hr.sees(_beginning(words(self.locale)["promise.type_due"]))
        await self._presses_at(self.hr, days, 1)
        await self._reads(self.hr, "promise.preview", 5)
        await self._presses(self.hr, "promise.confirm")
        await self.hr.sees(words(self.locale)["promise.saved"])

    async def is_reminded(self) -> None:
        """The invitation to the next check-in, which opens it."""
        invitation = await self._reminded("reminder.check_0")
        self.script.shows(invitation, 4)
        await self._presses_at(self.employee, invitation, 0)
        await self.asked(0, most=1)

    # --- how

    async def asked(self, place: int, *, most: int) -> Message:
        """Wait for the question at a place, from 0."""
        question = await self.employee.sees(self._progress(place))
        self.script.shows(question, most)
        return question

    def _progress(self, place: int, total: int | None = None) -> str:
        progress = words(self.locale)["checkin.progress"]
        return progress.format(number=place + 1, total=total or len(seed_rows()))

    async def _reads(self, person: RemotePerson, key: str, most: int, **values: Any) -> Message:
        """Wait for a screen by the beginning of its words."""
        text = words(self.locale)[key]
        message = await person.sees(_beginning(text.format(**values) if values else text))
        self.script.shows(message, most)
        return message

    async def _reads_again(self, message_id: int, key: str) -> Message:
        """Wait until a message that is there already says something else."""
        beginning = _beginning(words(self.locale)[key])

        async def changed() -> Message | None:
            message = await self._message(message_id)
            return message if beginning in text_of(message) else None

        return await until(changed, lambda: f"message {message_id} never said {beginning!r}")

    async def _message(self, message_id: int) -> Message:
        return next(one for one in await self.employee.messages() if one["message_id"] == message_id)

    async def _reminded(self, key: str) -> Message:
        """Move the clock from one message to the next until one begins with these words."""
        self._tells("clock", BOLD, name=self.employee_name)
        beginning = _beginning(words(self.locale)[key])
        for _ in range(REMINDERS_AT_MOST):
            for message in await self.employee.messages():
                if text_of(message).startswith(beginning):
                    return message
            await self.employee.control.post("run", control="reminder", person=self.employee.id)
        raise AssertionError(f"{self.employee_name} never got {beginning!r}")

    async def _presses(self, person: RemotePerson, key: str) -> None:
        """Press a button by its key in the catalogs or by its label, in the newest message that has it."""
        label = words(self.locale).get(key, key).partition("{")[0].strip(" :")
        await self._presses_at(person, *await person.offered(label))

    async def _presses_at(self, person: RemotePerson, message: Message, row: int, column: int = 0) -> None:
        label = rows_of(message)[row][column]["text"].replace("\xa0", " ")
        self.script.presses(label)
        await person.presses_at(message, row, column)

    async def _saves_the_chart(self) -> None:
        """Keep the photograph that HR was sent as a file beside the terminal."""

        async def photo() -> Message | None:
            return next((message for message in await self.hr.messages() if "photo" in message), None)

        message = await until(photo, lambda: f"{self.hr_name} never got a chart")
        self.chart.parent.mkdir(exist_ok=True)
        self.chart.write_bytes(await self.hr.control.file(message["photo"][-1]["file_id"]))
        self._tells("chart", "", file=self.chart)

    def _tells(self, what: str, style: str, **values: Any) -> None:
        self.script.says(f"  {NARRATION[self.locale][what].format(**values)}", style)


def _beginning(text: str) -> str:
    """The words of a text up to the first one that varies, and no further than its first line."""
    return text.partition("{")[0].partition("\n")[0].strip(" «“")
