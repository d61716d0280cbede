"""Editions: what is kept of a grid, when its hash changes, what a changed file is told (GRID-014, WF-020)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.editions import (
    EditionContent,
    Part,
    canonical_json,
    changed_surroundings,
    compare_with_published,
    compare_workflows_with_published,
    edition_of,
    surroundings,
    workflow_hash,
)
from aqss.domain.definitions.workflows import Workflow
from aqss.gateways.files import read_definitions
from tests.domain.definitions.examples import (
    GRID,
    MODULE,
    PROFILE,
    REFERENCES,
    SCALES,
    WORKFLOW,
    catalogue_files,
)
from tests.shipped import GRIDS, WORKFLOWS


def catalogue_with(*changes: tuple[str, str, str]) -> Catalogue:
    catalogue = load_catalogue(catalogue_files(*changes))
    assert isinstance(catalogue, Catalogue), catalogue
    return catalogue


def edition(*changes: tuple[str, str, str]) -> EditionContent:
    return edition_of(catalogue_with(*changes), "coordination")


def published(*changes: tuple[str, str, str]) -> dict[tuple[str, int], str]:
    content = edition(*changes)
    return {("coordination", content.grid.version): content.grid_hash}


def surroundings_published(*changes: tuple[str, str, str]) -> dict[Part, str]:
    return surroundings(catalogue_with(*changes))


def changed(*changes: tuple[str, str, str]) -> dict[Part, tuple[str, ...]]:
    return changed_surroundings(catalogue_with(*changes), surroundings_published())


def test_an_edition_keeps_what_its_grid_uses_and_nothing_else():
    content = edition()
    assert list(content.scales_by_name) == ["maitrise", "taux", "libre"]
    assert content.flag_labels == {"dentaire": "Activité dentaire"}
    assert content.profession_labels == {"medecin": "Médecin"}
    assert list(content.references_by_key) == ["F-CSP"]
    assert [band.band for band in content.bands] == ["a-traiter", "a-consolider", "maitrise"]
    assert (content.module_title, content.provisional_below) == ("Soins", Decimal("0.8"))


def test_an_edition_finds_criteria_and_scales():
    content = edition()
    assert list(content.criteria_by_code) == ["A-01", "A-02", "A-03"]
    assert content.scale_of(content.criteria_by_code["A-01"]).scale == "maitrise"
    assert content.scale_of(content.criteria_by_code["A-02"]).scale == "taux"


def test_a_shipped_grid_makes_a_score_unless_it_only_follows_or_listens():
    catalogue = load_catalogue(read_definitions(GRIDS, WORKFLOWS))
    assert isinstance(catalogue, Catalogue)
    unscored = [name for name in catalogue.grids if not edition_of(catalogue, name).is_scored]
    assert unscored == ["indicateurs-suivi", "entretien-territorial"]


def test_an_edition_is_read_back_equal_and_with_its_hash():
    content = edition((SCALES, "value: 0.5", "value: 0.3333333333"))
    again = EditionContent.model_validate_json(content.canonical_json)
    assert again == content
    assert (again.hash, again.grid_hash, again.canonical_json) == (
        content.hash,
        content.grid_hash,
        content.canonical_json,
    )
    assert again.scales[0].levels[1].value == Decimal("0.3333333333")


def test_every_shipped_edition_and_workflow_is_read_back_equal():
    catalogue = load_catalogue(read_definitions(GRIDS, WORKFLOWS))
    assert isinstance(catalogue, Catalogue)
    for name in catalogue.grids:
        content = edition_of(catalogue, name)
        assert EditionContent.model_validate_json(content.canonical_json) == content
    for workflow in catalogue.workflows.values():
        assert Workflow.model_validate_json(canonical_json(workflow)) == workflow


@pytest.mark.parametrize(
    "change",
    [
        (GRID, "weight: 2", "weight: 2.0"),
        (GRID, "scale: taux", "scale: taux\n        weight: 1\n        essential: false"),
        (GRID, "title: Coordination", 'title: "Coordination"   # le titre'),
        (SCALES, "value: 0.5", "value: 0.50"),
        (SCALES, "label: Nombre", "label: Compte"),
        (PROFILE, "label: Vaccins", "label: Vaccination"),
        (PROFILE, "label: Accueil", "label: Secrétariat"),
        (REFERENCES, "verified: true", "verified: false"),
        (REFERENCES, "title: Bonne pratique", "title: Pratique"),
        (MODULE, "purpose: Essayer le module.", "purpose: Autre chose."),
        (MODULE, "[coordination, accueil]", "[accueil, coordination]"),
    ],
    ids=lambda change: change[2],
)
def test_the_hash_stays_when_nothing_of_the_edition_changed(change):
    assert edition(change).hash == edition().hash
    assert not {part for part in changed(change) if "coordination" in changed(change)[part]}


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ((SCALES, "value: 0.5", "value: 0.6"), ("scale", "maitrise")),
        ((SCALES, "best: 5", "best: 4"), ("scale", "taux")),
        ((PROFILE, "label: Activité dentaire", "label: Dentaire"), ("flag", "dentaire")),
        ((PROFILE, "label: Médecin", "label: Médecins"), ("profession", "medecin")),
        ((REFERENCES, "title: Code de la santé publique", "title: CSP"), ("reference", "F-CSP")),
        ((REFERENCES, "legal: true", "legal: false"), ("reference", "F-CSP")),
        ((MODULE, "from: 50", "from: 60"), ("bands", "soins")),
        ((MODULE, "provisional_below: 0.8", "provisional_below: 0.7"), ("provisional", "soins")),
        ((MODULE, "title: Soins", "title: Les soins"), ("module-title", "soins")),
    ],
    ids=lambda value: value[-1],
)
def test_changed_surroundings_make_another_edition_of_the_same_grid(change, part):
    after = edition(change)
    assert after.hash != edition().hash
    assert after.grid_hash == edition().grid_hash
    assert list(changed(change)) == [part]
    assert "coordination" in changed(change)[part]
    assert compare_with_published(catalogue_with(change), published()) == ()


def test_a_change_of_surroundings_names_every_grid_that_uses_it():
    assert changed((MODULE, "from: 50", "from: 60")) == {("bands", "soins"): ("coordination", "accueil")}
    assert changed((SCALES, "best: 5", "best: 4")) == {("scale", "taux"): ("coordination",)}


def test_what_is_new_around_the_grids_is_no_change():
    known = surroundings_published()
    del known["scale", "taux"]
    assert changed_surroundings(catalogue_with(), known) == {}


@pytest.mark.parametrize(
    "change",
    [
        (GRID, "weight: 2", "weight: 3"),
        (GRID, "Regarder la fiche de poste.", "Lire la fiche de poste."),
        (GRID, "title: Concertation", "title: Concertations"),
    ],
    ids=lambda change: change[2],
)
def test_a_changed_grid_under_a_published_version_is_told_with_both(change):
    (problem,) = compare_with_published(catalogue_with(change), published())
    assert (problem.code, problem.path, problem.line, problem.column) == ("GRID-014", GRID, 2, 10)
    assert "Écrire « version: 2 »" in problem.message
    for content in (edition(), edition(change)):
        assert content.grid_hash[:12] in problem.message


def test_a_changed_grid_under_a_new_version_is_no_problem():
    catalogue = catalogue_with((GRID, "weight: 2", "weight: 3"), (GRID, "version: 1", "version: 2"))
    assert compare_with_published(catalogue, published()) == ()
    assert changed_surroundings(catalogue, surroundings_published()) == {}


def test_an_unchanged_or_unknown_grid_is_no_problem():
    assert compare_with_published(catalogue_with(), published()) == ()
    assert compare_with_published(catalogue_with(), {}) == ()
    assert changed_surroundings(catalogue_with(), surroundings_published()) == {}


def test_a_changed_workflow_under_a_published_version_is_told_with_both():
    before = {("campagne", 1): workflow_hash(catalogue_with().workflows["campagne"])}
    changed = catalogue_with((WORKFLOW, "due: 14d", "due: 15d"))
    assert compare_workflows_with_published(catalogue_with(), before) == ()
    assert compare_workflows_with_published(changed, {}) == ()
    (problem,) = compare_workflows_with_published(changed, before)
    assert (problem.code, problem.path, problem.line, problem.column) == ("WF-020", WORKFLOW, 2, 10)
    assert before["campagne", 1][:12] in problem.message


def test_what_an_assessment_started_with_is_not_what_files_became():
    started = edition().canonical_json
    edition((GRID, "weight: 2", "weight: 5"))
    assert EditionContent.model_validate_json(started).criteria_by_code["A-01"].weight == 2
