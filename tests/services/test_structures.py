"""Support structures: created, described, closed, listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import InvalidInput, LinkRefused, NotAllowed, NotFound, StaleEdit
from aqss.gateways.links import Links
from aqss.persistence.centres import Structure
from aqss.persistence.journal import JournalEntry
from aqss.services.acceptances import read_invitation
from aqss.services.invitations import invite
from aqss.services.sign_ins import find_actor, open_sign_in
from aqss.services.structures import (
    StructureDescription,
    close_structure,
    create_structure,
    describe_structure,
    list_structures,
    read_structure,
    reopen_structure,
)
from tests.builders import a_centre, a_member, a_structure, a_user, actor_of, an_administrator
from tests.clock import MONDAY_MORNING, FakeClock

CPIAS = StructureDescription(
    name="CPias du Sud", kind="cpias", regions=("75", "76"), modules=("risque-infectieux",)
)


@pytest.fixture
def administrator(session: Session) -> Actor:
    return actor_of(session, an_administrator(session))


def test_an_administrator_creates_a_structure(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    typed = replace(CPIAS, name=" CPias du Sud ", regions=("76", "75", "76"))
    key = create_structure(session, administrator, small_catalogue, typed, clock.now())
    seen = read_structure(session, administrator, key)
    assert (seen.structure_id, seen.description, seen.version) == (key, CPIAS, 1)
    assert (seen.created_at, seen.closed_at, seen.people) == (clock.now(), None, 0)
    entry = session.scalars(select(JournalEntry)).one()
    assert (entry.verb, entry.subject_kind, entry.subject_id) == ("created", "structure", key)
    assert (entry.user_id, entry.centre_id) == (administrator.user_id, None)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"name": ""}, [("name", "required")]),
        ({"name": "x" * 161}, [("name", "too-long")]),
        ({"kind": "ars"}, [("kind", "unknown-choice")]),
        ({"regions": ()}, [("regions", "at-least-one")]),
        ({"regions": ("75", "00")}, [("regions", "unknown-choice")]),
        ({"modules": ()}, [("modules", "at-least-one")]),
        ({"modules": ("inconnu",)}, [("modules", "unknown-choice")]),
        (
            {"name": "", "kind": "", "modules": ()},
            [("kind", "required"), ("modules", "at-least-one"), ("name", "required")],
        ),
    ],
)
def test_a_description_that_breaks_rules_is_refused_with_all_of_them(
    session: Session,
    clock: FakeClock,
    small_catalogue: Catalogue,
    administrator: Actor,
    change: dict[str, Any],
    faults: list[tuple[str, str]],
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        create_structure(session, administrator, small_catalogue, replace(CPIAS, **change), clock.now())
    assert sorted((f.field, f.code) for f in refusal.value.faults) == faults
    assert session.scalar(select(func.count()).select_from(Structure)) == 0


def test_a_structure_is_described_from_the_version_seen(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    key = create_structure(session, administrator, small_catalogue, CPIAS, clock.now())
    wider = replace(CPIAS, regions=("11", "75", "76"), modules=("risques-generaux",))
    assert describe_structure(session, administrator, small_catalogue, key, CPIAS, 1, clock.now()) == 1
    assert describe_structure(session, administrator, small_catalogue, key, wider, 1, clock.now()) == 2
    seen = read_structure(session, administrator, key)
    assert (set(seen.description.regions), seen.description.modules) == (
        {"11", "75", "76"},
        ("risques-generaux",),
    )
    with pytest.raises(StaleEdit) as refusal:
        describe_structure(session, administrator, small_catalogue, key, CPIAS, 1, clock.now())
    assert (refusal.value.kind, refusal.value.expected, refusal.value.current) == ("structure", 1, 2)
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [(entry.verb, entry.facts) for entry in entries] == [
        ("created", {}),
        ("described", {"changed": ["regions", "modules"]}),
    ]


def test_structures_are_the_administrators_to_change(
    session: Session, clock: FakeClock, small_catalogue: Catalogue
) -> None:
    structure = a_structure(session)
    actors = [
        actor_of(session, a_member(session, structure)),
        actor_of(session, a_member(session, a_centre(session), Role.MANAGER)),
        actor_of(session, a_user(session)),
    ]
    for actor in actors:
        with pytest.raises(NotAllowed):
            create_structure(session, actor, small_catalogue, CPIAS, clock.now())
        with pytest.raises(NotAllowed):
            describe_structure(session, actor, small_catalogue, structure.id, CPIAS, 1, clock.now())
        with pytest.raises(NotAllowed):
            close_structure(session, actor, structure.id, clock.now())
        with pytest.raises(NotAllowed):
            reopen_structure(session, actor, structure.id, clock.now())
        with pytest.raises(NotAllowed):
            list_structures(session, actor)


def test_a_structure_is_seen_by_its_people_only(session: Session, clock: FakeClock) -> None:
    structure, foreign = a_structure(session, name="CPias"), a_structure(session, name="Secret")
    supporter = actor_of(session, a_member(session, structure))
    assert read_structure(session, supporter, structure.id).description.name == "CPias"
    told = set()
    for key in (foreign.id, 999_999):
        with pytest.raises(NotAllowed) as refusal:
            read_structure(session, supporter, key)
        told.add(repr(refusal.value))
    assert len(told) == 1


def test_an_unknown_structure_is_not_found(
    session: Session, clock: FakeClock, small_catalogue: Catalogue, administrator: Actor
) -> None:
    with pytest.raises(NotFound):
        read_structure(session, administrator, 999_999)
    with pytest.raises(NotFound):
        describe_structure(session, administrator, small_catalogue, 999_999, CPIAS, 1, clock.now())


def test_a_closed_structure_is_out_of_reach_of_its_people_until_it_reopens(
    session: Session, clock: FakeClock, links: Links, small_catalogue: Catalogue, administrator: Actor
) -> None:
    structure = a_structure(session)
    ines = a_member(session, structure)
    actor = actor_of(session, ines)
    token = open_sign_in(session, ines.id, clock.now())
    made = invite(
        session, administrator, small_catalogue, email="awa@exemple.fr", name="", role="structure",
        structure_id=structure.id, now=clock.now(), links=links,
    )  # fmt: skip
    close_structure(session, administrator, structure.id, clock.now())
    assert find_actor(session, token, clock.now()).structures == ()
    with pytest.raises(NotFound):
        read_structure(session, actor, structure.id)
    with pytest.raises(LinkRefused):
        read_invitation(session, made.link.rsplit("/", 1)[1], clock.now())
    assert read_structure(session, administrator, structure.id).closed_at == clock.now()
    reopen_structure(session, administrator, structure.id, clock.now())
    assert read_structure(session, actor, structure.id).people == 1


def test_closing_or_reopening_twice_changes_nothing_more(
    session: Session, clock: FakeClock, administrator: Actor
) -> None:
    structure = a_structure(session)
    close_structure(session, administrator, structure.id, clock.now())
    clock.advance(days=1)
    close_structure(session, administrator, structure.id, clock.now())
    assert structure.closed_at == MONDAY_MORNING
    reopen_structure(session, administrator, structure.id, clock.now())
    reopen_structure(session, administrator, structure.id, clock.now())
    verbs = session.scalars(select(JournalEntry.verb).order_by(JournalEntry.id)).all()
    assert verbs == ["closed", "reopened"]


def test_structures_are_listed_by_name_closed_ones_last(
    session: Session, clock: FakeClock, administrator: Actor
) -> None:
    zola = a_structure(session, name="zola")
    a_structure(session, name="Émile")
    a_structure(session, name="Atlas", closed_at=clock.now())
    a_member(session, zola)
    a_member(session, zola, disabled_at=clock.now())
    a_member(session, zola, user=a_user(session, disabled_at=clock.now()))
    listed = list_structures(session, administrator)
    assert [(seen.description.name, seen.people) for seen in listed] == [
        ("Émile", 0),
        ("zola", 1),
        ("Atlas", 0),
    ]
