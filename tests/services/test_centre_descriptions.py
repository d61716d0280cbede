"""What is told of a health centre: read from what somebody typed, kept, and shown again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import InvalidInput
from aqss.domain.geography import REGION_OF
from aqss.persistence.centres import CENTRE_KINDS, BranchSite, Centre
from aqss.services.centre_descriptions import (
    SITES_LIMIT,
    CentreDescription,
    Site,
    description_of,
    read_description,
    write_description,
)
from tests.builders import a_centre

LAKE = CentreDescription(
    name="Centre du Lac",
    kind="municipal",
    finess="240012345",
    region="75",
    department="24",
    town="Bergerac",
    flags=("dentaire",),
    sites=(Site("Antenne Nord", "1 rue du Pont"), Site("Antenne Sud")),
)
BARE = CentreDescription(
    name="Centre", kind="associatif", finess="", region="94", department="2A", town="Ajaccio"
)


def faults_of(
    session: Session, catalogue: Catalogue, typed: CentreDescription, but: int | None = None
) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        read_description(session, catalogue, typed, but=but)
    return [(fault.field, fault.code) for fault in refusal.value.faults]


# --- read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("description", [LAKE, BARE], ids=["whole", "bare"])
def test_a_canonical_description_is_read_as_it_is(
    session: Session, small_catalogue: Catalogue, description: CentreDescription
) -> None:
    assert read_description(session, small_catalogue, description, but=None) == description


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"name": " "}, [("name", "required")]),
        ({"name": "x" * 161}, [("name", "too-long")]),
        ({"name": "Centre \u202e"}, [("name", "bad-character")]),
        ({"town": "1 85 05 78 006 084 91"}, [("town", "patient-identifier")]),
        ({"town": "x" * 121}, [("town", "too-long")]),
        ({"kind": ""}, [("kind", "required")]),
        ({"kind": "prive"}, [("kind", "unknown-choice")]),
        ({"finess": "12345678"}, [("finess", "finess")]),
        ({"finess": "2400123456"}, [("finess", "finess")]),
        ({"finess": "2C0012345"}, [("finess", "finess")]),
        ({"finess": "٢٤٠٠١٢٣٤٥"}, [("finess", "finess")]),
        ({"finess": "\x00" * 9}, [("finess", "finess")]),
        ({"region": "00"}, [("region", "unknown-choice")]),
        ({"region": "", "department": ""}, [("region", "required"), ("department", "required")]),
        ({"department": "20"}, [("department", "unknown-choice")]),
        ({"department": "75"}, [("department", "department-outside-region")]),
        ({"flags": ("dentaire", "inconnu")}, [("flags", "unknown-choice")]),
        ({"sites": (Site("Nord"), Site("", "rue"))}, [("sites-1-name", "required")]),
        ({"sites": (Site("Nord", "x" * 241),)}, [("sites-0-address", "too-long")]),
        ({"sites": (Site("Nord\nSud"),)}, [("sites-0-name", "bad-character")]),
        ({"sites": (Site("Nord"),) * 51}, [("sites", "too-many")]),
        (
            {"name": "", "kind": "x", "town": "", "finess": "1"},
            [("name", "required"), ("kind", "unknown-choice"), ("finess", "finess"), ("town", "required")],
        ),
    ],
)
def test_a_description_that_breaks_rules_is_refused_with_all_of_them(
    session: Session,
    small_catalogue: Catalogue,
    change: dict[str, Any],
    faults: list[tuple[str, str]],
) -> None:
    assert sorted(faults_of(session, small_catalogue, replace(LAKE, **change))) == sorted(faults)


def test_a_description_is_made_canonical(session: Session, small_catalogue: Catalogue) -> None:
    typed = replace(
        BARE,
        name="  Centre d\u2019E\u0301vry ",
        finess=" 2a 000 1234 ",
        flags=("antennes", "dentaire", "dentaire"),
        sites=(Site("", "  "), Site(" Nord ", " rue  "), Site(" ")),
    )
    read = read_description(session, small_catalogue, typed, but=None)
    assert (read.name, read.finess) == ("Centre d’Évry", "2A0001234")
    assert read.flags == ("dentaire", "antennes")
    assert read.sites == (Site("Nord", "rue"),)


@pytest.mark.parametrize("kind", CENTRE_KINDS)
def test_every_kind_of_centre_is_accepted(session: Session, small_catalogue: Catalogue, kind: str) -> None:
    assert read_description(session, small_catalogue, replace(BARE, kind=kind), but=None).kind == kind


def test_every_department_is_accepted_in_its_region(session: Session, small_catalogue: Catalogue) -> None:
    for department, region in REGION_OF.items():
        typed = replace(BARE, region=region, department=department)
        assert read_description(session, small_catalogue, typed, but=None) == typed


def test_as_many_sites_as_allowed_are_read(session: Session, small_catalogue: Catalogue) -> None:
    typed = replace(BARE, sites=(Site("Nord"),) * SITES_LIMIT)
    assert len(read_description(session, small_catalogue, typed, but=None).sites) == SITES_LIMIT


# --- a FINESS number is one centre's --------------------------------------------------------------------


def test_a_finess_number_is_taken_by_the_centre_that_has_it_and_stays_its_own(
    session: Session, small_catalogue: Catalogue
) -> None:
    holder = a_centre(session, finess=LAKE.finess)
    assert faults_of(session, small_catalogue, LAKE) == [("finess", "finess-taken")]
    assert faults_of(session, small_catalogue, LAKE, but=a_centre(session).id) == [("finess", "finess-taken")]
    assert read_description(session, small_catalogue, LAKE, but=holder.id) == LAKE


def test_a_taken_number_is_told_however_it_is_written(session: Session, small_catalogue: Catalogue) -> None:
    a_centre(session, finess="2A0001234")
    typed = replace(BARE, finess="2a 0001234")
    assert faults_of(session, small_catalogue, typed) == [("finess", "finess-taken")]


def test_centres_without_a_number_do_not_meet(session: Session, small_catalogue: Catalogue) -> None:
    a_centre(session, finess=None)
    assert read_description(session, small_catalogue, BARE, but=None).finess == ""


# --- kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("description", [LAKE, BARE], ids=["whole", "bare"])
def test_what_is_written_is_what_is_shown_again(session: Session, description: CentreDescription) -> None:
    centre = a_centre(session)
    write_description(centre, description)
    session.flush()
    session.expire_all()
    assert description_of(session.get_one(Centre, centre.id)) == description


def test_a_centre_without_a_number_keeps_none_rather_than_an_empty_one(session: Session) -> None:
    centre = a_centre(session, finess="240012345")
    write_description(centre, BARE)
    assert centre.finess is None


def test_sites_are_replaced_only_when_one_of_them_changed(session: Session) -> None:
    def keys() -> list[int]:
        session.flush()
        return list(session.scalars(select(BranchSite.id).order_by(BranchSite.id)))

    centre = a_centre(session)
    write_description(centre, LAKE)
    before = keys()
    write_description(centre, replace(LAKE, name="Autre"))
    assert keys() == before
    write_description(centre, replace(LAKE, sites=LAKE.sites[:1]))
    assert len(keys()) == 1
