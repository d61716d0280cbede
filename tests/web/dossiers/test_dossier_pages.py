"""Starting a dossier, its page, changing it, passing from one step to the next, without a script."""

from __future__ import annotations

import pytest

from aqss.domain.access import Role
from tests.builders import membership_of
from tests.page import Site
from tests.web.cast import Cast
from tests.web.dossiers.scene import do_tasks, go, make_dossier, sheets_of, stored, theirs, url


def test_a_dossier_is_started_by_choosing_a_workflow(nadia_site: Site, cast: Cast) -> None:
    site = nadia_site
    assert site.get("/").menu["Dossiers"] == "/dossiers"
    page = site.get(site.get(f"/centres/{cast.centre.id}/dossiers").link("Commencer un dossier"))
    form = site.get(page.link("Patient traceur"))
    assert form.field("title")["value"] == "Patient traceur 2026"
    made = site.submit(
        form, "Commencer le dossier", {"purpose": "Un parcours dentaire.", "people": [str(cast.lea.id)]}
    )
    assert made.h1 == "Patient traceur 2026"
    assert made.notices == ["Le dossier est commencé."]
    assert "Un parcours dentaire." in made.text
    assert "Léa Martin" in made.text
    assert "Vous êtes ici" in made.text  # the step, in the workflow told below


def test_what_is_refused_keeps_what_was_typed(nadia_site: Site, cast: Cast) -> None:
    site = nadia_site
    page = site.get(f"/centres/{cast.centre.id}/dossiers/nouveau?parcours=patient-traceur")
    refused = site.submit(
        page, "Commencer le dossier", {"title": "", "purpose": "NIR 284058812345612"}, status=422
    )
    assert len(refused.complaints) == 2
    assert "284058812345612" in refused.html
    site.post(
        f"/centres/{cast.centre.id}/dossiers/nouveau", {"workflow": "inconnu", "title": "T"}, status=422
    )


