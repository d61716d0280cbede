"""The report of a plan: its page, and its PDF asked for, waited for, downloaded."""

from __future__ import annotations

from aqss.bootstrap import Runtime
from aqss.jobs.reports import make_reports
from aqss.jobs.turns import Turn, this_process
from tests.clock import FakeClock
from tests.page import Site
from tests.web.cast import Cast
from tests.web.plan.scene import make_action, make_plan, plan_url

ASK = "Préparer le PDF"


def test_the_page_tells_where_the_plan_stands(member: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    page = member.get(plan_url(cast, "/rapport"))
    assert page.h1 == "Rapport du plan d’actions"
    assert "4, dont 1 en retard, 1 à revoir, 1 sans pilote" in page.text
    assert "En retard de 43 jours" in page.text
    assert not page.root.all("style")


def test_the_report_keeps_the_view_and_the_filters_of_the_list(
    member: Site, runtime: Runtime, cast: Cast
) -> None:
    make_plan(runtime, cast)
    shown = member.get(plan_url(cast, "?vue=en-retard&tri=echeance"))
    page = member.get(shown.link("Rapport"))
    assert "Actions en retard" in page.text
    assert len(page.root.all("h3")) == 1
    assert page.link("Tableur") == plan_url(cast, "/export.xlsx?vue=en-retard&tri=echeance")
    waiting = member.submit(page, ASK, status=202)
    assert waiting.link("Lire le rapport à l’écran") == plan_url(cast, "/rapport?vue=en-retard&tri=echeance")
    assert make_reports(Turn(runtime, this_process())) == 1
    with member.client.get(waiting.link("Voir s’il est prêt")) as answer:
        assert answer.content_type == "application/pdf"


def test_ones_own_actions_are_told_by_the_job_too(member: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    page = member.get(plan_url(cast, "/rapport?vue=miennes"))
    assert "Actions de " in page.text
    waiting = member.submit(page, ASK, status=202)
    assert make_reports(Turn(runtime, this_process())) == 1
    with member.client.get(waiting.link("Voir s’il est prêt")) as answer:
        assert answer.content_type == "application/pdf"


def test_the_pdf_is_asked_for_waited_for_and_downloaded(member: Site, runtime: Runtime, cast: Cast) -> None:
    make_plan(runtime, cast)
    page = member.submit(member.get(plan_url(cast, "/rapport")), ASK, status=202)
    assert page.h1 == "Le PDF se prépare"
    assert make_reports(Turn(runtime, this_process())) == 1
    with member.client.get(page.link("Voir s’il est prêt")) as answer:
        assert answer.content_type == "application/pdf"
        assert answer.headers["Content-Disposition"] == (
            "attachment; filename=plan-d-actions-centre-de-port-amiral-2026-03-02.pdf"
        )


def test_a_plan_that_changed_meanwhile_is_asked_for_again(member: Site, runtime: Runtime, cast: Cast) -> None:
    page = member.submit(member.get(plan_url(cast, "/rapport")), ASK, status=202)
    make_action(runtime, cast)
    make_reports(Turn(runtime, this_process()))
    gone = member.get(page.link("Voir s’il est prêt"), 404)
    assert gone.h1 == "Ce PDF n’est plus là"
    assert member.submit(gone, ASK, status=202).h1 == "Le PDF se prépare"


def test_a_hash_that_is_none_and_strangers_find_nothing(site: Site, runtime: Runtime, cast: Cast) -> None:
    site.sign_in(cast.lea)
    assert site.client.get(plan_url(cast, "/rapport.pdf?contenu=x")).status_code == 404
    assert site.client.get(plan_url(cast, "/rapport.pdf")).status_code == 404
    page = site.submit(site.get(plan_url(cast, "/rapport")), ASK, status=202)
    address = page.link("Voir s’il est prêt")
    make_reports(Turn(runtime, this_process()))
    site.sign_in(cast.zoe)
    assert site.client.get(address).status_code == 404
    assert site.client.get(plan_url(cast, "/rapport")).status_code == 404


def test_the_report_of_another_day_is_another_one(
    member: Site, runtime: Runtime, cast: Cast, clock: FakeClock
) -> None:
    first = member.submit(member.get(plan_url(cast, "/rapport")), ASK, status=202)
    clock.advance(hours=1)
    again = member.submit(member.get(plan_url(cast, "/rapport")), ASK, status=202)
    assert again.link("Voir s’il est prêt") == first.link("Voir s’il est prêt")
