"""The journal: written with each change, read by those who lead."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

import aqss.services
from aqss.domain.access import Actor, Role
from aqss.domain.errors import NotAllowed
from aqss.gateways.links import Links
from aqss.persistence.journal import TRACES, JournalEntry
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from aqss.services.editions import Publication, current_workflow
from aqss.services.invitations import invite_from_command
from aqss.services.journal import (
    LEFT_OUT,
    SESSIONS,
    TRACES_KEPT_FOR,
    VERBS,
    Entry,
    Named,
    purge_journal,
    read_history,
    read_instance_journal,
    read_journal,
    record,
)
from tests.builders import (
    a_centre,
    a_member,
    a_structure,
    a_user,
    actor_of,
    an_action,
    an_administrator,
    membership_of,
)
from tests.clock import FakeClock


def note(
    session: Session,
    clock: FakeClock,
    centre_id: int | None,
    actor_id: int | None = None,
    *,
    verb: str = "described",
    kind: str = "centre",
    subject_id: int | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    session.add(
        JournalEntry(
            at=clock.now(),
            user_id=actor_id,
            centre_id=centre_id,
            verb=verb,
            subject_kind=kind,
            subject_id=centre_id if subject_id is None else subject_id,
            facts=dict(facts or {}),
        )
    )
    session.flush()


def test_the_lead_of_a_centre_reads_what_was_done_there(session: Session, clock: FakeClock) -> None:
    centre, other = a_centre(session), a_centre(session)
    nadia = a_member(session, centre, Role.COORDINATOR, name="Nadia")
    note(session, clock, centre.id, nadia.id, facts={"changed": ["town"]})
    note(session, clock, other.id)
    note(session, clock, None)
    first = clock.now()
    clock.advance(minutes=1)
    note(session, clock, centre.id, None, verb="revoked", kind="invitation", subject_id=7)
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


def test_the_history_of_an_action_is_its_own_the_latest_first(
    session: Session, clock: FakeClock, published: Publication
) -> None:
    centre = a_centre(session)
    mine, other = an_action(session, centre), an_action(session, centre)
    workflow = current_workflow(session, "action").content
    author = a_user(session, name="Camille")
    record(session, mine, "action-planned", by=author.id, at=clock.now(), facts={"number": 1})
    record(session, mine, "action-moved", by=None, at=clock.now())
    note(session, clock, centre.id, verb="assessment-moved", kind="assessment", subject_id=mine.id)
    record(session, other, "action-planned", by=author.id, at=clock.now())
    record(session, mine, "action-changed", by=author.id, at=clock.advance(days=-1))
    session.flush()
    history = read_history(session, mine, workflow)
    assert [(one.verb, one.name) for one in history] == [
        ("action-moved", None),
        ("action-planned", "Camille"),
        ("action-changed", "Camille"),
    ]
    assert {(one.subject_kind, one.subject_id, one.about) for one in history} == {("action", mine.id, None)}
    assert {one.workflow for one in history} == {workflow}
    assert [one.verb for one in read_history(session, mine, workflow, limit=2)] == [
        "action-moved",
        "action-planned",
    ]


def test_every_verb_of_people_and_places_is_in_the_table() -> None:
    services = Path(str(aqss.services.__file__)).parent
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in (*services.glob("*.py"), *services.glob("dossiers/*.py"))
    ]
    written = {
        node.value
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for node in call.args
        if isinstance(node, ast.Constant) and getattr(call.func, "id", "") in ("record", "_note")
    }
    assert written == set(VERBS)


def test_the_journal_is_read_by_kind_of_subject(session: Session, clock: FakeClock) -> None:
    centre = a_centre(session)
    manager = a_member(session, centre, Role.MANAGER)
    for kind in ("centre", "membership", "invitation"):
        note(session, clock, centre.id, verb="disabled", kind=kind)
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
    assert [entry.about for entry in page.entries] == [None, Named("assessment", made.id, "Été")]


def test_an_assessment_is_told_in_the_words_of_the_workflow_it_started_with(
    session: Session, published: Publication, clock: FakeClock
) -> None:
    centre = a_centre(session)
    nadia = actor_of(session, a_member(session, centre, Role.COORDINATOR))
    scope = Scope("Printemps", grids=("hygiene-mains",))
    start_assessment(session, nadia, centre_id=centre.id, scope=scope, now=clock.now())
    (entry,) = read_journal(session, nadia, centre.id).entries
    assert entry.workflow is not None
    assert entry.workflow == current_workflow(session, "auto-evaluation").content


@pytest.fixture
def root(session: Session) -> Actor:
    return actor_of(session, an_administrator(session, name="Racine"))


def test_what_concerns_no_centre_is_read_by_the_administrators(
    session: Session, clock: FakeClock, root: Actor
) -> None:
    structure, centre = a_structure(session), a_centre(session)
    member = a_member(session, structure)
    membership = membership_of(session, member, structure)
    record(session, structure, "created", by=root.user_id, at=clock.now())
    record(session, membership, "disabled", by=root.user_id, at=clock.now(), facts={"name": "Odile"})
    record(session, member, "renamed", by=member.id, at=clock.now())
    record(session, centre, "closed", by=root.user_id, at=clock.now())
    record(session, centre, "described", by=root.user_id, at=clock.now())
    session.flush()
    entries = read_instance_journal(session, root).entries
    here = Named("structure", structure.id, structure.name)
    assert [(entry.verb, entry.subject_kind, entry.about) for entry in entries] == [
        ("closed", "centre", Named("centre", centre.id, centre.name)),
        ("renamed", "account", None),
        ("disabled", "membership", here),
        ("created", "structure", here),
    ]
    places = read_instance_journal(session, root, about=("structure",))
    assert (places.total, places.entries[0].name) == (1, "Racine")


def test_the_invitation_to_a_structure_names_it(session: Session, clock: FakeClock, root: Actor) -> None:
    structure = a_structure(session)
    links = Links("https://aqss.exemple.fr")
    invite_from_command(
        session,
        email="awa@exemple.fr",
        role=Role.STRUCTURE,
        structure_id=structure.id,
        now=clock.now(),
        links=links,
    )
    (entry,) = read_instance_journal(session, root).entries
    assert (entry.verb, entry.name) == ("invited", None)
    assert entry.about == Named("structure", structure.id, structure.name)


def test_sessions_are_read_apart(session: Session, clock: FakeClock, root: Actor) -> None:
    user = a_user(session)
    record(session, user, "signed-in", by=user.id, at=clock.now())
    record(session, user, "password-changed", by=user.id, at=clock.now())
    session.flush()
    assert [e.verb for e in read_instance_journal(session, root).entries] == ["password-changed"]
    assert [e.verb for e in read_instance_journal(session, root, sessions=True).entries] == ["signed-in"]


def test_only_administrators_read_the_journal_of_the_instance(session: Session) -> None:
    centre = a_centre(session)
    for person in (
        a_member(session, centre, Role.COORDINATOR),
        a_member(session, centre, Role.MANAGER),
        a_member(session, a_structure(session)),
        a_user(session),
    ):
        with pytest.raises(NotAllowed):
            read_instance_journal(session, actor_of(session, person))


def test_traces_of_sessions_go_after_a_year_and_the_rest_stays(
    session: Session, clock: FakeClock, root: Actor
) -> None:
    user = a_user(session)
    for verb in ("signed-in", "signed-out", "password-changed"):
        record(session, user, verb, by=user.id, at=clock.now())
    session.flush()
    clock.advance(seconds=TRACES_KEPT_FOR.total_seconds() - 1)
    purge_journal(session, clock.now())
    assert read_instance_journal(session, root, sessions=True).total == 2
    clock.advance(seconds=1)
    purge_journal(session, clock.now())
    assert read_instance_journal(session, root, sessions=True).total == 0
    assert read_instance_journal(session, root).total == 1


def test_who_rated_what_is_forgotten_after_a_year_and_the_answer_stays_told(
    session: Session, clock: FakeClock
) -> None:
    centre = a_centre(session)
    nadia = a_member(session, centre, Role.COORDINATOR)
    note(session, clock, centre.id, nadia.id, verb="answer-saved", facts={"criterion": "A1-01", "to": "non"})
    note(session, clock, centre.id, nadia.id, verb="described")
    clock.advance(seconds=TRACES_KEPT_FOR.total_seconds())
    note(session, clock, centre.id, nadia.id, verb="answer-saved", facts={"criterion": "A1-02", "to": "oui"})
    purge_journal(session, clock.now())
    rows = session.execute(select(JournalEntry.user_id, JournalEntry.facts).order_by(JournalEntry.id)).all()
    assert [(row.user_id, row.facts.get("criterion")) for row in rows] == [
        (None, "A1-01"),
        (nadia.id, None),
        (nadia.id, "A1-02"),
    ]


def test_forgetting_reads_an_index_and_not_the_whole_journal(session: Session) -> None:
    assert TRACES.text == f"user_id IS NOT NULL AND verb IN {(*LEFT_OUT, *SESSIONS)}"
    if session.get_bind().dialect.name == "sqlite":
        asked = f"EXPLAIN QUERY PLAN DELETE FROM journal WHERE {TRACES.text} AND at <= '2026'"
        plan = session.execute(text(asked))
        assert "ix_journal_traces" in plan.one().detail
