"""A centre that does not exist yet: created as a project, shown as such, and opened by its dossier."""

from __future__ import annotations

from aqss.persistence.centres import Centre
from tests.page import Site
from tests.web.cast import Cast
from tests.web.dossiers.scene import go

LAKE = {
    "name": "Centre du Lac",
    "kind": "municipal",
    "region": "75",
    "department": "24",
    "town": "Bergerac",
}


def make_project(site: Site) -> int:
    page = site.get(site.get("/dossiers").link("Créer un projet de centre"))
    made = site.submit(page, "Créer le projet", LAKE)
    assert "vous en êtes la coordination" in made.notices[0]
    assert made.h1 == "Création d’un centre"  # the only workflow a project follows
    return int(made.form("Commencer le dossier")["action"].split("/")[2])


def test_who_leads_a_centre_creates_a_project_and_starts_its_dossier(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    key = make_project(site)
    first = "Commencer le dossier de sa création"
    form = site.get(site.get("/").link(first))
    assert "Ce centre n’a pas de direction" in form.text
    started = site.submit(form, "Commencer le dossier")
    assert "Diagnostic" in started.text
    home = site.get("/")
    assert first not in home.text
    assert "coordination · projet" in home.text
    given_up = go(site, int(started.link("Modifier").split("/")[2]), "Abandonner le projet")
    assert "Commencer le suivant" not in given_up.text  # no figures of a centre that has not opened
    assert site.get("/").link(first)
    assert "Ce centre est un projet" in site.get(f"/centres/{key}").text
    assert "Centre du Lac" in site.get("/").text


def test_a_project_starts_no_self_assessment(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    key = make_project(site)
    assert "Commencer une auto-évaluation" not in site.get(f"/centres/{key}/auto-evaluations").text
    refused = site.get(f"/centres/{key}/auto-evaluations/nouvelle", status=409)
    assert "Ce centre est un projet" in refused.text
    start = {"title": "Auto-évaluation", "rating": "direct", "grids": ["coordination"]}
    site.post(f"/centres/{key}/auto-evaluations/nouvelle", start, status=409)


def test_what_is_refused_keeps_what_was_typed(site: Site, cast: Cast) -> None:
    site.sign_in(cast.nadia)
    page = site.get("/centres/nouveau-projet")
    refused = site.submit(page, "Créer le projet", {**LAKE, "name": ""}, status=422)
    assert refused.complaints
    assert refused.field("town")["value"] == "Bergerac"
    more = site.submit(page, "Ajouter une antenne", LAKE)
    assert more.field("name")["value"] == "Centre du Lac"


def test_an_administrator_invites_the_coordination_of_a_project(site: Site, cast: Cast) -> None:
    site.sign_in(cast.root)
    page = site.get(site.get("/administration/centres").link("Créer un projet de centre"))
    assert "invitez la personne" in site.submit(page, "Créer le projet", LAKE).notices[0]
    assert "Projet" in site.get("/administration/centres").text


def test_a_member_creates_none(site: Site, cast: Cast) -> None:
    site.sign_in(cast.lea)
    assert "Créer un projet" not in site.get("/dossiers").text
    site.get("/centres/nouveau-projet", status=403)


def test_an_open_centre_is_told_as_one(site: Site, cast: Cast) -> None:
    with cast.runtime.sessions.writing() as session:
        session.get_one(Centre, cast.centre.id).is_project = False
        session.commit()
    site.sign_in(cast.nadia)
    page = site.get(f"/centres/{cast.centre.id}")
    assert "Ce centre est un projet" not in page.text
    assert f'href="/centres/{cast.centre.id}/dossiers"' in page.html
