"""Messages that the bot sends by itself. The first line gives nothing away; what rides along has a line and button."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Text

from keyboards.callbacks import Checkin, Go, PulseButton, TipButton
from keyboards.rows import Button, keyboard
from services.notifications import kinds
from services.notifications.deliveries import DueMessage, MessagePart
from services.notifications.kinds import (
    AboutCheckin,
    AboutContact,
    AboutLeaving,
    AboutMove,
    AboutNote,
    AboutPulse,
    AboutRefusal,
    AboutRelink,
    AboutReturn,
    AboutSummary,
    AboutTeam,
    AboutTip,
)
from views.company import people
from views.outreach import contact, notes
from views.screen import Screen, paragraphs
from views.summary import screens, team
from views.translator import Translator


def proactive(t: Translator, due: DueMessage) -> Screen:
    """The message of one delivery, with everything that is due on the same day."""
    leader, *riders = due.parts
    if isinstance(leader.about, AboutSummary):
        return screens.issued(t, leader.about.stored, is_first=leader.about.is_first)
    if isinstance(leader.about, AboutTeam):
        return team.team(t, leader.about.card, number=0)
    if isinstance(leader.about, AboutRelink | AboutRefusal | AboutLeaving | AboutMove):
        return people.notice(t, leader.about)
    return Screen(
        paragraphs(_text(t, leader), *(_line(t, rider) for rider in riders)),
        _keyboard(t, [*_buttons(t, leader), *(row for rider in riders for row in _rider_buttons(t, rider))]),
    )


def _keyboard(t: Translator, rows: list[list[Button]]) -> InlineKeyboardMarkup:
    """What can be done first, the menu last."""
    menu = _menu(t)
    return keyboard(*(row for row in rows if row != menu), menu if menu in rows else None)


def _menu(t: Translator) -> list[Button]:
    return [(t("button.menu"), Go(place="menu"))]


def _text(t: Translator, part: MessagePart) -> str | Text:
    match part.about:
        case AboutContact(_, letter):
            return contact.notice(t, letter)
        case AboutCheckin(number, last_day):
            return t(f"reminder.check_{number}", date=t.date(last_day))
        case AboutPulse():
            return t(_PULSE_TEXTS[part.kind])
        case AboutTip(_, title, _):
            return t("recommendations.review" if part.kind == kinds.REVIEW else "recommendations.nudge", title=title)
        case AboutReturn():
            return t("reminder.welcome_back")
        case AboutNote(note):
            return notes.text(t, note)
        case AboutSummary() | AboutTeam() | AboutRelink() | AboutRefusal() | AboutLeaving() | AboutMove():
            raise AssertionError("a screen of its own")


def _line(t: Translator, part: MessagePart) -> str:
    match part.about:
        case AboutCheckin(_, last_day):
            return t("reminder.also_checkin", date=t.date(last_day))
        case AboutPulse():
            return t("reminder.also_pulse")
        case AboutTip(_, title, _):
            return t("reminder.also_tip", title=title)
        case AboutReturn():
            return t("reminder.welcome_back")
        case AboutContact() | AboutSummary() | AboutTeam():
            raise AssertionError("it travels alone")
        case AboutRelink() | AboutRefusal() | AboutLeaving() | AboutMove():
            raise AssertionError("it travels alone")
        case AboutNote(note):
            return notes.line(t, note)


def _buttons(t: Translator, part: MessagePart) -> list[list[Button]]:
    match part.about:
        case AboutCheckin():
            return [[(t("reminder.start_checkin"), Checkin(action="open"))]]
        case AboutPulse():
            return [_pulse_buttons(t, part.kind)]
        case AboutTip(tip_id, _, _):
            return _tip_buttons(t, part.kind, tip_id)
        case AboutReturn():
            return [_menu(t)]
        case AboutNote(note):
            return notes.buttons(t, note) or [_menu(t)]
        case AboutSummary() | AboutTeam() | AboutRelink() | AboutRefusal() | AboutLeaving() | AboutMove():
            raise AssertionError("a screen of its own")
        case AboutContact(request_id, _):
            return contact.replies(t, request_id, "open")


def _rider_buttons(t: Translator, part: MessagePart) -> list[list[Button]]:
    """Of a note within another message only a button to the whole of it: whose «Noticed» it is would not be clear."""
    return [notes.button(t, part.about.note)] if isinstance(part.about, AboutNote) else _buttons(t, part)


def _tip_buttons(t: Translator, kind: str, tip_id: int) -> list[list[Button]]:
    if kind == kinds.REVIEW:
        return [
            [
                (t("reminder.keep"), TipButton(action="keep", id=tip_id)),
                (t("reminder.swap"), TipButton(action="swap", id=tip_id)),
                (t("reminder.finish"), TipButton(action="done", id=tip_id)),
            ]
        ]
    return [
        [(t("reminder.open_step"), TipButton(action="card", id=tip_id))],
        [(t("reminder.mute_step"), TipButton(action="mute", id=tip_id))],
    ]


def _pulse_buttons(t: Translator, kind: str) -> list[Button]:
    if kind == kinds.PULSE_QUIET:
        return [(t("pulse.better_weekly"), PulseButton(action="weekly")), (t("pulse.off"), PulseButton(action="off"))]
    return [(t("reminder.start_pulse"), PulseButton(action="open"))]


_PULSE_TEXTS = {
    kinds.PULSE: "reminder.pulse_0",
    kinds.PULSE_REMINDER: "reminder.pulse",
    kinds.PULSE_QUIET: "reminder.quiet",
}
