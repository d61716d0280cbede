"""What is done alike to a centre and to a support structure."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import StaleEdit
from aqss.persistence.accounts import Invitation
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.journal import JournalEntry
from aqss.services.place_changes import close_place, note_description, reopen_place, require_version
from tests.builders import a_centre, a_structure, actor_of, an_administrator
from tests.clock import MONDAY_MORNING, FakeClock


@dataclass(frozen=True)
class Told:
    """A description of either."""

    name: str = "Place"
    town: str = "Bergerac"


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_of(session, an_administrator(session))


@pytest.fixture(params=["centre", "structure"])
def place(request: pytest.FixtureRequest, session: Session) -> Centre | Structure:
    build = {"centre": a_centre, "structure": a_structure}[request.param]
    return build(session)


def entries(session: Session) -> list[JournalEntry]:
    session.flush()
    return list(session.scalars(select(JournalEntry).order_by(JournalEntry.id)))


@pytest.mark.parametrize("version", [-1, 0, 2])
def test_an_edit_starts_from_the_version_that_stands(place: Centre | Structure, version: int) -> None:
    require_version(place, 1)
    with pytest.raises(StaleEdit) as refusal:
        require_version(place, version)
    told = refusal.value
    kind = "centre" if isinstance(place, Centre) else "structure"
    assert (told.kind, told.key, told.expected, told.current) == (kind, place.id, version, 1)


def test_a_description_that_changed_makes_a_version_and_names_its_fields(
    session: Session, clock: FakeClock, administrator: Actor, place: Centre | Structure
) -> None:
    note_description(session, administrator, place, Told(), Told(town="Creysse"), clock.now())
    assert place.version == 2
    (entry,) = entries(session)
    assert (entry.verb, entry.user_id, entry.subject_id) == ("described", administrator.user_id, place.id)
    assert entry.facts == {"changed": ["town"]}


def test_a_description_that_did_not_change_makes_nothing(
    session: Session, clock: FakeClock, administrator: Actor, place: Centre | Structure
) -> None:
    note_description(session, administrator, place, Told(), replace(Told()), clock.now())
    assert (place.version, entries(session)) == (1, [])


def test_a_place_is_closed_then_reopened_and_both_are_told(
    session: Session, clock: FakeClock, administrator: Actor, place: Centre | Structure
) -> None:
    close_place(session, administrator, place, clock.now())
    assert place.closed_at == MONDAY_MORNING
    reopen_place(session, administrator, place, clock.advance(days=1))
    assert place.closed_at is None
    assert [(entry.verb, entry.at) for entry in entries(session)] == [
        ("closed", MONDAY_MORNING),
        ("reopened", clock.now()),
    ]


def test_closing_or_reopening_twice_changes_nothing_more(
    session: Session, clock: FakeClock, administrator: Actor, place: Centre | Structure
) -> None:
    reopen_place(session, administrator, place, clock.now())
    assert entries(session) == []
    close_place(session, administrator, place, clock.now())
    close_place(session, administrator, place, clock.advance(days=1))
    assert place.closed_at == MONDAY_MORNING
    assert len(entries(session)) == 1


def test_closing_a_place_voids_the_invitations_to_it_and_to_no_other(
    session: Session, clock: FakeClock, administrator: Actor, place: Centre | Structure
) -> None:
    others = (a_centre(session), a_structure(session))
    for number, one in enumerate((place, *others)):
        session.add(
            Invitation(
                email="awa@exemple.fr",
                role="member",
                centre_id=one.id if isinstance(one, Centre) else None,
                structure_id=one.id if isinstance(one, Structure) else None,
                token_hash=str(number),
                created_at=MONDAY_MORNING,
                expires_at=MONDAY_MORNING,
            )
        )
    session.flush()
    close_place(session, administrator, place, clock.now())
    session.expire_all()
    void = session.scalars(select(Invitation).where(Invitation.revoked_at.is_not(None))).all()
    assert [(one.centre_id or one.structure_id, one.token_hash) for one in void] == [(place.id, "0")]
