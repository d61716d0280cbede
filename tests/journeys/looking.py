"""What a page is looked at for in a real browser: accessibility, its frame, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")

RUN = """contrast => axe.run(document, {
  resultTypes: ["violations"], preload: false, rules: {"color-contrast": {enabled: contrast}},
})"""
"""Nothing is loaded beforehand: only rules about sound, and experimental ones, would look at it."""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FRAME = """({
  lang: document.documentElement.lang,
  has_title: document.title.replace("– aqss", "").trim() !== "",
  headings: document.querySelectorAll("h1").length,
})"""


def axe(page: Page, *, contrast: bool = True) -> list[str]:
    """The accessibility faults axe finds, each with the rule and the first elements; needs scripts."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = page.evaluate(RUN, contrast)["violations"]
    return [f"{fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}" for fault in found]


def look_at_both(page: Page) -> None:
    """:func:`look_at` on a desk and on a phone; the page keeps its width.

    Contrast is judged once, on the phone: colours do not depend on the width, and it takes half the time.
    """
    own = page.viewport_size
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        look_at(page, contrast=width == 390)
    if own is not None:
        page.set_viewport_size(own)


def look_at(page: Page, *, scripts: bool = True, contrast: bool = True) -> None:
    """Fail on any accessibility fault, on sideways scroll, and without language, title or exactly one h1."""
    page.wait_for_load_state()
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the screen"
    frame = page.evaluate(FRAME)
    assert frame == {"lang": "fr", "has_title": True, "headings": 1}, f"{page.url}: {frame}"
    found = axe(page, contrast=contrast) if scripts else []
    assert not found, f"{page.url}: {found}"
