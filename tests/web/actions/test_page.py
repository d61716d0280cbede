"""The page of an action: who reads it, what it tells, what is done on it."""

from __future__ import annotations

from datetime import date

import pytest

from aqss.bootstrap import Runtime
from aqss.persistence.actions import Action
from aqss.persistence.runs import Comment, Task
from tests.page import Page, Site
from tests.web.actions.scene import ESSENTIAL, PLAIN, make_action, reload, running, sheet_of
from tests.web.assessments.scene import NASTY, NIR, Team, make_team


def add(runtime: Runtime, *rows: object) -> None:
    with runtime.sessions.writing() as session:
        session.add_all(rows)
        session.commit()


def a_step(key: int, label: str, rank: int, **values: object) -> Task:
    return Task(action_id=key, label=label, position=rank, **values)


def test_the_page_tells_who_does_what_for_when_and_why(
    member: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    key = make_action(
        runtime,
        team,
        **running(team, criteria=[(sheet_of(runtime, rating), ESSENTIAL)], contributors=[team.colleague.id]),
    )
    page = member.get(f"/actions/{key}")
    assert page.h1 == "N° 1 Action 1"
    for told in ("Mehdi Médecin", "Inès Infirmière", "1er juin 2026", "En cours", "A2-05", "Non"):
        assert told in page.text
    assert "Appels perdus : de 41 à 20" in page.text
    assert "Ensuite, 12 sur 64" in page.text


def test_lateness_is_told_in_days(member: Site, runtime: Runtime, team: Team) -> None:
    late = make_action(runtime, team, **running(team, due_on=date(2026, 2, 27)))
    soon = make_action(runtime, team, **running(team, due_on=date(2026, 3, 5)))
    waiting = make_action(runtime, team, **running(team, state="verifier", review_on=date(2026, 3, 1)))
    assert "En retard de 3 jours" in member.get(f"/actions/{late}").text
    assert "À faire d’ici au 5 mars 2026" in member.get(f"/actions/{soon}").text
    assert "À revoir" in member.get(f"/actions/{waiting}").text


def test_a_stranger_finds_nothing(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team)
    site.sign_in(team.stranger)
    for address in ("", "/modifier", "/preuves", "/etape/faire", "/taches/cause"):
        assert site.get(f"/actions/{key}{address}", 404).h1 == site.get("/actions/987654", 404).h1
    for address in ("avancement", "etapes", "commentaires", "criteres", "etape/faire"):
        site.post(f"/actions/{key}/{address}", {"progress": "50", "label": "x", "text": "x"}, 404)


def test_steps_are_added_ticked_assigned_and_removed_and_tell_how_far_it_is(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team, **running(team))
    page = member.get(f"/actions/{key}")
    for label in ("Choisir dix dossiers", "Les relire", "En parler"):
        page = member.submit(page, "Ajouter la tâche", {"label": label})
    assert "0 sur 3 tâches" in page.text
    page = member.submit(page, "C’est fait : Les relire")
    assert reload(runtime, key).progress == 33
    assert "Fait le 2 mars 2026 par Mehdi Médecin" in page.text
    page = member.submit(page, "Rouvrir : Les relire")
    assert reload(runtime, key).progress == 0
    assign = member.get(page.link("Confier : En parler"))
    page = member.submit(assign, "Enregistrer", {"owner": str(team.colleague.id), "due_on": "2026-03-05"})
    assert "Inès Infirmière" in page.text
    assert "Avant le 5 mars 2026" in page.text
    page = member.submit(member.get(page.link("Confier : Les relire")), "Retirer cette tâche")
    assert "0 sur 2 tâches" in page.text


def test_a_step_is_added_with_who_does_it_and_by_when(member: Site, runtime: Runtime, team: Team) -> None:
    page = member.get(f"/actions/{make_action(runtime, team, **running(team))}")
    given = {"label": "En parler", "owner": str(team.colleague.id), "due_on": "2026-03-05"}
    page = member.submit(page, "Ajouter la tâche", given)
    assert "En parler Inès Infirmière · Confier : En parler Avant le 5 mars 2026" in page.text
    for bad in ({"owner": str(team.stranger.id)}, {"due_on": "demain"}, {"due_on": "9999-12-31"}):
        refused = member.submit(page, "Ajouter la tâche", {"label": "Relire", **bad}, status=422)
        assert len(refused.complaints) == 1
        assert refused.field("label")["value"] == "Relire"


def test_without_steps_the_share_is_a_button_or_a_number(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team, **running(team))
    member.submit(member.get(f"/actions/{key}"), "50 %")
    assert reload(runtime, key).progress == 50
    page = member.submit(member.get(f"/actions/{key}"), "Noter l’avancement", {"progress": "65"})
    assert "65 %" in page.text
    for bad, told in (
        ("101", "Avancement, en % : écrivez un nombre de 0 à 100."),
        ("-1", "Avancement, en % : écrivez un nombre de 0 à 100."),
        ("beaucoup", "Avancement, en % : écrivez un nombre, en chiffres."),
        ("", "Avancement, en % : remplissez ce champ."),
        ("9" * 5000, "Avancement, en % : écrivez un nombre"),
    ):
        refused = member.submit(page, "Noter l’avancement", {"progress": bad}, status=422)
        assert refused.complaints[0].startswith(told)
    assert reload(runtime, key).progress == 65
    add(runtime, a_step(key, "Une tâche", 1))
    refused = member.submit(page, "Noter l’avancement", {"progress": "70"}, status=422)
    assert "cochez celles qui sont faites" in refused.complaints[0]


def test_what_a_step_refuses_is_told_and_kept(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team, **running(team))
    page = member.get(f"/actions/{key}")
    for label in ("", NIR, "a" * 300, "é" * 500_000):
        refused = member.submit(page, "Ajouter la tâche", {"label": label}, status=422)
        assert refused.complaints[0].startswith("Tâche : ")
        assert refused.field("label").get("value") == label
    step = a_step(key, "Une tâche", 1)
    add(runtime, step)
    other = make_team(runtime, name="Centre voisin")
    assign = member.get(f"/actions/{key}/etapes/{step.id}")
    for values in (
        {"owner": str(other.member.id)},
        {"owner": "x" * 3000},
        {"due_on": "0001-01-01"},
        {"due_on": "9999-12-31"},
        {"due_on": "demain"},
    ):
        refused = member.submit(assign, "Enregistrer", values, status=422)
        assert len(refused.complaints) == 1, values
    member.get(f"/actions/{key}/etapes/987654", 404)
    member.post(f"/actions/{key}/etapes/987654/cocher", {"done": "1"}, 404)


def test_who_does_not_work_on_it_reads_and_comments(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team, **running(team))
    step = a_step(key, "Une tâche", 1)
    theirs = a_step(key, "La sienne", 2, owner_id=team.colleague.id)
    add(runtime, step, theirs)
    site.sign_in(team.colleague)
    page = site.get(f"/actions/{key}")
    assert [b.words for b in page.root.one("main").all("button") if "fait" in b.words] == [
        "C’est fait : La sienne"
    ]
    site.submit(page, "C’est fait : La sienne")
    site.get(f"/actions/{key}/etapes/{step.id}", 403)
    site.post(f"/actions/{key}/etapes/{step.id}/cocher", {"done": "1"}, 403)
    site.post(f"/actions/{key}/etapes", {"label": "x"}, 403)
    site.post(f"/actions/{key}/avancement", {"progress": "50"}, 403)
    said = site.submit(page, "Commenter", {"text": "Le logiciel change en mai."})
    assert "Le logiciel change en mai." in said.text


def test_a_comment_is_taken_back_by_who_wrote_it(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(runtime, team)
    site.sign_in(team.member)
    page = site.get(f"/actions/{key}")
    refused = site.submit(page, "Commenter", {"text": NIR}, status=422)
    assert refused.field("text").words == NIR
    page = site.submit(page, "Commenter", {"text": NASTY})
    assert not page.root.all("img")
    with runtime.sessions.reading() as session:
        number = session.query(Comment).one().id
    colleague = site.another_browser()
    colleague.sign_in(team.colleague)
    assert "Retirer" not in colleague.get(f"/actions/{key}").text
    colleague.post(f"/actions/{key}/commentaires/{number}/retirer", {}, 404)
    page = site.submit(page, "Retirer mon commentaire du 2 mars 2026 à 10 h 00")
    assert "img src" not in page.text


def test_the_check_list_of_the_state_is_ticked_and_given_to_somebody(
    coordinator: Site, site: Site, runtime: Runtime, team: Team
) -> None:
    key = make_action(runtime, team)
    page = coordinator.get(f"/actions/{key}")
    label = "Chercher la cause avec les personnes concernées"
    page = coordinator.submit(page, f"C’est fait : {label}")
    assert f"Rouvrir : {label}" in page.text
    assign = coordinator.get(page.link("Confier : Dire les moyens nécessaires, et les obtenir"))
    page = coordinator.submit(assign, "Enregistrer", {"owner": str(team.member.id), "due_on": "2026-03-09"})
    assert "Mehdi Médecin" in page.text
    refused = coordinator.submit(assign, "Enregistrer", {"owner": "987654"}, status=422)
    assert refused.complaints == ["Qui s’en charge : choisissez l’une des réponses proposées."]
    coordinator.get(f"/actions/{key}/taches/inconnue", 404)
    coordinator.post(f"/actions/{key}/taches/inconnue/cocher", {"done": "1"}, 404)
    site.sign_in(team.colleague)
    site.get(f"/actions/{key}/taches/moyens", 403)
    site.post(f"/actions/{key}/taches/moyens/cocher", {"done": "1"}, 403)
    site.sign_in(team.member)
    site.submit(site.get(f"/actions/{key}"), "C’est fait : Dire les moyens nécessaires, et les obtenir")


def test_its_history_is_told_in_words(coordinator: Site, runtime: Runtime, team: Team) -> None:
    page = coordinator.get(f"/centres/{team.centre_id}/actions/nouvelle")
    page = coordinator.submit(page, "Créer l’action", {"title": "Repeindre l’accueil"})
    page = coordinator.submit(
        coordinator.get(page.link("Compléter l’action")), "Enregistrer", {"means": "Un pot."}
    )
    assert "Camille Coordination a prévu cette action n° 1, origine : hors auto-évaluation" in page.text
    assert "Camille Coordination a modifié l’action : les moyens" in page.text
    journal = coordinator.get(f"/centres/{team.centre_id}/journal?sujet=actions")
    assert "a prévu une action n° 1" in journal.text
    assert journal.link("Repeindre l’accueil") == "/actions/1"


@pytest.fixture
def full(runtime: Runtime, team: Team, rating: int) -> int:
    """An action that has everything, twenty times."""
    sheet = sheet_of(runtime, rating)
    key = make_action(runtime, team, **running(team, criteria=[(sheet, ESSENTIAL), (sheet, PLAIN)]))
    now = runtime.clock.now()
    add(runtime, *(a_step(key, f"Étape {rank}", rank, owner_id=team.member.id) for rank in range(20)))
    add(runtime, *(Comment(action_id=key, at=now, by_id=team.member.id, text=f"{n}") for n in range(20)))
    return key


def test_the_page_costs_the_same_however_much_there_is(
    coordinator: Site, runtime: Runtime, team: Team, rating: int, full: int
) -> None:
    sheet = sheet_of(runtime, rating)
    small = make_action(runtime, team, **running(team, criteria=[(sheet, ESSENTIAL)]))
    assert cost(coordinator, f"/actions/{small}") == cost(coordinator, f"/actions/{full}") <= 22
    assert cost(coordinator, f"/actions/{small}/modifier") == cost(coordinator, f"/actions/{full}/modifier")


def cost(site: Site, url: str) -> int:
    site.get(url)
    with site.counted_statements() as statements:
        site.get(url)
    return len(statements)


def test_the_picture_and_the_workflow_say_where_it_stands(member: Site, runtime: Runtime, team: Team) -> None:
    page = member.get(f"/actions/{make_action(runtime, team, **running(team))}")
    current = page.root.all("li", aria_current="step")
    assert [one.one("h3").words for one in current] == ["2. En cours"]
    assert page.root.all("svg", class_="chart-m")


def test_an_action_that_is_over_is_read(member: Site, runtime: Runtime, team: Team) -> None:
    key = make_action(
        runtime, team, **running(team, state="close", result="efficace", result_note="19 appels.",
                                 closed_by_id=team.manager.id)
    )  # fmt: skip
    page: Page = member.get(f"/actions/{key}")
    assert "Close, efficace" in page.text
    assert "Conclusion : efficace, par Dominique Direction." in page.text
    assert [b.words for b in page.root.one("main").all("button")] == ["Commenter"]
    assert isinstance(reload(runtime, key), Action)
