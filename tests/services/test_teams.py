"""The team of a centre as an assessment sees it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.persistence.centres import Centre
from aqss.services.teams import list_held_roles, list_team
from tests.builders import a_centre, a_member, a_user
from tests.clock import MONDAY_MORNING


@pytest.fixture
def centre(session: Session) -> Centre:
    centre = a_centre(session)
    a_member(session, centre, Role.MEMBER, name="Zoé")
    a_member(session, centre, Role.COORDINATOR, name="Awa")
    a_member(session, a_centre(session), Role.MANAGER, name="Ailleurs")
    return centre


def test_a_team_is_everybody_with_a_role_in_the_centre_by_name(session: Session, centre: Centre) -> None:
    assert [person.name for person in list_team(session, centre.id)] == ["Awa", "Zoé"]


def test_the_roles_held_are_those_of_the_team_each_once(session: Session, centre: Centre) -> None:
    a_member(session, centre, Role.MEMBER)
    assert list_held_roles(session, centre.id) == {Role.MEMBER, Role.COORDINATOR}


def test_whoever_left_the_centre_or_lost_the_account_is_no_more_of_the_team(
    session: Session, centre: Centre
) -> None:
    a_member(session, centre, Role.MANAGER, name="Parti", disabled_at=MONDAY_MORNING)
    closed = a_user(session, name="Fermé", disabled_at=MONDAY_MORNING)
    a_member(session, centre, Role.MANAGER, user=closed)
    assert [person.name for person in list_team(session, centre.id)] == ["Awa", "Zoé"]
    assert Role.MANAGER not in list_held_roles(session, centre.id)


def test_a_centre_without_anybody_has_no_team(session: Session) -> None:
    alone = a_centre(session)
    assert list_team(session, alone.id) == []
    assert list_held_roles(session, alone.id) == frozenset()
