"""Choosing that each person rates alone first, and who: at the start, then until the round closes."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Assessment
from aqss.persistence.consensus import Participant
from aqss.persistence.mails import Mail
from tests.page import Page, Site
from tests.web.assessments.scene import GRID, Team, a_scope, advance, make_assessment, make_team, reload
from tests.web.consensus.alone import make_round, own, rate_alone

SAVE = "Enregistrer la préparation"


@pytest.fixture
def team(runtime: Runtime) -> Team:
    return make_team(runtime)


@pytest.fixture
def lead(site: Site, team: Team) -> Site:
    site.sign_in(team.coordinator)
    return site


def address_of(key: int) -> str:
    return f"/auto-evaluations/{key}/preparation"


def prepare(site: Site, key: int, status: int = 200, **fields: str | list[str]) -> Page:
    return site.submit(site.get(address_of(key)), SAVE, fields, status)


def who(runtime: Runtime, key: int) -> set[str]:
    with runtime.sessions.reading() as session:
        return set(
            session.scalars(
                select(User.name)
                .join(Participant, Participant.user_id == User.id)
                .where(Participant.assessment_id == key)
            )
        )


def ids(*people: User) -> list[str]:
    return [str(person.id) for person in people]


def test_an_assessment_started_so_asks_the_whole_team_to_rate_alone(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    page = lead.get(f"/centres/{team.centre_id}/auto-evaluations/nouvelle")
    assert [box["value"] for box in page.root.all(name="rating") if "checked" in box] == ["direct"]
    page = lead.submit(page, "Créer l’auto-évaluation", {"rating": "blind", "grids": [GRID]})
    assert "Dans « Préparer », voyez qui cote" in page.notices[0]
    with runtime.sessions.reading() as session:
        made = session.scalars(select(Assessment)).one()
    assert made.rating == "blind"
    assert len(who(runtime, made.id)) == 4


def primary(page: Page) -> list[str]:
    return [link.words for link in page.root.all("a") if "btn-primary" in link.get("class", "").split()]


def test_preparing_comes_before_opening_until_the_preparation_has_been_saved(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, to="preparation")
    page = lead.get(f"/auto-evaluations/{key}")
    assert primary(page) == ["Préparer"]
    assert page.link("Ouvrir la cotation")
    prepare(lead, key)
    assert primary(lead.get(f"/auto-evaluations/{key}")) == ["Ouvrir la cotation"]


def test_switching_proposes_the_whole_team_and_switching_back_asks_nobody(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_assessment(runtime, team, a_scope(assignments={GRID: [team.member.id]}), to="preparation")
    assert "Qui cote quoi" in lead.get(address_of(key)).text
    prepare(lead, key, rating="blind")
    page = lead.get(address_of(key))
    assert "Les personnes qui cotent" in page.text
    assert "Qui cote quoi" not in page.text
    assert len(who(runtime, key)) == 4
    prepare(lead, key, rating="direct")
    assert (reload(runtime, key).rating, who(runtime, key)) == ("direct", set())


def test_people_are_chosen_one_by_one_and_by_profession(lead: Site, runtime: Runtime, team: Team) -> None:
    key = make_round(runtime, team, to="preparation")
    prepare(lead, key, participants=ids(team.manager))
    assert who(runtime, key) == {"Dominique Direction"}
    prepare(lead, key, professions=["medecin", "infirmier"])
    assert who(runtime, key) == {"Dominique Direction", "Mehdi Médecin", "Inès Infirmière"}


def test_the_voices_of_each_criterion_and_what_is_opened_to_all_are_shown(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, to="preparation")
    page = lead.get(address_of(key))
    assert "11 critères, 11 ouverts à tous" in page.text
    assert page.text.count("3 voix · ouvert à tous") == 11
    assert "À moins de quatre voix" in page.text
    prepare(lead, key, participants=ids(team.manager, team.member, team.colleague, team.coordinator))
    assert "À moins de quatre voix" not in lead.get(address_of(key)).text


def test_who_is_not_of_the_team_is_refused_and_nothing_changes(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, to="preparation")
    before = who(runtime, key)
    for value in (str(team.stranger.id), "9" * 9):
        page = prepare(lead, key, 422, participants=[value])
        assert page.complaints == ["Les personnes qui cotent : choisissez l’une des réponses proposées."]
    assert who(runtime, key) == before


def test_what_is_no_number_chooses_nobody(lead: Site, runtime: Runtime, team: Team) -> None:
    key = make_round(runtime, team, to="preparation")
    prepare(lead, key, participants=["-1", "x", "1e3", *ids(team.member)], professions=["rien"])
    assert who(runtime, key) == {"Mehdi Médecin"}


def test_the_rating_does_not_open_without_anybody_and_says_so(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, to="preparation")
    prepare(lead, key, participants=[])
    assert who(runtime, key) == set()
    page = lead.get(f"/auto-evaluations/{key}")
    assert "Choisir au moins une grille, et au moins une personne pour coter." in page.text


def test_somebody_added_while_the_round_is_open_is_told(lead: Site, runtime: Runtime, team: Team) -> None:
    key = make_round(runtime, team, team.member)
    prepare(lead, key, participants=ids(team.member, team.colleague))
    with runtime.sessions.reading() as session:
        told = session.scalars(select(Mail.user_id).where(Mail.kind == "rating-open")).all()
    assert set(told) == {team.member.id, team.colleague.id}
    journal = lead.get(f"/centres/{team.centre_id}/journal")
    assert "a changé qui cote individuellement : 1 personne ajoutée" in journal.text
    assert "qui cote quoi" not in journal.text


def test_taking_off_who_has_answered_tells_that_their_answers_go_and_waits_for_a_yes(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, team.member, team.colleague)
    rate_alone(runtime, team.member, key, {"A2-01": "oui", "A2-02": "non"})
    page = prepare(lead, key, 422, participants=ids(team.colleague), title="Un autre titre")
    assert "retirer Mehdi Médecin efface aussi ses réponses." in page.complaints[0]
    assert page.field("title")["value"] == "Un autre titre"
    assert own(runtime, team.member, key, "A2-01").level == "oui"
    lead.submit(page, SAVE, {"retraits": ids(team.member)})
    assert who(runtime, key) == {"Inès Infirmière"}
    assert own(runtime, team.member, key, "A2-01") is None


def test_a_round_is_not_left_without_anybody(lead: Site, runtime: Runtime, team: Team) -> None:
    key = make_round(runtime, team, team.member)
    page = prepare(lead, key, 422, participants=[])
    assert page.complaints == ["Les personnes qui cotent : choisissez au moins une réponse."]


def test_somebody_who_has_left_is_told_as_such(lead: Site, runtime: Runtime, team: Team) -> None:
    key = make_round(runtime, team, team.member, team.colleague)
    with runtime.sessions.writing() as session:
        of_member = Membership.user_id == team.member.id
        session.execute(update(Membership).where(of_member).values(disabled_at=runtime.clock.now()))
        session.commit()
    assert "A quitté le centre" in lead.get(f"/auto-evaluations/{key}").text
    assert "Mehdi Médecin A quitté le centre" in lead.get(address_of(key)).text
    prepare(lead, key, participants=ids(team.colleague))
    assert who(runtime, key) == {"Inès Infirmière"}


def test_the_way_of_rating_no_longer_changes_once_the_rating_is_open(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team)
    page = lead.get(address_of(key))
    assert not page.root.all(name="rating")
    assert "Chacun d’abord, puis l’accord" in page.text
    page = prepare(lead, key, 422, rating="direct")
    assert "la façon de coter ne change plus" in page.complaints[0]
    assert reload(runtime, key).rating == "blind"


def test_who_rated_no_longer_changes_once_the_round_is_closed(
    lead: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, team.member)
    advance(runtime, team, key, "accord")
    page = lead.get(address_of(key))
    assert "les personnes qui cotent ne changent plus" in page.text
    assert not page.root.all(name="participants")
    prepare(lead, key, title="Un titre corrigé")
    assert (reload(runtime, key).title, who(runtime, key)) == ("Un titre corrigé", {"Mehdi Médecin"})
    page = lead.get(address_of(key))
    typed = {"cotent": "1", "participants": ids(team.colleague)}
    lead.submit(page, SAVE, typed, 409)
    assert who(runtime, key) == {"Mehdi Médecin"}


def test_only_who_prepares_chooses_who_rates(site: Site, runtime: Runtime, team: Team) -> None:
    key = make_round(runtime, team, team.member)
    for person, status in ((team.member, 403), (team.manager, 403), (team.stranger, 404)):
        site.sign_in(person)
        typed = {"cotent": "1", "participants": str(person.id), "title": "X", "version": "2"}
        assert site.send(address_of(key), typed).status_code == status
    assert who(runtime, key) == {"Mehdi Médecin"}
