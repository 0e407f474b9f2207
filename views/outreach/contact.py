"""«Ask HR to contact me»: whom, how, what exactly is sent, and how far it got."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup, User
from aiogram.utils.formatting import Bold, Text, TextMention

from keyboards.account import Go
from keyboards.outreach import AskHr, HrReply
from keyboards.rows import Button, keyboard
from services.account.settings import UNTIL_I_WRITE
from services.outreach.contact.requests import WORDS_LENGTH, HrPerson, RequestLine, Ways
from services.outreach.messages import ContactDetails
from views.screen import Screen, lines, paragraphs, titled
from views.translator import Translator, language_name

HELP_NOW = Go(place="help_now")


def whom(t: Translator, people: Sequence[HrPerson]) -> Screen:
    """What this is, plainly, and everybody of HR to choose from; contacts outside HR first when nobody is there."""
    outside = None if any(person.back_on is None for person in people) else _outside(t)
    if not people:
        return Screen(titled(t("contact.title"), outside, t("contact.nobody")), _keyboard(t))
    rows: list[list[Button]] = [[(_marked(t, person), AskHr(action="person", hr=person.id))] for person in people]
    return Screen(
        titled(
            t("contact.title"),
            outside,
            t("contact.all_away") if outside else None,
            t("contact.not_anonymous"),
            t("contact.whom"),
        ),
        _keyboard(t, *rows),
    )


def how(t: Translator, ways: Ways) -> Screen:
    """How to be reached; a request that waits already is shown instead."""
    if ways.waiting is not None:
        return sent(t, ways.waiting)
    hr = ways.hr.id
    email: list[Button] | None = None
    if ways.email:
        email = [(t("contact.by_email", email=ways.email), AskHr(action="way", hr=hr, way="email"))]
    return Screen(
        titled(t("contact.how", name=_name(t, ways.hr.name)), _away(t, ways.hr)),
        _keyboard(
            t,
            [(t("contact.by_telegram"), AskHr(action="way", hr=hr, way="telegram"))],
            email,
            [(t("contact.by_words"), AskHr(action="way", hr=hr, way="words"))],
            back=AskHr(action="open"),
        ),
    )


def type_words(t: Translator) -> Screen:
    """How to be reached, in own words."""
    return Screen(Text(t("contact.type", max=WORDS_LENGTH)), _keyboard(t, back=AskHr(action="open")))


def preview(t: Translator, hr: HrPerson, details: ContactDetails) -> Screen:
    """What will be sent, before it is, in the author's words; that its reader has another language is said above it."""
    key = "contact.preview" if hr.locale == t.locale else "contact.preview_translated"
    heading = t(key, name=_name(t, hr.name), language=language_name(hr.locale))
    return Screen(
        paragraphs(Bold(heading), notice(t, details), t("contact.cannot_be_unsent")),
        _keyboard(t, [(t("contact.send"), AskHr(action="send", hr=hr.id, way=details.way))], back=AskHr(action="open")),
    )


def sent(t: Translator, line: RequestLine) -> Screen:
    """It is on its way, and where to look how it goes."""
    return Screen(
        titled(t("contact.sent_title"), progress(t, line), t("contact.look_here")),
        keyboard([(t("button.someone_to_talk_to"), Go(place="help_now")), (t("button.menu"), Go(place="menu"))]),
    )


def progress(t: Translator, line: RequestLine) -> str:
    """How far a request got."""
    return t(f"contact.progress_{line.progress}", name=_name(t, line.hr_name or ""), date=t.date(line.asked_on))


def notice(t: Translator, details: ContactDetails) -> Text:
    """What HR reads. The name leads to the account only where Telegram is the way that was chosen."""
    name: str | Text = _name(t, details.name)
    if details.way == "telegram":
        account = User(id=details.telegram_id, is_bot=False, first_name=details.name or t("contact.unnamed"))
        name = TextMention(_name(t, details.name), user=account)
    return paragraphs(
        t("contact.notice_first"),
        lines(
            name,
            details.department,
            t(f"contact.reach_{details.way}") if details.reach is None else t("contact.reach", reach=details.reach),
        ),
        t("contact.notice_last"),
    )


def replies(t: Translator, request_id: int, state: str) -> list[list[Button]]:
    """What HR can still say to a request in this state."""
    seen: Button = (t("contact.seen"), HrReply(state="seen", request=request_id))
    closed: Button = (t("contact.closed"), HrReply(state="closed", request=request_id))
    return {"open": [[seen, closed]], "seen": [[closed]]}.get(state, [])


def reply_buttons(t: Translator, request_id: int, state: str) -> InlineKeyboardMarkup:
    """The buttons under HR's message after one was pressed."""
    return keyboard(*replies(t, request_id, state), [(t("button.menu"), Go(place="menu"))])


def _keyboard(t: Translator, *rows: list[Button] | None, back: CallbackData = HELP_NOW) -> InlineKeyboardMarkup:
    return keyboard(*rows, [(t("button.back"), back)])


def _outside(t: Translator) -> Text:
    """Who can be turned to beside HR."""
    return lines(t("help.emergency"), t("professional.text").strip())


def _marked(t: Translator, person: HrPerson) -> str:
    name = _name(t, person.name)
    if person.back_on == UNTIL_I_WRITE:
        return t("contact.back_open", name=name)
    return name if person.back_on is None else t("contact.back_on", name=name, date=t.date(person.back_on))


def _away(t: Translator, person: HrPerson) -> str | None:
    """What choosing somebody who is away means."""
    if person.back_on is None:
        return None
    if person.back_on == UNTIL_I_WRITE:
        return t("contact.away_open", name=_name(t, person.name))
    return t("contact.away", name=_name(t, person.name), date=t.date(person.back_on))


def _name(t: Translator, name: str) -> str:
    return name or t("contact.unnamed")
