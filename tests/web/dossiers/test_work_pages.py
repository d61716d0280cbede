"""Tasks, notes, documents, sheets, targets, interviews and partners, without a script."""

from __future__ import annotations

from io import BytesIO

from werkzeug.datastructures import FileStorage

from tests.page import Site
from tests.sent_files import a_pdf
from tests.web.cast import Cast
from tests.web.dossiers.scene import do_tasks, go, make_dossier, theirs, url
from tests.web.proofs.scene import page_of, post_form

FINISH = "Déclarer la grille terminée"
NOTE = "Note d’information des patients (modèle, sans nom)"


def test_a_task_is_added_given_to_somebody_and_taken_away(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast)
    page = site.submit(
        site.get(url(key)),
        "Ajouter la tâche",
        {"label": "Réserver la salle", "owner": str(cast.lea.id), "due_on": "2026-03-04"},
    )
    assert "Réserver la salle" in page.text
    assert "Avant le 4 mars 2026" in page.text
    assign = site.get(page.link("Confier : Réserver la salle"))
    assert assign.field("due_on")["value"] == "2026-03-04"
    given = site.submit(assign, "Enregistrer", {"owner": str(cast.paul.id), "due_on": ""})
    assert "Paul Roux" in given.text
    gone = site.submit(site.get(page.link("Confier : Réserver la salle")), "Retirer cette tâche")
    assert "Réserver la salle" not in gone.root.one(id="taches").parent.words


def test_a_task_refused_keeps_what_was_typed(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast)
    for values in (
        {"label": "", "owner": "", "due_on": ""},
        {"label": "Tâche", "owner": "999999", "due_on": ""},
        {"label": "Tâche", "owner": "", "due_on": "9999-12-31"},
        {"label": "Tâche", "owner": "", "due_on": "demain"},
    ):
        refused = site.submit(site.get(url(key)), "Ajouter la tâche", values, status=422)
        assert refused.complaints
        assert refused.field("label")["value"] == values["label"]
    assign = site.get(url(key, "taches", "parcours", "qui"))
    for value in ("9999-12-31", "jamais"):
        assert site.submit(assign, "Enregistrer", {"due_on": value}, status=422).complaints
    site.get(url(key, "taches", "inconnue", "qui"), status=404)
    site.post(url(key, "taches", "99999999999999999999"), {"done": "1"}, status=404)


