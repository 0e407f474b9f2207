"""Help by topic, someone to talk to, and words for a talk with one's manager."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from aiogram.utils.formatting import Text

from content import WordsToSay
from keyboards.account import Go, HelpTopic, Say
from keyboards.outreach import AskHr
from keyboards.rows import Button, copying, in_rows_of, keyboard
from keyboards.wellbeing import ShowResult
from services.outreach.contact.requests import RequestLine
from views.outreach import contact
from views.screen import Screen, lines, titled
from views.translator import Translator

TOPICS: tuple[str, ...] = get_args(HelpTopic.model_fields["topic"].annotation)
STEPS = ("what", "since", "wish", "tone")
"""The choices of «words to say it», in their order."""
ROOMS = {"who_sees": "hr_sees", "data": "privacy", "hr": "help_now"}
"""Where a topic of the help leads on to."""


def topics(t: Translator) -> Screen:
    """What the bot is, in three lines, and the topics."""
    buttons = [(t(f"help.topic.{topic}"), HelpTopic(topic=topic)) for topic in TOPICS]
    return Screen(
        titled(t("help.title"), t("help.text")),
        keyboard(
            *in_rows_of(2, buttons),
            [(t("button.someone_to_talk_to"), Go(place="help_now")), (t("button.menu"), Go(place="menu"))],
        ),
    )


def topic(t: Translator, name: str) -> Screen:
    """One topic, short."""
    room = ROOMS.get(name)
    return Screen(
        titled(t(f"help.topic.{name}"), t(f"help.about.{name}")),
        keyboard(
            [(t(f"help.room.{room}"), Go(place=room))] if room else None,
            [(t("button.back"), Go(place="help")), (t("button.menu"), Go(place="menu"))],
        ),
    )


def help_now(t: Translator, requests: Sequence[RequestLine], *, may_ask_hr: bool) -> Screen:
    """Someone to talk to: the emergency number, the configured contacts, a professional; below them, people at work."""
    inside = t("help.inside") if may_ask_hr else None
    return Screen(
        titled(
            t("help.now_title"),
            t("help.emergency"),
            t("professional.text").strip(),
            inside,
            lines(*(contact.progress(t, line) for line in requests)),
        ),
        keyboard(
            [(t("contact.button"), AskHr(action="open"))] if may_ask_hr else None,
            [(t("say.button"), Say())] if may_ask_hr else None,
            [(t("button.help"), Go(place="help")), (t("button.menu"), Go(place="menu"))],
        ),
    )


def conflict(t: Translator) -> Screen:
    """A way that leads past everybody at work: what to write down, which rights there are, whom to turn to."""
    return Screen(
        titled(
            t("conflict.title"),
            t("conflict.not_your_fault"),
            t("conflict.write_down"),
            t("conflict.rights"),
            lines(t("conflict.contacts").strip(), t("help.emergency")),
            t("conflict.who_sees"),
        ),
        keyboard(
            [(t("button.my_result"), ShowResult(action="show", assessment=0)), (t("button.menu"), Go(place="menu"))]
        ),
    )


def words_question(t: Translator, words: WordsToSay, chosen: Say, step: str) -> Screen:
    """One of the four choices; the first says what this is, the last what comes next."""
    options: list[Button] = [
        (t.words(option.label), chosen.model_copy(update={step: place}))
        for place, option in enumerate(getattr(words, step))
    ]
    return Screen(
        titled(
            t(f"say.{step}"),
            t("checkin.progress", number=STEPS.index(step) + 1, total=len(STEPS)),
            t("say.about") if step == "what" else None,
            t("say.comes_next") if step == "tone" else None,
        ),
        keyboard(*in_rows_of(2, options), [_one_back(t, chosen)]),
    )


def words_to_say(t: Translator, words: WordsToSay, chosen: Say) -> Screen:
    """The message and nothing else, so that it can be copied or passed on as it stands."""
    tone = words.tone[chosen.tone]
    since = t.words(words.since[chosen.since])
    sentences = (
        t.words(tone.opening),
        t.words(words.what[chosen.what], since=since),
        t.words(words.wish[chosen.wish]),
        t.words(tone.closing),
    )
    message = " ".join(sentences)
    return Screen(
        Text(message),
        keyboard(copying(t("say.copy"), message), [(t("say.again"), Say()), (t("button.menu"), Go(place="menu"))]),
        protect=False,
    )


def next_step(words: WordsToSay, chosen: Say) -> str | None:
    """The first choice that is still open (or that the content no longer has); None when the message is complete."""
    return next((step for step in STEPS if getattr(chosen, step) not in range(len(getattr(words, step)))), None)


def _one_back(t: Translator, chosen: Say) -> Button:
    made = [step for step in STEPS if getattr(chosen, step) >= 0]
    back: Go | Say = chosen.model_copy(update={made[-1]: -1}) if made else Go(place="help_now")
    return t("button.back"), back
