"""The weekly pulse on the screen: a question that is answered by one tap, and this week in own words."""

from __future__ import annotations

from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.formatting import Bold, Text

from content.pulse import PulseLine, PulseOffer
from keyboards.account import Go
from keyboards.rows import Button, in_rows_of, keyboard
from keyboards.wellbeing import Chart, Checkin, PulseAnswer, PulseButton, PulseQuestion, PulseRecommendation
from services.outreach.notes import Note
from services.typed_answers import ValueTaken
from services.wellbeing.dashboard import DEFAULT_SPAN
from services.wellbeing.pulse import PulseFigure, PulseState, Question, Summary
from views.outreach import notes
from views.parts import with_riders
from views.screen import Screen, below, lines, paragraphs, titled
from views.translator import Translator

CHOSEN = "● "


def state(t: Translator, where: PulseState, promise: Note | None = None) -> Screen:
    """The screen for wherever the person stands this week; `promise` is what was promised before a hard one."""
    return _question(t, where) if isinstance(where, Question) else _summary(t, where, promise)


def after_question(
    t: Translator, where: PulseState, pressed: InlineKeyboardMarkup | None, promise: Note | None = None
) -> Screen:
    """The same in place of a question; what rode along in its message stays."""
    data = [button.callback_data or "" for row in pressed.inline_keyboard for button in row] if pressed else []
    is_question = any(one.startswith(f"{PulseAnswer.__prefix__}:") for one in data)
    screen = state(t, where, promise)
    return with_riders(screen, pressed, PulseAnswer, PulseQuestion, PulseButton) if is_question else screen


def typed(t: Translator, taken: ValueTaken) -> Screen:
    """What comes next, below the value that a text was taken for."""
    given = answered(t, t.words(taken.item.label), taken.value)
    return below(t("typed.taken", answer=given), state(t, taken.state))


def late_toast(t: Translator, where: PulseState) -> str | None:
    """What a press on a closed week is told."""
    return t("pulse.closed") if where.is_late else None


def answered(t: Translator, label: str, value: float, mean: float | None = None) -> str:
    """An answer (0–10) in words, with the own line where there is one."""
    if mean is None:
        return t("pulse.answered", label=label, value=t.number(value))
    return t("pulse.answered_with_line", label=label, value=t.number(value), mean=t.number(mean))


def turned(t: Translator, is_on: bool) -> Screen:
    """The answer to «weekly or off?»."""
    if is_on:
        return Screen(
            Text(t("pulse.kept")),
            keyboard([(t("home.answer_pulse"), PulseButton(action="open"))], [(t("button.menu"), Go(place="menu"))]),
        )
    return Screen(
        Text(t("pulse.turned_off")),
        keyboard([(t("pulse.turn_on"), PulseButton(action="weekly"))], [(t("button.menu"), Go(place="menu"))]),
    )


def question_text(t: Translator, question: Question) -> Text:
    """Who sees the answers, how far it is, and the question with the ends of its scale."""
    items = question.pulse.items
    number = items.index(question.item) + 1
    way = "●" * number + "○" * (len(items) - number)
    return paragraphs(
        t.words(question.pulse.intro),
        f"{t('checkin.progress', number=number, total=len(items))}  {way}",
        Bold(t.words(question.item)),
        lines(t.words(question.item.low), t.words(question.item.high)),
    )


def question_buttons(t: Translator, question: Question) -> list[list[Button]]:
    """The values, and the ways to the questions before and after."""
    return [*_values(question), _movements(t, question)]


def _question(t: Translator, question: Question) -> Screen:
    return Screen(
        question_text(t, question), keyboard(*question_buttons(t, question), [(t("button.menu"), Go(place="menu"))])
    )


def _values(question: Question) -> list[list[Button]]:
    scale = question.pulse.answer
    week = question.week.isoformat()
    buttons: list[Button] = [
        (
            f"{CHOSEN if value == question.chosen else ''}{value}",
            PulseAnswer(week=week, metric=question.item.metric, value=value),
        )
        for value in range(scale.min, scale.max + 1)
    ]
    return [list(row) for row in in_rows_of(scale.buttons_per_row, buttons)]


def _movements(t: Translator, question: Question) -> list[Button]:
    items = question.pulse.items
    place = items.index(question.item)
    back: list[Button] = [(t("button.back"), PulseQuestion(metric=items[place - 1].metric))] if place else []
    onward = t("button.skip" if question.chosen is None else "button.go_on")
    if place + 1 < len(items):
        return [*back, (onward, PulseQuestion(metric=items[place + 1].metric))]
    return [*back, (onward, PulseButton(action="summary"))]


def _summary(t: Translator, week: Summary, promise: Note | None) -> Screen:
    buttons = _line_buttons(t, week)
    chart = (t("button.chart"), Chart(weeks=DEFAULT_SPAN))
    return Screen(
        titled(
            t("pulse.week", start=t.date(week.week), end=t.date(week.last_day)),
            t.words(week.line) if week.line else None,
            None if promise is None else notes.brief(t, promise),
            *_findings(t, week),
            lines(*(t(f"pulse.{offer.action}") for offer in week.offers)),
            t("pulse.who_sees"),
        ),
        keyboard(
            buttons,
            *([_offer(t, offer)] for offer in week.offers),
            *([_change(t, figure)] for figure in week.figures),
            [*([] if chart in buttons else [chart]), (t("button.menu"), Go(place="menu"))],
        ),
    )


def _line_buttons(t: Translator, week: Summary) -> list[Button]:
    """What the line leads to; a step that is offered anyway stands below it."""
    if week.line is None:
        return []
    has_step = any(offer.action == "offer_recommendation" for offer in week.offers)
    return [_line_button(t, week.line, name) for name in week.line.buttons if not (name == "step" and has_step)]


def _line_button(t: Translator, line: PulseLine, name: str) -> Button:
    if line.dimension is not None and name == "step":
        return t("pulse.open_recommendation"), PulseRecommendation(scale=line.dimension)
    if name == "talk":
        return t("button.someone_to_talk_to"), Go(place="help_now")
    return t("button.chart"), Chart(weeks=DEFAULT_SPAN)


def _findings(t: Translator, week: Summary) -> tuple[str | Text | None, ...]:
    if all(figure.value is None for figure in week.figures):
        return (t("pulse.nothing_yet", date=t.date(week.last_day)),)
    has_line = any(figure.line is not None for figure in week.figures)
    return (
        lines(*(_figure(t, figure) for figure in week.figures)),
        lines(*(_shift(t, figure) for figure in week.figures)),
        lines(
            t("pulse.what_average_is" if has_line else "pulse.average_later"),
            t("pulse.editable", date=t.date(week.last_day)),
        ),
    )


def _figure(t: Translator, figure: PulseFigure) -> str:
    label = t.words(figure.item.label)
    if figure.value is None:
        return t("pulse.not_answered", label=label)
    return answered(t, label, figure.value, figure.line)


def _shift(t: Translator, figure: PulseFigure) -> str | None:
    return t(f"pulse.{figure.shift}", label=t.words(figure.item.label)) if figure.shift else None


def _offer(t: Translator, offer: PulseOffer) -> Button:
    if offer.dimension is not None:
        return t("pulse.open_recommendation"), PulseRecommendation(scale=offer.dimension)
    return t("button.open_checkin"), Checkin(action="open")


def _change(t: Translator, figure: PulseFigure) -> Button:
    label = t.words(figure.item.label)
    text = t("pulse.to_answer", label=label) if figure.value is None else answered(t, label, figure.value)
    return text, PulseQuestion(metric=figure.item.metric)
