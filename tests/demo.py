"""The invented company, smaller."""

from __future__ import annotations

from dataclasses import replace

from content import Content, load_content


def a_young_company(periods: int = 1) -> Content:
    """The content with a company of the same people, in which only so many past periods were answered."""
    content = load_content()
    return replace(content, demo=content.demo.model_copy(update={"periods": periods}))
