"""Passing on where each person rates alone: what the pages say of who rates, and of accords."""

from __future__ import annotations

import pytest

from aqss.bootstrap import Runtime
from tests.page import Site
from tests.web.assessments.scene import Team, make_team
from tests.web.consensus.alone import make_round, rate_alone
from tests.web.consensus.scene import Room


@pytest.fixture
def team(runtime: Runtime) -> Team:
    return make_team(runtime)


def address_of(key: int, to: str) -> str:
    return f"/auto-evaluations/{key}/etape/{to}"


def test_opening_tells_who_will_rate_and_be_told_and_warns_under_four(
    site: Site, runtime: Runtime, team: Team
) -> None:
    site.sign_in(team.coordinator)
    key = make_round(runtime, team, team.member, team.colleague, to="preparation")
    page = site.get(address_of(key, "cotation"))
    assert "2 personnes vont coter, chacune de son côté : Inès Infirmière et Mehdi Médecin." in page.text
    assert "2 personnes vont recevoir le courriel « Cotation ouverte »." in page.text
    assert "Moins de quatre voix" in page.text
    assert "personne pour y répondre" not in page.text
    everybody = (team.member, team.colleague, team.coordinator, team.manager)
    key = make_round(runtime, team, *everybody, to="preparation")
    page = site.get(address_of(key, "cotation"))
    assert "4 personnes vont recevoir le courriel" in page.text
    assert "Moins de quatre voix" not in page.text


def test_closing_tells_who_has_not_finished_and_what_closes_for_good(
    site: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, team.member, team.colleague)
    rate_alone(runtime, team.member, key, {"A2-01": "oui"})
    site.sign_in(team.colleague)
    site.submit(site.get(f"/auto-evaluations/{key}"), "J’ai terminé")
    site.sign_in(team.coordinator)
    page = site.get(address_of(key, "accord"))
    assert "1 personne n’a pas terminé : Mehdi Médecin : 1 réponse, 11 demandées" in page.text
    assert "closes pour de bon" in page.text
    for misleading in ("cotés", "sans cotation", "n’est pas terminée", "À l’étape suivante"):
        assert misleading not in page.text
    site.sign_in(team.member)
    site.submit(site.get(f"/auto-evaluations/{key}"), "J’ai terminé")
    site.sign_in(team.coordinator)
    assert "Tout le monde a terminé." in site.get(address_of(key, "accord")).text


def test_the_accord_is_told_in_accords(lead: Site, room: Room) -> None:
    overview = f"/auto-evaluations/{room.key}"
    page = lead.get(overview)
    assert "0 accord sur 11 critères" in page.text
    assert "Accord à trouver" in page.text
    for misleading in ("cotés", "Pas commencé", "À vous de coter"):
        assert misleading not in page.text
    assert "0 accord sur 11 critères" in lead.get("/").text
    assert "0 accord sur 11 critères" in lead.get("/auto-evaluations").text
    held = lead.get(address_of(room.key, "validation"))
    assert "L’équipe en est à 0 accord sur 11 critères" in held.text
    room.begin()
    ratifying = lead.get(lead.get(room.url).link("Ratifier l’accord de tous"))
    lead.submit(ratifying, "Ratifier cet accord")
    page = lead.get(overview)
    assert "1 accord sur 11 critères" in page.text
    assert "1 accord sur 11" in [tag.words for tag in page.root.all("span", class_="tag")]


def test_reopening_the_rating_is_not_offered_once_the_spread_was_seen(lead: Site, room: Room) -> None:
    overview, back = f"/auto-evaluations/{room.key}", address_of(room.key, "cotation")
    assert lead.get(overview).link("Rouvrir la cotation") == back
    room.prepare()
    page = lead.get(overview)
    assert back not in page.html
    told = "« Rouvrir la cotation » n’est plus possible : la répartition des voix a été vue."
    assert told in page.text
    assert "Ce passage n’est plus possible" in lead.get(back).text
