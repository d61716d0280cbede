"""Passing from one step to the next: told before, held back by guards, never twice, mails to the team."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import Membership
from aqss.persistence.journal import JournalEntry
from aqss.persistence.mails import Mail
from tests.clock import FakeClock
from tests.page import Site
from tests.web.assessments.scene import (
    FIGURES,
    GRID,
    NASTY,
    NIR,
    Team,
    a_scope,
    advance,
    make_assessment,
    rate,
    reload,
)

OPEN = "Ouvrir la cotation"


@pytest.fixture
def prepared(runtime: Runtime, team: Team) -> int:
    return make_assessment(runtime, team, to="preparation")


def address_of(key: int, to: str) -> str:
    return f"/auto-evaluations/{key}/etape/{to}"


def mails(runtime: Runtime, kind: str) -> set[str]:
    with runtime.sessions.reading() as session:
        return set(session.scalars(select(Mail.address).where(Mail.kind == kind)))


def test_a_step_tells_what_it_sets_off_before_it_does_it(
    coordinator: Site, runtime: Runtime, prepared: int
) -> None:
    page = coordinator.get(address_of(prepared, "cotation"))
    assert page.h1 == OPEN
    assert "De l’étape « Préparation » à l’étape « Cotation »." in page.text
    assert "Prévenir les personnes de l’équipe que la cotation est ouverte." in page.text
    assert reload(runtime, prepared).state == "preparation"
    assert mails(runtime, "rating-open") == set()


def test_a_step_once_confirmed_is_passed_and_the_team_is_told(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    page = coordinator.submit(coordinator.get(address_of(prepared, "cotation")), OPEN)
    assert page.notices == ["L’auto-évaluation est maintenant à l’étape « Cotation »."]
    assert reload(runtime, prepared).state == "cotation"
    people = (team.coordinator, team.manager, team.member, team.colleague)
    assert mails(runtime, "rating-open") == {person.email for person in people}


def test_what_is_missing_is_told_instead_of_a_button(coordinator: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, a_scope(objective=""), to="preparation")
    page = coordinator.get(address_of(key, "cotation"))
    assert "Écrire l’objectif et le déclencheur." in page.text
    assert not page.root.one("main").all("form")
    refused = coordinator.post(address_of(key, "cotation"), {"version": "1"}, 409)
    assert "Écrire l’objectif et le déclencheur." in refused.text
    assert reload(runtime, key).state == "preparation"


def test_opening_after_the_last_day_of_the_round_says_that_nobody_would_be_told(
    coordinator: Site, runtime: Runtime, clock: FakeClock, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(round_ends_on=date(2026, 3, 20)), to="preparation")
    assert "La fin de la cotation est passée" not in coordinator.get(address_of(key, "cotation")).text
    clock.advance(days=30)
    coordinator.sign_in(team.coordinator)
    page = coordinator.get(address_of(key, "cotation"))
    assert "Elle était fixée au 20 mars 2026 : personne ne serait prévenu." in page.text
    assert page.link("Changer la date") == f"/auto-evaluations/{key}/preparation"


def test_leaving_the_rating_names_the_grids_that_are_not_finished(
    coordinator: Site, runtime: Runtime, rating: int
) -> None:
    text = coordinator.get(address_of(rating, "accord")).text
    assert "1 grille n’est pas terminée : Coordination des soins." in text
    assert "À l’étape suivante, une réponse peut encore être donnée ou corrigée, et il faudra" in text


def test_the_direction_validates_and_everybody_hears_of_the_results(
    site: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, to="validation")
    site.sign_in(team.manager)
    page = site.get(address_of(key, "close"))
    assert "La direction pourra la rouvrir, en disant pourquoi." in page.text
    assert "Figer les scores et le rapport à la date de clôture." in page.text
    site.submit(page, "Valider et clôturer")
    assert reload(runtime, key).closed_at is not None
    assert team.member.email in mails(runtime, "results-available")


def test_giving_up_says_what_is_lost_and_looks_like_it(coordinator: Site, prepared: int) -> None:
    page = coordinator.get(address_of(prepared, "abandonnee"))
    assert "ses résultats ne se liront plus" in page.text
    assert "btn-danger" in page.form("Abandonner l’auto-évaluation").all("button")[0].classes


def close_the_managers_role(runtime: Runtime, team: Team) -> None:
    with runtime.sessions.writing() as session:
        role = select(Membership).where(Membership.user_id == team.manager.id)
        session.scalars(role).one().disabled_at = runtime.clock.now()
        session.commit()


def test_asking_for_validation_without_a_direction_says_where_it_would_stop(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, to="validation")
    back = coordinator.get(address_of(key, "accord"))
    coordinator.submit(back, "Reprendre avec l’équipe")
    warning = "Sans elle, l’auto-évaluation s’arrêterait à l’étape « Validation par la direction »."
    assert warning not in coordinator.get(address_of(key, "validation")).text
    close_the_managers_role(runtime, team)
    page = coordinator.get(address_of(key, "validation"))
    assert "Ce centre n’a pas de direction" in page.text
    assert warning in page.text
    invite = f"/centres/{team.centre_id}/equipe/inviter?role=manager"
    assert page.link("Inviter la direction") == invite
    roles = coordinator.get(invite).root.all(name="role")
    assert [role["value"] for role in roles if "checked" in role] == ["manager"]
    assert coordinator.submit(page, "Demander la validation").notices
    overview = coordinator.get(f"/auto-evaluations/{key}")
    assert "Sans elle, l’auto-évaluation reste à cette étape." in overview.text


def test_the_coordination_takes_an_assessment_back_from_validation(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, to="validation")
    overview = coordinator.get(f"/auto-evaluations/{key}")
    page = coordinator.get(overview.link("Reprendre avec l’équipe"))
    assert coordinator.submit(page, "Reprendre avec l’équipe").notices
    assert reload(runtime, key).state == "accord"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (None, "La cotation n’a pas de date de fin"),
        (date(2026, 3, 5), "La fin de la cotation est passée"),
        (date(2026, 4, 1), None),
    ],
)
def test_opening_the_rating_tells_of_an_end_that_would_not_serve(
    coordinator: Site, runtime: Runtime, clock: FakeClock, team: Team, end: date | None, told: str | None
) -> None:
    scope = a_scope(round_ends_on=end, assignments={GRID: (team.member.id,)})
    key = make_assessment(runtime, team, scope, to="preparation")
    clock.advance(days=5)
    coordinator.sign_in(team.coordinator)
    page = coordinator.get(address_of(key, "cotation"))
    notes = [note.one("h2").words for note in page.root.one("main").all("div", class_="note")]
    assert notes == ([told] if told else [])


def test_a_word_for_the_journal_is_kept_as_it_was_typed(
    coordinator: Site, runtime: Runtime, prepared: int
) -> None:
    page = coordinator.get(address_of(prepared, "cotation"))
    coordinator.submit(page, OPEN, {"reason": NASTY})
    with runtime.sessions.reading() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.verb == "assessment-moved")).one()
    assert entry.facts["reason"] == NASTY


@pytest.mark.parametrize("reason", [f"Voir {NIR}", "é" * 500_000, "a\x00b"])
def test_a_word_that_cannot_be_kept_is_shown_again_and_nothing_moves(
    coordinator: Site, runtime: Runtime, prepared: int, reason: str
) -> None:
    page = coordinator.submit(
        coordinator.get(address_of(prepared, "cotation")), OPEN, {"reason": reason}, 422
    )
    assert page.title.startswith("Erreur")
    assert page.complaints[0].startswith("Un mot pour le journal :")
    assert page.field("reason").words == " ".join(reason.split())
    assert reload(runtime, prepared).state == "preparation"
    assert mails(runtime, "rating-open") == set()
    assert coordinator.submit(page, OPEN, {"reason": "Rien"}).notices


@pytest.mark.parametrize("version", ["", "0", "-1", "2", "x", "1e309", "NaN", "9" * 40, "\x00"])
def test_a_page_older_than_the_assessment_moves_nothing(
    coordinator: Site, runtime: Runtime, prepared: int, version: str
) -> None:
    fields = {"version": version, "reason": "Un mot"}
    page = coordinator.submit(coordinator.get(address_of(prepared, "cotation")), OPEN, fields, 409)
    assert "Un mot" in page.text
    assert reload(runtime, prepared).state == "preparation"


def test_a_step_is_not_passed_twice(coordinator: Site, runtime: Runtime, team: Team, prepared: int) -> None:
    page = coordinator.get(address_of(prepared, "cotation"))
    coordinator.submit(page, OPEN)
    coordinator.submit(page, OPEN, status=409)
    assert len(mails(runtime, "rating-open")) == 4


@pytest.mark.parametrize("to", ["validation", "close", "preparation", "inconnue", "x" * 300])
def test_no_step_is_skipped(coordinator: Site, runtime: Runtime, rating: int, to: str) -> None:
    coordinator.get(address_of(rating, to), 404)
    coordinator.post(address_of(rating, to), {"version": "2"}, 409)
    assert reload(runtime, rating).state == "cotation"


def test_nobody_validates_in_place_of_the_direction(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_assessment(runtime, team, to="validation")
    for person in (team.coordinator, team.member):
        site.sign_in(person)
        site.get(address_of(key, "close"), 404)
        site.post(address_of(key, "close"), {"version": str(reload(runtime, key).version)}, 403)
    assert reload(runtime, key).state == "validation"


def test_an_end_has_no_way_out(site: Site, runtime: Runtime, team: Team, rating: int) -> None:
    advance(runtime, team, rating, "close")
    version = str(reload(runtime, rating).version)
    for person in (team.coordinator, team.manager):
        site.sign_in(person)
        assert "/etape/" not in site.get(f"/auto-evaluations/{rating}").html
        for to in ("cotation", "accord", "close", "abandonnee"):
            site.post(address_of(rating, to), {"version": version}, 409)
    assert reload(runtime, rating).state == "close"


def test_a_step_of_another_centre_is_not_found(
    site: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    site.sign_in(team.stranger)
    site.get(address_of(prepared, "cotation"), 404)
    site.post(address_of(prepared, "cotation"), {"version": "1"}, 404)
    assert reload(runtime, prepared).state == "preparation"


def test_opening_names_the_grids_that_nobody_is_asked_for(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(GRID, FIGURES), to="preparation")
    page = coordinator.get(address_of(key, "cotation"))
    assert "2 grilles n’ont personne pour y répondre" in page.text
    assert page.link("Dire qui cote quoi") == f"/auto-evaluations/{key}/preparation"


def test_what_is_asked_of_the_direction_tells_where_the_assessment_stands(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    rate(runtime, team.member, rating, {"A2-01": "oui"})
    advance(runtime, team, rating, "accord")
    held = coordinator.get(address_of(rating, "validation"))
    assert "Déclarer terminée chaque grille choisie. Il manque Coordination des soins." in held.text
    assert held.link("Coordination des soins") == f"/auto-evaluations/{rating}/grilles/{GRID}"
    advance(runtime, team, rating, "validation")
    site = coordinator
    site.sign_in(team.manager)
    page = site.get(address_of(rating, "close"))
    assert "1 sur 11 cotés" in page.text
    assert "score provisoire" in page.text
    assert "impératifs sans cotation" in page.text
    assert "sans « C’est fait »" in page.text
