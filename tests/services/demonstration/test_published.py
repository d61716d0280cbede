"""The editions that the demonstration's assessments start with."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import Misconfigured
from aqss.persistence.editions import Edition, WorkflowEdition
from aqss.services.demonstration.published import read_published
from aqss.services.editions import Publication

MODULES = {"risques-generaux", "risque-infectieux", "produits-de-sante"}


@pytest.fixture
def grids(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(catalogue.grids)


def test_the_grids_of_the_three_modules_are_those_of_the_catalogue_in_its_order(
    session: Session, published: Publication, catalogue: Catalogue, grids: tuple[str, ...]
) -> None:
    found = read_published(session, grids)
    wanted = [name for name, grid in catalogue.grids.items() if grid.module in MODULES]
    assert [content.grid.grid for _, content in found.editions] == wanted
    assert {content.grid.module for _, content in found.editions} == MODULES


def test_the_grids_of_an_assessment_are_found_in_the_same_order(
    session: Session, published: Publication, grids: tuple[str, ...]
) -> None:
    found = read_published(session, grids)
    names = [content.grid.grid for _, content in found.editions]
    assert [content.grid.grid for _, content in found.of((names[3], names[1], "inconnue"))] == [
        names[1],
        names[3],
    ]


def test_a_grid_withdrawn_or_unknown_is_left_out(
    session: Session, published: Publication, grids: tuple[str, ...]
) -> None:
    gone = read_published(session, grids).editions[0][1].grid.grid
    session.execute(update(Edition).where(Edition.grid == gone).values(is_current=False))
    found = read_published(session, (*grids, "inconnue"))
    assert gone not in {content.grid.grid for _, content in found.editions}


def test_labels_and_counts_are_of_every_current_grid(
    session: Session, published: Publication, catalogue: Catalogue, grids: tuple[str, ...]
) -> None:
    found = read_published(session, grids)
    assert sum(found.grids_in_modules.values()) == len(catalogue.grids)
    assert all(count == len(catalogue.grids_of(module)) for module, count in found.grids_in_modules.items())


def test_without_grids_or_without_their_workflow_the_database_is_refused_with_what_to_do(
    session: Session, published: Publication, grids: tuple[str, ...]
) -> None:
    with pytest.raises(Misconfigured, match="aqss migrate"):
        read_published(session, ())
    assert session.scalars(select(WorkflowEdition.id)).all()
    session.execute(delete(WorkflowEdition))
    with pytest.raises(Misconfigured, match="aqss migrate"):
        read_published(session, grids)
