"""Finding criteria: by code, by words, whatever their accents; the nearest first."""

from __future__ import annotations

import pytest

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.services.catalogue_search import LONGEST_SEARCH, search_criteria
from tests.domain.definitions.examples import FILES, GRID

CRITERIA = """\
grid: coordination
version: 1
module: soins
title: Coordination
purpose: Essayer la recherche.
scale: maitrise
respondents: [medecin]
sections:
  - section: proprete
    title: Propreté
    criteria:
      - criterion: A-01
        statement: La maintenance du stérilisateur est à jour.
      - criterion: A-02
        statement: Un produit est à portée de chaque soignant.
        guidance: L’hygiène des mains se fait ici.
      - criterion: A-03
        statement: Chacun se lave les mains.
      - criterion: A-12
        statement: Les rendez-vous des locaux se prennent d’avance, la mise en œuvre aussi.
        evidence: [Planning affiché]
        actions: [Écrire le protocole d’urgence.]
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    loaded = load_catalogue({path: text.encode() for path, text in {**FILES, GRID: CRITERIA}.items()})
    assert isinstance(loaded, Catalogue), loaded
    return loaded


def found(catalogue: Catalogue, typed: str) -> list[str]:
    return [one.criterion.criterion for one in search_criteria(catalogue, typed)]


@pytest.mark.parametrize("typed", ["A-12", "a-12", "  a-12 ", "a 12"])
def test_a_criterion_is_found_by_its_code(catalogue: Catalogue, typed: str) -> None:
    assert found(catalogue, typed) == ["A-12"]


def test_the_beginning_of_a_code_finds_its_family_and_not_what_ends_like_it(catalogue: Catalogue) -> None:
    assert found(catalogue, "A-0") == ["A-01", "A-02", "A-03"]
    assert found(catalogue, "02") == ["A-02"]


@pytest.mark.parametrize("typed", ["STERILISATEUR", "stérilisateurs", "Stérilis", "sterilisateur jour"])
def test_case_accents_and_plurals_do_not_count(catalogue: Catalogue, typed: str) -> None:
    assert found(catalogue, typed) == ["A-01"]


@pytest.mark.parametrize(
    "typed", ["locaux", "rendez vous", "œuvre", "oeuvre", "d'avance", "d’avance", "planning", "urgence"]
)
def test_words_are_found_as_they_are_spoken(catalogue: Catalogue, typed: str) -> None:
    assert found(catalogue, typed) == ["A-12"]


def test_a_word_inside_another_is_not_found(catalogue: Catalogue) -> None:
    assert found(catalogue, "tenance") == []


def test_every_word_is_needed(catalogue: Catalogue) -> None:
    assert found(catalogue, "mains lave") == ["A-03"]
    assert found(catalogue, "mains locaux") == []


def test_whole_words_come_before_beginnings_and_statements_before_what_surrounds_them(
    catalogue: Catalogue,
) -> None:
    """« mains » in a statement, then in a guidance, then « maintenance »."""
    assert found(catalogue, "mains") == ["A-03", "A-02", "A-01"]


def test_the_titles_of_section_and_grid_are_searched_too(catalogue: Catalogue) -> None:
    assert found(catalogue, "propreté") == ["A-01", "A-02", "A-03", "A-12"]
    assert found(catalogue, "accueil") == ["B-01"]


def test_what_is_found_comes_with_its_grid(catalogue: Catalogue) -> None:
    (one,) = search_criteria(catalogue, "B-01")
    assert one.grid.grid == "accueil"


@pytest.mark.parametrize("typed", ["", "   ", "!?", "«»"])
def test_nothing_is_found_without_a_word(catalogue: Catalogue, typed: str) -> None:
    assert found(catalogue, typed) == []


def test_what_is_typed_past_the_limit_is_not_looked_at(catalogue: Catalogue) -> None:
    spaces = " " * (LONGEST_SEARCH - len("A-03"))
    assert found(catalogue, f"A-03{spaces}introuvable") == ["A-03"]
