"""Going through a page by keyboard alone: what Tab reaches, and whether one sees where one is."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_STOPS = 400

PREPARE = """() => {
  const all = [...document.querySelectorAll(
    "a[href], :is(button, input, select, textarea):enabled:not([type=hidden]), summary, [tabindex='0']"
  )].filter((one) => one.checkVisibility({visibilityProperty: true}));
  window.nameOf = (one) => one.type === "radio"
    ? `choice ${one.name}`
    : `${all.indexOf(one)} ${one.tagName} ${(one.innerText || one.name || one.id || "").trim().slice(0, 40)}`;
  return [...new Set(all.map(window.nameOf))];
}"""
"""Names of all that Tab has to reach; the choices of a question count as one: arrows go through them."""

LOOK = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const shown = getComputedStyle(one).opacity === "0" ? one.nextElementSibling : one;
  const style = getComputedStyle(shown);
  const [box] = shown.getClientRects();
  const at = (x, y) => document.elementFromPoint(box.x + x * box.width, box.y + y * box.height);
  const hits = [at(.5, .5), at(.1, .5), at(.9, .5), at(.5, .1), at(.5, .9)];
  return {
    name: window.nameOf(one),
    has_ring: !one.matches(":focus") || (style.outlineStyle !== "none" && parseInt(style.outlineWidth) > 1),
    is_in_sight: hits.some((hit) => hit && (shown.contains(hit) || one.contains(hit))),
  };
}"""
"""Where the focus is: whether a ring shows it, and whether anything of it is in sight and uncovered.

The button inside a field of date is active without « focus »: the browser draws its ring itself.
"""


def walk(page: Page) -> None:
    """Tab through the whole page; fail on what is not reached, not ringed, or hidden while focused."""
    wanted: list[str] = page.evaluate(PREPARE)
    reached: list[str] = []
    faults: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(LOOK)
        if stop is None or (reached and stop["name"] == reached[0] and len(set(reached)) > 1):
            break
        reached.append(stop["name"])
        faults += [f"{stop['name']}: not {fault}" for fault in ("has_ring", "is_in_sight") if not stop[fault]]
    assert not faults, f"{page.url}: {faults}"
    missed = [name for name in wanted if name not in reached]
    assert not missed, f"{page.url}: not reached: {missed}"


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _ in range(MOST_STOPS):
        if target.evaluate("(one) => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def press_until(page: Page, key: str, condition: str) -> None:
    """Press a key until something is true of the page."""
    for _ in range(60):
        if page.evaluate(condition):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {condition}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to the target and press a key on it."""
    tab_to(page, target)
    page.keyboard.press(key)
