"""The invented company, smaller."""

from __future__ import annotations

from dataclasses import replace

from content import Content, load_content

MOST_COLLEAGUES = 9  # in a department: a group of them can be published


def a_young_company(periods: int = 1) -> Content:
    """The content with a company of the same departments, in which only so many past periods were answered."""
    content = load_content()
    departments = tuple(
        one.model_copy(update={"colleagues": min(one.colleagues, MOST_COLLEAGUES)}) for one in content.demo.departments
    )
    return replace(content, demo=content.demo.model_copy(update={"periods": periods, "departments": departments}))
