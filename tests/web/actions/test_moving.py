"""Passing an action from one state to another, forward and back, and concluding it."""

from __future__ import annotations

from datetime import date

from aqss.bootstrap import Runtime
from aqss.persistence.mails import Mail
from tests.page import Site
from tests.web.actions.scene import make_action, reload, running
from tests.web.assessments.scene import NASTY, NIR, Team


def test_what_is_lacking_is_told_and_leads_to_where_it_is_written(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team)
    page = coordinator.get(f"/actions/{key}")
    for told in ("Nommer un pilote.", "Écrire l’échéance.", "Écrire l’effet attendu, et la date"):
        assert told in page.text
    waiting = coordinator.get(page.link("Lancer l’action"))
    assert "Il faut encore" in waiting.text
    assert waiting.link("Compléter l’action") == f"/actions/{key}/modifier"
    coordinator.post(f"/actions/{key}/etape/faire", {"version": "1"}, 409)
    assert reload(runtime, key).state == "prevoir"


def test_an_action_whose_pilot_left_waits_for_another(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team, state="prevoir", owner_id=team.stranger.id))
    told = "Nommer un pilote. Sacha Ailleurs n’est plus dans l’équipe."
    assert told in coordinator.get(f"/actions/{key}").text
    page = coordinator.get(f"/actions/{key}/etape/faire")
    assert told in page.text
    assert page.link("Compléter l’action") == f"/actions/{key}/modifier"


def test_an_action_goes_its_whole_way_and_is_closed_by_another(
    site: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team, state="prevoir"))
    site.sign_in(team.coordinator)
    page = site.get(site.get(f"/actions/{key}").link("Lancer l’action"))
    assert "Prévenir le pilote que l’action lui revient." in page.text
    started = site.submit(page, "Lancer l’action")
    assert started.notices == ["L’action est maintenant à l’étape « En cours »."]
    with runtime.sessions.reading() as session:
        assert [mail.address for mail in session.query(Mail)] == [team.member.email]
    site.sign_in(team.member)
    site.submit(site.get(f"/actions/{key}"), "100 %")
    page = site.get(site.get(f"/actions/{key}").link("Déclarer l’action faite"))
    done = site.submit(page, "Déclarer l’action faite", {"reason": "Tout est prêt."})
    assert not [link for link in done.root.all("a") if link.words == "Clore l’action"]
    assert "motif : « Tout est prêt. »" in done.text
    site.get(f"/actions/{key}/etape/close", 404)
    site.sign_in(team.manager)
    page = site.get(site.get(f"/actions/{key}").link("Clore l’action"))
    assert "Appels perdus, de 41 à 20" in page.text
    assert "L’effet devait se vérifier le 1er septembre 2026 : vous le jugez avant ce jour." in page.text
    assert "2 tâches de cette étape sans « C’est fait »" in page.text
    closed = site.submit(page, "Clore l’action", {"result": "partiel", "result_note": "30 appels."})
    assert "Conclusion : partiel, par Dominique Direction." in closed.text
    assert reload(runtime, key).result == "partiel"


def test_who_did_it_does_not_close_it_and_is_told_why(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    values = running(team, state="verifier", owner_id=team.coordinator.id, progress=100)
    key = make_action(runtime, team, **values)
    page = coordinator.get(f"/actions/{key}/etape/close")
    assert "Qui a fait l’action ne juge pas lui-même de son effet" in page.text
    refused = coordinator.post(
        f"/actions/{key}/etape/close", {"version": "1", "result": "efficace", "result_note": "Vu."}, 409
    )
    assert "Il faut encore" in refused.text
    assert reload(runtime, key).result == ""


def test_a_closing_without_result_is_refused_and_keeps_what_was_typed(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team, state="verifier", progress=100))
    page = coordinator.get(f"/actions/{key}/etape/close")
    refused = coordinator.submit(page, "Clore l’action", {"reason": "Vu ensemble."}, status=422)
    assert refused.complaints == [
        "Résultat : choisissez une réponse.",
        "Ce qui le montre : remplissez ce champ.",
    ]
    assert refused.field("reason").words == "Vu ensemble."
    for values in (
        {"result": "parfait", "result_note": "x"},
        {"result": "efficace", "result_note": NIR},
        {"result": "efficace", "result_note": "x", "reason": NIR},
        {"result": ["efficace", "partiel"], "result_note": "é" * 500_000},
    ):
        coordinator.submit(page, "Clore l’action", values, status=422)
    closed = coordinator.submit(page, "Clore l’action", {"result": "efficace", "result_note": NASTY})
    assert not closed.root.all("img")


def test_an_action_goes_back_a_state_and_is_given_up_for_good(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team))
    page = coordinator.get(f"/actions/{key}")
    assert "Pour revenir à l’étape « À lancer »." in page.text
    back = coordinator.submit(coordinator.get(page.link("Revoir l’action")), "Revoir l’action")
    assert reload(runtime, key).state == "prevoir"
    page = coordinator.get(back.link("Abandonner l’action"))
    assert "Cela ne se défait pas." in page.text
    coordinator.submit(page, "Abandonner l’action")
    assert reload(runtime, key).ended_at is not None
    coordinator.get(f"/actions/{key}/etape/faire", 404)


def test_a_passage_from_a_page_that_is_out_of_date_is_refused(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team, due_on=date(2026, 6, 1)))
    page = coordinator.get(f"/actions/{key}/etape/prevoir")
    coordinator.submit(page, "Revoir l’action")
    late = coordinator.submit(page, "Revoir l’action", {"reason": "Écrit."}, status=409)
    assert late.h1 == "Quelqu’un a modifié ceci avant vous"
    assert "Écrit." in late.text
    coordinator.get(f"/actions/{key}/etape/nulle-part", 404)
