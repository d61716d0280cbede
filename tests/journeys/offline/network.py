"""What stories without the network are made of: it goes and comes back, tabs close, somebody signs out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.sheets import OWN, TEAMS

ANYTHING = "/"
"""Whatever is asked for may fail."""

EITHER_SHEET = pytest.mark.parametrize("sheet", [TEAMS, OWN], ids=["team", "own"], indirect=True)
"""For the stories where the addresses of the sheet count: its page opened from the copy, its answers sent or
settled from another page."""


def without_network(page: Page) -> None:
    page.context.set_offline(True)


def with_network(page: Page) -> None:
    page.context.set_offline(False)


def shut(page: Page) -> None:
    """As a page that closes without the network: the browser's tools give it back a moment before."""
    page.evaluate(
        """() => {
            addEventListener("online", (event) => event.stopImmediatePropagation(), true);
            window.fetch = () => Promise.reject(new TypeError("no network"));
        }"""
    )
    page.goto("about:blank")
    page.close()


def another(page: Page, url: str) -> Page:
    """The same browser, in a new tab."""
    tab = page.context.new_page()
    tab.goto(url)
    return tab


def sign_out(page: Page) -> None:
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
