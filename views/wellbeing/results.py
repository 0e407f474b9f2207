"""A result on the screen: the person's own words first, never a diagnosis, never an alarm, a human word last."""

from __future__ import annotations

from aiogram.utils.formatting import Bold, Text

from content.base import ScaleKey
from keyboards.account import Go
from keyboards.rows import keyboard
from keyboards.wellbeing import CausesPage, RecommendationList, ShowResult
from services.wellbeing.checkin import ResultCard
from services.wellbeing.scoring import Creep, Shift, frequency
from views.screen import Screen, lines, paragraphs, titled
from views.translator import Translator
from views.wellbeing import causes

CONFLICT = "conflict"  # the cause that has a screen of its own
DAYS_IN_A_MONTH = 30.4


def result(t: Translator, card: ResultCard, *, is_fresh: bool = False) -> Screen:
    """The result screen, at most 900 characters; the rest stands behind *More*. `is_fresh`: just answered."""
    return Screen(
        paragraphs(
            _opening(t, card) if is_fresh else t("result.title", date=t.date(card.date)),
            *findings(t, card),
            t("professional.short") if _suggests_help(card) else None,
            f"{t('result.not_a_diagnosis')} {t('result.who_sees')}",
            t(f"result.closing_{_weight(card)}"),
        ),
        keyboard(
            [(t("button.redo"), ShowResult(action="redo", assessment=card.assessment_id))] if card.may_redo else None,
            [(t("button.what_may_help", n=card.open_recommendations), RecommendationList(kind="open", page=0))]
            if card.open_recommendations
            else None,
            [(t("causes.ask"), CausesPage(action="ask", assessment=card.assessment_id))]
            if card.may_name_causes
            else None,
            [(t("conflict.button"), Go(place="conflict"))] if _names_conflict(card) else None,
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
            f"{t('checkin.about')} {t('result.provisional')}",
            _scale_changes(t, card),
            causes.named(t, card),
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
    """What a result says, as paragraphs: what was hard most often, the pattern, the scales, the total, its change."""
    echo, pattern = _echo(t, card), _profile_line(t, card)
    return (
        Bold(echo or pattern),
        *([Text(pattern)] if echo else []),
        lines(*(_scale(t, card, code) for code in card.questionnaire.scales)),
        lines(_level_line(t, card), _change_line(t, card)),
    )


def _opening(t: Translator, card: ResultCard) -> str | None:
    """Thanks; where the last words thank already, those do."""
    return None if _weight(card) == "hard" else t("result.thanks")


def _echo(t: Translator, card: ResultCard) -> str | None:
    """The person's own strongest answers, said back as one line; not where they may have been given in haste."""
    if card.is_suspect or not card.strongest:
        return None
    said = [_clause(t.words(item.echo or item)) for item in card.strongest]
    return t("result.echo", list="; ".join(said))


def _clause(statement: str) -> str:
    """A statement in the middle of a sentence; English keeps its “I”."""
    clause = statement.rstrip(".")
    return clause if clause.startswith(("I ", "I'")) else clause[:1].lower() + clause[1:]


def _profile_line(t: Translator, card: ResultCard) -> str:
    levels = card.result.scale_levels
    if card.result.profile != "exhausted_plus":
        return t(f"profile_line.{card.result.profile}")
    other = "DP" if levels["DP"] == "high" else "RA"
    return t("profile_line.exhausted_plus", other=t(f"profile_line.other.{other}"))


def _scale(t: Translator, card: ResultCard, code: ScaleKey) -> str:
    """One scale as a single line, so that a screen reader hears one fact; the word comes before the figure."""
    scale = card.questionnaire.scales[code]
    name, value = t.words(scale), card.result.scales[code]
    if value is None:
        return t("result.scale_unknown", name=name)
    word = t(f"frequency.{frequency(card.questionnaire, value / scale.items)}")
    return t("result.scale_line", name=name, word=word, score=t.number(value), max=scale.max)


def _level_line(t: Translator, card: ResultCard) -> str:
    total = card.result.total or 0
    is_smoothed = card.result.level != "high" and "high" in card.result.scale_levels.values()
    key = "scale_high" if is_smoothed else card.result.level
    word = t(f"frequency.{frequency(card.questionnaire, total / len(card.questionnaire.items))}")
    return t(f"level.{key}", score=t.number(total), word=word)


def _change_line(t: Translator, card: ResultCard) -> str | None:
    if card.is_suspect:
        return t("checkin.quality_note") if card.may_redo else t("result.rough")
    if card.change is None or not card.earlier_dates:
        return t("change.first")
    if card.change.creep is not None:
        return _creep_line(t, card, card.change.creep)
    return _shift(t, card.change.total, t.date(card.earlier_dates[0]))


def _creep_line(t: Translator, card: ResultCard, creep: Creep) -> str:
    months = max(1, round((card.date - card.earlier_dates[creep.since - 1]).days / DAYS_IN_A_MONTH))
    span = {6: "change.over_half_a_year", 12: "change.over_a_year"}.get(months)
    over = t(span) if span else t.n("change.over_months", months)
    return t("change.creep", over=over, before=t.number(creep.before), now=t.number(creep.now))


def _shift(t: Translator, shift: Shift, date: str) -> str:
    direction = t("change.higher" if shift.delta > 0 else "change.lower")
    return t(f"change.{shift.verdict}", date=date, delta=t.number(abs(shift.delta)), direction=direction)


def _scale_changes(t: Translator, card: ResultCard) -> Text | None:
    if card.change is None or not card.earlier_dates:
        return None
    date = t.date(card.earlier_dates[0])
    return lines(
        *(
            f"{t.words(card.questionnaire.scales[code])}. {_shift(t, shift, date)}"
            for code, shift in card.change.scales.items()
        )
    )


def _suggests_help(card: ResultCard) -> bool:
    """Whether a professional is named: a high total, exhaustion or lack of reward, or a clear change for the worse."""
    levels = card.result.scale_levels
    got_worse = card.change is not None and card.change.is_worse
    return "high" in (card.result.level, levels["EE"], levels["RA"]) or got_worse


def _names_conflict(card: ResultCard) -> bool:
    """Whether people weighed on the person: then there is a way that leads past everybody at work."""
    return any(cause.id == CONFLICT for cause in card.causes)


def _weight(card: ResultCard) -> str:
    """Which closing words fit: where anything suggests help, where something was hard, or where all is calm."""
    if _suggests_help(card):
        return "hard"
    return "mixed" if card.strongest or card.result.level != "low" else "calm"
