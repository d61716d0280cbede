"""The journal: written with each change, read by those who lead."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import aqss.services
from aqss.domain.access import Role
from aqss.domain.errors import NotAllowed
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from aqss.services.editions import Publication
from aqss.services.journal import VERBS, Entry, read_journal, record
from tests.builders import a_centre, a_member, a_structure, a_user, actor_of, an_administrator
from tests.clock import FakeClock


def note(
    session: Session, clock: FakeClock, centre_id: int | None, actor_id: int | None = None, **values: object
) -> None:
    values = {"verb": "described", "subject_kind": "centre", "subject_id": centre_id, **values}
    record(session, at=clock.now(), actor_id=actor_id, centre_id=centre_id, **values)
    session.flush()


def test_the_lead_of_a_centre_reads_what_was_done_there(session: Session, clock: FakeClock) -> None:
    centre, other = a_centre(session), a_centre(session)
    nadia = a_member(session, centre, Role.COORDINATOR, name="Nadia")
    note(session, clock, centre.id, nadia.id, facts={"changed": ["town"]})
    note(session, clock, other.id)
    note(session, clock, None)
    first = clock.now()
    clock.advance(minutes=1)
    note(session, clock, centre.id, None, verb="revoked", subject_kind="invitation", subject_id=7)
    page = read_journal(session, actor_of(session, nadia), centre.id)
    assert page.entries == (
        Entry(clock.now(), None, "revoked", "invitation", 7, {}),
        Entry(first, "Nadia", "described", "centre", centre.id, {"changed": ["town"]}),
    )
    assert (page.number, page.count) == (1, 1)


def test_who_rated_what_is_not_told(session: Session, clock: FakeClock) -> None:
    centre = a_centre(session)
    manager = a_member(session, centre, Role.MANAGER)
    note(
        session, clock, centre.id, manager.id, verb="answer-saved", facts={"criterion": "A1-01", "to": "non"}
    )
    assert read_journal(session, actor_of(session, manager), centre.id).entries == ()


def test_the_journal_is_closed_to_everybody_else(session: Session) -> None:
    centre = a_centre(session)
    people = [
        a_member(session, centre, Role.MEMBER),
        a_member(session, a_centre(session), Role.COORDINATOR),
        a_member(session, a_structure(session)),
        an_administrator(session),
        a_user(session),
    ]
    for person in people:
        with pytest.raises(NotAllowed):
            read_journal(session, actor_of(session, person), centre.id)


def test_the_journal_comes_fifty_entries_a_page(session: Session, clock: FakeClock) -> None:
    centre = a_centre(session)
    lead = actor_of(session, a_member(session, centre, Role.COORDINATOR))
    for number in range(51):
        note(session, clock, centre.id, subject_id=number)
    pages = {page: read_journal(session, lead, centre.id, page=page) for page in (0, 1, 2, 50)}
    assert {page: (p.number, p.count, len(p.entries)) for page, p in pages.items()} == {
        0: (1, 2, 50),
        1: (1, 2, 50),
        2: (2, 2, 1),
        50: (2, 2, 1),
    }
    assert pages[1].entries[0].subject_id == 50
    assert pages[2].entries[0].subject_id == 0


RECORDING = (
    "accounts", "acceptances", "centres", "invitations", "password_resets", "people", "sign_ins", "structures"
)  # fmt: skip


def test_every_verb_of_people_and_places_is_in_the_table() -> None:
    services = Path(str(aqss.services.__file__)).parent
    trees = [ast.parse((services / f"{name}.py").read_text(encoding="utf-8")) for name in RECORDING]
    written = {
        node.value
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for node in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "verb"))
        if isinstance(node, ast.Constant)
        and (getattr(call.func, "id", "") == "_record" or getattr(call.func, "attr", "") == "record")
    }
    assert written == set(VERBS)


def test_the_journal_is_read_by_kind_of_subject(session: Session, clock: FakeClock) -> None:
    centre = a_centre(session)
    manager = a_member(session, centre, Role.MANAGER)
    for kind in ("centre", "membership", "invitation"):
        note(session, clock, centre.id, verb="disabled", subject_kind=kind)
    page = read_journal(session, actor_of(session, manager), centre.id, about=("membership", "invitation"))
    assert [entry.subject_kind for entry in page.entries] == ["invitation", "membership"]
    assert page.total == 2


def test_an_assessment_is_named_as_it_is_now_and_nothing_else_is(
    session: Session, published: Publication, clock: FakeClock
) -> None:
    centre = a_centre(session)
    nadia = actor_of(session, a_member(session, centre, Role.COORDINATOR))
    made = start_assessment(
        session,
        nadia,
        centre_id=centre.id,
        scope=Scope("Printemps", grids=("hygiene-mains",)),
        now=clock.now(),
    )
    made.title = "Été"
    note(session, clock, centre.id, verb="closed", subject_id=made.id)
    page = read_journal(session, nadia, centre.id)
    assert [entry.title for entry in page.entries] == [None, "Été"]
