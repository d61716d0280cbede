"""What an administrator sees first: how many places and people there are."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.errors import NotAllowed
from aqss.services.instance_counts import InstanceCounts, count_instance
from tests.builders import a_centre, a_member, a_structure, a_user, actor_of, an_administrator
from tests.clock import MONDAY_MORNING


def test_an_empty_instance_counts_its_administrator(session: Session) -> None:
    administrator = actor_of(session, an_administrator(session))
    assert count_instance(session, administrator) == InstanceCounts(0, 0, 0, 1)


def test_closed_places_and_disabled_accounts_are_not_counted(session: Session) -> None:
    administrator = actor_of(session, an_administrator(session))
    a_centre(session)
    a_centre(session, closed_at=MONDAY_MORNING)
    a_structure(session)
    a_structure(session, closed_at=MONDAY_MORNING)
    a_user(session, disabled_at=MONDAY_MORNING)
    assert count_instance(session, administrator) == InstanceCounts(1, 1, 1, 1)


def test_a_centre_is_without_coordinator_unless_somebody_who_can_sign_in_coordinates_it(
    session: Session,
) -> None:
    administrator = actor_of(session, an_administrator(session))
    a_member(session, a_centre(session), Role.COORDINATOR)
    a_member(session, a_centre(session), Role.MANAGER)
    a_member(session, a_centre(session), Role.COORDINATOR, disabled_at=MONDAY_MORNING)
    gone = a_user(session, disabled_at=MONDAY_MORNING)
    a_member(session, a_centre(session), Role.COORDINATOR, user=gone)
    counts = count_instance(session, administrator)
    assert (counts.centres, counts.centres_without_coordinator) == (4, 3)


def test_only_an_administrator_counts(session: Session) -> None:
    manager = a_member(session, a_centre(session), Role.MANAGER)
    with pytest.raises(NotAllowed):
        count_instance(session, actor_of(session, manager))
