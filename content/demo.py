"""The shape of `demo.yaml`: the invented company of the playground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, PositiveInt

from content.base import CauseKey, Model, Text, Words


class DemoPerson(Model):
    """An invented person: a newcomer with an invite, somebody with a past, or a stranger."""

    id: PositiveInt
    language: Literal["ru", "en"]
    name: Text
    note: Words
    invited: bool = False
    role: Literal["employee", "hr", "admin"] | None = None
    department: int = Field(0, ge=0)
    past: tuple[int, ...] = ()


class DemoDepartment(Model):
    """An invented department. `levels` and `lately` (what was added in the last period) by figure: the scales as mean
    item scores 0–6, `stress` 0–10. `causes`: the share of those who answer that each of them weighs on."""

    name: Words
    kind_of_work: Text
    colleagues: int = Field(ge=0)
    levels: Mapping[Literal["EE", "DP", "RA", "stress"], float]
    lately: Mapping[Literal["EE", "DP", "RA", "stress"], float]
    causes: Mapping[CauseKey, float]
    manager: int | None = None


class DemoAnswering(Model):
    """The share of people who answer a check-in and a pulse, tick off a step, and notice what was promised."""

    checkin: float = Field(ge=0, le=1)
    pulse: float = Field(ge=0, le=1)
    recommendation: float = Field(ge=0, le=1)
    noticed: float = Field(ge=0, le=1)


class DemoPromise(Model):
    """Something that HR promised: to everybody or to a department, due in so many days or (None) done."""

    text: Words
    department: int | None = Field(None, ge=0, alias="in")
    days: int | None = None


class DemoContent(Model):
    """Who lives in the playground. `together`: by their places, the departments that report as one group."""

    version: PositiveInt
    organisation: Words
    help: Words
    departments: tuple[DemoDepartment, ...]
    together: tuple[tuple[int, ...], ...]
    names: tuple[Text, ...]
    initials: Text
    periods: PositiveInt
    answer: DemoAnswering
    promises: tuple[DemoPromise, ...]
    next_reminder: Words
    next_summary: Words
    people: tuple[DemoPerson, ...]
