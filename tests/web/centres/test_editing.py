"""Describing a centre: saved, refused, changed meanwhile, and the profile shown before it is saved."""

from __future__ import annotations

from aqss.persistence.centres import Centre
from aqss.services.centre_descriptions import SITES_LIMIT
from tests.page import Page, Site, filled
from tests.web.cast import Cast


def edit(site: Site, cast: Cast) -> Page:
    site.sign_in(cast.nadia)
    return site.get(f"/centres/{cast.centre.id}/modifier")


def stored(cast: Cast) -> Centre:
    with cast.runtime.sessions.reading() as session:
        centre = session.get_one(Centre, cast.centre.id)
        assert centre.sites is not None
        return centre


def rows(page: Page) -> list[tuple[str, str]]:
    """Name and address of each row of branch sites."""
    names = [f for f in page.root.all("input") if f.get("name").startswith("sites-")]
    values = [field.get("value") for field in names]
    return list(zip(values[::2], values[1::2], strict=True))


def test_a_description_is_saved(site: Site, cast: Cast) -> None:
    values = {
        "name": "Centre de santé du Port",
        "kind": "associatif",
        "town": "Rennes",
        "department": "35",
        "finess": "35 000 0001",
        "sites-0-name": "Antenne du Bac",
        "sites-0-address": "3 quai du Bac",
    }
    page = site.submit(edit(site, cast), "Enregistrer", values)
    assert page.h1 == "Centre de santé du Port"
    assert page.notices == ["La description est enregistrée."]
    centre = stored(cast)
    assert (centre.kind, centre.region, centre.department, centre.finess) == (
        "associatif",
        "53",
        "35",
        "350000001",
    )
    assert [(site.name, site.address) for site in centre.sites] == [("Antenne du Bac", "3 quai du Bac")]
    assert set(centre.flags) == {"mt", "dentaire"}


def test_the_form_shows_what_stands(site: Site, cast: Cast) -> None:
    page = edit(site, cast)
    values = filled(page.form("Enregistrer"))
    assert values["name"] == "Centre de Port-Amiral"
    assert values["department"] == "24"
    assert set(values["flags"]) == {"mt", "dentaire"}
    assert rows(page) == [("", "")]


def test_every_fault_is_told_beside_its_field_and_what_was_typed_is_kept(site: Site, cast: Cast) -> None:
    values = {
        "name": "",
        "town": "Bergerac",
        "finess": "12",
        "sites-0-name": "",
        "sites-0-address": "3 quai du Bac",
    }
    page = site.submit(edit(site, cast), "Enregistrer", values, 422)
    assert page.title.startswith("Erreur : ")
    assert [words.split(" :")[0] for words in page.complaints] == [
        "Nom du centre",
        "Numéro FINESS",
        "Nom de l’antenne 1",
    ]
    assert page.field("finess")["value"] == "12"
    assert page.field("sites-0-address")["value"] == "3 quai du Bac"
    assert page.field("sites-0-name")["aria-invalid"] == "true"
    assert stored(cast).version == 1


def test_complaints_come_in_the_order_of_the_fields(site: Site, cast: Cast) -> None:
    page = site.submit(edit(site, cast), "Enregistrer", {"kind": "", "town": "", "finess": "12"}, 422)
    assert [words.split(" :")[0] for words in page.complaints] == [
        "Commune",
        "Type de centre",
        "Numéro FINESS",
    ]
    assert "Type de centre : choisissez une réponse." in page.complaints


def test_a_place_without_department_is_told_once(site: Site, cast: Cast) -> None:
    page = site.submit(edit(site, cast), "Enregistrer", {"department": ""}, 422)
    assert page.complaints == ["Département : choisissez une réponse."]
    page = site.submit(edit(site, cast), "Enregistrer", {"department": "00"}, 422)
    assert page.complaints == ["Département : choisissez l’une des réponses proposées."]


