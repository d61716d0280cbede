"""Rating while things go wrong: two people on one criterion, a server that dies, a session that ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite, served_site
from tests.journeys.looking import look_at_both
from tests.journeys.rating import SAVED, kept_by, open_grid, state_of
from tests.journeys.team import backstage, choose, comment, criterion, end_sessions, make_team, sign_in
from tests.web.assessments.scene import GRID, NIR, Team, make_assessment, rate, stored


@pytest.fixture
def team(live: LiveSite) -> Team:
    return make_team(backstage(live))


@pytest.fixture
def key(live: LiveSite, team: Team) -> int:
    return make_assessment(backstage(live), team)


def test_two_people_on_one_criterion_choose_between_their_answers(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    behind = backstage(live)
    first = open_grid(open_page, team.colleague, key)
    second = open_grid(open_page, team.member, key, width=390)
    for code in ("A2-01", "A2-02"):
        choose(first, code, "Non")
        expect(criterion(first, code)).to_have_class(re.compile("is-rated"))
        comment(second, code, f"Mon avis sur {code}")
        choose(second, code, "Oui")
        versus = criterion(second, code).locator("[data-versus]")
        expect(versus).to_contain_text("La vôtre")
        expect(versus.locator("[data-mine]")).to_contain_text(f"Mon avis sur {code}")
        expect(versus.locator("[data-theirs]")).to_have_text("Non")
        expect(state_of(second)).to_contain_text(f"Deux réponses pour {code}")
        look_at_both(second)
        assert stored(behind, key, code).level == "non"
        if code == "A2-01":
            comment(second, code, "Mon avis, en plus long")
            expect(versus.locator("[data-mine]")).to_contain_text("en plus long")
            versus.get_by_role("button", name="Garder la vôtre").click()
            expect(state_of(second)).to_have_text(SAVED)
            expect(criterion(second, code).get_by_label("Oui")).to_be_focused()
        else:
            versus.get_by_role("button", name="Prendre la leur").click()
            expect(criterion(second, code).get_by_label("Non", exact=True)).to_be_checked()
        expect(versus).to_have_count(0)
    mine = stored(behind, key, "A2-01")
    assert (mine.level, mine.comment) == ("oui", "Mon avis, en plus long")
    assert stored(behind, key, "A2-02").level == "non"
    assert stored(behind, key, "A2-02").version == 1
    expect(second.get_by_text("2 sur 11 cotés")).to_be_visible()


def come_back(page: Page, how: str) -> Page:
    """The same page after a reload, or in a new tab once its own has gone without a warning."""
    page.on("dialog", lambda dialog: dialog.accept())
    if how == "reload":
        page.reload()
        return page
    url, context = page.url, page.context
    page.close()
    again = context.new_page()
    again.goto(url)
    return again


@pytest.mark.parametrize("how", ["reload", "reopened"])
def test_a_choice_between_two_answers_comes_back_with_the_page(
    live: LiveSite, open_page: OpenPage, team: Team, key: int, how: str
) -> None:
    behind = backstage(live)
    page = open_grid(open_page, team.member, key)
    rate(behind, team.colleague, key, {"A2-01": "non"})
    comment(page, "A2-01", "Un long avis")
    choose(page, "A2-01", "Oui")
    expect(criterion(page, "A2-01").locator("[data-theirs]")).to_have_text("Non")
    assert len(kept_by(page)) == 1
    assert "avis" not in kept_by(page)[0]
    page = come_back(page, how)
    versus = criterion(page, "A2-01").locator("[data-versus]")
    expect(versus.locator("[data-mine]")).to_have_text("Oui")
    expect(versus.locator("[data-theirs]")).to_have_text("Non")
    expect(criterion(page, "A2-01").get_by_label("Commentaire")).to_have_value("")
    look_at_both(page)
    assert stored(behind, key, "A2-01").level == "non"
    comment(page, "A2-01", "Un long avis")
    choose(page, "A2-01", "En partie")
    expect(versus.locator("[data-mine]")).to_contain_text("En partie")
    versus.get_by_role("button", name="Garder la vôtre").click()
    expect(state_of(page)).to_have_text(SAVED)
    row = stored(behind, key, "A2-01")
    assert (row.level, row.comment) == ("partiel", "Un long avis")
    assert kept_by(page) == []


def test_the_teams_answer_once_taken_stays_after_a_reload(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key)
    rate(backstage(live), team.colleague, key, {"A2-01": "non"})
    choose(page, "A2-01", "Oui")
    page.get_by_role("button", name="Prendre la leur").click()
    page.reload()
    expect(criterion(page, "A2-01").get_by_label("Non", exact=True)).to_be_checked()
    expect(criterion(page, "A2-01").locator("[data-versus]")).to_have_count(0)
    assert kept_by(page) == []


def test_words_that_are_refused_are_asked_about_before_leaving_and_kept_nowhere_else(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, width=390)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_have_text(SAVED)
    comment(page, "A2-01", f"Dossier {NIR}")
    expect(criterion(page, "A2-01").get_by_role("alert")).to_contain_text("numéro de sécurité sociale")
    expect(state_of(page)).to_contain_text("Pas enregistré\u00a0: voyez A2-01")
    assert kept_by(page) == []
    page.reload()
    assert asked == ["beforeunload"]
    expect(criterion(page, "A2-01").get_by_label("Commentaire")).to_have_value("")
    expect(criterion(page, "A2-01").get_by_label("Oui")).to_be_checked()
    assert stored(backstage(live), key, "A2-01").comment == ""


def test_what_waits_for_a_decision_is_told_beside_and_resuming_goes_on(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key)
    first = page.locator("[data-criterion]:has([data-next])").get_attribute("id") or ""
    rate(backstage(live), team.colleague, key, {first: "non"})
    choose(page, first, "Oui")
    entry = page.locator(f"[data-index='{first}']")
    expect(entry).to_contain_text("À trancher")
    expect(criterion(page, first).locator("[data-saved]")).to_have_text("à trancher")
    expect(criterion(page, first).locator("[data-next]")).to_have_count(0)
    expect(page.get_by_text("Reprendre ici")).to_be_visible()
    expect(page.get_by_text("1 sur 11 cotés")).to_be_visible()
    page.get_by_role("button", name="Prendre la leur").click()
    expect(entry).to_contain_text("Non")


def test_no_tick_stands_beside_what_is_not_saved(open_page: OpenPage, team: Team, key: int) -> None:
    page = open_grid(open_page, team.member, key)
    mark = criterion(page, "A2-01").locator("[data-saved]")
    stop = page.locator("[data-stop]")
    choose(page, "A2-01", "Oui")
    expect(mark).to_contain_text("Enregistré")
    expect(stop).to_contain_text("tout est enregistré à mesure")
    choose(page, "A2-01", "Non concerné")
    expect(mark).to_be_empty()
    expect(state_of(page)).to_contain_text("Écrivez le motif pour A2-01")
    expect(stop).to_have_text("Tout n’est pas encore enregistré\u00a0: voyez le haut de la page.")
    choose(page, "A2-01", "Oui")
    expect(mark).to_contain_text("Enregistré")
    expect(stop).to_contain_text("tout est enregistré à mesure")


def test_what_is_refused_stays_where_it_was_typed_and_is_saved_once_corrected(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, width=390)
    choose(page, "A2-01", "Oui")
    comment(page, "A2-01", f"Dossier {NIR}")
    choose(page, "A2-02", "Non")
    problem = criterion(page, "A2-01").get_by_role("alert")
    expect(problem).to_contain_text("numéro de sécurité sociale")
    expect(state_of(page)).to_contain_text("Pas enregistré\u00a0: voyez A2-01")
    look_at_both(page)
    assert stored(backstage(live), key, "A2-01").comment == ""
    comment(page, "A2-01", "Sans numéro")
    expect(problem).to_have_count(0)
    expect(state_of(page)).to_have_text(SAVED)
    assert stored(backstage(live), key, "A2-01").comment == "Sans numéro"


def test_an_answer_out_of_the_score_waits_for_its_reason_without_reproach(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, may_fail="")
    choose(page, "A2-01", "Non concerné")
    reason = criterion(page, "A2-01").get_by_label("Pourquoi ce critère")
    expect(reason).to_be_focused()
    expect(state_of(page)).to_contain_text("Écrivez le motif pour A2-01")
    expect(criterion(page, "A2-01").get_by_role("alert")).to_have_count(0)
    reason.fill("Aucune réunion")
    expect(state_of(page)).to_have_text(SAVED)
    expect(page.get_by_text("0 sur 10 cotés")).to_be_visible()


def test_arrows_pass_through_choices_and_only_the_last_one_is_saved(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, may_fail="")
    criterion(page, "A2-01").get_by_label("Oui").focus()
    page.keyboard.press("Space")
    for _ in range(5):  # once around: Non concerné takes no focus away on the way
        page.keyboard.press("ArrowRight")
    expect(criterion(page, "A2-01").get_by_label("Oui")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(state_of(page)).to_have_text(SAVED)
    row = stored(backstage(live), key, "A2-01")
    assert (row.level, row.version) == ("partiel", 1)


def test_digits_choose_and_move_on_once_asked_for(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, may_fail="")
    page.keyboard.press("1")
    page.get_by_role("button", name="Activer les touches 1 à 9").click()
    expect(page.get_by_role("button", name="Désactiver les touches 1 à 9")).to_be_visible()
    for digit in "1234":
        page.keyboard.press(digit)
    comment(page, "A2-01", "12")
    expect(state_of(page)).to_have_text(SAVED)
    expect(page.get_by_text("3 sur 11 cotés")).to_be_visible()
    expect(criterion(page, "A2-01").get_by_label("Oui")).to_be_checked()
    assert stored(backstage(live), key, "A2-02").level == "partiel"


def test_leaving_right_after_typing_saves_first_and_asks_nothing(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, may_fail="")
    comment(page, "A2-01", "Tapé juste avant de partir")
    page.get_by_role("link", name="Revenir à la liste des grilles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Campagne 2026")
    assert stored(backstage(live), key, "A2-01").comment == "Tapé juste avant de partir"


def test_leaving_with_something_unsaved_asks_first(open_page: OpenPage, team: Team, key: int) -> None:
    page = open_grid(open_page, team.member, key, may_fail="")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_have_text(SAVED)
    page.reload()
    assert asked == []
    choose(page, "A2-02", "Non concerné")
    page.goto("/auto-evaluations")
    assert asked == ["beforeunload"]


def test_finishing_waits_for_what_is_being_saved_and_shows_what_is_not(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key)
    finish = page.get_by_role("button", name="Déclarer la grille terminée")
    choose(page, "A2-02", "Non concerné")
    finish.click()
    expect(criterion(page, "A2-02")).to_be_focused()
    criterion(page, "A2-02").get_by_label("Pourquoi ce critère").fill("Aucune réunion")
    finish.click()
    expect(page.get_by_role("status")).to_contain_text("est déclarée terminée")
    assert stored(backstage(live), key, "A2-02").reason == "Aucune réunion"


def test_after_going_back_the_page_shows_what_stands(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, may_fail="")
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_have_text(SAVED)
    page.goto("/auto-evaluations")
    rate(backstage(live), team.colleague, key, {"A2-01": "non"})
    page.go_back()
    expect(criterion(page, "A2-01").get_by_label("Non", exact=True)).to_be_checked()
    choose(page, "A2-01", "En partie")
    expect(state_of(page)).to_have_text(SAVED)
    assert stored(backstage(live), key, "A2-01").level == "partiel"


def test_a_session_ended_elsewhere_loses_nothing(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key, width=390)
    end_sessions(live, team.member)
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("votre session est terminée")
    comment(page, "A2-01", "Tapé sans session")
    look_at_both(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Connectez-vous dans un autre onglet").click()
    sign_in(opened.value, team.member)
    page.bring_to_front()
    expect(state_of(page)).to_have_text(SAVED, timeout=40_000)
    row = stored(backstage(live), key, "A2-01")
    assert (row.level, row.comment) == ("oui", "Tapé sans session")


def test_nothing_typed_by_one_person_is_saved_in_the_name_of_another(
    live: LiveSite, open_page: OpenPage, team: Team, key: int
) -> None:
    page = open_grid(open_page, team.member, key)
    end_sessions(live, team.member)
    other = page.context.new_page()
    sign_in(other, team.colleague)
    page.bring_to_front()
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_contain_text("Quelqu’un d’autre s’est connecté")
    assert stored(backstage(live), key, "A2-01") is None


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site that this story may kill."""
    with served_site(tmp_path_factory.mktemp("own")) as site:
        yield site


