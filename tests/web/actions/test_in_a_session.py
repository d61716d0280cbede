"""An action planned from the screen of the session where the team agrees, without leaving it."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Page, Site
from tests.web.actions.scene import actions_of
from tests.web.assessments.scene import NIR
from tests.web.consensus.scene import Room, make_room, sign_in


@pytest.fixture
def room(runtime: Runtime) -> Room:
    return make_room(runtime)


@pytest.fixture
def lead(room: Room) -> Site:
    return sign_in(room, room.team.coordinator)


def agreed(lead: Site, room: Room) -> Page:
    """The screen once the team's answer to its first criterion is noted."""
    room.begin()
    page = lead.get(room.url)
    assert "Créer une action" not in page.text
    return lead.submit(page, "Valider", {"value": "partiel"})


def test_once_the_answer_is_noted_an_action_is_made_on_the_spot(
    lead: Site, runtime: Runtime, room: Room
) -> None:
    page = agreed(lead, room)
    assert "Créer une action pour A2-01" in page.text
    back = lead.submit(page, "Créer l’action", {"owner_id": str(room.team.member.id), "due_on": "2026-06-01"})
    assert back.root.all("body", class_="projected")
    assert "L’action n° 1 est créée." in back.text
    assert "Créer une autre action pour A2-01" in back.text
    (action,) = actions_of(runtime, room.team)
    assert (action.origin, action.effect_criterion, action.effect_from) == ("session", "A2-01", "partiel")
    assert action.owner_id == room.team.member.id


def test_what_is_refused_is_told_on_the_whole_form_which_then_comes_back(
    lead: Site, runtime: Runtime, room: Room
) -> None:
    refused = lead.submit(agreed(lead, room), "Créer l’action", {"title": NIR}, status=422)
    assert refused.h1 == "Nouvelle action"
    assert refused.field("title")["value"] == NIR
    back = lead.submit(refused, "Créer l’action", {"title": "Revoir le modèle"})
    assert back.root.all("body", class_="projected")
    assert actions_of(runtime, room.team)[0].origin == "session"


def test_who_follows_is_offered_nothing(lead: Site, room: Room) -> None:
    agreed(lead, room)
    follower = sign_in(room, room.people[0])
    assert "Créer une action" not in follower.get(room.phone).text
