"""Recommendations on the screen: the list, one card, its plan and where it comes from."""

from __future__ import annotations

from aiogram.utils.formatting import Text

from keyboards.account import Go
from keyboards.rows import Button, keyboard
from keyboards.wellbeing import AnotherRecommendation, Breathe, Checkin, RecommendationButton, RecommendationList
from services.wellbeing.recommendations import FILTERS, RecommendationCard, RecommendationPage
from views import pages
from views.screen import Screen, lines, titled
from views.translator import Translator

BREATHING = "slow_breathing"  # the step that the bot can do together with the person
MARKS = {"offered": "", "started": "▸ ", "done": "✓ ", "declined": "– "}


def recommendation_list(t: Translator, shown: RecommendationPage) -> Screen:
    """One page of the person's steps, with the three filters."""
    body = t("recommendations.intro") if shown.filter == "open" else None
    if not shown.page.items:
        body = t(f"recommendations.empty_{shown.filter if shown.has_result else 'all'}")
    done = t("recommendations.done_so_far", number=shown.done) if shown.done else None
    return Screen(
        titled(t("recommendations.title"), lines(body, done), pages.number(t, shown.page), t("home.private")),
        keyboard(
            *([(_line(t, card), RecommendationButton(action="card", id=card.id))] for card in shown.page.items),
            pages.turning(t, shown.page, lambda number: RecommendationList(kind=shown.filter, page=number)),
            [(_filter(t, shown, name), RecommendationList(kind=name, page=0)) for name in FILTERS],
            _more(t, shown) if shown.filter == "open" else None,
            [(t("button.menu"), Go(place="menu"))],
        ),
    )


def _more(t: Translator, shown: RecommendationPage) -> list[Button]:
    """Another step; before the first result the check-in from which steps come."""
    if shown.has_result:
        return [(t("recommendations.another"), AnotherRecommendation())]
    return [(t("button.open_checkin"), Checkin(action="open"))]


def recommendation_card(t: Translator, card: RecommendationCard) -> Screen:
    """One step: what, how long, why this one, how well it is studied, and the plan."""
    item = card.item
    evidence = t.words(card.catalogue.evidence_words[item.evidence.grade]) if item else None
    return Screen(
        titled(
            t.words(item.title) if item else card.title,
            _status(t, card),
            t.words(item.text) if item else card.description,
            lines(_category(t, card), t.words(item.duration) if item else card.duration),
            lines(t(f"recommendations.why.{card.reason}"), evidence),
            _plan(t, card),
        ),
        keyboard(*_actions(t, card), [(t("recommendations.to_list"), RecommendationList(kind="open", page=0))]),
    )


def recommendation_source(t: Translator, card: RecommendationCard) -> Screen:
    """The note and the source behind the sentence on the card."""
    back = keyboard([(t("button.back"), RecommendationButton(action="card", id=card.id))])
    if card.item is None:
        return Screen(Text(t("recommendations.gone")), back)
    evidence = card.item.evidence
    source = t("recommendations.source_line", source=evidence.source) if evidence.source else None
    return Screen(titled(t.words(card.item.title), t.words(evidence.note), source), back)


def plan_question(t: Translator, card: RecommendationCard) -> Screen:
    """After *Start*: the offered if-then plan, or one's own."""
    example = card.plan or (t.words(card.item.plan) if card.item else "")
    return Screen(
        titled(t.words(card.item.title) if card.item else card.title, t("recommendations.plan", plan=example)),
        keyboard(
            [(t("recommendations.plan_fine"), RecommendationButton(action="plan", id=card.id))],
            [(t("recommendations.plan_change"), RecommendationButton(action="own_plan", id=card.id))],
        ),
    )


def type_plan(t: Translator) -> Screen:
    """The own plan is typed."""
    return Screen(Text(t("recommendations.type_plan")))


def _line(t: Translator, card: RecommendationCard) -> str:
    return MARKS[card.state] + (t.words(card.item.title) if card.item else card.title)


def _category(t: Translator, card: RecommendationCard) -> str:
    words = card.catalogue.categories.get(card.category)
    return t.words(words) if words else card.category


def _filter(t: Translator, shown: RecommendationPage, name: str) -> str:
    return ("● " if shown.filter == name else "") + t(f"recommendations.filter_{name}")


def _status(t: Translator, card: RecommendationCard) -> str | None:
    if card.is_first_done:
        return t("recommendations.first_done")
    return t(f"recommendations.status_{card.state}") if card.state in ("done", "declined") else None


def _plan(t: Translator, card: RecommendationCard) -> str | None:
    if card.plan:
        return t("recommendations.your_plan", plan=card.plan)
    return t("recommendations.suggested_plan", plan=t.words(card.item.plan)) if card.item else None


def _actions(t: Translator, card: RecommendationCard) -> list[list[Button]]:
    def button(key: str, action: str) -> Button:
        return t(f"recommendations.{key}"), RecommendationButton(action=action, id=card.id)

    source = [button("where_from", "source")] if card.item else []
    if card.item is not None and card.item.id == BREATHING:
        source = [(t("breathing.begin"), Breathe(action="begin")), *source]
    match card.state:
        case "offered":
            return [[button("start", "started")], [button("done", "done"), button("not_for_me", "declined")], source]
        case "started":
            return [
                [button("done", "done")],
                [button("change_plan" if card.plan else "plan_change", "own_plan"), button("not_for_me", "declined")],
                source,
            ]
        case _:
            return [[button("undo", "reopened")], source]
