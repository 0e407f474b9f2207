"""A result on the screen: the most telling line first, never a diagnosis, never an alarm."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from content.base import ScaleKey
from keyboards.callbacks import Go, ShowResult, TipList
from keyboards.rows import keyboard
from services.wellbeing.checkin import ResultCard
from services.wellbeing.scoring import Shift
from views.screen import Screen, lines, paragraphs, titled
from views.translator import Translator

DOTS = 6  # the scale from 0 to 6
FULL, EMPTY = "●", "○"


def result(t: Translator, card: ResultCard, *, is_fresh: bool = False) -> Screen:
    """The result screen, at most 900 characters; the rest stands behind *More*. `is_fresh`: just answered."""
    return Screen(
        paragraphs(
            t("result.thanks") if is_fresh else t("result.title", date=t.date(card.date)),
            *findings(t, card),
            _what_it_is_not(t, card),
            t("result.who_sees"),
        ),
        keyboard(
            [(t("button.redo"), ShowResult(action="redo", assessment=card.assessment_id))] if card.may_redo else None,
            [(t("button.what_may_help", n=card.open_recommendations), TipList(kind="open", page=0))]
            if card.open_recommendations
            else None,
            [(t("button.someone_to_talk_to"), Go(place="help_now"))],
            [
                (t("button.more"), ShowResult(action="more", assessment=card.assessment_id)),
                (t("button.what_hr_sees"), Go(place="hr_sees")),
                (t("button.hide"), ShowResult(action="hide", assessment=card.assessment_id)),
            ],
            [(t("button.menu"), Go(place="menu"))],
        ),
    )


def more(t: Translator, card: ResultCard) -> Screen:
    """What does not fit on the result: what the check-in is, the change of each scale, when a professional helps."""
    return Screen(
        titled(
            t("result.title", date=t.date(card.date)),
            t("checkin.about"),
            _scale_changes(t, card),
            t("professional.text").strip(),
        ),
        keyboard(
            [(t("button.back"), ShowResult(action="show", assessment=card.assessment_id))],
            [(t("button.someone_to_talk_to"), Go(place="help_now")), (t("button.menu"), Go(place="menu"))],
        ),
    )


def hidden(t: Translator) -> Screen:
    """One line that says nothing over a shoulder."""
    return Screen(Text(t("result.hidden")), keyboard([(t("button.menu"), Go(place="menu"))]))


def none_yet(t: Translator) -> Screen:
    """There is no result to show."""
    return Screen(Text(t("result.none")), keyboard([(t("button.menu"), Go(place="menu"))]))


def findings(t: Translator, card: ResultCard) -> tuple[Text, ...]:
    """What a result says, as paragraphs: the most telling line, the scales, the total and its change."""
    return (Bold(_profile_line(t, card)), _scales(t, card), lines(_level_line(t, card), _change_line(t, card)))


def _profile_line(t: Translator, card: ResultCard) -> str:
    levels = card.result.scale_levels
    if card.result.profile != "exhausted_plus":
        return t(f"profile_line.{card.result.profile}")
    other = "DP" if levels["DP"] == "high" else "RA"
    return t("profile_line.exhausted_plus", other=t(f"profile_line.other.{other}"))


def _scales(t: Translator, card: ResultCard) -> Text:
    return lines(*(_scale(t, card, code) for code in card.questionnaire.scales))


def _scale(t: Translator, card: ResultCard, code: ScaleKey) -> Text:
    scale = card.questionnaire.scales[code]
    value, level = card.result.scales[code], card.result.scale_levels[code]
    assert value is not None
    assert level is not None
    line = t(
        "result.scale_line", name=t.words(scale), dots=dots(value, scale.max), score=t.number(value), max=scale.max
    )
    return lines(line, t(f"scale_word.{level}"))


def dots(value: float, maximum: int) -> str:
    """A scale as six dots, to the nearest dot."""
    full = round(value / maximum * DOTS)
    return FULL * full + EMPTY * (DOTS - full)


def _level_line(t: Translator, card: ResultCard) -> str:
    assert card.result.total is not None
    is_smoothed = card.result.level != "high" and "high" in card.result.scale_levels.values()
    key = "scale_high" if is_smoothed else card.result.level
    return f"{t(f'level.{key}', score=t.number(card.result.total))} {t('result.provisional')}"


def _change_line(t: Translator, card: ResultCard) -> str | None:
    if card.is_suspect:
        return t("checkin.quality_note") if card.may_redo else t("result.rough")
    if card.change is None or card.previous_date is None:
        return t("change.first")
    return _shift(t, card.change.total, t.date(card.previous_date))


def _shift(t: Translator, shift: Shift, date: str) -> str:
    direction = t("change.higher" if shift.delta > 0 else "change.lower")
    return t(f"change.{shift.verdict}", date=date, delta=t.number(abs(shift.delta)), direction=direction)


def _scale_changes(t: Translator, card: ResultCard) -> Text | None:
    if card.change is None or card.previous_date is None:
        return None
    date = t.date(card.previous_date)
    return lines(
        *(
            f"{t.words(card.questionnaire.scales[code])}. {_shift(t, shift, date)}"
            for code, shift in card.change.scales.items()
        )
    )


def _what_it_is_not(t: Translator, card: ResultCard) -> str:
    advice = f" {t('professional.short')}" if _suggests_help(card) else ""
    return t("result.not_a_diagnosis") + advice


def _suggests_help(card: ResultCard) -> bool:
    """professional.show_when: a high total, high exhaustion, or a total that got worse by more than chance."""
    got_worse = card.change is not None and card.change.total.verdict == "worse"
    return "high" in (card.result.level, card.result.scale_levels["EE"]) or got_worse
