"""What the database itself holds true of places, whoever writes."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.words import STRUCTURE_KINDS
from aqss.persistence.centres import CENTRE_KINDS, BranchSite, Centre, Structure
from tests.builders import a_centre
from tests.clock import MONDAY_MORNING
from tests.persistence.refusals import is_refused


def centre(kind: str = "municipal", finess: str | None = None) -> Centre:
    return Centre(
        name="Centre",
        kind=kind,
        finess=finess,
        region="75",
        department="24",
        town="Bergerac",
        created_at=MONDAY_MORNING,
    )


@pytest.mark.parametrize(("kind", "refused"), [*((kind, False) for kind in CENTRE_KINDS), ("prive", True)])
def test_a_centre_is_of_a_kind_that_exists(session: Session, kind: str, refused: bool) -> None:
    assert is_refused(session, centre(kind=kind)) is refused


@pytest.mark.parametrize(("kind", "refused"), [*((kind, False) for kind in STRUCTURE_KINDS), ("ars", True)])
def test_a_structure_is_of_a_kind_that_exists(session: Session, kind: str, refused: bool) -> None:
    assert is_refused(session, Structure(name="Appui", kind=kind, created_at=MONDAY_MORNING)) is refused


def test_two_centres_do_not_share_a_finess_number_and_many_may_have_none(session: Session) -> None:
    a_centre(session, finess="240012345")
    a_centre(session, finess=None)
    assert is_refused(session, centre(finess="240012345"))
    assert not is_refused(session, centre(finess=None))


def test_sites_come_in_the_order_they_were_written_and_go_with_their_centre(session: Session) -> None:
    place = a_centre(session)
    place.sites = [BranchSite(name=name) for name in ("Sud", "Nord")]
    session.flush()
    session.expire_all()
    assert [site.name for site in place.sites] == ["Sud", "Nord"]
    session.delete(place)
    session.flush()
    assert session.scalars(select(BranchSite)).all() == []
