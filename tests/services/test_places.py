"""Where a role is held, and who may manage the people of that place."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import CENTRE_ROLES, Actor, Grant, Role
from aqss.domain.errors import NotAllowed, NotFound
from aqss.persistence.accounts import Membership
from aqss.services.places import Place, get_open_place, require_people_of
from tests.builders import a_centre, a_member, a_structure
from tests.clock import MONDAY_MORNING

CENTRE = Place(4, None, "Centre du Lac")
STRUCTURE = Place(None, 7, "CPias")
INSTANCE = Place(None, None, "")


@pytest.mark.parametrize(
    ("place", "kind", "roles"),
    [
        (CENTRE, "centre", CENTRE_ROLES),
        (STRUCTURE, "structure", (Role.STRUCTURE,)),
        (INSTANCE, "instance", (Role.ADMINISTRATOR,)),
    ],
    ids=["centre", "structure", "instance"],
)
def test_each_kind_of_place_has_its_own_roles(place: Place, kind: str, roles: tuple[Role, ...]) -> None:
    assert (place.kind, place.roles) == (kind, roles)


def test_a_place_holds_the_roles_over_it_and_those_over_no_other(session: Session) -> None:
    centre, structure = a_centre(session), a_structure(session)
    for place in (centre, a_centre(session), structure, a_structure(session)):
        a_member(session, place)
    for place, row in (
        (Place(centre.id, None, centre.name), centre),
        (Place(None, structure.id, structure.name), structure),
    ):
        (held,) = session.scalars(select(Membership).where(place.holds(Membership)))
        assert row.id in (held.centre_id, held.structure_id)
    assert session.scalars(select(Membership).where(INSTANCE.holds(Membership))).all() == []


# --- found ---------------------------------------------------------------------------------------------


def test_a_place_is_found_by_its_key_with_its_name(session: Session) -> None:
    centre, structure = a_centre(session, name="Centre du Lac"), a_structure(session, name="CPias")
    assert get_open_place(session, centre_id=centre.id, structure_id=None) == Place(
        centre.id, None, "Centre du Lac"
    )
    assert get_open_place(session, centre_id=None, structure_id=structure.id) == Place(
        None, structure.id, "CPias"
    )


def test_without_a_key_the_place_is_the_instance(session: Session) -> None:
    assert get_open_place(session, centre_id=None, structure_id=None) == INSTANCE


@pytest.mark.parametrize("is_centre", [True, False], ids=["centre", "structure"])
def test_a_closed_place_and_one_that_does_not_exist_are_not_found(session: Session, is_centre: bool) -> None:
    build, name = (a_centre, "centre_id") if is_centre else (a_structure, "structure_id")
    closed = build(session, closed_at=MONDAY_MORNING)
    for key in (closed.id, 999_999, -1, 10**20, -(10**20)):
        with pytest.raises(NotFound) as refusal:
            get_open_place(session, **{"centre_id": None, "structure_id": None, name: key})
        assert (refusal.value.kind, refusal.value.key) == (name.removesuffix("_id"), key)


def test_no_place_is_both_a_centre_and_a_structure(session: Session) -> None:
    centre, structure = a_centre(session), a_structure(session)
    with pytest.raises(NotFound):
        get_open_place(session, centre_id=centre.id, structure_id=structure.id)


# --- whose people --------------------------------------------------------------------------------------

ACTORS: Mapping[str, Actor] = {
    "administrator": Actor(1, "Alix", (Grant(Role.ADMINISTRATOR),)),
    "manager": Actor(2, "Dominique", (Grant(Role.MANAGER, centre_id=4),)),
    "coordinator": Actor(3, "Camille", (Grant(Role.COORDINATOR, centre_id=4),)),
    "member": Actor(4, "Mehdi", (Grant(Role.MEMBER, centre_id=4),)),
    "elsewhere": Actor(5, "Sacha", (Grant(Role.COORDINATOR, centre_id=5),)),
    "structure": Actor(6, "Odile", (Grant(Role.STRUCTURE, structure_id=7),)),
    "nobody": Actor(7, "Personne"),
}


@pytest.mark.parametrize(
    ("place", "who_may"),
    [
        (CENTRE, {"administrator", "manager", "coordinator"}),
        (STRUCTURE, {"administrator"}),
        (INSTANCE, {"administrator"}),
    ],
    ids=["centre", "structure", "instance"],
)
def test_the_people_of_a_place_are_managed_by_those_who_lead_it(place: Place, who_may: set[str]) -> None:
    assert {name for name, actor in ACTORS.items() if manages(actor, place)} == who_may


def manages(actor: Actor, place: Place) -> bool:
    try:
        require_people_of(actor, centre_id=place.centre_id, structure_id=place.structure_id)
    except NotAllowed:
        return False
    return True
