"""The looking of journeys is no formality: what it is there to find, it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import TELL_VIOLATIONS, listen
from tests.journeys.keyboard import walk
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at, look_at_both

ATTEMPTS = {
    "an inline script": (
        "document.head.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))",
        "script-src",
    ),
    "an inline style": ("document.body.setAttribute('style', 'color: red')", "style-src"),
    "a style element": (
        "document.head.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))",
        "style-src",
    ),
    "a picture from elsewhere": (
        "document.body.append(Object.assign(new Image(), {src: 'http://localhost:9/a.png', alt: ''}))",
        "img-src",
    ),
    "a request elsewhere": ("fetch('http://localhost:9/').catch(() => null)", "connect-src"),
    "text run as a program": ("setTimeout('window.ran = 1')", "script-src"),
}


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(live: LiveSite, browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """The page where one signs in, listened to as those of journeys are."""
    context = browser.new_context(base_url=live.address, viewport={"width": 1280, "height": 800})
    context.add_init_script(TELL_VIOLATIONS)
    page = context.new_page()
    listen(page, complaints)
    page.goto("/connexion")
    yield page
    context.close()


def test_a_page_in_order_is_let_through(page: Page, complaints: list[str]) -> None:
    look_at_both(page)
    assert complaints == []


@pytest.mark.parametrize(("attempt", "directive"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_what_the_policy_refuses_is_heard(
    page: Page, complaints: list[str], attempt: str, directive: str
) -> None:
    page.evaluate(f"() => {{ {attempt} }}")
    expect(page.locator("body")).to_be_visible()
    page.wait_for_timeout(200)
    assert any(re.search(rf"{directive}[a-z-]* refuses", told) for told in complaints), complaints
    assert page.evaluate("window.ran") is None


def test_an_error_of_a_script_is_heard(page: Page, complaints: list[str]) -> None:
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    assert any("broken" in told for told in complaints)


def test_a_file_that_is_not_there_is_heard(page: Page, complaints: list[str]) -> None:
    page.evaluate("fetch('/static/absent.js').then((answer) => answer.text())")
    page.wait_for_timeout(200)
    assert any("absent.js" in told for told in complaints)


UNWALKABLE = {
    "a field without a ring": ("style('input:focus-visible {outline: none !important}')", "has_ring"),
    "a field under something": ("style('header {position: fixed; inset: 0}')", "is_in_sight"),
    "a button that Tab does not reach": (
        "document.querySelector('button').addEventListener('focus', (event) => event.target.blur())",
        "not reached",
    ),
}


@pytest.mark.parametrize(("fault", "told"), UNWALKABLE.values(), ids=UNWALKABLE)
def test_what_the_keyboard_cannot_do_is_seen(page: Page, fault: str, told: str) -> None:
    walk(page)
    page.reload()
    page.evaluate(f"""() => {{
      const made = new CSSStyleSheet();
      document.adoptedStyleSheets = [made];
      const style = (text) => made.replaceSync(text);
      {fault};
    }}""")
    with pytest.raises(AssertionError, match=told):
        walk(page)


FAULTS = {
    "no language": "document.documentElement.removeAttribute('lang')",
    "no title": "document.title = ' – aqss'",
    "no heading": "document.querySelector('h1').remove()",
    "two headings": "document.querySelector('main').append(document.createElement('h1'))",
    "a field without label": "document.querySelector('main').append(document.createElement('input'))",
    "wider than the screen": "document.querySelector('h1').style.minWidth = '2000px'",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_page_is_seen(page: Page, fault: str) -> None:
    page.evaluate(f"() => {{ {fault} }}")
    with pytest.raises(AssertionError):
        look_at(page)