def test_answers_given_while_the_server_is_down_are_saved_when_it_is_back(
    own_site: LiveSite, open_page: OpenPage
) -> None:
    behind = backstage(own_site)
    team = make_team(behind)
    key = make_assessment(behind, team)
    page = open_page(width=390, may_fail="/", site=own_site)
    sign_in(page, team.member)
    page.goto(f"/auto-evaluations/{key}/grilles/{GRID}")
    choose(page, "A2-01", "Oui")
    expect(state_of(page)).to_have_text(SAVED)
    own_site.serving.kill()
    choose(page, "A2-01", "Non")
    expect(state_of(page)).to_contain_text(
        "Pas enregistré\u00a0: le serveur ne répond pas. Nouvel essai dans"
    )
    choose(page, "A2-02", "En partie")
    comment(page, "A2-01", "Tapé sans serveur")
    expect(state_of(page)).to_contain_text(
        "2\u00a0réponses en attente. Un commentaire n’est pas encore envoyé"
    )
    look_at_both(page)
    own_site.serving.start()
    expect(state_of(page)).to_have_text(SAVED, timeout=60_000)
    row = stored(behind, key, "A2-01")
    assert (row.level, row.comment) == ("non", "Tapé sans serveur")
    assert stored(behind, key, "A2-02").level == "partiel"
