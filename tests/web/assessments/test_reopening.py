"""Reopening: the page that asks why, who finds it, what stays on the screens of the earlier closing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.assessments import Closing
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.starting import start_assessment
from tests.builders import actor_of
from tests.page import Site
from tests.web.assessments.scene import NASTY, NIR, Team, a_scope, advance, make_assessment, rate, reload

REASON = "Le critère A2-01 a été lu de travers."


def url(key: int) -> str:
    return f"/auto-evaluations/{key}/rouvrir"


@pytest.fixture
def closed(runtime: Runtime, team: Team) -> int:
    key = make_assessment(runtime, team)
    rate(runtime, team.member, key, {"A2-01": "oui", "A2-02": "non"})
    advance(runtime, team, key, "close")
    return key


@pytest.fixture
def manager(site: Site, team: Team) -> Site:
    site.sign_in(team.manager)
    return site


def closings(runtime: Runtime) -> int:
    with runtime.sessions.reading() as session:
        return len(session.scalars(select(Closing.rank)).all())


def test_the_direction_reopens_from_the_results_with_a_reason(
    manager: Site, runtime: Runtime, closed: int
) -> None:
    results = manager.get(f"/auto-evaluations/{closed}/resultats")
    page = manager.get(results.link("Rouvrir l’auto-évaluation"))
    assert "Elle revient à l’étape « Validation par la direction »" in page.text
    page = manager.submit(page, "Rouvrir", {"reason": REASON})
    assert page.notices == [
        "L’auto-évaluation est rouverte. Ses scores d’avant restent affichés avec les résultats."
    ]
    assert reload(runtime, closed).state == "validation"
    assert f"Motif : {REASON}" in page.text
    assert "Rouverte le 2 mars 2026" in page.text
    assert page.link("Les chiffres de la clôture du 2 mars 2026").endswith("/resultats#clotures")
    page = manager.get(f"/auto-evaluations/{closed}/resultats")
    assert "Clôture précédente" in page.text
    assert f"Motif : {REASON}" in page.text
    assert "Risques généraux : 50,0" in page.text
    assert f"Motif : {REASON}" not in manager.get(f"/auto-evaluations/{closed}/synthese").text
    report = manager.get(f"/auto-evaluations/{closed}/rapport")
    assert REASON in report.text
    assert report.link("Clôture précédente") == "#clotures"
    journal = manager.get("/centres/1/journal")
    assert "a rouvert l’auto-évaluation close, à l’étape « Validation par la direction »" in journal.text


def test_the_page_of_a_closed_one_leads_the_direction_to_reopening(
    manager: Site, team: Team, closed: int
) -> None:
    overview = f"/auto-evaluations/{closed}"
    assert manager.get(overview).link("Rouvrir l’auto-évaluation") == url(closed)
    manager.submit(manager.get(url(closed)), "Rouvrir", {"reason": REASON})
    assert "Rouvrir l’auto-évaluation" not in manager.get(overview).text
    manager.sign_in(team.coordinator)
    assert f"Motif : {REASON}" in manager.get(overview).text


def test_closed_again_the_list_and_the_results_tell_the_earlier_figures(
    manager: Site, runtime: Runtime, team: Team, closed: int
) -> None:
    manager.submit(manager.get(url(closed)), "Rouvrir", {"reason": NASTY})
    advance(runtime, team, closed, "close")
    page = manager.get(f"/centres/{team.centre_id}/auto-evaluations")
    assert "Risques généraux 50,0, puis rouverte le" in page.text
    assert "Close le" in manager.get(f"/auto-evaluations/{closed}/resultats").text


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("who", ["coordinator", "member"])
def test_nobody_else_of_the_team_finds_the_page_or_the_link(
    site: Site, runtime: Runtime, team: Team, closed: int, who: str
) -> None:
    site.sign_in(getattr(team, who))
    site.get(url(closed), 403)
    site.post(url(closed), {"version": "5", "reason": REASON}, 403)
    assert "Rouvrir l’auto-évaluation" not in site.get(f"/auto-evaluations/{closed}/resultats").text
    assert (reload(runtime, closed).state, closings(runtime)) == ("close", 0)


@pytest.mark.campaign("B13")
@pytest.mark.parametrize("state", ["preparation", "cotation", "accord", "validation", "abandonnee"])
def test_what_is_not_closed_is_not_reopened(manager: Site, runtime: Runtime, team: Team, state: str) -> None:
    key = make_assessment(runtime, team, to=state)
    manager.get(url(key), 409)
    manager.post(url(key), {"version": str(reload(runtime, key).version), "reason": REASON}, 409)
    assert (reload(runtime, key).state, closings(runtime)) == (state, 0)


@pytest.mark.campaign("B13")
def test_a_second_tap_reopens_nothing_more(manager: Site, runtime: Runtime, closed: int) -> None:
    fields = {"version": str(reload(runtime, closed).version), "reason": REASON}
    manager.post(url(closed), fields, 200)
    manager.post(url(closed), fields, 409)
    assert closings(runtime) == 1


@pytest.mark.parametrize(("reason", "told"), [("", "Motif"), (NIR, "sécurité sociale")])
def test_a_reason_that_is_missing_or_names_a_patient_is_refused_and_kept(
    manager: Site, runtime: Runtime, closed: int, reason: str, told: str
) -> None:
    page = manager.submit(manager.get(url(closed)), "Rouvrir", {"reason": reason}, 422)
    assert told in " ".join(page.complaints)
    assert page.field("reason").words == reason
    assert (reload(runtime, closed).state, closings(runtime)) == ("close", 0)


@pytest.mark.campaign("B6")
@pytest.mark.parametrize(
    "field",
    [
        "state",
        "to",
        "closed_at",
        "closed_from",
        "rank",
        "reopened_by_id",
        "centre_id",
        "scores",
        "frozen",
        "rating",
    ],
)
def test_no_field_but_the_reason_decides_anything(
    manager: Site, runtime: Runtime, team: Team, closed: int, field: str
) -> None:
    version = reload(runtime, closed).version
    manager.post(url(closed), {"version": str(version), "reason": REASON, field: "7"}, 200)
    found = reload(runtime, closed)
    assert (found.state, found.version, found.centre_id) == ("validation", version + 1, team.centre_id)
    assert (found.closed_at, found.frozen, found.rating) == (None, None, "direct")
    with runtime.sessions.reading() as session:
        kept = session.scalars(select(Closing)).one()
        assert (kept.rank, kept.reopened_by_id) == (1, team.manager.id)


def test_one_that_a_later_one_rests_on_says_which(
    manager: Site, runtime: Runtime, team: Team, closed: int
) -> None:
    later = make_assessment(runtime, team, a_scope(title="Campagne 2027"))
    advance(runtime, team, later, "close")
    page = manager.get(url(closed))
    assert "Campagne 2027 se compare à ses scores" in page.text
    assert page.link("Campagne 2027") == f"/auto-evaluations/{later}"
    version = str(reload(runtime, closed).version)
    refused = manager.post(url(closed), {"version": version, "reason": REASON}, 409)
    assert "Campagne 2027 se compare à ses scores" in refused.text
    with runtime.sessions.reading() as session:
        verbs = session.scalars(select(JournalEntry.verb)).all()
    assert "assessment-reopened" not in verbs


@pytest.mark.parametrize(
    ("rating", "rests"), [("direct", "est partie de ses réponses"), ("blind", "prend sa suite")]
)
def test_one_that_another_started_from_says_which_to_give_up(
    manager: Site, runtime: Runtime, team: Team, closed: int, rating: str, rests: str
) -> None:
    scope = a_scope(title="Campagne 2027", rating=rating, participants=(team.member.id,))
    with runtime.sessions.writing() as session:
        start_assessment(
            session,
            actor_of(session, team.coordinator),
            centre_id=team.centre_id,
            scope=scope,
            now=runtime.clock.now(),
            previous_id=closed,
        )
        session.commit()
    page = manager.get(url(closed))
    assert f"Campagne 2027 {rests}, et ce qu’elle en dit ne doit plus changer." in page.text
    assert "dans « Campagne 2027 », qui est en cours, ou abandonnez-la d’abord." in page.text
