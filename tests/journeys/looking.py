"""What a page is looked at for in a real browser: accessibility, and nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")

RUN = "axe.run(document, {resultTypes: ['violations']})"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def axe(page: Page) -> list[str]:
    """The accessibility faults axe finds, each with the rule and the first elements; needs scripts."""
    page.evaluate(AXE)
    found = page.evaluate(RUN)["violations"]
    return [f"{fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}" for fault in found]


def look_at(page: Page, *, scripts: bool = True) -> None:
    """Fail on any accessibility fault, or when the page scrolls sideways."""
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the screen"
    if scripts:
        assert axe(page) == [], page.url
