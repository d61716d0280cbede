"""One's own sheets: answering alone, the same page as the team's, without a trace of the others."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from aqss.bootstrap import Runtime
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Answer, Assessment
from aqss.persistence.centres import Centre
from aqss.persistence.consensus import BlindRating, Participant
from aqss.persistence.jobs import Report
from aqss.persistence.mails import Mail
from tests.builders import a_member
from tests.campaign.counting import Tried
from tests.page import Site
from tests.web.assessments.scene import GRID, NASTY, Team, advance, grid_url, make_team, send
from tests.web.consensus.alone import make_round, own, own_url, rate_alone

SAVE = "Enregistrer les réponses"
FINISH = "J’ai terminé"
OTHER_GRID = "accueil-rendez-vous"


@pytest.fixture
def team(runtime: Runtime) -> Team:
    return make_team(runtime)


@pytest.fixture
def key(runtime: Runtime, team: Team) -> int:
    return make_round(runtime, team)


@pytest.fixture
def member(site: Site, team: Team) -> Site:
    site.sign_in(team.member)
    return site


def overview(key: int) -> str:
    return f"/auto-evaluations/{key}"


def save(site: Site, key: int, criterion: str, value: str, **typed: Any) -> tuple[int, dict[str, Any]]:
    answer = send(site, f"{own_url(key)}/{criterion}", value=value, **{"version": 0, **typed})
    return answer.status_code, json.loads(answer.text)


def test_the_page_asks_what_concerns_the_person_and_shows_no_score(member: Site, key: int) -> None:
    page = member.get(grid_url(key))
    assert "Personne ne voit vos réponses" in page.text
    assert "0 sur 11 répondus" in page.text
    assert "Score" not in page.text
    assert "Déclarer la grille terminée" not in page.text
    assert page.form(SAVE)["action"] == own_url(key)


def test_answers_are_saved_for_oneself_without_javascript(
    member: Site, runtime: Runtime, team: Team, key: int
) -> None:
    page = member.get(grid_url(key))
    typed = {"A2-01-value": "partiel", "A2-03-value": "nsp", "A2-04-comment": "Vu."}
    page = member.submit(page, SAVE, typed)
    assert "Vos réponses sont enregistrées à 10 h 00." in page.notices
    assert "2 sur 11 répondus" in page.text
    kept = [own(runtime, team.member, key, code) for code in ("A2-01", "A2-03", "A2-04")]
    assert [(row.kind, row.level, row.comment) for row in kept] == [
        ("level", "partiel", ""),
        ("unknown", None, ""),
        ("blank", None, "Vu."),
    ]
    with runtime.sessions.reading() as session:
        assert session.scalars(select(Answer)).all() == []


def test_one_answer_is_saved_as_it_is_given_and_found_again_elsewhere(
    member: Site, team: Team, key: int
) -> None:
    status, told = save(member, key, "A2-01", "oui", comment="Vu.")
    assert (status, told["value"], told["version"], told["comment"]) == (200, "oui", 1, "Vu.")
    assert (told["progress"]["rated"], told["progress"]["concerned"]) == (1, 11)
    assert (told["progress"]["score"], told["progress"]["band"]) == ("", "")
    elsewhere = member.another_browser()
    elsewhere.sign_in(team.member)
    page = elsewhere.get(grid_url(key))
    assert page.field("A2-01-version")["value"] == "1"
    assert "Reprendre à A2-02" in page.text


def test_two_devices_of_one_person_are_told_of_each_other(member: Site, key: int) -> None:
    save(member, key, "A2-01", "oui")
    status, told = save(member, key, "A2-01", "non")
    assert (status, told["value"], told["version"]) == (409, "oui", 1)


def test_a_conflict_with_oneself_is_shown_and_settled_without_javascript(
    member: Site, runtime: Runtime, team: Team, key: int
) -> None:
    page = member.get(grid_url(key))
    save(member, key, "A2-01", "oui")
    page = member.submit(page, SAVE, {"A2-01-value": "non"}, 409)
    assert "Vous avez répondu autrement dans un autre onglet ou sur un autre appareil." in page.text
    assert "L’équipe" not in page.text.split("Deux réponses différentes")[1][:300]
    member.submit(page, "Garder celle-ci")
    assert own(runtime, team.member, key, "A2-01").level == "non"


def test_what_is_wrong_is_told_beside_it_and_the_rest_is_saved(
    member: Site, runtime: Runtime, team: Team, key: int
) -> None:
    page = member.get(grid_url(key))
    page = member.submit(page, SAVE, {"A2-01-value": "na", "A2-02-value": "oui"}, 422)
    assert "1 réponse n’est pas enregistrée" in page.text
    assert "A2-01" in page.complaints[0]
    assert own(runtime, team.member, key, "A2-01") is None
    assert own(runtime, team.member, key, "A2-02").level == "oui"
    status, told = save(member, key, "A2-05", "na", reason=" ")
    assert (status, list(told)) == (422, ["problems"])


def test_what_is_typed_is_shown_to_its_author_and_never_interpreted(member: Site, key: int) -> None:
    page = member.submit(member.get(grid_url(key)), SAVE, {"A2-01-comment": NASTY})
    assert page.field("A2-01-comment").words == NASTY


def test_what_was_typed_stays_on_the_page_when_the_round_has_closed_meanwhile(
    member: Site, runtime: Runtime, team: Team, key: int
) -> None:
    page = member.get(grid_url(key))
    advance(runtime, team, key, "accord")
    page = member.submit(page, SAVE, {"A2-01-value": "oui", "A2-01-comment": "Mon constat."}, 409)
    assert "Ce n’est pas possible à cette étape." in page.text
    assert "Mon constat." in page.text
    assert own(runtime, team.member, key, "A2-01") is None
    assert save(member, key, "A2-01", "oui")[0] == 409


def test_the_criteria_of_other_professions_come_apart(site: Site, runtime: Runtime, team: Team) -> None:
    doctors = _doctors(runtime, team, 4)
    key = make_round(runtime, team, *doctors, team.colleague)
    site.sign_in(team.colleague)
    page = site.get(grid_url(key))
    assert "Les autres critères" in page.text
    answered = site.submit(page, SAVE, {"A2-01-value": "oui"})
    assert "Vos réponses sont enregistrées" in answered.text


def _doctors(runtime: Runtime, team: Team, count: int) -> list[User]:
    with runtime.sessions.writing() as session:
        centre = session.get_one(Centre, team.centre_id)
        made = [
            a_member(session, centre, name=f"Médecin {n}", professions=("medecin",)) for n in range(count)
        ]
        session.commit()
        return made


def test_a_sheet_asks_the_same_queries_whoever_has_rated(member: Site, runtime: Runtime, team: Team) -> None:
    def count(key: int) -> int:
        member.get(grid_url(key))
        with member.counted_statements() as statements:
            member.get(grid_url(key))
        return len(statements)

    small = count(make_round(runtime, team, team.member))
    large = make_round(runtime, team, team.member, *_doctors(runtime, team, 5))
    rate_alone(runtime, team.member, large, {"A2-01": "oui", "A2-02": "non", "A2-03": "oui"})
    assert count(large) == small


def test_the_task_list_shows_one_s_own_sheets_and_lets_one_finish_and_take_back(
    member: Site, runtime: Runtime, team: Team, key: int
) -> None:
    rate_alone(runtime, team.member, key, {"A2-01": "oui"})
    page = member.get(overview(key))
    assert "Votre cotation" in page.text
    assert "1 sur 11 critères" in page.text
    assert "Camille Coordination" not in page.root.all("main")[0].words
    page = member.submit(page, FINISH)
    assert page.text.count("Votre cotation est déclarée terminée") == 1
    assert "Merci. Le 2 mars 2026." in page.text
    page = member.submit(page, "Reprendre ma cotation")
    assert FINISH in page.text
    with runtime.sessions.reading() as session:
        assert set(session.scalars(select(Participant.finished_at))) == {None}


def test_who_leads_sees_how_far_each_person_is_and_reminds_with_one_gesture(
    site: Site, runtime: Runtime, team: Team, key: int
) -> None:
    rate_alone(runtime, team.member, key, {"A2-01": "oui", "A2-02": "non"})
    site.sign_in(team.coordinator)
    page = site.get(overview(key))
    assert "Mehdi Médecin 2 réponses, 11 demandées" in " ".join(page.text.split())
    assert "0 personne sur 3 a terminé" in page.text
    page = site.submit(page, "Relancer les 3 personnes qui n’ont pas terminé")
    assert "Un courriel part pour 3 personnes." in page.notices
    assert "Chaque personne qui n’a pas terminé a été relancée aujourd’hui." in page.text
    with runtime.sessions.reading() as session:
        mails = session.scalars(select(Mail.user_id).where(Mail.kind == "rating-reminder")).all()
    assert sorted(mails) == sorted([team.coordinator.id, team.member.id, team.colleague.id])
    answer = site.send(f"{overview(key)}/relancer", {})
    assert answer.status_code == 302
    assert "Personne n’est à relancer aujourd’hui." in site.get(overview(key)).notices


def test_at_the_end_of_a_sheet_the_next_one_with_blanks_is_offered_then_the_end(
    member: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, grids=(GRID, OTHER_GRID))
    page = member.get(grid_url(key, OTHER_GRID))
    assert page.link("Grille suivante : Coordination des soins") == grid_url(key)
    only = make_round(runtime, team)
    page = member.get(grid_url(only))
    end = page.link("Terminer : aller à « J’ai terminé »")
    assert end == f"{overview(only)}#ma-cotation"
    member.submit(member.get(overview(only)), FINISH)
    assert "Terminer" not in member.get(grid_url(only)).text


@pytest.mark.parametrize(
    "where",
    [
        "resultats",
        f"resultats/{GRID}",
        "resultats/modules/risques-generaux",
        "synthese",
        "rapport",
    ],
)
def test_nothing_of_the_team_is_told_while_each_person_still_rates_alone(
    member: Site, runtime: Runtime, team: Team, key: int, where: str
) -> None:
    page = member.get(f"{overview(key)}/{where}")
    assert "Cotation individuelle en cours" in page.text
    assert "0 personne sur 3 a terminé." in page.text
    assert "Chaque personne cote d’abord seule" in page.text
    assert "puis l’équipe se réunit en séance d’accord" in page.text
    for misleading in ("as de score", "puis l’équipe s’est accordée", "Tableur", "reste à coter", "0 %"):
        assert misleading not in page.text
    advance(runtime, team, key, "accord")
    assert "Cotation individuelle en cours" not in member.get(f"{overview(key)}/{where}").text


def test_no_file_is_made_while_each_person_still_rates_alone(
    member: Site, runtime: Runtime, team: Team, key: int
) -> None:
    rate_alone(runtime, team.member, key, {"A2-01": "oui"})
    for where in ("resultats.xlsx", f"rapport.pdf?contenu={'0' * 64}"):
        page = member.get(f"{overview(key)}/{where}", 409)
        assert "Chaque personne cote d’abord seule" in page.text
    page = member.post(f"{overview(key)}/rapport.pdf", {}, status=409)
    assert "Chaque personne cote d’abord seule" in page.text
    with runtime.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 0
    advance(runtime, team, key, "accord")
    assert member.client.get(f"{overview(key)}/resultats.xlsx").status_code == 200


def test_somebody_who_is_not_asked_learns_who_leads_and_reads_no_answer(
    site: Site, runtime: Runtime, team: Team, key: int
) -> None:
    rate_alone(runtime, team.member, key, {"A2-01": "oui"})
    site.sign_in(team.manager)
    for url in (overview(key), grid_url(key)):
        page = site.get(url)
        assert "Cotation individuelle en cours" in page.text
        assert "Camille Coordination mène cette cotation" in page.text
        assert "Mehdi Médecin" not in page.text
    assert not site.get(grid_url(key)).root.all("input", type="radio")


def test_the_first_page_and_the_lists_tell_what_is_left_of_one_s_own_rating(
    member: Site, runtime: Runtime, team: Team, key: int
) -> None:
    page = member.get("/")
    assert "Commencer votre cotation pour « Campagne 2026 »" in page.text
    rate_alone(runtime, team.member, key, {"A2-01": "oui"})
    page = member.get("/")
    assert "Continuer votre cotation pour « Campagne 2026 »" in page.text
    assert "1 sur 11 réponses données" in page.text
    member.submit(member.get(overview(key)), FINISH)
    assert "votre cotation" not in member.get("/").text
    assert "cotation individuelle, 1 personne sur 3 a terminé" in member.get("/auto-evaluations").text


def test_who_leads_is_told_on_the_first_page_when_everybody_has_finished(
    site: Site, runtime: Runtime, team: Team
) -> None:
    key = make_round(runtime, team, team.member)
    site.sign_in(team.member)
    site.submit(site.get(overview(key)), FINISH)
    site.sign_in(team.coordinator)
    page = site.get("/")
    assert "Clore la cotation de « Campagne 2026 »" in page.text
    assert "Toutes les personnes qui cotent ont terminé." in page.text
    assert site.get(overview(key)).link("Clore la cotation et passer à l’accord")


@pytest.mark.campaign("B6")
@pytest.mark.parametrize(
    "field",
    ["participant_id", "user_id", "round", "sheet_id", "updated_at", "finished_at", "id"],
)
def test_a_field_that_nobody_offered_changes_nothing(
    member: Site, runtime: Runtime, team: Team, key: int, field: str, tried: Tried
) -> None:
    rate_alone(runtime, team.colleague, key, {"A2-01": "non"})
    with runtime.sessions.reading() as session:
        victim = session.scalars(select(Participant.id).where(Participant.user_id == team.colleague.id)).one()
    for value in (victim, team.colleague.id, 2, "2026-01-01"):
        status, _ = save(member, key, "A2-01", "oui", version=_version(runtime, team, key), **{field: value})
        assert status == 200
        send(member, f"{overview(key)}/ma-cotation/terminer", **{field: value})
        tried()
    assert own(runtime, team.colleague, key, "A2-01").level == "non"
    assert own(runtime, team.member, key, "A2-01").round == 1
    with runtime.sessions.reading() as session:
        finished = session.execute(select(Participant.user_id, Participant.finished_at)).all()
    assert {row.user_id for row in finished if row.finished_at} == {team.member.id}


def _version(runtime: Runtime, team: Team, key: int) -> int:
    row = own(runtime, team.member, key, "A2-01")
    return row.version if row else 0


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("state", ["preparation", "accord", "validation"])
def test_nothing_is_answered_finished_or_reminded_outside_the_round(
    site: Site, runtime: Runtime, team: Team, state: str, tried: Tried
) -> None:
    key = make_round(runtime, team, to="cotation" if state == "validation" else state)
    if state == "validation":
        _force(runtime, key, state)
    for person in (team.member, team.coordinator, team.manager, team.stranger):
        site.sign_in(person)
        for url in (
            f"{own_url(key)}/A2-01",
            own_url(key),
            f"{grid_url(key)}/reponses/A2-01",
            f"{overview(key)}/ma-cotation/terminer",
            f"{overview(key)}/ma-cotation/reprendre",
            f"{overview(key)}/relancer",
            f"{grid_url(key)}/reprendre",
        ):
            typed = {"value": "oui", "version": 0, "A2-01-version": 0, "A2-01-value": "oui"}
            assert send(site, url, **typed).status_code in (403, 404, 409), url
            tried()
    with runtime.sessions.reading() as session:
        assert session.scalars(select(BlindRating)).all() == session.scalars(select(Answer)).all() == []
        assert session.scalars(select(Mail).where(Mail.kind == "rating-reminder")).all() == []
        assert set(session.scalars(select(Participant.finished_at))) == {None}


def _force(runtime: Runtime, key: int, state: str) -> None:
    with runtime.sessions.writing() as session:
        session.get_one(Assessment, key).state = state
        session.commit()


@pytest.mark.campaign("B13")
def test_nobody_answers_or_finishes_for_the_team_or_for_somebody_else(
    site: Site, runtime: Runtime, team: Team, tried: Tried
) -> None:
    key = make_round(runtime, team, team.member)
    for person in (team.coordinator, team.manager, team.colleague, team.stranger):
        site.sign_in(person)
        for url in (
            f"{own_url(key)}/A2-01",
            own_url(key),
            f"{overview(key)}/ma-cotation/terminer",
            f"{overview(key)}/ma-cotation/reprendre",
        ):
            typed = {"value": "oui", "version": 0, "A2-01-version": 0, "A2-01-value": "oui"}
            assert send(site, url, user_id=team.member.id, **typed).status_code in (403, 404), url
            tried()
        answer = send(site, f"{grid_url(key)}/reponses/A2-01", value="oui", version=0)
        assert answer.status_code in (404, 409)
    with runtime.sessions.reading() as session:
        assert session.scalars(select(BlindRating)).all() == session.scalars(select(Answer)).all() == []
        assert set(session.scalars(select(Participant.finished_at))) == {None}


def test_once_the_round_is_closed_the_pages_lead_to_the_session(
    site: Site, runtime: Runtime, team: Team, key: int
) -> None:
    rate_alone(runtime, team.member, key, {"A2-01": "oui"})
    advance(runtime, team, key, "accord")
    for person in (team.coordinator, team.member):
        site.sign_in(person)
        assert site.get(overview(key)).link("Séance d’accord") == f"{overview(key)}/seance"
        page = site.get(grid_url(key))
        assert page.link("Ouvrir la séance d’accord") == f"{overview(key)}/seance"
        assert not page.root.all("input", type="radio")
