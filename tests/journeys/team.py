"""What journeys in a centre start from: its team, assessments, and signing in on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from playwright.sync_api import Locator, Page, expect

from aqss.bootstrap import Runtime
from aqss.gateways.clock import SystemClock
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
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


def sign_in(page: Page, user: User) -> None:
    page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("navigation", name="Navigation principale")).to_be_visible()


def criterion(page: Page, code: str) -> Locator:
    return page.locator(f"[id='{code}']")


def choose(page: Page, code: str, label: str) -> None:
    """A tap on one of the choices of a criterion."""
    criterion(page, code).get_by_role("radio", name=label, exact=True).click()


__all__ = ["backstage", "choose", "criterion", "make_team", "sign_in"]
