"""The reference pages: modules, grids, criteria, references, and finding one's way among them."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.editions import edition_of
from aqss.gateways.french import lower_first
from aqss.persistence.accounts import User
from aqss.services.editions import list_editions, publish
from tests.builders import a_user
from tests.domain.definitions.examples import FILES
from tests.markup import Element
from tests.page import Page, Site


@pytest.fixture
def reader(site: Site, nadia: User) -> Site:
    """The site, somebody signed in."""
    site.sign_in(nadia)
    return site


def with_catalogue(runtime: Runtime, user: User, catalogue: Catalogue) -> Site:
    """The site of an instance with other files, the same database."""
    site = Site(dataclasses.replace(runtime, catalogue=catalogue))
    site.sign_in(user)
    return site


@pytest.fixture
def small(runtime: Runtime, nadia: User) -> Site:
    """A site with the small catalogue of the tests of definitions."""
    loaded = load_catalogue({path: text.encode() for path, text in FILES.items()})
    assert isinstance(loaded, Catalogue)
    return with_catalogue(runtime, nadia, loaded)


def read(element: Element) -> str:
    """Its words, parted where tags part them, with plain spaces."""
    return plain(" ".join(text for _element, text in element.texts()))


def plain(text: str) -> str:
    return " ".join(text.split())


def criterion(page: Page, code: str) -> str:
    return read(page.root.one("article", id=code))


def test_the_modules_are_listed_with_their_grids_and_how_many_criteria_they_ask(
    reader: Site, catalogue: Catalogue
) -> None:
    page = reader.get("/referentiel")
    assert page.menu["Référentiel"] == "/referentiel"
    assert page.h1 == "Référentiel"
    for module in catalogue.modules:
        assert page.link(module.title) == f"/referentiel/{module.module}"
        section = page.root.one("section", aria_labelledby=f"module-{module.module}")
        assert plain(module.purpose) in read(section)
        grids = catalogue.grids_of(module.module)
        assert f"{sum(len(grid.criteria) for grid in grids)} critères" in read(section)
        for grid in grids:
            assert page.link(grid.title) == f"/referentiel/{module.module}/{grid.grid}"
    assert "A2 Coordination des soins 12 3 Oui, En partie, Non" in read(page.root)
    assert "8 échelles, sans score" in page.text


def test_the_scales_say_what_each_answer_is_worth(reader: Site, small: Site) -> None:
    scales = reader.get("/referentiel").root.one("section", aria_labelledby="echelles")
    assert "Oui : 1 En partie : 0,5 Non : 0" in read(scales)
    assert "Cotation HAS" not in scales.words  # no grid uses it
    assert "0 à 20 %, 1 à 5 %, en proportion entre les deux" in small.get("/referentiel").text


@pytest.mark.parametrize("module", ["risques-generaux", "risque-infectieux", "produits-de-sante", "outils"])
def test_a_module_says_what_it_is_for_and_leads_to_its_grids(
    reader: Site, catalogue: Catalogue, module: str
) -> None:
    page = reader.get(f"/referentiel/{module}")
    assert page.h1 == catalogue.module_named(module).title
    for grid in catalogue.grids_of(module):
        assert plain(grid.purpose) in read(page.root)
        assert f"/referentiel/{module}/{grid.grid}" in page.html
    assert "Maîtrisé à partir de 80" in page.text  # a grid of each has a score
    assert ("Structure d’appui" in page.text) is (module != "outils")


def test_every_grid_shows_every_criterion_with_what_it_asks(reader: Site, catalogue: Catalogue) -> None:
    for grid in catalogue.grids.values():
        page = reader.get(f"/referentiel/{grid.module}/{grid.grid}")
        content = edition_of(catalogue, grid.grid)
        assert page.h1 == grid.title
        for one in grid.criteria:
            text = criterion(page, one.criterion)
            parts = (
                one.statement,
                one.guidance or "",
                *map(lower_first, one.evidence or ()),
                *(one.actions or ()),
            )
            assert all(plain(part) in text for part in parts), one.criterion
            assert ("Impératif" in text) is one.essential
            assert ("Obligatoire" in text) is content.is_mandatory(one, catalogue)
            assert ("Concerne :" in text) is (one.applies_to is not None)
            for key in one.references or ():
                known = catalogue.references[key]
                assert plain(known.title) + ("" if known.verified else " (à confirmer)") in text


def test_a_criterion_says_all_that_is_written_of_it(small: Site) -> None:
    page = small.get("/referentiel/soins/coordination")
    first = criterion(page, "A-01")
    for words in (
        "Obligatoire",
        "Sécurité des soins",
        "Concerne : activité dentaire",
        "Preuves fiche de poste",
        "Qui médecin · toute l’équipe",
        "Réponse Niveau de maîtrise : oui, En partie, Non",
        "Poids 2",
        "Références Code de la santé publique",
        "Actions proposées Écrire la fiche de poste.",
        "Remplace A-00",
    ):
        assert words in first
    assert "Cadre légal" not in first  # « Obligatoire » says it
    assert "Taux : nombre, en %" in criterion(page, "A-02")
    assert "Qui médecin" in criterion(page, "A-02")
    assert "Réponse libre : texte libre" in criterion(page, "A-03")


def test_nothing_is_called_mandatory_while_its_text_is_to_be_confirmed(runtime: Runtime, nadia: User) -> None:
    files = {path: text.replace("verified: true", "verified: false").encode() for path, text in FILES.items()}
    loaded = load_catalogue(files)
    assert isinstance(loaded, Catalogue)
    site = with_catalogue(runtime, nadia, loaded)
    text = criterion(site.get("/referentiel/soins/coordination"), "A-01")
    assert "Obligatoire" not in text
    assert "Cadre légal (à confirmer)" in text
    assert "Code de la santé publique (à confirmer)" in text


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("any: [dentaire, vaccins]", "Concerne : activité dentaire ou vaccins"),
        ("all: [dentaire]", "Concerne : activité dentaire"),
        ("all: [dentaire, vaccins]", "Concerne : activité dentaire et vaccins, à la fois"),
        ("none: [dentaire, vaccins]", "Ne concerne pas : activité dentaire, vaccins"),
    ],
)
def test_whom_a_criterion_concerns_is_told_in_words(
    runtime: Runtime, nadia: User, rule: str, words: str
) -> None:
    files = {path: text.replace("any: [dentaire]", rule).encode() for path, text in FILES.items()}
    loaded = load_catalogue(files)
    assert isinstance(loaded, Catalogue)
    site = with_catalogue(runtime, nadia, loaded)
    assert words in criterion(site.get("/referentiel/soins/coordination"), "A-01")
    assert words in site.get("/referentiel/soins/coordination/imprimer").text


def test_a_grid_lists_the_editions_that_were_published(runtime: Runtime, reader: Site, nadia: User) -> None:
    with runtime.sessions.reading() as session:
        (first,) = list_editions(session, "coordination")
    page = reader.get("/referentiel/risques-generaux/coordination")
    editions = page.root.one("section", aria_labelledby="editions")
    assert f"Version 1 2 mars 2026 {first.hash[:12]} En vigueur" in read(editions)
    changed = with_another_band(runtime.catalogue)
    with runtime.sessions.writing() as session:
        publish(session, changed, runtime.clock.now())
        session.commit()
    page = with_catalogue(runtime, nadia, changed).get("/referentiel/risques-generaux/coordination")
    editions = page.root.one("section", aria_labelledby="editions")
    assert f"Version 1 2 mars 2026 {edition_of(changed, 'coordination').hash[:12]} En vigueur" in read(
        editions
    )
    assert f"{first.hash[:12]} Ancienne" in read(editions)


def with_another_band(catalogue: Catalogue) -> Catalogue:
    scale = catalogue.scales["maitrise"].model_copy(update={"label": "Maîtrise"})
    return dataclasses.replace(catalogue, scales=MappingProxyType({**catalogue.scales, "maitrise": scale}))


def test_a_grid_that_was_never_published_says_so(small: Site) -> None:
    assert "n’a pas encore été publiée sur ce site" in small.get("/referentiel/soins/accueil").text


def test_a_grid_can_be_printed_blank_with_all_its_criteria(reader: Site, catalogue: Catalogue) -> None:
    page = reader.get("/referentiel/risques-generaux/coordination")
    blank = reader.get(page.link("Grille vierge"))
    assert blank.title == "Coordination des soins, grille vierge – aqss"
    for one in catalogue.grids["coordination"].criteria:
        assert plain(one.statement) in read(blank.root)
    assert "Concerne : médecine générale (médecin traitant)" in blank.text


def test_references_are_verified_or_to_be_confirmed_with_the_criteria_that_cite_them(
    reader: Site, catalogue: Catalogue
) -> None:
    page = reader.get(reader.get("/referentiel").link("Références"))
    for key, known in catalogue.references.items():
        row = page.root.one("tr", id=key)
        assert plain(known.title) in read(row)
        assert ("Vérifiée" if known.verified else "À confirmer") in row.words
        assert ("Texte légal" if known.legal else "Repère") in row.words
        citing = [
            c.criterion for g in catalogue.grids.values() for c in g.criteria if key in (c.references or ())
        ]
        links = [link for link in row.all("a") if link.words in citing]
        assert [link.words for link in links] == citing
        assert all(link["href"].endswith(f"#{link.words}") for link in links)


def test_a_reference_that_nothing_cites_is_shown_too_and_links_to_its_text(small: Site) -> None:
    page = small.get("/referentiel/references")
    assert "Bonne pratique Repère À confirmer Aucun" in read(page.root)
    assert page.link("Code de la santé publique") == "https://exemple.fr/csp"


def test_a_criterion_is_found_by_words_and_leads_to_its_place(reader: Site) -> None:
    page = reader.submit(reader.get("/referentiel"), "Chercher", {"q": "Hygiène HOSPITALISATION"})
    assert page.h1 == "Recherche"
    page = reader.submit(page, "Chercher", {"q": "a2-05"})
    assert page.field("q")["value"] == "a2-05"
    assert "1 critère trouvé" in page.text
    (found,) = page.root.all("a", class_="task-title")
    assert found["href"] == "/referentiel/risques-generaux/coordination#A2-05"
    assert "Risques généraux · Coordination des soins" in page.text
    assert "Impératif" in page.text


def test_many_criteria_found_are_shown_page_by_page(reader: Site) -> None:
    first = reader.get("/referentiel?q=centre")
    assert "1 à 25 sur" in first.text
    second = reader.get(first.link("Suivante"))
    assert "26 à" in second.text
    assert second.field("q")["value"] == "centre"
    codes = [{link.words for link in page.root.all("a", class_="task-title")} for page in (first, second)]
    assert codes[0].isdisjoint(codes[1])


@pytest.mark.parametrize("page", ["0", "-3", "999999", "deux"])
def test_a_page_out_of_range_is_the_nearest_one(reader: Site, page: str) -> None:
    expected = "1 à 25" if page != "999999" else " sur "
    assert expected in reader.get(f"/referentiel?q=centre&page={page}").text


def test_nothing_found_says_what_to_try(reader: Site) -> None:
    page = reader.get("/referentiel?q=%3Cscript%3E")
    assert "Aucun critère trouvé" in page.text
    assert page.field("q")["value"] == "<script>"


def test_a_search_without_words_shows_the_modules(reader: Site) -> None:
    assert reader.get("/referentiel?q=+").h1 == "Référentiel"


@pytest.mark.parametrize(
    "address",
    [
        "/referentiel/inconnu",
        "/referentiel/inconnu/coordination",
        "/referentiel/risques-generaux/inconnue",
        "/referentiel/risque-infectieux/coordination",
        "/referentiel/risque-infectieux/coordination/imprimer",
    ],
)
def test_what_is_not_in_the_catalogue_is_not_found(reader: Site, address: str) -> None:
    assert reader.get(address, 404).h1 == "Page introuvable"


def test_the_reference_pages_are_for_everybody_signed_in_whatever_their_roles(
    site: Site, runtime: Runtime
) -> None:
    assert site.get("/referentiel").h1 == "Connexion"
    with runtime.sessions.writing() as session:
        nobody = a_user(session)
        session.commit()
    site.sign_in(nobody)
    for path in ("", "/references", "/risques-generaux", "/risques-generaux/coordination"):
        site.get(f"/referentiel{path}")
