"""Waiting for a PDF: the page asks less and less often, and says when the wait is not a usual one."""

from __future__ import annotations

from playwright.sync_api import Request, expect

from aqss.persistence.jobs import Report
from aqss.services.reports.assessment import KIND
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.team import backstage, enter, make_team
from tests.web.assessments.scene import make_assessment


def test_a_report_that_nobody_makes_is_told_after_a_minute_and_asked_for_less_and_less(
    live: LiveSite, open_page: OpenPage
) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team)
    content = f"{key:064x}"
    with behind.sessions.writing() as session:
        report = Report(kind=KIND, centre_id=team.centre_id, subject_id=key, content_hash=content)
        report.asked_at = report.claimed_at = behind.clock.now()
        session.add(report)
        session.commit()
    page = open_page()
    enter(page, team.member)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if request.method == "HEAD" else None)
    page.clock.install()
    page.goto(f"/auto-evaluations/{key}/rapport.pdf?contenu={content}")
    state = page.get_by_role("status").filter(has_text="PDF")
    for _second in range(59):
        page.clock.run_for(1000)
        if asked:
            asked[-1].response()  # however slow the machine, the page has its answer before the next second
    expect(state).to_have_count(0)
    page.clock.run_for(2000)
    expect(state).to_contain_text("prévenez la personne qui administre aqss")
    look_at_both(page)
    assert 5 <= len(asked) <= 20
