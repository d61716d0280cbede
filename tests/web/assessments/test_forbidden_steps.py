"""Steps skipped, taken back or taken by somebody else, and work outside its step: nothing moves (B13)."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.domain.definitions.workflows import State
from tests.campaign.counting import Tried
from tests.page import Site
from tests.web.assessments.scene import Team, advance, grid_url, make_assessment, reload, save, stored

STEPS = ("preparation", "cotation", "accord", "validation", "close")
ELSEWHERE = ("abandonnee", "inconnue", "%00", "Cotation")


def people(team: Team) -> dict[str, object]:
    return {
        Role.MEMBER: team.member,
        Role.COORDINATOR: team.coordinator,
        Role.MANAGER: team.manager,
        "stranger": team.stranger,
    }


def step(runtime: Runtime, name: str) -> State:
    return runtime.catalogue.workflows["auto-evaluation"].by_state[name]


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("state", STEPS)
def test_a_step_that_the_workflow_does_not_give_to_a_role_is_refused(
    site: Site, runtime: Runtime, team: Team, state: str, tried: Tried
) -> None:
    key = make_assessment(runtime, team, to=state)
    before = reload(runtime, key)
    given = {(role, one.to) for one in step(runtime, state).transitions or () for role in one.by}
    for role, person in people(team).items():
        site.sign_in(person)  # type: ignore[arg-type]
        for to in (*STEPS, *ELSEWHERE):
            if (role, to) in given:
                continue
            for version in {str(before.version), "", "1"}:
                answer = site.send(f"/auto-evaluations/{key}/etape/{to}", {"version": version})
                assert answer.status_code in (403, 404, 409), (role, to)
                assert answer.status_code == 404 or role != "stranger"
            after = reload(runtime, key)
            assert (after.state, after.version) == (before.state, before.version), (role, to)
            tried()


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("state", ["validation", "close"])
def test_what_a_step_no_longer_allows_is_refused_to_a_window_that_was_open_before(
    site: Site, runtime: Runtime, team: Team, state: str, tried: Tried
) -> None:
    key = make_assessment(runtime, team)
    site.sign_in(team.coordinator)
    grid, preparation = site.get(grid_url(key)), site.get(f"/auto-evaluations/{key}/preparation")
    advance(runtime, team, key, state)
    before = reload(runtime, key)
    site.submit(grid, "Enregistrer les réponses", {"A2-01-value": "oui"}, 409)
    site.submit(grid, "Déclarer la grille terminée", status=409)
    site.submit(preparation, "Enregistrer la préparation", {"title": "Autre"}, 409)
    assert site.send(f"{grid_url(key)}/reprendre").status_code == 409
    assert save(site, key, "A2-01", "oui")[0] == 409
    after = reload(runtime, key)
    assert (after.state, after.version, after.title) == (before.state, before.version, before.title)
    assert stored(runtime, key, "A2-01") is None
    tried(5)


@pytest.mark.campaign("B13")
def test_nothing_is_rated_before_the_rating_is_open(
    site: Site, runtime: Runtime, team: Team, tried: Tried
) -> None:
    key = make_assessment(runtime, team, to="preparation")
    for person in (team.member, team.coordinator, team.manager):
        site.sign_in(person)
        assert save(site, key, "A2-01", "oui")[0] == 409
        tried()
    assert stored(runtime, key, "A2-01") is None
