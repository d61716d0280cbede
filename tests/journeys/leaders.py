"""What journeys of a session start from: a room, and a second person who leads it."""

from __future__ import annotations

from aqss.domain.access import Role
from aqss.persistence.accounts import User
from aqss.persistence.centres import Centre
from tests.builders import a_member
from tests.journeys.live import LiveSite
from tests.journeys.team import backstage
from tests.web.consensus.scene import Room, make_room

FOLLOWS_WITHIN = 9_000
"""Milliseconds: a screen asks every few seconds; the machine may be busy."""


def make_room_of_two_leaders(live: LiveSite) -> tuple[Room, User]:
    """The room, and who leads it beside its coordinator."""
    runtime = backstage(live)
    room = make_room(runtime)
    with runtime.sessions.writing() as session:
        centre = session.get_one(Centre, room.team.centre_id)
        second = a_member(session, centre, Role.COORDINATOR, name="Sofia Seconde")
        session.commit()
    return room, second
