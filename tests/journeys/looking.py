"""What a page is looked at for in a real browser: accessibility, its frame, nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import JSHandle, Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")

RUN = """where => axe.run(where ?? document, {resultTypes: ["violations"], preload: false})"""
"""Nothing is loaded beforehand: only rules about sound, and experimental ones, would look at it."""
REMEMBER = """() => {
  const all = [...document.querySelectorAll("main, main *")];
  window.seenBefore = new Set(all.filter((one) => one.checkVisibility()));
}"""
NEW = """() => [...document.querySelectorAll("main *")].filter((one) =>
  one.checkVisibility() && !window.seenBefore.has(one) && window.seenBefore.has(one.parentElement))"""
"""The topmost elements of the page itself that were not shown at the time of :data:`REMEMBER`."""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FRAME = """({
  lang: document.documentElement.lang,
  has_title: document.title.replace("– aqss", "").trim() !== "",
  headings: document.querySelectorAll("h1").length,
})"""


def axe(page: Page, where: JSHandle | None = None) -> list[str]:
    """The accessibility faults axe finds, each with the rule and the first elements; needs scripts.

    ``where``: the elements to look in, of the page; None: all of it.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = page.evaluate(RUN, where)["violations"]
    return [f"{fault['id']}: {[node['html'][:160] for node in fault['nodes'][:3]]}" for fault in found]


def look_at_both(page: Page) -> None:
    """:func:`look_at` on a phone, then on a desk, where axe looks in what the phone did not show.

    The page keeps its width.
    """
    own = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    look_at(page)
    page.evaluate(REMEMBER)
    page.set_viewport_size({"width": 1280, "height": 800})
    require_fit(page)
    new = page.evaluate_handle(NEW)
    found = axe(page, new) if new.evaluate("all => all.length") else []
    assert not found, f"{page.url}: {found}"
    if own is not None:
        page.set_viewport_size(own)


def look_at(page: Page, *, scripts: bool = True) -> None:
    """Fail on any accessibility fault, on sideways scroll, and without language, title or exactly one h1."""
    page.wait_for_load_state()
    require_fit(page)
    frame = page.evaluate(FRAME)
    assert frame == {"lang": "fr", "has_title": True, "headings": 1}, f"{page.url}: {frame}"
    found = axe(page) if scripts else []
    assert not found, f"{page.url}: {found}"


def require_fit(page: Page) -> None:
    """Fail where the page is wider than the screen."""
    too_wide = page.evaluate(TOO_WIDE)
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the screen"
