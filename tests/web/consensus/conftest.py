"""A room ready for its session, and the browser of who leads it."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.consensus.scene import Room, make_room, sign_in


@pytest.fixture
def room(runtime: Runtime) -> Room:
    return make_room(runtime, comments={"A2-01": "Le modèle n’a pas de place.", "A2-04": "À revoir."})


@pytest.fixture
def lead(room: Room) -> Site:
    return sign_in(room, room.team.coordinator)


@pytest.fixture
def voter(room: Room) -> Site:
    return sign_in(room, room.people[0])
