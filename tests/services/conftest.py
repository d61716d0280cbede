"""Fixtures of service tests: one writing session, the addresses of mails, a catalogue without criteria."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.grids import Band, Flag, ModuleFile, Profession, ProfileFile
from aqss.gateways.links import Links
from aqss.persistence.session import Sessions


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions.writing() as session:
        yield session


@pytest.fixture
def links() -> Links:
    return Links("https://aqss.exemple.fr")


@pytest.fixture(scope="session")
def small_catalogue() -> Catalogue:
    """Two flags, three professions, two modules: what describes people and places."""
    return Catalogue(
        profile=ProfileFile(
            flags=(Flag(flag="dentaire", label="Dentaire"), Flag(flag="antennes", label="Antennes")),
            professions=tuple(
                Profession(profession=name, label=name.capitalize())
                for name in ("direction", "coordination", "infirmier")
            ),
        ),
        references={},
        scales={},
        modules=tuple(
            ModuleFile(
                module=name,
                title=name,
                purpose="Essayer.",
                grids=("grille",),
                bands=(Band.model_validate({"from": Decimal(0), "band": "a-traiter", "label": "À traiter"}),),
                provisional_below=Decimal("0.8"),
            )
            for name in ("risques-generaux", "risque-infectieux")
        ),
        grids={},
        workflows={},
        version_places={},
    )
