"""HR's promises: the list, a card, and writing one that people will read."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text

from keyboards.company import HrPage
from keyboards.labels import shortened
from keyboards.outreach import PromiseButton, PromiseList, PromiseStep
from keyboards.rows import Button, danger, keyboard, primary
from locales import LOCALES
from services.company.audience import Target
from services.kit.pages import Page
from services.kit.text import name_in
from services.outreach.notes import DONE, Note
from services.outreach.owners import Owner
from services.outreach.promise_cards import PromiseCard
from services.outreach.promise_draft import TEXT_LENGTH, DraftCard
from views import figures, pages
from views.company import audience
from views.company.hr import BACK
from views.outreach import notes
from views.screen import Screen, lines, paragraphs, titled
from views.translator import Catalogs, Translator, language_name

LIST_LENGTH = 160
LIST = HrPage(place="promises")


def promise_list(t: Translator, page: Page[PromiseCard], note: str | None = None) -> Screen:
    """What is planned, by date, and what was done lately."""
    rows: list[list[Button]] = [[(_text(t, card), PromiseButton(action="card", id=card.id))] for card in page.items]
    return Screen(
        titled(
            t("hr.promises"),
            note,
            t("promise.what") if page.items else t("promise.none"),
            lines(*(f"• {_line(t, card, LIST_LENGTH)}" for card in page.items)),
            pages.number(t, page),
            t("promise.who_sees"),
        ),
        keyboard(
            [(t("promise.new"), PromiseList(kind="targets", page=0))],
            *rows,
            pages.turning(t, page, lambda number: PromiseList(kind="promises", page=number)),
            [(t("button.back"), BACK)],
        ),
    )


def promise_card(t: Translator, card: PromiseCard, note: str | None = None) -> Screen:
    """One promise, and what can be done about it."""
    second = card.text_en and (card.text if t.locale == "en" else card.text_en)
    return Screen(
        titled(
            audience.name(t, card.target),
            note,
            name_in(t.locale, card.text, card.text_en),
            second,
            t("promise.is_by_manager") if card.by_manager else None,
            _state(t, card),
            None if card.owner is None else _owner(t, card.owner),
            t("promise.group_gone") if card.is_group_gone else _noticed(t, card),
            notes.helped(t, card.helped),
            None if card.held is None else t("promise.is_held", date=t.date(card.held.first, year=True)),
        ),
        keyboard(*_actions(t, card), [(t("button.back"), LIST)]),
    )


def whom(t: Translator, page: Page[Target]) -> Screen:
    """To whom."""
    return Screen(
        titled(t("promise.new"), t("promise.whom"), pages.number(t, page)),
        keyboard(
            *audience.chooser(t, page, lambda target: PromiseStep(step="target", value=target.key)),
            pages.turning(t, page, lambda number: PromiseList(kind="targets", page=number)),
            [(t("button.back"), LIST)],
        ),
    )


def planned_or_done(t: Translator, target: Target) -> Screen:
    """Whether it is still to be done."""
    return Screen(
        titled(t("promise.new"), t("promise.planned_or_done", target=audience.name(t, target))),
        keyboard(
            [(t("promise.planned"), PromiseStep(step="planned", value=target.key))],
            [(t("promise.done"), PromiseStep(step="done", value=target.key))],
            [(t("button.back"), PromiseList(kind="targets", page=0))],
        ),
    )


def draft(t: Translator, catalogs: Catalogs, card: DraftCard) -> Screen:
    """What is asked next, or what people will read."""
    if card.draft.is_ready:
        return _preview(t, catalogs, card)
    match card.draft.asks:
        case "text":
            key = "promise.type_done" if card.draft.is_done else "promise.type_planned"
            return Screen(Text(t(key, max=TEXT_LENGTH, target=audience.name(t, card.target))), _leave(t))
        case "second":
            language = t(f"promise.in_{card.draft.second_locale}")
            skip: list[Button] = [(t("promise.skip_second"), PromiseStep(step="skip"))]
            return Screen(Text(t("promise.type_second", language=language, max=TEXT_LENGTH)), _leave(t, skip))
        case "due":
            offered: list[list[Button]] = [
                [(t("promise.until", date=t.date(day)), PromiseStep(step="due", value=day.isoformat()))]
                for day in card.offered
            ]
            return Screen(Text(t("promise.type_due")), _leave(t, *offered))


def owners(t: Translator, page: Page[Owner]) -> Screen:
    """Who does it."""
    buttons: list[list[Button]] = [[(one.name, PromiseStep(step="owner", value=str(one.id)))] for one in page.items]
    return Screen(
        titled(t("promise.owner_title"), t("promise.owner_choose"), pages.number(t, page)),
        keyboard(
            *buttons,
            pages.turning(t, page, lambda number: PromiseStep(step="owners", value=str(number))),
            [(t("button.back"), PromiseStep(step="show"))],
        ),
    )


def ask_keep(t: Translator, catalogs: Catalogs, card: PromiseCard) -> Screen:
    """What people will be asked when it is marked as done."""
    shown = [
        shown_in(catalogs, locale, Note(card.id, DONE, name_in(locale, card.text, card.text_en), card.due))
        for locale in _own_first(t, LOCALES)
    ]
    return Screen(
        paragraphs(Bold(t("promise.preview")), *shown, t("promise.goes_to", target=audience.name(t, card.target))),
        keyboard(
            [primary(t("promise.keep"), PromiseButton(action="kept", id=card.id))],
            [(t("button.back"), PromiseButton(action="card", id=card.id))],
        ),
    )


def ask_hold(t: Translator, card: PromiseCard) -> Screen:
    """What holding the check-in does."""
    period = card.next_period
    return Screen(
        titled(
            t("promise.hold"),
            _line(t, card, LIST_LENGTH),
            t("promise.hold_what", first=t.date(period.start, year=True), last=t.date(period.last_day, year=True)),
            t("promise.hold_until"),
        ),
        keyboard(
            [(t("promise.hold_confirm"), PromiseButton(action="held", id=card.id))],
            [(t("button.back"), PromiseButton(action="card", id=card.id))],
        ),
    )


def ask_withdraw(t: Translator, card: PromiseCard) -> Screen:
    """What taking back does."""
    return Screen(
        titled(t("promise.withdraw"), _line(t, card, LIST_LENGTH), t("promise.withdraw_what")),
        keyboard(
            [danger(t("promise.withdraw"), PromiseButton(action="withdrawn", id=card.id))],
            [(t("button.back"), PromiseButton(action="card", id=card.id))],
        ),
    )


def _preview(t: Translator, catalogs: Catalogs, card: DraftCard) -> Screen:
    written = card.draft
    locales = _own_first(t, (written.locale, written.second_locale))
    shown = [shown_in(catalogs, locale, written.note(locale)) for locale in locales]
    confirm = [primary(t(_confirm_key(card)), PromiseStep(step="confirm", value=written.stamp))]
    is_new = written.promise_id is None
    again: list[Button] = [(t("promise.write_again"), PromiseStep(step="again"))]
    date: list[Button] = [(t("promise.change_due"), PromiseStep(step="date"))]
    change = [*(again if is_new or written.asks != "due" else []), *(date if is_new and not written.is_done else [])]
    owner: list[Button] = [(t("promise.owner_title"), PromiseStep(step="owners", value="0"))]
    return Screen(
        paragraphs(Bold(t("promise.preview")), *shown, _owner(t, card.owner), _reach(t, card)),
        _leave(t, confirm, change, owner),
    )


def _own_first(t: Translator, locales: Sequence[str]) -> list[str]:
    return sorted(locales, key=lambda locale: locale != t.locale)


def _owner(t: Translator, name: str | None) -> str:
    return t("promise.no_owner") if name is None else t("promise.owner", name=name)


def _confirm_key(card: DraftCard) -> str:
    is_silent = card.draft.promise_id is not None and card.draft.asks != "due"
    return "promise.save" if is_silent else "promise.confirm"


def _reach(t: Translator, card: DraftCard) -> str:
    """Who will be written to."""
    if card.draft.promise_id is None:
        return t("promise.goes_to", target=audience.name(t, card.target))
    return t("promise.goes_to_told" if card.draft.asks == "due" else "promise.goes_to_nobody")


def shown_in(catalogs: Catalogs, locale: str, note: Note) -> Text:
    """A note as readers of a language will see it."""
    reader = catalogs.translator(locale)
    return lines(Bold(language_name(locale)), notes.text(reader, note))


def _actions(t: Translator, card: PromiseCard) -> list[list[Button]]:
    withdraw: list[Button] = [(t("promise.withdraw"), PromiseButton(action="withdraw", id=card.id))]
    if card.is_done:
        return [withdraw]
    return [
        [(t("promise.is_done"), PromiseButton(action="keep", id=card.id))],
        [
            (t("promise.change_due"), PromiseButton(action="due", id=card.id)),
            (t("promise.change_text"), PromiseButton(action="text", id=card.id)),
        ],
        [_hold(t, card)],
        withdraw,
    ]


def _hold(t: Translator, card: PromiseCard) -> Button:
    if card.held is None:
        return t("promise.hold"), PromiseButton(action="hold", id=card.id)
    return t("promise.resume"), PromiseButton(action="resume", id=card.id)


def _text(t: Translator, card: PromiseCard) -> str:
    text = " ".join(name_in(t.locale, card.text, card.text_en).split())
    text = t("promise.by_manager", text=text) if card.by_manager else text
    return f"{audience.name(t, card.target)}: {text}"


def _line(t: Translator, card: PromiseCard, length: int) -> str:
    return lines(shortened(_text(t, card), length), _state(t, card)).render()[0]


def _state(t: Translator, card: PromiseCard) -> str:
    """By when, and how long that still is; or when it was done."""
    if card.is_done:
        return t("promise.was_done", date=t.date(card.done_on, year=True)) if card.done_on else t("promise.done")
    if card.due is None or card.days_left is None:
        return t("promise.planned")
    date = t.date(card.due, year=True)
    if card.days_left == 0:
        return t("promise.due_today", date=date)
    key = "promise.due_left" if card.days_left > 0 else "promise.due_over"
    return t.n(key, abs(card.days_left), date=date)


def _noticed(t: Translator, card: PromiseCard) -> str | None:
    if card.noticed is not None:
        return t("promise.noticed", share=figures.share(t, card.noticed))
    if card.noticed_on is not None:
        return t("promise.noticed_on", date=t.date(card.noticed_on))
    return t("promise.not_noticed") if card.is_done else None


def _leave(t: Translator, *rows: Sequence[Button] | None) -> InlineKeyboardMarkup:
    return keyboard(*rows, [(t("button.cancel"), LIST)])
