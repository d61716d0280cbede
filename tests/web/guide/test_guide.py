"""The guide and the accessibility statement: open to everybody, true to the rules of scoring."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from aqss import __version__
from aqss.bootstrap import Runtime
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.editions import edition_of
from aqss.domain.scoring import Answer, NotApplicable, Rated, Tally, Unknown, score_grid
from aqss.persistence.accounts import User
from aqss.web.guide.example import ANSWERS, TALLY, ExampleAnswer, example_standing
from tests.page import Site

PARTS = ("utilite", "etapes", "coter", "imperatifs", "score", "qui-voit-quoi", "aide", "sources")


def test_the_guide_is_read_without_signing_in(site: Site) -> None:
    page = site.get("/guide")
    assert page.h1 == "L’auto-évaluation, pas à pas"
    assert page.menu == {}


def test_the_guide_is_in_the_menu_and_at_the_foot_of_every_page(site: Site, nadia: User) -> None:
    foot = site.get("/connexion").root.one("footer")
    assert [link["href"] for link in foot.all("a")] == ["/guide", "/accessibilite"]
    site.sign_in(nadia)
    assert site.get("/guide").menu["Guide"] == "/guide"


def test_the_table_of_contents_leads_to_every_part(site: Site) -> None:
    page = site.get("/guide")
    contents = page.root.one("nav", aria_labelledby="sommaire")
    assert [link["href"] for link in contents.all("a")] == [f"#{part}" for part in PARTS]
    headings = [heading["id"] for heading in page.root.one("main").all("h2") if heading["id"] != "sommaire"]
    assert headings == list(PARTS)


def test_what_is_told_of_aqss_and_has_names_a_source_that_is_listed(site: Site) -> None:
    page = site.get("/guide")
    cited = {link["href"] for link in page.root.one("main").all("a") if link.words.startswith("[")}
    listed = {f"#{item['id']}" for item in page.root.one("section", aria_labelledby="sources").all("li")}
    assert cited == listed == {"#source-1", "#source-2", "#source-3", "#source-4"}


def test_the_example_adds_up_as_the_page_says(site: Site) -> None:
    text = site.get("/guide").root.one("section", aria_labelledby="score").words
    assert TALLY.score == Fraction(125, 2)
    assert "100 × 2,5 ÷ 4 = 62,5" in text
    assert "4 critères cotés sur 5 concernés : complétude 80 %" in text
    assert "avec une réponse de moins (60 %) il le serait" in text
    assert "À traiter sous 50 · À consolider à partir de 50 · Maîtrisé à partir de 80" in text


def test_the_example_is_what_scoring_would_make_of_such_answers(catalogue: Catalogue) -> None:
    """On a grid with criteria like those of the example, one of them essential."""
    content = edition_of(catalogue, "coordination")
    essential = next(c for c in content.grid.criteria if c.essential and not c.applies_to)
    others = [c for c in content.grid.criteria if not c.essential and not c.applies_to]
    codes = iter(one.criterion for one in others)
    answers: dict[str, Answer] = {}
    for line in ANSWERS:
        code = essential.criterion if line.is_essential else next(codes)
        answers[code] = _answer(line)
    scored = score_grid(content, answers, ()).tally
    known = ("earned", "possible", "rated", "unknown", "not_applicable", "essential_failed")
    assert [getattr(scored, name) for name in known] == [getattr(TALLY, name) for name in known]


def _answer(line: ExampleAnswer) -> Answer:
    levels = {"Oui": "oui", "En partie": "partiel", "Non": "non"}
    if line.answer in levels:
        return Rated(levels[line.answer])
    return Unknown() if line.is_concerned else NotApplicable("Aucun.")


def test_the_example_falls_in_the_bands_of_the_catalogue(catalogue: Catalogue) -> None:
    module = catalogue.modules[0]
    standing = example_standing(module)
    assert (standing.band.label, standing.tone, standing.is_provisional) == ("À consolider", "mid", False)
    severe = module.model_copy(update={"bands": module.bands[:1], "provisional_below": Decimal("0.9")})
    standing = example_standing(severe)
    assert (standing.band.label, standing.thresholds, standing.is_provisional) == ("À traiter", [], True)


def test_the_guide_follows_another_catalogue(runtime: Runtime) -> None:
    module = runtime.catalogue.modules[0]
    severe = module.model_copy(update={"provisional_below": Decimal("0.9"), "structure_kind": None})
    catalogue = dataclasses.replace(runtime.catalogue, modules=(severe, *runtime.catalogue.modules[1:]))
    text = Site(dataclasses.replace(runtime, catalogue=catalogue)).get("/guide").text
    assert "moins de 90 % des critères concernés sont cotés : c’est le cas ici" in text
    assert "Risques généraux : Staraqs" not in text


def test_without_a_module_the_guide_is_shown_all_the_same(runtime: Runtime) -> None:
    empty = dataclasses.replace(runtime.catalogue, modules=())
    page = Site(dataclasses.replace(runtime, catalogue=empty)).get("/guide")
    assert "62,5" in page.text
    assert "provisoire" not in page.root.one("section", aria_labelledby="score").words


@pytest.mark.parametrize("line", ANSWERS, ids=lambda line: line.answer)
def test_each_line_of_the_example_counts_once(line: ExampleAnswer) -> None:
    assert line.tally.applicable == 1
    assert line.tally.possible == (0 if line.value is None else 1)
    assert (line.tally == Tally(applicable=1, unknown=1)) is (line.answer == "Ne sait pas")


def test_the_accessibility_statement_claims_no_audit(site: Site) -> None:
    page = site.get("/accessibilite")
    assert page.h1 == "Accessibilité : non auditée"
    assert "Aucune conformité n’est déclarée" in page.text
    assert f"aqss {__version__}" in page.text
    assert "Signaler une difficulté" in page.text
    assert page.link("Défenseur des droits") == "https://www.defenseurdesdroits.fr/"
