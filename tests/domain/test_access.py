"""The table of permissions, and what a role held over one centre does not open in another."""

from __future__ import annotations

import pytest

from aqss.domain.access import GRANTS, WITHOUT_ROLE, Actor, Grant, Permission, Role, is_allowed, require
from aqss.domain.errors import NotAllowed

HERE, ELSEWHERE = 1, 2
MEMBER, COORDINATOR, MANAGER, STRUCTURE, ADMINISTRATOR = Role

TABLE = {
    "use-account": {MEMBER, COORDINATOR, MANAGER, STRUCTURE, ADMINISTRATOR},
    "action-edit": {COORDINATOR, MANAGER},
    "action-progress": {MEMBER, COORDINATOR, MANAGER},
    "action-read": {MEMBER, COORDINATOR, MANAGER},
    "centre-view": {MEMBER, COORDINATOR, MANAGER, ADMINISTRATOR},
    "centre-describe": {COORDINATOR, MANAGER, ADMINISTRATOR},
    "centre-manage-people": {COORDINATOR, MANAGER, ADMINISTRATOR},
    "centre-read-journal": {COORDINATOR, MANAGER},
    "assessment-agree": {COORDINATOR},
    "assessment-prepare": {COORDINATOR},
    "assessment-rate": {MEMBER, COORDINATOR, MANAGER},
    "assessment-read": {MEMBER, COORDINATOR, MANAGER},
    "assessment-validate": {MANAGER},
    "dossier-edit": {COORDINATOR, MANAGER},
    "dossier-read": {MEMBER, COORDINATOR, MANAGER, STRUCTURE},
    "structure-view": {STRUCTURE, ADMINISTRATOR},
    "structure-manage-people": {ADMINISTRATOR},
    "instance-administer": {ADMINISTRATOR},
}
"""Written a second time on purpose: who gains or loses a right is seen here."""

EVERY_PAIR = [(permission, role) for permission in Permission for role in Role]


def holding(role: Role, over: int = HERE) -> Actor:
    """Somebody with that role over centre or structure ``over``, or over the instance."""
    if role is ADMINISTRATOR:
        return Actor(7, "Ada", (Grant(role),))
    if role is STRUCTURE:
        return Actor(7, "Ada", (Grant(role, structure_id=over),))
    return Actor(7, "Ada", (Grant(role, centre_id=over),))


def scope_of(role: Role, over: int) -> dict[str, int]:
    return {"structure_id": over} if role is STRUCTURE else {"centre_id": over}


def test_every_permission_has_its_line_in_the_table() -> None:
    assert set(GRANTS) == set(Permission)
    assert {permission.value: roles for permission, roles in GRANTS.items()} == TABLE


@pytest.mark.parametrize(("permission", "role"), EVERY_PAIR)
def test_a_role_opens_at_home_what_the_table_says(permission: Permission, role: Role) -> None:
    granted = is_allowed(holding(role), permission, **scope_of(role, HERE))
    assert granted == (role in TABLE[permission])


@pytest.mark.parametrize(("permission", "role"), EVERY_PAIR)
def test_a_role_opens_nothing_elsewhere_but_the_administrators(permission: Permission, role: Role) -> None:
    granted = is_allowed(holding(role), permission, **scope_of(role, ELSEWHERE))
    assert granted == (role is ADMINISTRATOR and role in TABLE[permission])


@pytest.mark.parametrize(("permission", "role"), EVERY_PAIR)
def test_a_key_of_a_centre_is_no_key_of_a_structure(permission: Permission, role: Role) -> None:
    other = {"centre_id": HERE} if role is STRUCTURE else {"structure_id": HERE}
    assert is_allowed(holding(role), permission, **other) == (
        role is ADMINISTRATOR and role in TABLE[permission]
    )


@pytest.mark.parametrize(("permission", "role"), EVERY_PAIR)
def test_a_question_without_place_is_about_any_place(permission: Permission, role: Role) -> None:
    assert is_allowed(holding(role, over=ELSEWHERE), permission) == (role in TABLE[permission])


@pytest.mark.parametrize(("permission", "role"), EVERY_PAIR)
def test_what_belongs_to_no_centre_is_opened_by_no_role_over_another(
    permission: Permission, role: Role
) -> None:
    granted = is_allowed(holding(role), permission, centre_id=None, structure_id=None)
    assert granted == (role is ADMINISTRATOR and role in TABLE[permission])


@pytest.mark.parametrize("permission", Permission)
def test_somebody_without_a_role_opens_their_own_account_and_nothing_else(permission: Permission) -> None:
    assert is_allowed(Actor(7, "Ada"), permission) == (permission.value == "use-account")


def test_what_needs_no_role_is_given_to_every_role_too() -> None:
    assert all(GRANTS[permission] == set(Role) for permission in WITHOUT_ROLE)


@pytest.mark.parametrize("place", [{"centre_id": HERE}, {"structure_id": HERE}, {"centre_id": None}])
def test_an_account_without_a_role_opens_no_place(place: dict[str, int | None]) -> None:
    assert not is_allowed(Actor(7, "Ada"), Permission.USE_ACCOUNT, **place)


def test_one_role_among_several_is_enough() -> None:
    ada = Actor(7, "Ada", (Grant(MEMBER, centre_id=HERE), Grant(MANAGER, centre_id=ELSEWHERE)))
    assert is_allowed(ada, Permission.ASSESSMENT_VALIDATE, centre_id=ELSEWHERE)
    assert not is_allowed(ada, Permission.ASSESSMENT_VALIDATE, centre_id=HERE)


def test_a_refused_permission_is_named() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(holding(MEMBER), Permission.ASSESSMENT_VALIDATE, centre_id=HERE)
    assert refusal.value.permission == "assessment-validate"


def test_a_granted_permission_raises_nothing() -> None:
    require(holding(MANAGER), Permission.ASSESSMENT_VALIDATE, centre_id=HERE)


def test_roles_are_told_centre_by_centre() -> None:
    ada = Actor(
        7,
        "Ada",
        (
            Grant(COORDINATOR, centre_id=HERE),
            Grant(MEMBER, centre_id=HERE),
            Grant(MANAGER, centre_id=ELSEWHERE),
            Grant(STRUCTURE, structure_id=HERE),
        ),
    )
    assert ada.roles_in(HERE) == {COORDINATOR, MEMBER}
    assert ada.roles_in(ELSEWHERE) == {MANAGER}
    assert ada.roles_in(3) == frozenset()


def test_the_administrators_role_counts_in_every_centre() -> None:
    assert holding(ADMINISTRATOR).roles_in(ELSEWHERE) == {ADMINISTRATOR}


@pytest.mark.parametrize("role", Role)
def test_only_the_administrator_is_one(role: Role) -> None:
    assert holding(role).is_administrator == (role is ADMINISTRATOR)


def test_the_centres_of_somebody_are_listed_once_in_the_order_of_their_roles() -> None:
    ada = Actor(
        7,
        "Ada",
        (
            Grant(MANAGER, centre_id=5),
            Grant(COORDINATOR, centre_id=3),
            Grant(MEMBER, centre_id=5),
            Grant(STRUCTURE, structure_id=9),
            Grant(ADMINISTRATOR),
        ),
    )
    assert ada.centre_ids() == (5, 3)
    assert ada.centre_ids([COORDINATOR]) == (3,)
    assert ada.centre_ids([ADMINISTRATOR, STRUCTURE]) == ()
