"""Whose public holidays are kept: the organisation's country, and those of departments elsewhere."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from babel import Locale
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from locales import LOCALES
from models import Department, User
from models.computed import COUNTRY
from services.company.errors import UnknownCountry
from services.kit import bot_info
from services.kit.calendar import days_off


async def country(session: AsyncSession) -> str | None:
    """Return whose public holidays the organisation keeps ("" for none); None before the first start."""
    return await bot_info.get_fact(session, COUNTRY)


async def keep_country(session: AsyncSession, kept: str, now: datetime) -> None:
    """Keep the public holidays of this country from now on, "" for none."""
    await bot_info.set_fact(session, COUNTRY, kept)
    await plan_anew(session, now)


def find_country(text: str) -> str:
    """Return the code of the country that was typed, by name or code, with a subdivision ("DE-BY") where it has one.

    Slow at first: call it in a thread. Raise UnknownCountry.
    """
    typed = " ".join(text.split())
    code = _codes().get(typed.casefold(), typed.upper())
    if not days_off.is_known(code):
        raise UnknownCountry
    return code


@cache
def _codes() -> dict[str, str]:
    """Return the codes of countries by their names in every language, in small letters."""
    return {
        name.casefold(): code
        for locale in LOCALES
        for code, name in Locale.parse(locale).territories.items()
        if code.isalpha()
    }


async def countries_of_departments(session: AsyncSession) -> list[str]:
    """Return the countries of the departments that are elsewhere."""
    of_departments = select(Department.country).where(Department.country.is_not(None)).distinct()
    return [code for code in await session.scalars(of_departments) if code]


async def plan_anew(session: AsyncSession, now: datetime) -> None:
    """Plan everyone anew after days off have changed: what waits for its moment takes the new one."""
    await session.execute(update(User).where(User.plan_at.is_not(None)).values(plan_at=now))
