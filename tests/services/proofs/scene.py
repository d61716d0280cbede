"""Proofs as the tests of services give them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.persistence.assessments import Assessment
from aqss.persistence.journal import JournalEntry
from aqss.persistence.proofs import Proof
from aqss.services.proofs.adding import Description, StoredFile, add_file, add_link
from aqss.services.proofs.finding import Key
from tests.services.assessments.scene import GRID_OF, NOW

TODAY = NOW.date()


def key_of(assessment: Assessment, criterion: str = "CO-1") -> Key:
    return (assessment.id, GRID_OF.get(criterion, "coordination"), criterion)


def described(title: str = "Rapport de visite", **more: Any) -> Description:
    return Description(**{"title": title, "dated_on": TODAY, "valid_until": None, **more})


def a_file(content: str = "a", name: str = "visite.pdf") -> StoredFile:
    return StoredFile(name, "application/pdf", 1234, content * 64)


def give_file(
    session: Session, actor: Actor, assessment: Assessment, criterion: str = "CO-1", **more: Any
) -> Proof:
    file = more.pop("file", a_file())
    return add_file(session, actor, key_of(assessment, criterion), described(**more), file, NOW)


def give_link(
    session: Session, actor: Actor, assessment: Assessment, criterion: str = "CO-1", **more: Any
) -> Proof:
    url = more.pop("url", "https://exemple.fr/protocole")
    return add_link(session, actor, key_of(assessment, criterion), described(**more), url, NOW)


def journal(session: Session, verb: str) -> list[Any]:
    """(who, facts) of the entries of that verb."""
    rows = session.scalars(select(JournalEntry).where(JournalEntry.verb == verb).order_by(JournalEntry.id))
    return [(row.user_id, row.facts) for row in rows]


def day(month: int, number: int = 1) -> date:
    return date(TODAY.year, month, number)
