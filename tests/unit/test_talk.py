"""A manager's talk: two questions made of published figures, and a sheet on which everything has its place."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.lines import Line2D

from content import load_content
from content.rules import Value
from content.rules_vocabulary import TALK_NAMES
from services.company.memberships import Group, GroupKey
from services.gate.publications import PULSE_WEEK, GroupFigures, Mean, Publication
from services.gate.trends import FIGURES, GroupPulse, Movement
from services.summary.team import ManagedTeam, Newest, TeamCard
from views.summary import talk_paper
from views.translator import Catalogs, Translator

pytestmark = pytest.mark.slow

CONTENT = load_content()
CATALOGS = Catalogs()
WEEK = date(2026, 3, 2)
Values = dict[str, Value]
MOVED = ("burnout_moved", "stress_moved", "productivity_moved", "total_moved")
NOTHING: Values = dict.fromkeys(TALK_NAMES)
CALM: Values = NOTHING | {"burnout": 4.0, "stress": 4.0, "productivity": 6.0} | dict.fromkeys(MOVED, 0.0)


@pytest.fixture(params=["ru", "en"])
def t(request: pytest.FixtureRequest) -> Translator:
    return CATALOGS.translator(request.param)


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        (NOTHING, ["drop", "keep"]),
        (CALM, ["worn_out_leads", "important_more"]),
        (CALM | {"stress": 5.0}, ["pressure_leads", "important_more"]),
        (CALM | {"stress": 8.0, "stress_moved": 1.5}, ["pressure_up", "important_more"]),
        (CALM | {"stress": 8.0, "burnout": 7.5}, ["pressure_high", "worn_out_high"]),
        (CALM | {"productivity": 3.0, "productivity_moved": -2.0, "total_moved": 15.0}, ["important_down", "harder"]),
        (CALM | {"EE": 3.5, "RA": 3.0, "DP": 3.0}, ["exhausted", "little_to_show"]),
        (CALM | {"stress_moved": -1.5, "burnout_moved": -1.0}, ["pressure_down", "worn_out_down"]),
        (NOTHING | {"DP": 3.0}, ["distant", "drop"]),
    ],
)
def test_two_questions_come_from_what_is_known(known: Values, asked: list[str]) -> None:
    assert [question.id for question in CONTENT.talk.questions_about(known, 2)] == asked


def card_of(title: str, *, has_figures: bool) -> TeamCard:
    """A manager's only group."""
    group = Group(GroupKey("d1"), title, None, (1,))
    mean = Mean(6.5, 0.5, 5.5, 7.5)
    cell = GroupFigures(group, dict.fromkeys(FIGURES, mean))
    week = Publication(PULSE_WEEK, WEEK, 1, 7, cell, (cell,), ())
    pulse = GroupPulse(week, cell, False, dict.fromkeys(FIGURES, Movement(mean, mean, None))) if has_figures else None
    values = CALM | {"stress": 8.0, "burnout": 8.0} if has_figures else NOTHING
    questions = CONTENT.talk.questions_about(values, 2)
    one = ManagedTeam(title, None, group, False, pulse, (), questions, ())
    return TeamCard((one,), Newest(week, None, None), None, WEEK, False)


@pytest.mark.parametrize("has_figures", [True, False])
@pytest.mark.parametrize("title", ["Склад", "Отдел с очень длинным названием, " * 8, "ЖЕЛЕЗНОДОРОЖНЫЙ" * 4])
def test_the_sheet_is_one_page_on_which_nothing_covers_another(t: Translator, title: str, has_figures: bool) -> None:
    card = card_of(title, has_figures=has_figures)
    page = talk_paper.figure(t, CONTENT, card, 0)
    page.draw_without_rendering()
    boxes = sorted((text.get_window_extent() for text in page.texts), key=lambda box: -float(box.y1))
    assert all(upper.y0 >= lower.y1 for upper, lower in pairwise(boxes))
    assert all(box.x0 >= 0 and box.x1 <= page.bbox.x1 * 0.92 and box.y0 >= page.bbox.y1 * 0.03 for box in boxes)
    pens = [line for line in page.findobj(Line2D) if np.size(line.get_xdata()) == 2]
    assert len(pens) == 3, "what, who, until when"
    words = " ".join(" ".join(text.get_text().split()) for text in page.texts)
    assert t.words(CONTENT.talk.opening) in words
    assert t("talk.after") in words


def test_it_is_a_pdf_of_one_page_and_another_number_is_the_nearest(t: Translator) -> None:
    sheet = talk_paper.paper(t, CONTENT, card_of("Склад", has_figures=True), 99)
    assert sheet.startswith(b"%PDF")
    assert sheet.count(b"/Type /Page ") == 1
    assert talk_paper.file(t, sheet).name == f"exhale-talk-{t.locale}.pdf"
