"""The own data: who sees what, the consent and taking it back, leaving, and what is still open without a consent."""

from __future__ import annotations

from datetime import date

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from content import Consent
from keyboards.account import Go, Own
from keyboards.rows import Button, danger, keyboard
from services.account.access import AccessState
from services.account.member import Member
from services.summary.summaries import Seen
from views import figures
from views.lifecycle import joining, relink
from views.screen import Screen, titled
from views.summary.screens import folded_away
from views.translator import Translator


def policy(t: Translator, member: Member | None, access: AccessState | None) -> Screen:
    """Item by item who sees what, and what a person can do about it; strangers may read it too."""
    agreed = None
    if member is not None:
        agreed = t("privacy.agreed", version=member.consent_version, date=t.date(member.consent_at.date(), year=True))
    return Screen(
        titled(t("privacy.title"), t("privacy.items"), t("privacy.administrator"), t("privacy.erasing"), agreed),
        keyboard(
            [(t("button.what_hr_sees"), Go(place="hr_sees"))],
            [(t("privacy.consent"), Go(place="consent"))],
            *_own(t, member, access),
        ),
    )


def hr_sees(t: Translator, seen: Seen | None, first_on: date) -> Screen:
    """What leaves this chat and what never does, then the last summary, folded away, word for word as HR got it.

    Before the first one, which comes on `first_on`, and for whoever does not work here (`seen` is None), an example
    stands here: in the form of the real summary, shortened, with figures that it calls invented.
    """
    return Screen(
        titled(t("button.what_hr_sees"), t("privacy.hr_sees"), *_last_summary(t, seen, first_on)),
        keyboard(
            None if seen is None else [(t("self_view.title"), Go(place="self_view"))],
            [(t("privacy.title"), Go(place="privacy"))],
            [(t("button.menu"), Go(place="menu"))],
        ),
    )


def consent_text(t: Translator, consent: Consent) -> Screen:
    """The consent as it was agreed to, without its buttons."""
    return Screen(titled(t("consent.title"), t.words(consent)), _back_to_policy(t))


def withdraw_question(t: Translator) -> Screen:
    """What a withdrawal does, how it differs from erasing, and the second step."""
    return Screen(
        titled(t("withdraw.title"), t("withdraw.text")),
        keyboard(
            [danger(t("withdraw.confirm"), Own(action="withdrawn"))],
            [(t("withdraw.erase_instead"), Own(action="delete"))],
            [(t("button.back"), Go(place="privacy"))],
        ),
    )


def delete_question(t: Translator) -> Screen:
    """What goes, what remains, and the word to type."""
    return Screen(
        titled(t("delete.title"), t("delete.confirm", word=t("delete.word"))),
        keyboard([(t("delete.keep"), Own(action="keep"))]),
    )


def kept(t: Translator) -> Screen:
    """Nothing was erased."""
    return Screen(titled(t("delete.cancelled")), _back_to_policy(t))


def closed(t: Translator, access: AccessState, consent: Consent, until: date | None, moved_to: int = 0) -> Screen:
    """What somebody reads who may not be asked anything.

    `until` is the last day on which the data is here of somebody who left, or went to the account of `moved_to`; for
    everybody else it is None.
    """
    if until is not None:
        return relink.waiting(t, moved_to, until) if access is AccessState.MOVED else _left(t, until)
    if access is AccessState.CONSENT_CHANGED:
        return consent_again(t, consent, access)
    return Screen(
        titled(t("bot.name"), t("consent.withdrawn")),
        keyboard(
            [(t("withdraw.come_back"), Own(action="come_back"))],
            _own_data(t),
            [(t("button.someone_to_talk_to"), Go(place="help_now")), (t("privacy.title"), Go(place="privacy"))],
        ),
    )


def _left(t: Translator, until: date) -> Screen:
    return Screen(
        titled(t("bot.name"), t("delete.offboarded", date=t.date(until, year=True))),
        keyboard(_own_data(t), [(t("privacy.title"), Go(place="privacy"))]),
    )


def _own_data(t: Translator) -> list[Button]:
    return [(t("export.button"), Own(action="export")), (t("delete.button"), Own(action="delete"))]


def consent_again(t: Translator, consent: Consent, access: AccessState | None) -> Screen:
    """The consent with its buttons, for somebody who is in already; says what changed where it did."""
    changes = None
    if access is AccessState.CONSENT_CHANGED and consent.changes is not None:
        changes = t("consent.changed", changes=t.words(consent.changes))
    return joining.consent(t, consent, token="", before=changes)


def still_declined(t: Translator) -> Screen:
    """No consent for now: nothing is asked, nothing is lost, and how to come back."""
    return Screen(
        titled(t("bot.name"), t("consent.still_declined")),
        keyboard(
            [(t("withdraw.come_back"), Own(action="come_back"))],
            [(t("export.button"), Own(action="export")), (t("delete.button"), Own(action="delete"))],
        ),
    )


def exported(t: Translator) -> Screen:
    """Below the two files: that they are all, and where to go on."""
    return Screen(Text(t("export.sent")), _back_to_policy(t))


def is_delete_word(t: Translator, typed: str) -> bool:
    """Whether the word that stands on the screen was typed, in any case."""
    return typed.strip().casefold() == t("delete.word").casefold()


def _last_summary(t: Translator, seen: Seen | None, first_on: date) -> list[str | Text | None]:
    if seen is None:
        return [t("privacy.example_first"), t("privacy.example")]
    if seen.stored is None:
        return [t("privacy.no_summary_yet", date=t.date(first_on)), t("privacy.example")]
    words = seen.stored.texts.get(t.locale) or next(iter(seen.stored.texts.values()))
    return [t("privacy.last_summary"), folded_away(words), _own_group(t, seen)]


def _own_group(t: Translator, seen: Seen) -> str | None:
    """How the reader's own group stands in it."""
    if seen.group is None or seen.week is None:
        return None
    name = figures.name(t, seen.group, 100)
    pulse = seen.pulse
    if pulse is None:
        waits = seen.week.reports_once(seen.group.key)
        return t("privacy.own_group_waiting" if waits else "privacy.own_group_hidden", group=name)
    values = "; ".join(
        f"{figures.label(t, one)} {figures.shift(t, one, pulse.shifts[one], pulse.source.k)}"
        for one in figures.PULSE_FIGURES
    )
    if pulse.is_pooled:
        return t("privacy.own_group_pooled", group=name, period=figures.days_of(t, pulse.source), figures=values)
    return t("privacy.own_group", group=name, figures=values)


def _own(t: Translator, member: Member | None, access: AccessState | None) -> list[list[Button]]:
    if member is None:
        return []
    rows: list[list[Button]] = [
        [(t("export.button"), Own(action="export")), (t("delete.button"), Own(action="delete"))]
    ]
    if access is None:
        rows.append([(t("withdraw.button"), Own(action="withdraw"))])
    elif access in (AccessState.WITHDRAWN, AccessState.CONSENT_CHANGED):
        rows.append([(t("withdraw.come_back"), Own(action="come_back"))])
    return [*rows, [(t("button.menu"), Go(place="menu"))]]


def _back_to_policy(t: Translator) -> InlineKeyboardMarkup:
    return keyboard([(t("privacy.title"), Go(place="privacy"))], [(t("button.menu"), Go(place="menu"))])
