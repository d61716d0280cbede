"""Fixtures of journeys: a served site, a browser, and pages that fail on what the browser complains of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from tests.browser import running_browser
from tests.journeys.live import LiveSite, served_site
from tests.postgresql import Server

TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`))"""
"""What the browser refuses by the page's Content-Security-Policy, said where :func:`listen` hears it."""


UPDATE_FAILED = "error occurred when fetching the script"
"""The browser looks by itself for a newer worker; it says so when the site does not answer."""


class OpenPage(Protocol):
    """Opens a page of a new browser session, ``width`` pixels wide, with or without scripts.

    ``may_fail``: a part of the addresses that a story has fail on purpose. ``site``: another one than the
    worker's.
    """

    def __call__(
        self, *, width: int = 1280, scripts: bool = True, may_fail: str = "", site: LiveSite | None = None
    ) -> Page: ...


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """One site for all the journeys of a worker: each makes its own centre."""
    with served_site(tmp_path_factory.mktemp("live")) as site:
        yield site


@pytest.fixture(scope="session")
def live_on_postgresql(
    postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """The worker's other site."""
    folder = tmp_path_factory.mktemp("live-on-postgresql")
    with postgresql_server.empty_database("live") as url, served_site(folder, database_url=url) as site:
        yield site


@pytest.fixture
def site(request: pytest.FixtureRequest, database_kind: str) -> LiveSite:
    """The worker's site on that database."""
    name = "live" if database_kind == "sqlite" else "live_on_postgresql"
    return cast(LiveSite, request.getfixturevalue(name))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def open_page(live: LiveSite, browser: Browser) -> Iterator[OpenPage]:
    """Pages whose console must stay silent: no policy violation, no error, nothing that fails to load."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(
        *, width: int = 1280, scripts: bool = True, may_fail: str = "", site: LiveSite | None = None
    ) -> Page:
        context = browser.new_context(
            base_url=(site or live).address,
            java_script_enabled=scripts,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            viewport={"width": width, "height": 800 if width > 600 else 844},
        )
        contexts.append(context)
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()
        page.set_default_timeout(15_000)
        listen(page, complaints, may_fail)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def browser_page(open_page: OpenPage) -> Page:
    """A page on a desk, with scripts."""
    return open_page()


def listen(page: Page, complaints: list[str], may_fail: str = "") -> None:
    """Note every error of the console; a page asked for may answer with an error, its files may not."""
    documents: set[str] = set()

    def on_response(response: Response) -> None:
        if response.request.is_navigation_request():
            documents.add(response.url)

    def on_console(message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        is_expected = url in documents or (may_fail and may_fail in url)
        is_of_loading = any(words in message.text for words in ("Failed to load resource", UPDATE_FAILED))
        if message.type == "error" and not (is_of_loading and (is_expected or (may_fail and not url))):
            complaints.append(f"{page.url}: {message.text} ({url})")

    page.on("response", on_response)
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
