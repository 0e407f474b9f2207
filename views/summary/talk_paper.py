"""The sheet for a manager's talk with the team: one A4 page as a PDF, with lines to write on.

matplotlib is imported in the thread that draws, as for the charts.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from content import Content
from keyboards.labels import shortened
from services.kit.pages import page_of
from services.summary.team import ManagedTeam, TeamCard
from views import figures
from views.charts import FONT, INK, PAPER
from views.lifecycle.poster import A4_INCHES
from views.screen import Document
from views.summary.team import name, ordered, questions_of
from views.translator import Translator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE, HEAD, LINE = 22, 14, 12  # points
NAME_LENGTH = 60
LEADING = 1.45
LEFT, RIGHT, TOP = 0.1, 0.9, 0.93  # of the page
GAP = 18  # points between two parts
TO_WRITE = 46  # points for a line that is written by hand


def paper(t: Translator, content: Content, card: TeamCard, number: int) -> bytes:
    """The page of a managed group as a PDF."""
    from matplotlib import rc_context  # noqa: PLC0415 (see above)

    file = io.BytesIO()
    with rc_context({"font.family": FONT, "text.color": INK, "pdf.fonttype": 42}):
        figure(t, content, card, number).savefig(
            file, format="pdf", facecolor=PAPER, metadata={"Title": t("talk.title"), "CreationDate": None}
        )
    return file.getvalue()


def figure(t: Translator, content: Content, card: TeamCard, number: int) -> Figure:
    """The page: whose talk, three figures, two questions, how to begin, and three lines for one agreement."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    (one,) = page_of(ordered(t, card), number, size=1).items
    sheet = _Sheet(Figure(figsize=A4_INCHES, facecolor=PAPER))
    sheet.write(f"{t('talk.title')} · {shortened(name(t, one), NAME_LENGTH)}", TITLE, is_bold=True)
    if (week := card.newest.week) is not None:
        sheet.write(t("talk.week", period=figures.days_of(t, week)), LINE)
    sheet.part(None, _three_figures(t, one) or [t("team.without_figures")])
    sheet.part(t("team.begin"), [t.words(content.talk.opening)])
    sheet.part(t("team.ask"), questions_of(t, card, one))
    sheet.part(t("talk.agreed"), [])
    for key in ("talk.what", "talk.who", "talk.until"):
        sheet.line_to_write(t(key))
    sheet.part(None, [t("talk.after"), t.words(content.hr_actions.five_questions.close)])
    return sheet.page


def file(t: Translator, content: bytes) -> Document:
    """The page as a file."""
    return Document(f"exhale-talk-{t.locale}.pdf", content, t("talk.caption"))


def _three_figures(t: Translator, one: ManagedTeam) -> list[str]:
    if one.pulse is None:
        return []
    k = one.pulse.source.k
    return [
        t("summary.pulse_head", top=figures.TOPS["stress"]),
        *(
            f"{figures.label(t, figure)}: {figures.shift(t, figure, one.pulse.shifts[figure], k)}"
            for figure in figures.PULSE_FIGURES
        ),
    ]


class _Sheet:
    """A page that is filled from its top to its bottom."""

    def __init__(self, page: Figure) -> None:
        self.page = page
        self._y = TOP

    def part(self, head: str | None, paragraphs: list[str]) -> None:
        """A head and its paragraphs, below what is there already."""
        self._down(GAP)
        if head is not None:
            self.write(head, HEAD, is_bold=True)
        for paragraph in paragraphs:
            self.write(paragraph, LINE)

    def write(self, text: str, size: int, *, is_bold: bool = False) -> None:
        """One paragraph."""
        weight = "bold" if is_bold else "normal"
        wrapped = _wrapped(text, size, weight)
        self.page.text(LEFT, self._y, wrapped, fontsize=size, fontweight=weight, va="top", linespacing=LEADING)
        self._down(size * LEADING * (wrapped.count("\n") + 1) + size * 0.4)

    def line_to_write(self, label: str) -> None:
        """A word, and a line behind it for a pen."""
        from matplotlib.lines import Line2D  # noqa: PLC0415

        self._down(TO_WRITE)
        self.page.text(LEFT, self._y, label, fontsize=LINE, va="bottom")
        self.page.add_artist(Line2D([0.32, RIGHT], [self._y, self._y], color=INK, linewidth=0.8))

    def _down(self, points: float) -> None:
        self._y -= points / 72 / A4_INCHES[1]


def _wrapped(text: str, size: int, weight: str) -> str:
    """The text in lines as wide as the page allows; a word that is too wide for a line is broken."""
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415
    from matplotlib.textpath import text_to_path  # noqa: PLC0415

    font, most = FontProperties(family=FONT, size=size, weight=weight), (RIGHT - LEFT) * A4_INCHES[0] * 72

    def fits(line: str) -> bool:
        return bool(text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] <= most)

    done, line = list[str](), ""
    for word in text.split(" "):
        if fits(longer := f"{line} {word}".lstrip()):
            line = longer
            continue
        if line:
            done.append(line)
        line = ""
        for letter in word:
            if not fits(line + letter):
                done.append(line)
                line = ""
            line += letter
    return "\n".join([*done, line])
