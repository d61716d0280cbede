"""What the first page says of actions: one's own, those of others that are late, those that stay too long."""

from __future__ import annotations

from datetime import UTC, date, datetime

from aqss.bootstrap import Runtime
from tests.page import Page, Site
from tests.web.actions.scene import make_action, running
from tests.web.assessments.scene import Team

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When a state was entered that should have been left since."""


def things(page: Page) -> list[str]:
    """Each thing to do of the first page, with its detail and its date."""
    first = page.root.all("section")[0]
    return [one.words for one in first.all("li", class_="task")]


def test_one_s_own_actions_are_to_launch_or_to_get_on_with_by_their_own_day(
    member: Site, runtime: Runtime, team: Team
) -> None:
    make_action(runtime, team, title="Ranger", owner_id=team.member.id, entered_at=LONG_AGO)
    make_action(runtime, team, title="Afficher", **running(team, due_on=date(2026, 2, 27)))
    make_action(runtime, team, title="Relire", **running(team, progress=50))
    assert things(member.get("/")) == [
        "Mener « Afficher »Action n° 2, faite à 0 %.3 jours de retard",
        "Avancer « Relire »Action n° 3, faite à 50 %.Avant le 1er juin 2026",
        "Lancer « Ranger »Action n° 1, à lancer.",
    ]


def test_who_leads_is_told_how_many_are_late_and_how_many_wait_in_one_line_each(
    coordinator: Site, runtime: Runtime, team: Team
) -> None:
    for _ in range(2):
        make_action(runtime, team, **running(team, due_on=date(2026, 2, 27)))
        make_action(runtime, team, entered_at=LONG_AGO)
    assert things(coordinator.get("/")) == [
        "2 actions attendent d’être lancéesDes tâches de leur étape attendent votre rôle, et le délai est"
        " passé.",
        "Voir 2 actions en retardLeur échéance est passée sans qu’elles soient déclarées faites.",
    ]
    mine = running(team, title="Relire", owner_id=team.coordinator.id, due_on=date(2026, 2, 20))
    make_action(runtime, team, **mine)
    page = coordinator.get("/")
    assert page.link("Voir 2 autres actions en retard") == f"/centres/{team.centre_id}/plan?vue=en-retard"
    assert page.link("2 actions attendent d’être lancées") == f"/centres/{team.centre_id}/plan?etape=prevoir"


def test_who_has_a_task_in_the_verification_is_told_of_both_kinds(
    site: Site, runtime: Runtime, team: Team
) -> None:
    make_action(runtime, team, state="verifier", review_on=date(2026, 2, 2), owner_id=team.colleague.id)
    site.sign_in(team.member)
    assert things(site.get("/"))[0].startswith("1 action attend d’être vérifiée")
