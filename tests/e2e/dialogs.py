"""What is typed and uploaded on the way through HR's and the manager's dialogs, for their pictures."""

from __future__ import annotations

from typing import NamedTuple


class Says(NamedTuple):
    """A command, or an answer that is typed."""

    text: str


class Presses(NamedTuple):
    """The newest button whose data begins so."""

    start: str


class Uploads(NamedTuple):
    """A file that is sent."""

    name: str
    content: str


Step = Says | Presses | Uploads
Dialog = tuple[Step, ...]

BREAK, BREAK_ELSEWHERE = "Вторая пауза в смену, с 15:00", "A second break per shift, from 3 pm"
LONG = "Вторая пауза в смену, и это надолго. " * 30
HEAD = "ФИО;Отдел\n"
LISTS = (
    Uploads("empty.csv", ""),
    Uploads("people.pdf", "%PDF-1.4"),
    Uploads("phones.csv", "Телефон;Город\n123;Москва\n"),
    Uploads("mistakes.csv", HEAD + "Белов Борис;Склад\n" + "12;Склад\n" * 12),
    Uploads("groups.csv", HEAD + "Склад;\nБелов Борис;\nГромова Галина;\nИтого: 2;\n"),
    Presses("n8:departments"),
    Uploads("people.csv", HEAD + "Белов Борис;Склад\nСергей;Продажи\nАлина З.;Склад\nКотова Кира;Цех № 2\n"),
    Presses("n8:confirm"),
    Uploads("people.csv", HEAD + "Белов Борис;Склад\n"),
)

PROMISE: Dialog = (
    Says("/hr"), Presses("i1:promises"), Presses("pr1:targets"), Presses("pr3:target"), Presses("pr3:planned"),
    Says("..."), Says(LONG), Says(BREAK), Says(BREAK_ELSEWHERE), Says("31 февраля"), Says("01.01.2020"), Says("soon"),
    Says("through 2099-01-01"), Says("2099-01-01"), Says("завтра"), Presses("pr3:date"), Says("in a week"),
    Presses("pr3:owners"), Presses("pr3:owner:"), Presses("pr3:confirm"),
    Presses("pr2:due:"), Says("in two weeks"), Presses("pr3:confirm"),
    Presses("pr2:text:"), Says(BREAK), Presses("pr3:skip"), Presses("pr3:confirm"),
    Presses("pr2:hold:"), Presses("pr2:held:"), Presses("pr2:resume:"),
    Presses("pr2:keep:"), Presses("pr2:kept:"), Presses("pr2:withdraw:"), Presses("pr2:withdrawn:"),
)  # fmt: skip
SUGGESTED: Dialog = (
    Presses("m8:promise"), Presses("m8:text"), Presses("m8:card"),
    Presses("m8:doing"), Presses("m8:later"), Presses("m8:until"),
)  # fmt: skip
INVITE: Dialog = (
    Says("/hr"), Presses("i1:invites"), Presses("n6:name:person"), Says("..."), Says("Борис Белов"),
    Presses("n6:role"), Presses("n6:make"),
    Says("/hr"), Presses("i1:invites"), Presses("n5:card"), Presses("n5:renew"),
    Says("/hr"), Presses("i1:invites"), Presses("n6:where:team"), Presses("n6:uses"), Says("0"), Says("25"),
    Presses("n6:make"),
)  # fmt: skip
ROSTER: Dialog = (
    Says("/hr"), Presses("i1:invites"), Presses("n8:ask"), *LISTS,
    Says("/hr"), Presses("n10:list"), Presses("n10:card"), Presses("n10:list"), Presses("n10:ask_left"),
    Says("/hr"), Presses("n10:list"), Presses("n10:ask_moved"),
)  # fmt: skip
PEOPLE: Dialog = (
    Says("/hr"), Presses("i1:people"), Presses("x2:find"), Says("серг"), Presses("x3:card"), Presses("x4:"),
    Says("/hr"), Presses("i1:people"), Says("zzz"),
)  # fmt: skip
DAYS_OFF: Dialog = (
    Says("/hr"), Presses("i1:calendar"), Presses("cd1:off"), Says("soon"), Says("31.12"), Presses("cd1:working"),
    Says("31.12 — 10.01"), Says("завтра"),
)  # fmt: skip
AGREEMENT: Dialog = (
    Says("/team"), Presses("ag1:write"), Says("..."), Says(LONG), Says(BREAK), Says("soon"), Says("in a week"),
    Presses("ag1:date"), Says("in two weeks"), Presses("ag1:confirm"),
    Says("/team"), Presses("ag1:keep"), Presses("ag1:kept"),
)  # fmt: skip
