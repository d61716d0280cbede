"""What is told of a health centre: read from what somebody typed, kept, and shown again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.geography import REGION_OF, REGIONS
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_choice, clean_choices, clean_line
from aqss.persistence.centres import CENTRE_KINDS, BranchSite, Centre

NAME_LIMIT = 160
TOWN_LIMIT = 120
ADDRESS_LIMIT = 240
SITES_LIMIT = 50

_FINESS = re.compile(r"\d{9}|2[AB]\d{7}")


@dataclass(frozen=True)
class Site:
    """A branch site (*antenne*); its address may be empty."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class CentreDescription:
    """What is told of a centre, as typed or as kept; ``finess`` may be empty. ``flags`` make its profile."""

    name: str
    kind: str
    finess: str
    region: str
    department: str
    town: str
    flags: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()


def read_description(
    session: Session, catalogue: Catalogue, typed: CentreDescription, *, but: int | None
) -> CentreDescription:
    """The description made canonical, or every fault at once. The centre ``but`` may keep its FINESS."""
    intake = Intake()
    read = CentreDescription(
        name=intake.read("", clean_line, "name", typed.name, NAME_LIMIT),
        kind=intake.read("", clean_choice, "kind", typed.kind, CENTRE_KINDS),
        finess=intake.read("", _clean_finess, typed.finess),
        region=intake.read("", clean_choice, "region", typed.region, REGIONS),
        department=intake.read("", clean_choice, "department", typed.department, REGION_OF),
        town=intake.read("", clean_line, "town", typed.town, TOWN_LIMIT),
        flags=intake.read((), clean_choices, "flags", typed.flags, catalogue.flag_labels),
        sites=_read_sites(intake, typed.sites),
    )
    if read.region and read.department and REGION_OF[read.department] != read.region:
        intake.fault("department", "department-outside-region")
    if read.finess and _is_taken(session, read.finess, but):
        intake.fault("finess", "finess-taken")
    intake.finish()
    return read


def _clean_finess(typed: str) -> str:
    """Nine digits (in Corsica 2A or 2B, then seven), spaces left out; empty when there is none yet."""
    finess = "".join(typed.split()).upper()
    if finess and not (finess.isascii() and _FINESS.fullmatch(finess)):
        raise InvalidInput((Fault("finess", "finess"),))
    return finess


def _read_sites(intake: Intake, typed: Sequence[Site]) -> tuple[Site, ...]:
    """Sites with something written; faults are told on ``sites-<row>-name`` and ``sites-<row>-address``."""
    if len(typed) > SITES_LIMIT:
        intake.fault("sites", "too-many", SITES_LIMIT)
        return ()
    return tuple(
        Site(
            name=intake.read("", clean_line, f"sites-{row}-name", site.name, NAME_LIMIT),
            address=intake.read(
                "", clean_line, f"sites-{row}-address", site.address, ADDRESS_LIMIT, required=False
            ),
        )
        for row, site in enumerate(typed)
        if site.name.strip() or site.address.strip()
    )


def _is_taken(session: Session, finess: str, but: int | None) -> bool:
    holder = session.scalar(select(Centre.id).where(Centre.finess == finess))
    return holder is not None and holder != but


def write_description(centre: Centre, read: CentreDescription) -> None:
    """Put the description on the row; the sites are replaced when one of them changed."""
    centre.name = read.name
    centre.kind = read.kind
    centre.finess = read.finess or None
    centre.region = read.region
    centre.department = read.department
    centre.town = read.town
    centre.flags = list(read.flags)
    if _sites_of(centre) != read.sites:
        centre.sites = [BranchSite(name=site.name, address=site.address) for site in read.sites]


def description_of(centre: Centre) -> CentreDescription:
    """The description as the row keeps it."""
    return CentreDescription(
        name=centre.name,
        kind=centre.kind,
        finess=centre.finess or "",
        region=centre.region,
        department=centre.department,
        town=centre.town,
        flags=tuple(centre.flags),
        sites=_sites_of(centre),
    )


def _sites_of(centre: Centre) -> tuple[Site, ...]:
    return tuple(Site(site.name, site.address) for site in centre.sites)