def test_a_number_of_another_centre_is_refused(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        session.get_one(Centre, cast.other.id).finess = "350000001"
        session.commit()
    page = site.submit(edit(site, cast), "Enregistrer", {"finess": "350000001"}, 422)
    assert "un autre centre porte déjà ce numéro" in page.complaints[0]


def test_a_change_of_profile_is_shown_before_it_is_saved(site: Site, cast: Cast) -> None:
    page = site.submit(edit(site, cast), "Enregistrer", {"flags": ["mt", "imagerie"], "town": "Périgueux"})
    assert page.h1 == "Ce que cela change"
    assert "Imagerie (radiologie, y compris dentaire)" in page.text
    assert "Activité dentaire" in page.text
    assert "Risque infectieux au cabinet dentaire" in page.text
    dental = cast.runtime.catalogue.grids["cabinet-dentaire"].criteria[0]
    assert dental.criterion in page.text
    assert stored(cast).version == 1

    page = site.submit(page, "Enregistrer ce profil")
    assert page.h1 == "Centre de Port-Amiral"
    assert "Les auto-évaluations en cours gardent le leur" in page.notices[0]
    centre = stored(cast)
    assert set(centre.flags) == {"mt", "imagerie"}
    assert centre.town == "Périgueux"


def test_one_comes_back_from_the_change_with_everything_typed(site: Site, cast: Cast) -> None:
    page = site.submit(
        edit(site, cast),
        "Enregistrer",
        {"flags": ["imagerie"], "town": "Périgueux", "sites-0-name": "Antenne du Bac"},
    )
    page = site.submit(page, "Revenir au formulaire")
    assert page.h1 == "Modifier le centre"
    values = filled(page.form("Enregistrer"))
    assert values["flags"] == "imagerie"
    assert values["town"] == "Périgueux"
    assert values["sites-0-name"] == "Antenne du Bac"
    assert stored(cast).version == 1


def test_faults_are_told_before_the_change_of_profile(site: Site, cast: Cast) -> None:
    page = site.submit(edit(site, cast), "Enregistrer", {"flags": ["imagerie"], "name": ""}, 422)
    assert page.complaints == ["Nom du centre : remplissez ce champ."]


def test_a_row_is_added_without_script_and_everything_typed_is_kept(site: Site, cast: Cast) -> None:
    page = site.submit(
        edit(site, cast), "Ajouter une antenne", {"name": "À moitié écrit", "sites-0-name": "Antenne A"}
    )
    assert page.h1 == "Modifier le centre"
    assert page.field("name")["value"] == "À moitié écrit"
    assert rows(page) == [("Antenne A", ""), ("", "")]
    assert "autofocus" in page.field("sites-1-name")
    assert page.complaints == []
    assert stored(cast).version == 1


def test_a_row_is_taken_away_without_script(site: Site, cast: Cast) -> None:
    page = site.submit(edit(site, cast), "Ajouter une antenne", {"sites-0-name": "A", "sites-0-address": "1"})
    page = site.submit(page, "Ajouter une antenne", {"sites-1-name": "B"})
    page = site.submit(page, "Retirer l’antenne 1", {"sites-2-name": "C"})
    assert rows(page) == [("B", ""), ("C", "")]
    page = site.submit(page, "Enregistrer")
    assert [site.name for site in stored(cast).sites] == ["B", "C"]


def test_the_last_row_taken_away_leaves_an_empty_one(site: Site, cast: Cast) -> None:
    page = site.submit(edit(site, cast), "Retirer l’antenne 1", {"sites-0-name": "A"})
    assert rows(page) == [("", "")]


def test_rows_sent_with_any_numbers_are_read_in_their_order(site: Site, cast: Cast) -> None:
    edit(site, cast)
    sent = {
        "version": "1",
        "name": "Centre",
        "kind": "autre",
        "town": "Bergerac",
        "department": "24",
        "flags": ["mt", "dentaire"],
        "sites-12-name": "Douze",
        "sites-3-name": "Trois",
        "sites-3-address": "3 rue",
        "sites-x-name": "Ailleurs",
        "sites-99999-name": "Trop loin",
        "sites-٣-name": "Autre chiffre",
    }
    site.post(f"/centres/{cast.centre.id}/modifier", sent)
    assert [(site.name, site.address) for site in stored(cast).sites] == [("Trois", "3 rue"), ("Douze", "")]


def test_more_rows_than_a_centre_may_have_are_refused(site: Site, cast: Cast) -> None:
    sites = {f"sites-{row}-name": f"Antenne {row}" for row in range(SITES_LIMIT + 5)}
    page = edit(site, cast)
    page = site.submit(page, "Enregistrer", sites, 422)
    assert page.complaints == [f"Gardez-en {SITES_LIMIT} au plus."]
    page = site.submit(page, "Ajouter une antenne")
    assert len(rows(page)) == SITES_LIMIT


def test_an_edit_that_somebody_overtook_shows_both_and_loses_nothing(site: Site, cast: Cast) -> None:
    mine = edit(site, cast)
    other = site.another_browser()
    other.sign_in(cast.paul)
    theirs = other.get(f"/centres/{cast.centre.id}/modifier")
    other.submit(theirs, "Enregistrer", {"town": "Sarlat"})

    page = site.submit(mine, "Enregistrer", {"name": "Centre du Port"}, 409)
    assert "Quelqu’un a modifié ceci avant vous" in page.text
    assert "Commune Sarlat" in page.text
    assert page.field("name")["value"] == "Centre du Port"
    assert page.field("town")["value"] == "Bergerac"
    assert stored(cast).name == "Centre de Port-Amiral"

    site.submit(page, "Enregistrer", {"town": "Sarlat"})
    centre = stored(cast)
    assert (centre.name, centre.town, centre.version) == ("Centre du Port", "Sarlat", 3)


def test_the_same_change_sent_twice_says_it_is_saved_already(site: Site, cast: Cast) -> None:
    page = edit(site, cast)
    site.submit(page, "Enregistrer", {"town": "Sarlat"})
    assert "déjà enregistré" in site.submit(page, "Enregistrer", {"town": "Sarlat"}, 409).text


def test_a_version_that_is_no_number_saves_nothing(site: Site, cast: Cast) -> None:
    page = edit(site, cast)
    for version in ("", "x", "-1", "9" * 5000, "1e3", "٣"):
        site.submit(page, "Enregistrer", {"version": version, "town": "Sarlat"}, 409)
    assert stored(cast).town == "Bergerac"


def test_fields_that_are_not_of_the_form_change_nothing(site: Site, cast: Cast) -> None:
    extra = {
        "id": str(cast.other.id),
        "centre_id": str(cast.other.id),
        "region": "11",
        "closed_at": "2020-01-01",
        "created_at": "2020-01-01",
        "role": "administrator",
    }
    site.submit(edit(site, cast), "Enregistrer", {**extra, "town": "Sarlat"})
    centre = stored(cast)
    assert (centre.town, centre.region, centre.closed_at) == ("Sarlat", "75", None)
    with cast.runtime.sessions.reading() as session:
        assert session.get_one(Centre, cast.other.id).version == 1


def test_an_activity_unknown_to_the_catalogue_is_refused(site: Site, cast: Cast) -> None:
    page = site.submit(edit(site, cast), "Enregistrer", {"flags": ["mt", "yoga"]}, 422)
    assert page.complaints == ["Activités : choisissez l’une des réponses proposées."]


def test_enter_in_a_field_saves_and_adds_no_row(site: Site, cast: Cast) -> None:
    form = edit(site, cast).form("Enregistrer")
    first = form.all("button")[0]
    assert "name" not in first
    assert first.words == "Enregistrer la description"


def test_the_fictional_region_is_offered_only_to_who_is_there(site: Site, cast: Cast) -> None:
    assert "Rive-Haute" not in edit(site, cast).text
    with cast.runtime.sessions.writing() as session:
        centre = session.get_one(Centre, cast.centre.id)
        centre.region, centre.department = "99", "99A"
        session.commit()
    assert "Rive-Haute" in edit(site, cast).text
