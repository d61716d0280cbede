"""Actions ticked together in the list of a plan by one button, changed; the list comes back as it was."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from aqss.persistence.centres import Centre
from tests.builders import an_action
from tests.journeys.conftest import OpenPage
from tests.journeys.keyboard import walk
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.team import backstage, enter, make_team

MANY = 12


@pytest.mark.parametrize("width", [1280, 390])
def test_every_action_of_a_page_is_ticked_at_once_and_the_filtered_list_comes_back(
    live: LiveSite, open_page: OpenPage, width: int
) -> None:
    page = open_page(width=width)
    list_page(live, page)
    ticks = page.get_by_role("checkbox", name=re.compile("^Choisir l’action"))
    expect(ticks).to_have_count(MANY)
    page.get_by_role("button", name="Tout cocher").click()
    assert all(one.is_checked() for one in ticks.all())
    expect(page.get_by_role("button", name="Ne rien cocher")).to_be_visible()
    ticks.first.uncheck()
    change = page.get_by_role("button", name="Changer les actions cochées")
    ticks.last.scroll_into_view_if_needed()
    expect(change).to_be_in_viewport()
    change.click()
    look_at_both(page)
    expect(page.get_by_text(f"{MANY - 1} actions choisies")).to_be_visible()
    page.get_by_role("radio", name="Décaler l’échéance").check()
    page.get_by_label("Décalage, en semaines").fill("1")
    page.get_by_role("button", name="Voir ce qui changera").click()
    page.get_by_role("button", name=f"Changer {MANY - 1} actions").click()
    expect(page.get_by_role("status")).to_contain_text(f"{MANY - 1} actions changées")
    expect(page).to_have_url(re.compile(r"vue=toutes&tri=numero"))


def test_the_list_is_gone_through_by_keyboard_under_its_bar(live: LiveSite, open_page: OpenPage) -> None:
    page = open_page(width=390)
    list_page(live, page)
    walk(page)


def list_page(live: LiveSite, page: Page) -> None:
    """The plan of a team, filtered, in front of its coordinator."""
    behind = backstage(live)
    team = make_team(behind)
    with behind.sessions.writing() as session:
        centre = session.get_one(Centre, team.centre_id)
        today = behind.clock.now().date()
        for _ in range(MANY):
            an_action(session, centre, due_on=today)
        session.commit()
    enter(page, team.coordinator)
    page.goto(f"/centres/{team.centre_id}/plan?vue=toutes&tri=numero")
