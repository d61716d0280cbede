"""Preparing an assessment: its words, its grids and who rates what; correcting it while the team rates."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.assessments import Assignment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.mails import Mail
from tests.builders import a_member
from tests.clock import FakeClock
from tests.page import Page, Site
from tests.web.assessments.scene import (
    GRID,
    NASTY,
    NIR,
    Team,
    a_scope,
    advance,
    make_assessment,
    rate,
    reload,
    stored,
)
from tests.web.consensus.alone import make_round

BUTTON = "Enregistrer la préparation"
SECOND = "accueil-rendez-vous"


@pytest.fixture
def prepared(runtime: Runtime, team: Team) -> int:
    """Being prepared: one grid, asked of the member."""
    scope = a_scope(assignments={GRID: [team.member.id]})
    return make_assessment(runtime, team, scope, to="preparation")


def address_of(key: int) -> str:
    return f"/auto-evaluations/{key}/preparation"


def asked(runtime: Runtime, key: int) -> dict[str, set[int]]:
    """Grid → who is asked for it."""
    found: dict[str, set[int]] = {}
    with runtime.sessions.reading() as session:
        rows = session.execute(
            select(Sheet.grid, Assignment.user_id)
            .outerjoin(Assignment, Assignment.sheet_id == Sheet.id)
            .where(Sheet.assessment_id == key)
        )
        for grid, user_id in rows:
            found.setdefault(grid, set()).update([user_id] if user_id else [])
    return found


def prepare(site: Site, key: int, status: int = 200, **fields: str | list[str]) -> Page:
    return site.submit(site.get(address_of(key)), BUTTON, fields, status)


def test_the_page_shows_the_preparation_as_it_stands(coordinator: Site, team: Team, prepared: int) -> None:
    page = coordinator.get(address_of(prepared))
    assert page.field("title")["value"] == "Campagne 2026"
    assert page.field("objective").words == "Situer nos pratiques."
    assert [box["value"] for box in page.root.all(name="grids") if "checked" in box] == [GRID]
    people = page.root.all(name=f"personnes-{GRID}")
    assert [box["value"] for box in people if "checked" in box] == [str(team.member.id)]
    assert len(people) == 4


def test_nothing_changes_when_it_is_sent_back_as_it_was(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    page = prepare(coordinator, prepared)
    assert page.notices == ["La préparation est enregistrée."]
    assert asked(runtime, prepared) == {GRID: {team.member.id}}


def test_words_grids_and_people_change_together(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    people = {f"personnes-{GRID}": [str(team.colleague.id), str(team.manager.id)]}
    page = prepare(coordinator, prepared, title="Autre titre", round_ends_on="2026-05-01", **people)
    assert page.h1 == "Autre titre"
    assert asked(runtime, prepared) == {GRID: {team.colleague.id, team.manager.id}}
    assert str(reload(runtime, prepared).round_ends_on) == "2026-05-01"


def test_a_grid_just_added_is_proposed_to_the_professions_it_names(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    prepare(coordinator, prepared, grids=[GRID, "tenue-dossier"])
    found = asked(runtime, prepared)
    assert found[GRID] == {team.member.id}
    assert team.member.id in found["tenue-dossier"]


def test_a_grid_left_out_goes_with_who_was_asked_for_it(
    coordinator: Site, runtime: Runtime, prepared: int
) -> None:
    page = prepare(coordinator, prepared, grids=[SECOND])
    assert list(asked(runtime, prepared)) == [SECOND]
    assert "Coordination des soins" not in page.text


def test_nobody_ticked_means_nobody_asked(coordinator: Site, runtime: Runtime, prepared: int) -> None:
    prepare(coordinator, prepared, **{f"personnes-{GRID}": []})
    assert asked(runtime, prepared) == {GRID: set()}


@pytest.mark.parametrize("value", ["", "-1", "99999999999", "x", "1.5", "NaN", "\x00", "٣"])
def test_who_is_no_person_is_left_out(coordinator: Site, runtime: Runtime, prepared: int, value: str) -> None:
    prepare(coordinator, prepared, **{f"personnes-{GRID}": [value]})
    assert asked(runtime, prepared) == {GRID: set()}


def test_somebody_of_another_centre_is_refused(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    page = prepare(coordinator, prepared, 422, **{f"personnes-{GRID}": [str(team.stranger.id)]})
    assert page.complaints == ["Choisissez l’une des réponses proposées."]
    assert asked(runtime, prepared) == {GRID: {team.member.id}}


def test_a_refusal_keeps_the_words_the_grids_and_the_people_as_they_were_sent(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    typed = {"title": "Autre", "objective": f"Madame {NIR}", "grids": [GRID, SECOND]}
    people = {f"personnes-{GRID}": [str(team.colleague.id)]}
    page = prepare(coordinator, prepared, 422, **typed, **people)
    assert page.field("title")["value"] == "Autre"
    assert page.field("objective").words == f"Madame {NIR}"
    assert [box["value"] for box in page.root.all(name="grids") if "checked" in box] == [GRID, SECOND]
    ticked = [box["value"] for box in page.root.all(name=f"personnes-{GRID}") if "checked" in box]
    assert ticked == [str(team.colleague.id)]
    assert reload(runtime, prepared).title == "Campagne 2026"
    assert coordinator.submit(page, BUTTON, {"objective": "Sans numéro."}).h1 == "Autre"
    assert asked(runtime, prepared)[GRID] == {team.colleague.id}


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    coordinator: Site, runtime: Runtime, prepared: int
) -> None:
    page = coordinator.get(address_of(prepared))
    prepare(coordinator, prepared, title="Le premier arrivé")
    refused = coordinator.submit(page, BUTTON, {"title": "Le second"}, 409)
    assert refused.h1 == "Quelqu’un a modifié ceci avant vous"
    assert "Le second" in refused.text
    assert reload(runtime, prepared).title == "Le premier arrivé"


@pytest.mark.parametrize("version", ["", "abc", "-1", "1e309", "NaN", "9" * 30, "\x00", "²", ["1", "1"]])
def test_a_version_that_is_none_of_ours_changes_nothing(
    coordinator: Site, runtime: Runtime, prepared: int, version: str | list[str]
) -> None:
    status = 200 if version == ["1", "1"] else 409
    prepare(coordinator, prepared, status, version=version, title="Autre")
    assert (reload(runtime, prepared).title == "Autre") is (status == 200)


def test_while_the_team_rates_a_grid_a_person_and_the_end_are_corrected(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    advance(runtime, team, prepared, "cotation")
    rate(runtime, team.member, prepared, {"A2-01": "oui"})
    page = coordinator.get(address_of(prepared))
    assert page.h1 == "Corriger la préparation"
    assert "une grille qui en a ne peut plus être retirée" in page.text
    people = {f"personnes-{GRID}": [str(team.colleague.id)]}
    prepare(coordinator, prepared, grids=[GRID, SECOND], round_ends_on="2026-06-30", **people)
    found = asked(runtime, prepared)
    assert list(found) == [SECOND, GRID]
    assert found[GRID] == {team.colleague.id}
    assert str(reload(runtime, prepared).round_ends_on) == "2026-06-30"
    assert stored(runtime, prepared, "A2-01").level == "oui"


def test_a_grid_that_has_answers_is_refused_by_name_and_keeps_its_people_once_put_back(
    coordinator: Site, runtime: Runtime, team: Team, prepared: int
) -> None:
    advance(runtime, team, prepared, "cotation")
    rate(runtime, team.member, prepared, {"A2-01": "oui"})
    refused = prepare(coordinator, prepared, 422, grids=[SECOND])
    assert refused.complaints == [
        "Grilles : « Coordination des soins » a déjà des réponses ou des commentaires : elle ne peut plus"
        " être retirée."
        " Cochez-la de nouveau."
    ]
    assert asked(runtime, prepared) == {GRID: {team.member.id}}
    assert coordinator.submit(refused, BUTTON, {"grids": [GRID, SECOND]}).notices
    assert asked(runtime, prepared)[GRID] == {team.member.id}


def test_what_the_team_was_given_cannot_be_emptied(coordinator: Site, runtime: Runtime, rating: int) -> None:
    page = prepare(coordinator, rating, 422, objective="", grids=[])
    assert page.complaints == [
        "Objectif : remplissez ce champ.",
        "Grilles : choisissez au moins une réponse.",
    ]
    assert reload(runtime, rating).objective == "Situer nos pratiques."


def test_who_joins_while_the_team_rates_and_is_asked_hears_of_it(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    with runtime.sessions.writing() as session:
        newcomer = a_member(session, session.get_one(Centre, team.centre_id), name="Zoé Nouvelle")
        session.commit()
        key, address = newcomer.id, newcomer.email
    page = coordinator.get(address_of(rating))
    assert "Une personne ajoutée reçoit le courriel « Cotation ouverte »" in page.text
    for _ in range(2):
        prepare(coordinator, rating, **{f"personnes-{GRID}": [str(key), str(team.member.id)]})
    with runtime.sessions.reading() as session:
        told = session.scalars(select(Mail.address).where(Mail.kind == "rating-open")).all()
    assert told.count(address) == 1
    assert len(told) == 5


def test_an_end_already_past_is_told_before_somebody_is_added(
    coordinator: Site, runtime: Runtime, clock: FakeClock, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(round_ends_on=clock.now().date()))
    advice = "choisissez d’abord une date à venir"
    assert advice not in coordinator.get(address_of(key)).text
    clock.advance(days=1)
    coordinator.sign_in(team.coordinator)
    assert advice in coordinator.get(address_of(key)).text


def test_once_the_individual_round_is_closed_grids_and_people_are_shown_and_no_longer_asked(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, to="accord")
    page = coordinator.get(address_of(key))
    assert "La cotation individuelle est close : les grilles ne changent plus." in page.text
    assert [line.words for line in page.root.one(id="grids-0").all("li")] == ["Coordination des soins"]
    assert not page.root.all(name="grids")
    assert not page.root.all(name="participants")
    saved = prepare(coordinator, key, title="Titre corrigé", round_ends_on="2026-06-30")
    assert saved.notices == ["La préparation est enregistrée."]
    assert (reload(runtime, key).title, str(reload(runtime, key).round_ends_on)) == (
        "Titre corrigé",
        "2026-06-30",
    )
    assert list(asked(runtime, key)) == [GRID]


@pytest.mark.parametrize("sent", [[SECOND], [GRID, SECOND]])
def test_a_grid_sent_after_the_individual_round_is_refused_and_what_was_typed_kept(
    coordinator: Site, runtime: Runtime, team: Team, sent: list[str]
) -> None:
    key = make_round(runtime, team, to="accord")
    typed = {"title": "Autre", "objective": "Autre.", "trigger": "plainte", "rating": "blind"}
    version = str(reload(runtime, key).version)
    page = coordinator.post(address_of(key), {**typed, "version": version, "grids": sent}, 422)
    assert page.complaints == ["Grilles : la cotation individuelle est close : les grilles ne changent plus."]
    assert page.field("title")["value"] == "Autre"
    assert [line.words for line in page.root.one(id="grids-0").all("li")] == ["Coordination des soins"]
    assert list(asked(runtime, key)) == [GRID]
    assert reload(runtime, key).title == "Campagne 2026"


def test_while_the_individual_round_is_open_a_grid_is_still_added(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team)
    prepare(coordinator, key, grids=[GRID, SECOND])
    assert set(asked(runtime, key)) == {GRID, SECOND}


def test_once_validation_is_asked_for_the_scope_is_settled(
    coordinator: Site, runtime: Runtime, team: Team, rating: int
) -> None:
    advance(runtime, team, rating, "validation")
    coordinator.get(address_of(rating), 409)
    version = str(reload(runtime, rating).version)
    answer = coordinator.post(address_of(rating), {"title": "Autre", "version": version, "grids": GRID}, 409)
    assert answer.h1 == "Ce n’est pas possible à cette étape"
    assert reload(runtime, rating).title == "Campagne 2026"


def test_names_and_words_are_never_interpreted(coordinator: Site, runtime: Runtime, prepared: int) -> None:
    page = prepare(coordinator, prepared, title=NASTY, objective=NASTY, trigger_note=NASTY)
    assert page.text.count(NASTY) >= 3
    page = coordinator.get(address_of(prepared))
    assert page.field("title")["value"] == NASTY
    assert page.field("trigger_note").words == NASTY
    assert not page.root.all("img")


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("manager", 403), ("stranger", 404)])
def test_only_the_coordinator_prepares(
    site: Site, runtime: Runtime, team: Team, prepared: int, who: str, status: int
) -> None:
    site.sign_in(getattr(team, who))
    site.get(address_of(prepared), status)
    site.post(address_of(prepared), {"title": "Autre", "version": "1"}, status)
    assert reload(runtime, prepared).title == "Campagne 2026"