def test_a_task_is_declared_done_by_whoever_it_was_given_to(site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    site.sign_in(cast.nadia)
    site.submit(site.get(url(key, "taches", "parcours", "qui")), "Enregistrer", {"owner": str(cast.lea.id)})
    site.sign_in(cast.lea)
    done = site.submit(
        site.get(url(key)), "C’est fait : Choisir un parcours qui traverse plusieurs professions"
    )
    assert "par Léa Martin" in done.text
    site.post(url(key, "taches", "accord"), {"done": "1"}, status=403)


def test_notes_are_written_and_taken_back(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast)
    page = site.submit(site.get(url(key)), "Écrire la note", {"text": "Vu avec l’équipe."})
    assert "Vu avec l’équipe." in page.text
    refused = site.submit(page, "Écrire la note", {"text": "284058812345612"}, status=422)
    assert refused.field("text").words == "284058812345612"
    (mine,) = [form for form in page.root.all("form") if "/notes/" in form["action"]]
    assert "Vu avec l’équipe." not in site.post(mine["action"]).text


def test_a_file_is_attached_as_the_document_expected_then_read_and_taken_away(
    nadia_site: Site, cast: Cast
) -> None:
    site, key = nadia_site, make_dossier(cast)
    assert "Attendu à cette étape" in site.get(url(key)).text
    form = site.get(site.get(url(key)).link("Joindre un document"))
    assert [o["value"] for o in form.field("document").all("option") if "selected" in o] == [NOTE]
    made = page_of(site, send(site, key, document=NOTE), 200)
    assert "Attendu à cette étape" not in made.text
    with site.client.get(made.link("visite (à télécharger)")) as file:
        assert file.data == a_pdf()
    again = page_of(site, send(site, key))
    assert "cette preuve est déjà là" in " ".join(again.complaints)
    asked = site.get(made.link("Retirer « visite »"))
    assert "Attendu à cette étape" in site.submit(asked, "Retirer le document").text
    with site.client.get(made.link("visite (à télécharger)")) as file:
        assert file.status_code == 404


def send(site: Site, key: int, content: bytes | None = None, **fields: str):  # type: ignore[no-untyped-def]
    file = FileStorage(
        BytesIO(a_pdf() if content is None else content), "visite.pdf", content_type="application/pdf"
    )
    form = {"csrf_token": site.form_token(), "dated_on": "2026-03-02", "document": "", **fields, "file": file}
    site.typed.update(["visite", *fields.values()])
    response = post_form(site, url(key, "documents", "nouveau"), form)
    return site.client.get(response.location) if response.status_code == 302 else response


def test_a_file_that_is_no_document_is_refused(nadia_site: Site, cast: Cast) -> None:
    key = make_dossier(cast)
    refused = page_of(nadia_site, send(nadia_site, key, b"MZ\x90\x00 un programme"))
    assert refused.complaints
    assert "Choisissez" in refused.text or "Enregistrez-le" in refused.text


def test_an_address_and_a_proof_of_the_centre_are_attached_too(nadia_site: Site, cast: Cast) -> None:
    site, first, second = nadia_site, make_dossier(cast, title="Un"), make_dossier(cast, title="Deux")
    form = site.get(url(first, "documents", "nouveau"))
    values = {"url": "https://exemple.fr/protocole", "title": "Protocole", "document": ""}
    assert "Protocole" in site.submit(form, "Joindre", values).text
    assert site.get(f"/centres/{cast.centre.id}/preuves").link("Un") == url(first)
    named = {"url": "https://exemple.fr/note", "title": "", "document": NOTE}
    assert site.submit(form, "Joindre", named).link(f"{NOTE} (autre site, nouvel onglet)")
    refused = site.submit(form, "Joindre", {**values, "url": "pas une adresse"}, status=422)
    assert refused.complaints
    page = site.get(url(second, "documents", "nouveau"))
    proof = page.field("deja-proof").all("option")[-1]["value"]
    assert "Protocole" in site.submit(page, "Joindre aussi ici", {"deja-proof": proof}).text
    assert site.submit(page, "Joindre aussi ici", {"deja-proof": "999999"}, status=422).complaints


def test_sheets_are_added_and_a_blank_one_is_taken_away(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast)
    do_tasks(site, key)
    page = go(site, key, "Commencer le recueil")
    added = site.submit(page, "Ajouter la fiche", {"title": "Parcours numéro 2"})
    assert "Parcours numéro 2" in added.text
    assert site.submit(added, "Ajouter la fiche", {"title": ""}, status=422).complaints
    gone = site.submit(added, "Retirer « Parcours numéro 2 »")
    assert "Parcours numéro 2" not in gone.root.one(id="fiches").parent.words
    site.post(url(key, "fiches", "999999", "retirer"), status=404)


def test_targets_stand_beside_what_was_counted(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast, "indicateurs-annuels")
    form = site.get(site.get(url(key)).link("Régler les cibles"))
    page = site.submit(form, "Enregistrer les cibles", {"D1-01": "1 200"})
    assert "1 200" in page.text
    again = site.get(url(key, "cibles"))
    refused = site.submit(again, "Enregistrer les cibles", {"D1-01": "beaucoup"}, status=422)
    assert refused.field("D1-01")["value"] == "beaucoup"
    stale = site.submit(form, "Enregistrer les cibles", {"D1-01": "900"}, status=409)
    assert list(theirs(stale).values()) == ["1200"]
    assert stale.field("D1-01")["value"] == "900"
    assert "900" in site.submit(stale, "Enregistrer les cibles").text
    site.submit(
        site.get(url(key, "modifier")),
        "Enregistrer",
        {"period_from": "2026-01-01", "period_to": "2026-12-31"},
    )
    do_tasks(site, key)
    opened = go(site, key, "Ouvrir la saisie")
    assert opened.link("Indicateurs de suivi du centre, Fiche n° 1")
    assert "Chiffres et cibles" in opened.text
    ready = site.submit(site.get(opened.link("Indicateurs de suivi du centre, Fiche n° 1")), FINISH)
    do_tasks(site, key)
    before = site.get(ready.link("Faire relire"))
    assert "0 sur" in before.text
    assert "1 cible n’a pas de valeur en face." in before.text
    go(site, key, "Abandonner")
    following = site.get(site.get(url(key)).link("Commencer le suivant"))
    assert following.field("title")["value"] == "Indicateurs de l’année 2027"
    site.get(url(make_dossier(cast), "cibles"), status=409)


def test_an_interview_is_added_with_an_agreement_before_a_recording(nadia_site: Site, cast: Cast) -> None:
    site, key = nadia_site, make_dossier(cast, "diagnostic-territorial")
    form = site.get(site.get(url(key)).link("Ajouter un entretien"))
    told = {"held_on": "2026-03-01", "who": "Adjointe à la santé", "is_recorded": "y", "consent": "none"}
    refused = site.submit(form, "Enregistrer", told, status=422)
    assert "notez d’abord son accord" in " ".join(refused.complaints)
    page = site.submit(refused, "Enregistrer", {"consent": "written"})
    assert "Adjointe à la santé" in page.text
    assert "enregistrement à effacer" in page.text
    change = site.get(page.link("Modifier : Adjointe à la santé"))
    assert "0 sur" in page.text
    assert site.submit(change, "Enregistrer", {"erased_on": "2027-01-01"}, status=422).complaints
    site.submit(change, "Retirer cet entretien", status=422)
    asked = site.submit(change, "Enregistrer", {"is_recorded": []}, status=422)
    assert "effacez d’abord l’enregistrement" in " ".join(asked.complaints)
    erased = site.submit(change, "Enregistrer", {"erased_on": "2026-03-02"})
    stale = site.submit(change, "Enregistrer", {"who": "Préfet", "consent": "oral"}, status=409)
    assert theirs(stale) == {
        "Fonction de la personne": "Adjointe à la santé",
        "Accord de la personne": "Accord écrit",
        "Enregistrement effacé le": "2 mars 2026",
    }
    assert stale.field("who")["value"] == "Préfet"
    assert "effacé le 2 mars 2026" in erased.text
    gone = site.submit(site.get(page.link("Modifier : Adjointe à la santé")), "Retirer cet entretien")
    assert "Personne n’a encore été rencontré" in gone.text
    site.get(url(make_dossier(cast), "entretiens", "nouveau"), status=409)


def test_partners_are_added_found_corrected_and_taken_out(nadia_site: Site, cast: Cast) -> None:
    site, address = nadia_site, f"/centres/{cast.centre.id}/partenaires"
    assert "L’annuaire est vide" in site.get(address).text
    form = site.get(site.get(address).link("Ajouter un partenaire"))
    refused = site.submit(form, "Enregistrer", {"name": "", "email": "non"}, status=422)
    assert len(refused.complaints) == 2
    site.submit(form, "Enregistrer", {"name": "Hôpital du Lac", "phone": "05 00"})
    page = site.get(f"{address}?recherche=hopital")
    assert "Hôpital du Lac" in page.text
    assert "Aucun partenaire ne répond" in site.get(f"{address}?recherche=zzz").text
    edit = site.get(page.link("Hôpital du Lac"))
    assert site.submit(edit, "Enregistrer", {"name": ""}, status=422).complaints
    changed = site.submit(edit, "Enregistrer", {"name": "Clinique du Lac"})
    stale = site.submit(edit, "Enregistrer", {"phone": "05 11"}, status=409)
    assert theirs(stale) == {"Nom de l’organisme": "Clinique du Lac", "Téléphone": "05 00"}
    assert stale.field("phone")["value"] == "05 11"
    assert "Clinique du Lac" in changed.text
    assert "Clinique du Lac" not in site.submit(edit, "Retirer de l’annuaire").text
    site.get(f"{address}/999999", status=404)
    site.sign_in(cast.lea)
    site.get(f"{address}/nouveau", status=403)
