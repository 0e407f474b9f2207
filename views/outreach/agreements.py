"""What a manager agreed with the team: writing it, and that it is done."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from keyboards.outreach import Agreement
from keyboards.rows import Button, keyboard, primary
from keyboards.summary import TeamPage
from services.kit.text import name_in
from services.outreach.notes import DONE, Note
from services.outreach.promise_cards import PromiseCard
from services.outreach.promise_draft import TEXT_LENGTH, DraftCard
from views.company import audience
from views.outreach.promises import shown_in
from views.screen import Screen, paragraphs, titled
from views.translator import Catalogs, Translator


def draft(t: Translator, catalogs: Catalogs, card: DraftCard) -> Screen:
    """What is asked next, or what the people of the group will read."""
    written, target = card.draft, audience.name(t, card.target)
    cancel: list[Button] = [(t("button.cancel"), TeamPage())]
    if written.is_ready:
        return Screen(
            paragraphs(
                Bold(t("promise.preview")),
                shown_in(catalogs, written.locale, written.note(written.locale)),
                t("agreement.goes_to", target=target),
            ),
            keyboard(
                [primary(t("agreement.confirm"), Agreement(action="confirm", value=written.stamp))],
                [
                    (t("promise.write_again"), Agreement(action="again")),
                    (t("promise.change_due"), Agreement(action="date")),
                ],
                cancel,
            ),
        )
    if written.asks == "text":
        text = t("agreement.type", target=target, max=TEXT_LENGTH)
        return Screen(Text(text), keyboard(cancel))
    offered: list[list[Button]] = [
        [(t("promise.until", date=t.date(day)), Agreement(action="due", value=day.isoformat()))] for day in card.offered
    ]
    return Screen(Text(t("promise.type_due")), keyboard(*offered, cancel))


def recorded(t: Translator, card: PromiseCard) -> Screen:
    """It stands, and who reads it."""
    return _ended(t, card, "agreement.recorded")


def done(t: Translator, card: PromiseCard) -> Screen:
    """People will be asked whether they notice it."""
    return _ended(t, card, "agreement.done")


def ask_keep(t: Translator, catalogs: Catalogs, card: PromiseCard) -> Screen:
    """What people will be asked when it is marked as done."""
    shown = [
        shown_in(catalogs, locale, Note(card.id, DONE, name_in(locale, card.text, card.text_en), card.due, True))
        for locale in catalogs.locales
    ]
    return Screen(
        paragraphs(Bold(t("promise.preview")), *shown, t("promise.goes_to", target=audience.name(t, card.target))),
        keyboard([primary(t("promise.keep"), Agreement(action="kept", id=card.id))], [(t("button.back"), TeamPage())]),
    )


def _ended(t: Translator, card: PromiseCard, key: str) -> Screen:
    target = audience.name(t, card.target)
    return Screen(
        titled(target, name_in(t.locale, card.text, card.text_en), t(key, target=target)),
        keyboard([(t("team.button.back"), TeamPage())]),
    )
