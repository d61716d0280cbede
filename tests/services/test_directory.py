"""Accounts as administrators see them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.errors import NotAllowed, NotFound
from aqss.services.directory import RoleHeld, list_administrators, read_account
from tests.builders import a_centre, a_member, a_structure, a_user, actor_of, an_administrator
from tests.clock import MONDAY_MORNING


def test_administrators_are_listed_by_name_closed_accounts_last(session: Session) -> None:
    zoe = an_administrator(session, name="Zoé")
    an_administrator(session, name="Élise")
    an_administrator(session, name="Anne", disabled_at=MONDAY_MORNING)
    a_user(session, name="Paul")
    seen = list_administrators(session, actor_of(session, zoe))
    assert [account.name for account in seen] == ["Élise", "Zoé", "Anne"]
    assert [account.disabled_at for account in seen] == [None, None, MONDAY_MORNING]


def test_an_account_is_read_with_every_role_open_ones_first(session: Session) -> None:
    root = an_administrator(session)
    closed = a_centre(session, name="A fermé", closed_at=MONDAY_MORNING)
    lea = a_member(session, closed, Role.MANAGER, name="Léa", email="lea@exemple.fr")
    a_member(session, a_structure(session, name="CPias"), user=lea)
    a_member(session, a_centre(session, name="B quitté"), user=lea, disabled_at=MONDAY_MORNING)
    a_member(session, a_centre(session, name="Z ouvert"), Role.COORDINATOR, user=lea)
    seen = read_account(session, actor_of(session, root), lea.id)
    assert (seen.name, seen.email, seen.is_administrator) == ("Léa", "lea@exemple.fr", False)
    assert seen.roles == (
        RoleHeld("CPias", Role.STRUCTURE, True),
        RoleHeld("Z ouvert", Role.COORDINATOR, True),
        RoleHeld("A fermé", Role.MANAGER, False),
        RoleHeld("B quitté", Role.MEMBER, False),
    )


def test_an_account_that_does_not_exist_is_not_found(session: Session) -> None:
    root = an_administrator(session)
    with pytest.raises(NotFound):
        read_account(session, actor_of(session, root), 987_654)


def test_nobody_else_sees_accounts(session: Session) -> None:
    centre = a_centre(session)
    for role in (Role.MEMBER, Role.COORDINATOR, Role.MANAGER):
        actor = actor_of(session, a_member(session, centre, role))
        with pytest.raises(NotAllowed):
            list_administrators(session, actor)
        with pytest.raises(NotAllowed):
            read_account(session, actor, actor.user_id)
