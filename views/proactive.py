"""Messages that the bot sends by itself. The first line gives nothing away."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.callbacks import Checkin, TipButton
from keyboards.rows import keyboard
from services import deliveries
from services.deliveries import Due
from views.screen import Screen
from views.translator import Translator


def proactive(t: Translator, due: Due) -> Screen:
    """The message of one delivery."""
    if due.kind == deliveries.NUDGE:
        return _nudge(t, due)
    assert due.last_day is not None
    number = due.number if due.kind == deliveries.REMINDER else 0
    return Screen(
        Text(t(f"reminder.check_{number}", date=t.date(due.last_day))),
        keyboard([(t("reminder.start"), Checkin(action="open"))]),
    )


def _nudge(t: Translator, due: Due) -> Screen:
    assert due.tip_id is not None
    return Screen(
        Text(t("recommendations.nudge", title=due.title)),
        keyboard([(t("reminder.open_step"), TipButton(action="card", id=due.tip_id))]),
    )
