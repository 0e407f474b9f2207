"""Columns that are computed from other rows and never stored for people who are there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, String, case, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import column_property
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from models.checkins import Recommendation
from models.operations import CompanyDay, Fact
from models.people import Department, User

COUNTRY = "country"  # the fact that holds the organisation's


class WholeDaysSince(FunctionElement[int]):
    """The whole days from a moment until now, by the database's clock."""

    type = Integer()
    name = "whole_days_since"
    inherit_cache = True


@compiles(WholeDaysSince, "sqlite")
def _on_sqlite(element: WholeDaysSince, compiler: SQLCompiler, **how: Any) -> str:
    return f"CAST(julianday('now') - julianday({compiler.process(element.clauses, **how)}) AS INTEGER)"


@compiles(WholeDaysSince, "postgresql")
def _on_postgresql(element: WholeDaysSince, compiler: SQLCompiler, **how: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM now() - {compiler.process(element.clauses, **how)}) AS BIGINT) / 86400"


_completed = (
    select(func.count(Recommendation.id))
    .where(Recommendation.user_id == User.id, Recommendation.completed)
    .correlate_except(Recommendation)
    .scalar_subquery()
)
User.days_in_system = column_property(WholeDaysSince(User.join_date), deferred=True, raiseload=True)
User.completed_recommendations = column_property(_completed, deferred=True, raiseload=True)

_of_department = select(Department.country).where(Department.id == User.department_id).correlate_except(Department)
organisation_country = select(Fact.value).where(Fact.name == COUNTRY).scalar_subquery()
_span = cast(CompanyDay.first, String) + "/" + cast(CompanyDay.last, String)
own_days = select(
    func.aggregate_strings(_span + case((CompanyDay.is_working, "/1"), else_="/0"), ",")
).scalar_subquery()
# What the rhythm of a person needs besides the row; a flush changes neither.
User.country = column_property(
    func.coalesce(_of_department.scalar_subquery(), organisation_country), expire_on_flush=False
)
User.own_days = column_property(own_days, expire_on_flush=False)
