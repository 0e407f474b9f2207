"""Screens of moving a lost account: HR's link, and what the old account reads."""

from __future__ import annotations

from datetime import date

from keyboards.account import Go, Own
from keyboards.company import PersonDeed
from keyboards.rows import copying, keyboard
from services.company.people import PersonCard
from services.lifecycle.messages import WAITS
from services.lifecycle.relink import RelinkInvite
from services.lifecycle.relink_approval import RelinkRequest
from views.company.people import name_of, to_card
from views.lifecycle.messages import relink_answers, relink_decision, relink_notice
from views.screen import Screen, titled
from views.translator import Translator


def relink(t: Translator, person: PersonCard, request: RelinkRequest | None) -> Screen:
    """What such a link does, before it is made; and where one is out already, whether it works."""
    decision = relink_decision(t, request.id) if request and request.may_decide and not request.is_approved else []
    return Screen(
        titled(
            t("people.relink_title", name=name_of(t, person)),
            _state(t, request) if request else None,
            t("people.relink_rule"),
            t("people.relink_two"),
            t.n("people.relink_safe", WAITS.days),
        ),
        keyboard(
            *decision,
            [(t("people.relink_confirm"), PersonDeed(action="relink", person=person.id))],
            to_card(t, person.id),
        ),
    )


def _state(t: Translator, request: RelinkRequest) -> str:
    if request.is_approved:
        return t("people.relink_works")
    waits = t("people.relink_waits", name=request.asked_by or t("contact.unnamed"))
    return waits if request.may_decide else f"{waits} {t('people.relink_operator', number=request.id)}"


def approved(t: Translator, request: RelinkRequest) -> Screen:
    """The link works now."""
    return _decided(t, request, "people.relink_approved")


def declined(t: Translator, request: RelinkRequest) -> Screen:
    """The link has ended."""
    return _decided(t, request, "people.relink_declined")


def _decided(t: Translator, request: RelinkRequest, key: str) -> Screen:
    name = request.name or t("contact.unnamed")
    return Screen(titled(t("people.relink_title", name=name), t(key)), keyboard(to_card(t, request.person_id)))


def link(t: Translator, made: RelinkInvite, until: date, person_id: int) -> Screen:
    """The link, to be passed on by hand."""
    return Screen(
        titled(
            t("people.relink_title", name=made.name or t("contact.unnamed")),
            made.url,
            t("people.relink_made", date=t.date(until)),
            t("people.relink_asked" if made.is_anyone_asked else "people.relink_alone"),
            t("people.relink_operator", number=made.number),
        ),
        keyboard(copying(t("invite.copy_link"), made.url), to_card(t, person_id)),
        protect=False,
    )


def waiting(t: Translator, to_id: int, until: date) -> Screen:
    """All that the old account can open until it answers."""
    return Screen(
        relink_notice(t, until),
        keyboard(
            *relink_answers(t, to_id),
            [(t("export.button"), Own(action="export")), (t("delete.button"), Own(action="delete"))],
            [(t("privacy.title"), Go(place="privacy"))],
        ),
    )


def account_moved(t: Translator) -> Screen:
    """The results are with the new account; nothing is left here."""
    return Screen(titled(t("bot.name"), t("relink.moved")))


def account_kept(t: Translator) -> Screen:
    """It was somebody else: everything is as before."""
    return Screen(titled(t("bot.name"), t("relink.kept")), keyboard([(t("button.menu"), Go(place="menu"))]))
