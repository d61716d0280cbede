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


def look_at_both(page: Page) -> None:
    """:func:`look_at` on a desk and on a phone; the page keeps its width."""
    own = page.viewport_size
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        look_at(page)
    if own is not None:
        page.set_viewport_size(own)


def look_at(page: Page, *, scripts: bool = True) -> None:
    """Fail on any accessibility fault, or when the page scrolls sideways."""
    page.wait_for_load_state()
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the screen"
    if scripts:
        assert axe(page) == [], page.url