def test_the_page_tells_what_holds_the_next_step_back(nadia_site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    page = nadia_site.get(url(key))
    assert "Il faut encore" in page.text
    assert "Faire toutes les tâches de l’étape." in page.text
    held = nadia_site.get(page.link("Commencer le recueil"))
    assert "Il faut encore" in held.text


def test_a_step_refused_meanwhile_is_shown_with_its_reasons(nadia_site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    page = nadia_site.post(url(key, "etape", "recueil"), {"version": "1"}, status=409)
    assert "Il faut encore" in page.text
    nadia_site.post(url(key, "etape", "recueil"), {"version": "9"}, status=409)
    nadia_site.get(url(key, "etape", "inconnue"), status=404)


def test_a_patient_traceur_from_start_to_end(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast)
    assert "C’est fait" not in do_tasks(site, key).text
    page = go(site, key, "Commencer le recueil")
    assert "Fiche n° 1" in page.text
    sheet = site.get(page.link("Patient traceur, Fiche n° 1"))
    done = site.submit(sheet, "Déclarer la grille terminée")
    assert done.h1 == "Dossier patient-traceur"  # the sheet leads back to its dossier
    assert go(site, key, "Passer à l’analyse").notices == ["L’étape du dossier a changé."]
    do_tasks(site, key)
    over = go(site, key, "Terminer")
    assert over.notices == ["Le dossier est terminé."]
    assert "Figée" in over.text
    following = site.get(over.link("Commencer le suivant"))
    assert "à la suite de" in following.text
    made = site.submit(following, "Commencer le dossier")
    assert "Fait suite à" in made.text
    assert "Suivi de" in site.get(url(key)).text


def test_the_overview_of_a_sheet_is_its_dossier(nadia_site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    do_tasks(nadia_site, key)
    go(nadia_site, key, "Commencer le recueil")
    (sheet,) = sheets_of(cast, key)
    assert nadia_site.get(f"/auto-evaluations/{sheet.id}").h1 == "Dossier patient-traceur"
    grid = nadia_site.get(f"/auto-evaluations/{sheet.id}/grilles/patient-traceur")
    assert grid.link("Dossier patient-traceur") == url(key)
    assert grid.link("Fiche n° 1") == f"{url(key)}#fiche-{sheet.id}"


def test_a_dossier_is_changed_and_two_people_do_not_undo_each_other(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast)
    page = site.get(site.get(url(key)).link("Modifier"))
    assert page.root.all(name="period_from") == []
    changed = site.submit(page, "Enregistrer", {"title": "Parcours dentaire"})
    assert changed.h1 == "Parcours dentaire"
    stale = site.submit(page, "Enregistrer", {"title": "Autre chose"}, status=409)
    assert "Quelqu’un a modifié ceci avant vous" in stale.text
    assert stale.field("title")["value"] == "Autre chose"
    assert theirs(stale) == {"Titre": "Parcours dentaire"}
    assert site.submit(stale, "Enregistrer").h1 == "Autre chose"


def test_what_somebody_else_chose_meanwhile_is_told_in_words(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast, "indicateurs-annuels")
    page = site.get(url(key, "modifier"))
    chosen = {"owner": "", "people": [str(cast.lea.id), str(cast.paul.id)], "year_ends_on": "2027-01-31"}
    site.submit(page, "Enregistrer", chosen)
    assert theirs(site.submit(page, "Enregistrer", {"title": "Autre"}, status=409)) == {
        "Titre": "Dossier indicateurs-annuels",
        "Qui le mène": "Encore personne",
        "Qui y travaille": "Léa Martin et Paul Roux",
        "Date où l’année doit être close": "31 janvier 2027",
    }


def test_who_left_the_centre_stays_named_when_something_else_is_changed(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast, owner_id=cast.lea.id, people=[cast.paul.id])
    with cast.runtime.sessions.writing() as session:
        for person in (cast.lea, cast.paul):
            membership_of(session, person, cast.centre).disabled_at = cast.runtime.clock.now()
        session.commit()
    changed = site.submit(site.get(url(key, "modifier")), "Enregistrer", {"title": "Parcours dentaire"})
    assert changed.h1 == "Parcours dentaire"
    assert stored(cast, key).owner_id == cast.lea.id
    assert "Paul Roux" in changed.text


def test_dates_that_make_no_sense_are_refused_and_kept(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast, "indicateurs-annuels")
    page = site.get(url(key, "modifier"))
    for value in ("9999-12-31", "0001-01-01", "pas une date"):
        refused = site.submit(page, "Enregistrer", {"period_from": value}, status=422)
        assert refused.complaints
    refused = site.submit(page, "Enregistrer", {"owner": "999999", "people": ["-4"]}, status=422)
    assert len(refused.complaints) == 2
    assert stored(cast, key).version == 1


def test_a_member_looks_and_does_not_edit(site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    site.sign_in(cast.lea)
    page = site.get(url(key))
    assert "Modifier" not in page.text
    assert "La suite revient à la coordination" in page.text
    site.get(url(key, "modifier"), status=403)
    assert "Commencer un dossier" not in site.get(f"/centres/{cast.centre.id}/dossiers").text


def test_strangers_find_nothing(site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    for user in (cast.zoe, cast.odile):
        site.sign_in(user)
        for address in (url(key), url(key, "modifier"), url(key, "etape", "recueil"), url(key, "cibles")):
            site.get(address, status=404)
        site.post(url(key, "notes"), {"text": "Bonjour"}, status=404)
        site.get(f"/centres/{cast.centre.id}/dossiers", status=404)


def test_a_centre_without_a_coordinator_is_told_what_it_takes(site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    with cast.runtime.sessions.writing() as session:
        membership_of(session, cast.nadia, cast.centre).role = Role.MEMBER
        session.commit()
    site.sign_in(cast.paul)
    page = site.get(url(key))
    assert "Ce centre n’a pas de coordination" in page.text


def test_the_history_is_told(nadia_site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    do_tasks(nadia_site, key)
    page = go(nadia_site, key, "Commencer le recueil", reason="Tout le monde est prévenu.")
    assert "a fait passer le dossier de l’étape" in page.text
    assert "Tout le monde est prévenu." in page.text
    assert "a déclaré faite la tâche" in page.text
    journal = nadia_site.get(f"/centres/{cast.centre.id}/journal?sujet=dossiers")
    assert journal.link("Dossier patient-traceur") == url(key)


SHEET_PAGES = (
    "",
    "/preparation",
    "/resultats",
    "/synthese",
    "/rapport",
    "/profil",
    "/etape/figee",
    "/seance",
)


@pytest.mark.parametrize(
    ("workflow", "label"),
    [("patient-traceur", "Commencer le recueil"), ("diagnostic-territorial", "Commencer les entretiens")],
)
def test_no_page_of_assessments_breaks_on_a_sheet(
    nadia_site: Site, cast: Cast, workflow: str, label: str
) -> None:
    site, key = nadia_site, make_dossier(cast, workflow)
    do_tasks(site, key)
    go(site, key, label)
    if workflow == "diagnostic-territorial":
        form = site.get(url(key, "entretiens", "nouveau"))
        site.submit(form, "Enregistrer", {"held_on": "2026-03-01", "who": "Préfet", "consent": "oral"})
    (sheet,) = sheets_of(cast, key)
    for place in SHEET_PAGES:
        with site.client.get(f"/auto-evaluations/{sheet.id}{place}") as answer:
            assert answer.status_code in (200, 302, 403, 404, 409), place
    site.sign_in(cast.paul)
    with site.client.get(f"/auto-evaluations/{sheet.id}/rouvrir") as answer:
        assert answer.status_code == 409
