"""The check-in on the screen: one question at a time, and where it stands when there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from aiogram.utils.formatting import Bold, Text

from content.questionnaire import Option
from keyboards.account import Go
from keyboards.rows import keyboard
from keyboards.wellbeing import Answer, Checkin, ShowResult, Turn
from services.typed_answers import Moved, OptionMeant, OptionTaken
from services.wellbeing.checkin import (
    AskedQuestion,
    CausesStep,
    CheckInState,
    CheckInStep,
    Done,
    Finished,
    Postponed,
    Ready,
    Unfinished,
)
from views.checkin_dates import next_checkin, on_hold
from views.screen import Json, PreparedScreen, Screen, below, lines, paragraphs, titled
from views.translator import Translator
from views.wellbeing import causes, results

CHOSEN = "● "
ANY_DRAFT = 2**31 - 1  # stands for the number of a draft in what is prepared; no text has such a number


def state(t: Translator, where: CheckInState) -> Screen:
    """The screen for wherever the person stands."""
    match where:
        case CheckInStep():
            return _step(t, where)
        case Unfinished():
            return _unfinished(t, where)
        case CausesStep() | Finished() | Done():
            return _submitted(t, where)
        case Postponed():
            return _postponed(t, where)
        case Ready():
            return _ready(t, where)


def question(t: Translator, asked: AskedQuestion) -> Screen:
    """A question after the first one: the same for everybody but for the draft in its buttons, so put together once."""
    screen = _prepared(t, replace(asked, draft_id=ANY_DRAFT))
    face = screen.face
    buttons = Json((face.buttons or "").replace(str(ANY_DRAFT), str(asked.draft_id)))
    return replace(screen, prepared=replace(face, buttons=buttons))


@lru_cache(maxsize=1024)
def _prepared(t: Translator, asked: AskedQuestion) -> PreparedScreen:
    options = _options(t, asked, asked.questionnaire.response_scale)
    screen = Screen(_text(t, asked), keyboard(*options, *_movements(t, asked)))
    return PreparedScreen(screen.text, prepared=screen.face)


def offered(t: Translator, where: CheckInState) -> Screen:
    """The same for whoever has just come in: the first question can wait until they have looked around."""
    match where:
        case CheckInStep(position=0, answered=0):
            return _step(t, where, [(t("join.look_around"), Go(place="menu"))])
        case _:
            return state(t, where)


def typed(t: Translator, taken: OptionTaken) -> Screen:
    """What comes next, below the option that a text was taken for."""
    return below(t("typed.taken", answer=t.words(taken.option)), state(t, taken.state))


def moved(t: Translator, taken: Moved) -> Screen:
    """The same as under the button that a text stood for."""
    if taken.is_put_aside:
        return put_aside(t, taken.state)
    where = state(t, taken.state)
    is_asked = taken.is_skipped and isinstance(taken.state, CheckInStep)
    return below(t("typed.skipped"), where) if is_asked else where


def which_option(t: Translator, meant: OptionMeant) -> Screen:
    """The question once more, with the options that the typed words may stand for."""
    step = meant.step
    item = step.questionnaire.item(step.questionnaire.order[step.position])
    return Screen(
        paragraphs(t("typed.which"), Bold(t.words(item))),
        keyboard(*_options(t, step, meant.options), [(t("typed.all_options"), Checkin(action="open"))]),
    )


def stale_toast(t: Translator, where: CheckInState) -> str | None:
    """What a press that came too late is told."""
    match where:
        case CheckInStep(is_stale=True):
            return t("checkin.stale")
        case Done(is_stale=True) | CausesStep(is_stale=True):
            return t("checkin.finished")
        case CausesStep(is_full=True):
            return t("causes.full")
        case Ready(is_stale=True, is_renewed=False):
            return t("checkin.closed")
        case _:
            return None


def _step(t: Translator, step: CheckInStep, *more: list[tuple[str, Go]]) -> Screen:
    options = _options(t, step, step.questionnaire.response_scale)
    few = _hardly_worked(t, step)
    first, last = (few, []) if step.was_away else ([], few)  # whoever hardly worked finds that first
    text = _text(t, step, t("checkin.questions_changed") if step.is_renewed else None)
    return Screen(text, keyboard(*first, *options, *_movements(t, step), *last, *more))


def _text(t: Translator, asked: AskedQuestion, renewed: str | None = None) -> Text:
    questionnaire = asked.questionnaire
    total = len(questionnaire.order)
    item = questionnaire.item(questionnaire.order[asked.position])
    is_first = asked.position == 0
    return paragraphs(
        renewed,
        t("checkin.intro") if is_first else None,
        t("checkin.progress", number=asked.position + 1, total=total),
        lines(t.words(questionnaire.stem), t.words(questionnaire.hint) if is_first else None),
        Bold(t.words(item)),
    )


def _options(t: Translator, step: AskedQuestion, options: Iterable[Option]) -> list[list[tuple[str, Answer]]]:
    return [
        [
            (
                (CHOSEN if option.value == step.chosen else "") + t.words(option),
                Answer(
                    draft=step.draft_id, version=step.questionnaire.version, position=step.position, value=option.value
                ),
            )
        ]
        for option in options
    ]


def _movements(t: Translator, step: AskedQuestion) -> list[list[tuple[str, Turn]]]:
    ahead = [(t("button.skip"), _turn(step, "skip")), (t("button.later"), _turn(step, "later"))]
    return [[(t("button.back"), _turn(step, "back")), *ahead] if step.position else ahead]


def _hardly_worked(t: Translator, step: CheckInStep) -> list[list[tuple[str, Turn]]]:
    """On the first question only, before anything is answered."""
    is_offered = step.position == 0 and not step.answered
    return [[(t.words(step.questionnaire.few_working_days), _turn(step, "few"))]] if is_offered else []


def _turn(step: AskedQuestion, to: str) -> Turn:
    return Turn(step=to, draft=step.draft_id, version=step.questionnaire.version, position=step.position)


def _unfinished(t: Translator, where: Unfinished) -> Screen:
    return Screen(
        Text(t("checkin.incomplete", date=t.date(where.last_day))),
        keyboard(
            [(t("button.skipped"), Checkin(action="skipped", draft=where.draft_id))],
            [(t("button.menu"), Go(place="menu"))],
        ),
    )


def put_aside(t: Translator, where: CheckInState) -> Screen:
    """What *Later* shows: how much is saved, and until when it can be gone on with."""
    if not isinstance(where, CheckInStep):
        return state(t, where)
    until, total = t.date(where.last_day), len(where.questionnaire.order)
    if not where.answered:
        said, label = t("checkin.later_unbegun", date=until), t("button.start_checkin")
    else:
        said, label = t("checkin.later", done=where.answered, total=total, date=until), t("button.go_on")
    return Screen(Text(said), keyboard([(label, Checkin(action="open")), (t("button.menu"), Go(place="menu"))]))


def _submitted(t: Translator, where: CausesStep | Finished | Done) -> Screen:
    match where:
        case CausesStep(is_asked=True):
            return causes.question(t, where)
        case CausesStep() | Done(is_stale=False):
            return _done(t, where)
        case Finished() | Done():
            return results.result(t, where.card, is_fresh=isinstance(where, Finished))


def _done(t: Translator, where: Done | CausesStep) -> Screen:
    is_early = isinstance(where, Done) and where.is_early
    note = next_checkin(t, "result.next" if is_early else "checkin.already_done", where.next_date)
    if where.card.may_redo:
        return Screen(
            paragraphs(note, t("checkin.quality_note")),
            keyboard(
                [(t("button.redo"), ShowResult(action="redo", assessment=where.card.assessment_id))],
                _result_and_menu(t, where.card.assessment_id),
            ),
        )
    return Screen(Text(note), keyboard(_result_and_menu(t, where.card.assessment_id)))


def _result_and_menu(t: Translator, assessment_id: int) -> list[tuple[str, ShowResult | Go]]:
    return [
        (t("button.my_result"), ShowResult(action="show", assessment=assessment_id)),
        (t("button.menu"), Go(place="menu")),
    ]


def _postponed(t: Translator, where: Postponed) -> Screen:
    return Screen(
        Text(next_checkin(t, "checkin.declined" if where.is_declined else "checkin.postpone", where.next_date)),
        keyboard([(t("button.fine"), Go(place="menu")), (t("button.answer_anyway"), Checkin(action="open"))]),
    )


def _ready(t: Translator, where: Ready) -> Screen:
    if where.hold is not None:
        return Screen(
            paragraphs(
                on_hold(t, where.hold),
                t("checkin.questions_changed") if where.is_renewed else None,
                t("checkin.held_anyway"),
            ),
            keyboard([(t("button.fine"), Go(place="menu")), (t("button.answer_anyway"), Checkin(action="anyway"))]),
        )
    return Screen(
        titled(
            t("checkin.ready_title"),
            t("checkin.questions_changed") if where.is_renewed else None,
            t("checkin.ready", date=t.date(where.last_day)),
            t("checkin.intro"),
        ),
        keyboard([(t("button.start_checkin"), Checkin(action="open"))], [(t("button.menu"), Go(place="menu"))]),
    )
