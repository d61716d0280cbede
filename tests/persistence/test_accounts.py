"""What the database itself holds true of people, whoever writes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.accounts import Invitation, Membership, User
from tests.builders import a_centre, a_structure, a_user
from tests.clock import MONDAY_MORNING
from tests.persistence.refusals import is_refused


def test_two_accounts_do_not_share_an_address(session: Session) -> None:
    a_user(session, email="nadia@exemple.fr")
    for email, refused in (("nadia@exemple.fr", True), ("awa@exemple.fr", False)):
        assert is_refused(session, User(email=email, name="Nadia", created_at=MONDAY_MORNING)) is refused


@pytest.mark.parametrize(
    ("role", "places", "refused"),
    [
        ("member", {"centre"}, False),
        ("coordinator", {"centre"}, False),
        ("manager", {"centre"}, False),
        ("structure", {"structure"}, False),
        ("member", {"structure"}, True),
        ("structure", {"centre"}, True),
        ("administrator", {"centre"}, True),
        ("member", {"centre", "structure"}, True),
        ("member", set(), True),
    ],
)
def test_a_role_is_held_over_one_place_that_it_fits(
    session: Session, role: str, places: set[str], refused: bool
) -> None:
    keys: dict[str, Any] = {"centre_id": a_centre(session).id, "structure_id": a_structure(session).id}
    chosen = {f"{place}_id": keys[f"{place}_id"] for place in places}
    row = Membership(user_id=a_user(session).id, role=role, created_at=MONDAY_MORNING, **chosen)
    assert is_refused(session, row) is refused


def test_a_person_has_one_role_in_each_place(session: Session) -> None:
    person, centre, other = a_user(session), a_centre(session), a_centre(session)

    def role_in(key: int) -> Membership:
        return Membership(user_id=person.id, role="member", centre_id=key, created_at=MONDAY_MORNING)

    session.add(role_in(centre.id))
    session.flush()
    assert is_refused(session, role_in(centre.id))
    assert not is_refused(session, role_in(other.id))


def test_two_links_do_not_share_a_secret(session: Session) -> None:
    def invitation(token_hash: str) -> Invitation:
        return Invitation(
            email="awa@exemple.fr",
            role="administrator",
            token_hash=token_hash,
            created_at=MONDAY_MORNING,
            expires_at=MONDAY_MORNING,
        )

    session.add(invitation("a" * 64))
    session.flush()
    assert is_refused(session, invitation("a" * 64))
    assert not is_refused(session, invitation("b" * 64))


def test_a_role_belongs_to_an_account_that_exists(session: Session) -> None:
    centre = a_centre(session)
    row = Membership(user_id=12345, role="member", centre_id=centre.id, created_at=MONDAY_MORNING)
    assert is_refused(session, row)
