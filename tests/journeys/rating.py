"""The page of a grid in a browser: opening it, what it says of saving, what the browser keeps of it."""

from __future__ import annotations

import re
import time
from typing import cast

from playwright.sync_api import Locator, Page, expect

from aqss.persistence.accounts import User
from tests.journeys.conftest import OpenPage
from tests.journeys.team import sign_in
from tests.web.assessments.scene import grid_url

SAVED = re.compile(r"Enregistré à \d+\sh\s\d\d")
ANSWERS = "/reponses/"

IS_COPIED = """async () => {
  const files = [...document.querySelectorAll("link[href], script[src]")].map((one) => one.href ?? one.src);
  const found = await Promise.all([location.pathname, ...files].map((url) => caches.match(url)));
  return found.every(Boolean) && Boolean((await navigator.serviceWorker.getRegistration())?.active);
}"""
"""Whether the page would open without the network, with its style and scripts."""

EVERYTHING = """async () => {
  const names = (await caches.keys()).sort(), texts = [];
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      if (request.url.includes("/static/")) continue;
      texts.push([new URL(request.url).pathname, await (await cache.match(request)).text()]);
    }
  }
  const workers = await navigator.serviceWorker.getRegistrations();
  const kept = {...localStorage, ...sessionStorage};
  const databases = await indexedDB.databases();
  return {kept, names, texts, workers: workers.length, databases: databases.length};
}"""
"""Whatever the browser keeps of the site, cookies apart."""


def open_grid(
    open_page: OpenPage, person: User, key: int, *, width: int = 1280, may_fail: str = ANSWERS
) -> Page:
    page = open_page(width=width, may_fail=may_fail)
    sign_in(page, person)
    return go_to_grid(page, key)


def go_to_grid(page: Page, key: int) -> Page:
    page.goto(grid_url(key))
    expect(page.locator("body.has-script")).to_be_visible()
    return page


def until(page: Page, expression: str) -> None:
    """Waits for a promise of true, asked for again and again."""
    deadline = time.monotonic() + 15
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def state_of(page: Page) -> Locator:
    return page.locator("[data-state]")


def note_of(page: Page) -> Locator:
    """What a page tells of the answers that wait in the browser."""
    return page.locator("main > [data-told]")


def kept_by(page: Page) -> list[str]:
    """What the browser keeps of answers not saved."""
    return cast(list[str], page.evaluate("Object.values(localStorage)"))
