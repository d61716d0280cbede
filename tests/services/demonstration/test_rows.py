"""Rows of the demonstration: numbered as they are gathered, written in an order that keys accept."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.persistence.centres import BranchSite, Centre
from aqss.services.demonstration.rows import Writer
from tests.builders import a_centre
from tests.clock import MONDAY_MORNING

CENTRE = {
    "kind": "municipal",
    "region": "75",
    "department": "24",
    "town": "Bergerac",
    "flags": [],
    "version": 1,
    "created_at": MONDAY_MORNING,
}


def test_rows_are_numbered_from_one_in_each_table(session: Session) -> None:
    writer = Writer(session)
    centres = [writer.add_numbered(Centre, name=name, **CENTRE) for name in ("Un", "Deux")]
    assert centres == [1, 2]
    assert writer.add_numbered(BranchSite, centre_id=1, name="Antenne", address="") == 1


def test_nothing_is_written_before_it_is_asked_for_and_nothing_twice(session: Session) -> None:
    writer = Writer(session)
    writer.add_numbered(Centre, name="Un", **CENTRE)
    assert session.scalars(select(Centre)).all() == []
    writer.flush()
    writer.flush()
    assert session.scalars(select(Centre.name)).all() == ["Un"]


def test_numbers_go_on_after_a_writing(session: Session) -> None:
    writer = Writer(session)
    for name in ("Un", "Deux"):
        writer.add_numbered(Centre, name=name, **CENTRE)
        writer.flush()
    assert session.scalars(select(Centre.id).order_by(Centre.id)).all() == [1, 2]


def test_a_row_may_be_gathered_before_the_one_it_belongs_to(session: Session) -> None:
    writer = Writer(session)
    writer.add(BranchSite, centre_id=1, name="Antenne", address="")
    writer.add_numbered(Centre, name="Un", **CENTRE)
    writer.flush()
    assert session.scalars(select(BranchSite.centre_id)).all() == [1]


def test_rows_added_afterwards_take_the_numbers_that_follow(session: Session) -> None:
    writer = Writer(session)
    last = [writer.add_numbered(Centre, name=name, **CENTRE) for name in ("Un", "Deux")][-1]
    writer.flush()
    writer.continue_sequences()
    assert a_centre(session).id == last + 1
