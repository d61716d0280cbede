"""A server before aqss answers in its place while aqss restarts: that counts as no answer at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite, served_site
from tests.journeys.offline.network import ANYTHING
from tests.journeys.rating import IS_COPIED, SAVED, kept_by, note_of, state_of, until
from tests.journeys.team import backstage, choose, comment, criterion, make_team, sign_in
from tests.sheets import OpenSheet
from tests.web.assessments.scene import GRID, make_assessment, stored

PAGE = b"<!doctype html><title>502</title><h1>Bad Gateway</h1>"


class BadGateway(BaseHTTPRequestHandler):
    """Says of everything that what is behind does not answer."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(502)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_words: object) -> None:
        """Nothing."""


@contextmanager
def in_place_of(site: LiveSite) -> Iterator[None]:
    """The site is dead and another server answers at its address, for as long as the ``with`` lasts."""
    site.serving.kill()
    server = _bound(("127.0.0.1", urlsplit(site.address).port or 0))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        site.serving.start()


def _bound(address: tuple[str, int]) -> ThreadingHTTPServer:
    """The web processes of a site that was killed let its address go a moment after it."""
    until = time.monotonic() + 20
    while True:
        try:
            return ThreadingHTTPServer(address, BadGateway)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    with served_site(tmp_path_factory.mktemp("behind")) as site:
        yield site


def test_answers_wait_and_the_page_opens_from_its_copy(own_site: LiveSite, open_page: OpenPage) -> None:
    behind = backstage(own_site)
    team = make_team(behind)
    key = make_assessment(behind, team)
    page = open_page(may_fail=ANYTHING, site=own_site)
    sign_in(page, team.member)
    page.goto(f"/auto-evaluations/{key}/grilles/{GRID}")
    until(page, IS_COPIED)
    with in_place_of(own_site):
        choose(page, "A2-01", "Oui")
        expect(state_of(page)).to_contain_text("Pas enregistré\u00a0: le serveur ne répond pas. Nouvel essai")
        page.reload()
        expect(page.get_by_role("heading", name="Sans réseau")).to_be_visible()
        expect(criterion(page, "A2-01").get_by_label("Oui")).to_be_checked()
        choose(page, "A2-02", "Non")
        expect(state_of(page)).to_contain_text("2\u00a0réponses en attente")
    expect(page.get_by_role("heading", name="Sans réseau")).to_have_count(0, timeout=60_000)
    expect(criterion(page, "A2-02").get_by_label("Non", exact=True)).to_be_checked()
    assert [stored(behind, key, code).level for code in ("A2-01", "A2-02")] == ["oui", "non"]
    assert kept_by(page) == []


@pytest.mark.parametrize(
    ("status", "kind"), [(200, "text/html"), (403, "application/json"), (504, "text/html")]
)
def test_whatever_it_says_nothing_is_lost_nor_taken_for_a_refusal(
    page: Page, sheet: OpenSheet, status: int, kind: str
) -> None:
    page.route("**/reponses/*", lambda route: route.fulfill(status=status, content_type=kind, body="{}"))
    choose(page, "A2-01", "Oui")
    comment(page, "A2-01", "Un avis de fond")
    expect(state_of(page)).to_contain_text("le serveur ne répond pas. Nouvel essai")
    expect(criterion(page, "A2-01").get_by_role("alert")).to_have_count(0)
    page.unroute_all()
    expect(state_of(page)).to_have_text(SAVED, timeout=40_000)
    row = sheet.row("A2-01")
    assert (row.level, row.comment) == ("oui", "Un avis de fond")


def test_what_a_closed_page_left_waits_for_the_site_itself(page: Page, sheet: OpenSheet) -> None:
    other = page.context.new_page()
    other.goto("/auto-evaluations")
    for tab in (page, other):
        tab.route(
            "**/reponses/*", lambda route: route.fulfill(status=404, content_type="text/html", body="no")
        )
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("ne répond pas")
    page.close()
    other.evaluate("dispatchEvent(new Event('online'))")
    expect(note_of(other)).to_have_text(
        "1\u00a0réponse en attente\u00a0: le serveur ne répond pas. Nouvel essai dans quelques secondes."
    )
    other.unroute_all()
    other.evaluate("dispatchEvent(new Event('online'))")
    expect(note_of(other)).to_contain_text("est enregistrée")
    assert sheet.row("A2-01").level == "oui"
