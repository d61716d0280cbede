"""What journeys in a centre start from: its team, assessments, and signing in on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

from playwright.sync_api import Locator, Page, expect

from aqss.bootstrap import Runtime
from aqss.gateways.clock import SystemClock
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
from aqss.services.sign_ins import close_all_sign_ins
from tests.builders import PASSWORD
from tests.journeys.live import LiveSite
from tests.web.assessments.scene import make_team


@dataclass(frozen=True)
class Backstage:
    """As much of a runtime as it takes to set a scene in the database of a served site."""

    sessions: Any
    clock: SystemClock
    links: Links


def backstage(live: LiveSite) -> Runtime:
    return cast(Runtime, Backstage(live.sessions, SystemClock(), Links(live.address)))


def sign_in(page: Page, user: User, *, here: bool = False) -> None:
    """By the form; ``here``: on the page as it stands, which asks for it."""
    if not here:
        page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("navigation", name="Navigation principale")).to_be_visible()


def enter(page: Page, user: User) -> None:
    """:func:`sign_in` without opening a page, for journeys that are about others."""
    token = re.search('name="csrf_token" value="([^"]+)"', page.request.get("/connexion").text())
    assert token is not None
    typed = {"csrf_token": token[1], "email": user.email, "password": PASSWORD}
    done = page.request.post("/connexion", form=typed)
    assert (done.status, done.url.endswith("/connexion")) == (200, False)


def end_sessions(live: LiveSite, person: User) -> None:
    """Wherever somebody is signed in, they no longer are."""
    with live.sessions.writing() as session:
        close_all_sign_ins(session, person.id)
        session.commit()


def criterion(page: Page, code: str) -> Locator:
    return page.locator(f"[id='{code}']")


def choose(page: Page, code: str, label: str) -> None:
    """A tap on one of the choices of a criterion."""
    criterion(page, code).get_by_role("radio", name=label, exact=True).click()


def comment(page: Page, code: str, words: str) -> None:
    """Written in the field of a criterion, unfolded if it is not yet."""
    field = criterion(page, code).get_by_label("Commentaire")
    if not field.is_visible():
        criterion(page, code).get_by_text("Commenter").click()
    field.fill(words)


__all__ = ["backstage", "choose", "comment", "criterion", "end_sessions", "enter", "make_team", "sign_in"]
