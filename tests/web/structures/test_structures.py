"""A support structure: its page, its description, closing it."""

from __future__ import annotations

from aqss.persistence.centres import Structure
from tests.page import Page, Site
from tests.web.cast import Cast


def edit(site: Site, cast: Cast) -> Page:
    site.sign_in(cast.root)
    return site.get(f"/structures/{cast.structure.id}/modifier")


def stored(cast: Cast) -> Structure:
    with cast.runtime.sessions.reading() as session:
        return session.get_one(Structure, cast.structure.id)


def test_its_people_see_what_it_follows_and_change_nothing(site: Site, cast: Cast) -> None:
    site.sign_in(cast.odile)
    page = site.get(site.get("/").menu["Structure"])
    assert page.h1 == "CPias des Trois-Rives"
    assert "Risque infectieux" in page.text
    assert "Nouvelle-Aquitaine" in page.text
    assert {link.words for link in page.root.one("main").all("a")} == {"Accueil"}
    site.get(f"/structures/{cast.structure.id}/modifier", 403)


def test_who_has_no_structure_is_told_the_way_on(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    assert "Vous n’avez de rôle dans aucune structure d’appui" in site.get("/structures").text
    site.get(f"/structures/{cast.structure.id}", 404)


def test_a_description_is_saved(site: Site, cast: Cast) -> None:
    values = {
        "name": "Staraqs des Trois-Rives",
        "kind": "staraqs",
        "regions": ["53", "52"],
        "modules": ["risques-generaux"],
    }
    page = site.submit(edit(site, cast), "Enregistrer", values)
    assert page.notices == ["La description est enregistrée."]
    assert page.h1 == "Staraqs des Trois-Rives"
    structure = stored(cast)
    assert (structure.kind, set(structure.regions), structure.modules) == (
        "staraqs",
        {"53", "52"},
        ["risques-generaux"],
    )


def test_every_fault_is_told_and_what_was_typed_is_kept(site: Site, cast: Cast) -> None:
    values: dict[str, str | list[str]] = {"name": "", "kind": "x", "regions": [], "modules": []}
    page = site.submit(edit(site, cast), "Enregistrer", {**values, "regions": ["53"]}, 422)
    assert [words.split(" :")[0] for words in page.complaints] == [
        "Nom de la structure",
        "Type de structure",
        "Modules suivis",
    ]
    assert "checked" in page.root.one("input", name="regions", value="53")
    assert stored(cast).version == 1


def test_an_edit_that_somebody_overtook_shows_both_and_loses_nothing(site: Site, cast: Cast) -> None:
    mine, other = edit(site, cast), site.another_browser()
    other.submit(edit(other, cast), "Enregistrer", {"regions": ["53"]})
    page = site.submit(mine, "Enregistrer", {"name": "Autre nom"}, 409)
    assert "Quelqu’un a modifié ceci avant vous" in page.text
    assert "Régions Bretagne" in page.text
    assert page.field("name")["value"] == "Autre nom"
    site.submit(page, "Enregistrer")
    assert (stored(cast).name, stored(cast).regions) == ("Autre nom", ["75"])
    assert "déjà enregistré" in site.submit(mine, "Enregistrer", {"name": "Autre nom"}, 409).text


def test_fields_that_are_not_of_the_form_change_nothing(site: Site, cast: Cast) -> None:
    extra = {"structure_id": "99", "id": "99", "closed_at": "2020-01-01", "region": "11", "flags": "mt"}
    site.submit(edit(site, cast), "Enregistrer", {**extra, "name": "Autre nom"})
    structure = stored(cast)
    assert (structure.name, structure.regions, structure.closed_at) == ("Autre nom", ["75"], None)


def test_an_administrator_closes_a_structure_and_opens_it_again(site: Site, cast: Cast) -> None:
    odile = site.another_browser()
    odile.sign_in(cast.odile)
    site.sign_in(cast.root)
    page = site.get(site.get(f"/structures/{cast.structure.id}").link("Fermer cette structure"))
    page = site.submit(page, "Fermer la structure")
    assert "Cette structure est fermée depuis le 2 mars 2026" in page.text
    odile.get(f"/structures/{cast.structure.id}", 404)
    page = site.submit(page, "Rouvrir la structure")
    assert odile.get(f"/structures/{cast.structure.id}").h1 == "CPias des Trois-Rives"


def test_the_fictional_region_is_offered_only_to_who_is_there(site: Site, cast: Cast) -> None:
    assert not edit(site, cast).root.all("input", value="99")
    with cast.runtime.sessions.writing() as session:
        session.get_one(Structure, cast.structure.id).regions = ["99"]
        session.commit()
    assert "checked" in edit(site, cast).root.one("input", value="99")
