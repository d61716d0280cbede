"""A client of the site that checks every page it receives, and finds its way as a person does.

A page that breaks a rule (title, labels, links that lead nowhere, typography…) fails the test that fetched
it, whatever that test is about: see tests/page_rules.py. So does one made while its request holds the lock of
the database's only writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask, before_render_template
from flask.testing import FlaskClient
from jinja2 import Template
from sqlalchemy import event
from werkzeug.test import TestResponse

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from aqss.services.sign_ins import open_sign_in
from aqss.web.transaction import is_writing
from tests.apps import app_of
from tests.markup import Element, parse
from tests.page_rules import CONTROLS, faults_of

Values = Mapping[str, str | Iterable[str]]

FORM_TOKEN = re.compile('name="csrf_token" value="[^"]*"')
"""What differs from one answer to the next: it holds the second at which it was made."""


class Page:
    """A page as received; everything a test asks of it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.text
        self.root, self.tag_faults = parse(self.html)

    def without_token(self) -> str:
        return FORM_TOKEN.sub("", self.html)

    @property
    def title(self) -> str:
        return self.root.one("title").words

    @property
    def h1(self) -> str:
        return self.root.one("h1").words

    @property
    def text(self) -> str:
        """What is written in the page itself, header and footer apart."""
        return self.root.one("main").words

    @property
    def menu(self) -> dict[str, str]:
        """Label → address of the main menu."""
        menus = self.root.all("nav", class_="app-nav")
        return {link.words: link["href"] for menu in menus for link in menu.all("a")}

    @property
    def notices(self) -> list[str]:
        return [note.words for note in self.root.all(role="status", class_="note")]

    @property
    def complaints(self) -> list[str]:
        """The sentences of the error summary."""
        summaries = self.root.all(role="alert", class_="note")
        if not summaries:
            return []
        items = [item.words for item in summaries[0].all("li")]
        return items or [summaries[0].words]

    def link(self, label: str) -> str:
        """The address behind a link, by its words."""
        found = {link["href"] for link in self.root.all("a") if link.words == label}
        assert len(found) == 1, f"{len(found)} addresses behind « {label} »"
        return found.pop()

    def field(self, name: str) -> Element:
        """The one control of that name."""
        return self.root.one(name=name)

    def form(self, button: str) -> Element:
        """The form that a button, known by its words, sends."""
        found = [form for form in self.root.all("form") if any(b.words == button for b in form.all("button"))]
        assert len(found) == 1, f"{len(found)} forms with a button « {button} »"
        return found[0]


class Site:
    """A browser without scripts: keeps its cookies, follows redirects, checks every page."""

    def __init__(self, runtime: Runtime, app: Flask | None = None) -> None:
        self.runtime = runtime
        self.app = app or app_of(runtime)
        self.client: FlaskClient = self.app.test_client()
        self.typed: set[str] = set()
        """What tests typed: not held to our typography when pages show it."""

    def another_browser(self) -> Site:
        return Site(self.runtime, self.app)

    def sign_in(self, user: User) -> None:
        """Open a session for somebody, without the form."""
        now = self.runtime.clock.now()
        with self.runtime.sessions.writing() as session:
            token = open_sign_in(session, user.id, now)
            session.commit()
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token

    def get(self, url: str, status: int = 200) -> Page:
        """The page at an address, redirects followed."""
        return self._page(self.client.get(url, follow_redirects=True), status)

    def submit(self, page: Page, button: str, values: Values | None = None, status: int = 200) -> Page:
        """Fill in the form of a button and send it; ``values`` replace what the page had in its fields."""
        form = page.form(button)
        data = {**filled(form), **(values or {})}
        pressed = next(b for b in form.all("button") if b.words == button)
        if "name" in pressed:
            data[pressed["name"]] = pressed.get("value")
        if form.get("method", "get") == "get":
            return self._page(
                self.client.get(form["action"], query_string=data, follow_redirects=True), status
            )
        return self.post(form["action"], data, status, with_token=False)

    def post(
        self, url: str, data: Values | None = None, status: int = 200, *, with_token: bool = True
    ) -> Page:
        """Send a form as this site's pages do, redirects followed."""
        return self._page(self.send(url, data, with_token=with_token, follow_redirects=True), status)

    def send(
        self, url: str, data: Values | None = None, *, with_token: bool = True, **options: Any
    ) -> TestResponse:
        """Send a form and give the bare answer, unchecked; ``with_token`` adds this session's form token."""
        sent = dict(data or {})
        for value in sent.values():
            self.typed.update([value] if isinstance(value, str) else value)
        if with_token:
            sent["csrf_token"] = self.form_token()
        headers = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        held: list[str] = []

        def note(_app: Flask, template: Template, **_rest: Any) -> None:
            if is_writing():
                held.append(template.name or "")

        with before_render_template.connected_to(note, self.app):
            response = self.client.post(url, data=sent, headers=headers, **options)
        assert not held, f"{url}: {held} made while this request holds the write lock: abandon() first"
        return response

    def form_token(self) -> str:
        """A form token of this session, from a page anybody may open."""
        return Page(self.client.get("/mot-de-passe-oublie")).root.all(name="csrf_token")[0]["value"]

    @contextmanager
    def counted_statements(self) -> Iterator[list[str]]:
        """The SQL statements that requests made in the ``with`` send, transactions' own words left out."""
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                statements.append(statement)

        engines = (self.runtime.sessions.read_engine, self.runtime.sessions.write_engine)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)

    def _page(self, response: TestResponse, status: int) -> Page:
        page = Page(response)
        assert page.status == status, f"status {page.status}, expected {status}: {_said(page)}"
        faults = page.tag_faults + faults_of(page.root, response, self.app, self.typed)
        assert not faults, f"{response.request.path}:\n" + "\n".join(faults)
        return page


def filled(form: Element) -> dict[str, str | list[str]]:
    """What a browser would send of a form as it stands, without the buttons."""
    values: dict[str, list[str]] = {}
    for control in form.walk():
        if control.tag in CONTROLS and "name" in control and "disabled" not in control:
            values.setdefault(control["name"], []).extend(_values_of(control))
    return {name: found[0] if len(found) == 1 else found for name, found in values.items() if found}


def _values_of(control: Element) -> list[str]:
    if control.tag == "textarea":
        return ["".join(text for _element, text in control.texts()).removeprefix("\n")]
    if control.tag == "select":
        options = control.all("option")
        chosen = [option for option in options if "selected" in option]
        if not chosen and "multiple" not in control:
            chosen = options[:1]
        return [option.get("value", option.words) for option in chosen]
    if control.get("type") in ("checkbox", "radio"):
        return [control.get("value", "on")] if "checked" in control else []
    return [] if control.get("type") in ("submit", "button", "file") else [control.get("value")]


def _said(page: Page) -> str:
    headings = page.root.all("h1")
    return headings[0].words if headings else page.html[:500]
