"""What an automatic checker says of the page: axe-core with the rules of WCAG 2.1 A and AA, and the size of targets."""

from __future__ import annotations

import importlib.resources
import json
from functools import cache

import axe_core_python

from tests.e2e.browser import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
SMALLEST_TARGET = 24  # CSS pixels each way: WCAG 2.2, 2.5.8

VIOLATIONS = f"""axe.run(document, {{runOnly: {json.dumps(RULES)}, resultTypes: ["violations"]}}).then(
    ({{violations}}) => violations.flatMap(({{id, nodes}}) => nodes.map(
        ({{html, any}}) => `${{id}}: ${{html.slice(0, 120)}} ${{any[0]?.message ?? ""}}`)))"""
SMALL_TARGETS = f"""[...document.querySelectorAll("button, a[href], label, textarea, summary")].filter((node) => {{
    const {{width, height}} = node.getBoundingClientRect();
    const isInText = node.closest(".text") && !node.matches(".key");  // a command within a sentence is exempt
    return node.checkVisibility() && !isInText && Math.min(width, height) < {SMALLEST_TARGET};
}}).map((node) => node.outerHTML.slice(0, 120))"""


@cache
def axe() -> str:
    """Return the checker's source."""
    return (importlib.resources.files(axe_core_python) / "axe.min.js").read_text(encoding="utf-8")


async def barriers(page: Page) -> list[str]:
    """Return what keeps somebody out of the page as it is now, in the light and in the dark."""
    await page.value(f"{axe()}; true")
    found: list[str] = []
    for scheme in ("dark", "light"):
        await page.send(
            "Emulation.setEmulatedMedia",
            features=[
                {"name": "prefers-color-scheme", "value": scheme},
                {"name": "prefers-reduced-motion", "value": "reduce"},
            ],
        )
        found += [f"{scheme}: {line}" for line in await page.value(VIOLATIONS)]
    return found + list(await page.value(SMALL_TARGETS))
