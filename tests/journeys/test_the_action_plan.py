"""From weak points to what became of them: actions planned, done on a phone, closed by another, compared."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from aqss.bootstrap import Runtime
from aqss.gateways.french import NBSP, paris, short_date_fr
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.team import backstage, make_team, sign_in
from tests.web.assessments.scene import GRID, Team, a_scope, advance, make_assessment, rate

WEAK = {"A2-01": "non", "A2-02": "partiel", "A2-05": "non"}
"""What the team answers first; A2-05 is essential."""

LATER = {"A2-01": "oui", "A2-02": "partiel", "A2-05": "partiel"}
"""What it answers the next time: the three ends an action may come to."""

OUTCOMES = {"A2-01": "Efficace", "A2-02": "Inefficace", "A2-05": "Partiel"}

DUE = paris(datetime.now(UTC)).date() + timedelta(days=40)


def test_three_weak_points_become_actions_whose_effect_the_next_assessment_shows(
    live: LiveSite, open_page: OpenPage
) -> None:
    behind = backstage(live)
    team = make_team(behind)
    key = make_assessment(behind, team, a_scope(title="Auto-évaluation d’hier"))
    rate(behind, team.member, key, WEAK)
    advance(behind, team, key, "accord")
    desk, phone = open_page(width=1280), open_page(width=390)
    sign_in(desk, team.coordinator)
    for code in WEAK:
        plan(desk, key, code)
        launch(desk)
    sign_in(phone, team.member)
    for code in WEAK:
        do(phone, code)
    for code in WEAK:
        close(desk, team, code)
    advance(behind, team, key, "close")
    assess_again(behind, team)
    read_the_effects(desk, team)
    compare_the_files(desk, team)


def plan(page: Page, key: int, code: str) -> None:
    """From the results, in one gesture; then who does it, by when, and what should change."""
    page.goto(f"/auto-evaluations/{key}/resultats/{GRID}")
    page.get_by_role("link", name=re.compile(f"Créer une action.*{code}")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvelle action")
    look_at_both(page)
    if code == "A2-05":
        take_the_other_wording(page)
    page.get_by_label("Intitulé").fill(title_of(code))
    page.get_by_label("Pilote").select_option(label="Mehdi Médecin")
    page.get_by_label("Échéance").fill(DUE.isoformat())
    page.get_by_label(re.compile("^De «.*» à")).select_option(label="Oui")
    page.get_by_label("À vérifier le").fill((DUE + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Créer l’action").click()
    expect(page.get_by_role("status")).to_be_visible()


def take_the_other_wording(page: Page) -> None:
    """The grid has two for this criterion: the title holds the first, and takes the other."""
    other = page.get_by_role("button", name=re.compile("^Reprendre")).last
    wording = other.get_attribute("data-proposal") or ""
    expect(page.get_by_label("Intitulé")).not_to_have_value(wording)
    other.click()
    expect(page.get_by_label("Intitulé")).to_have_value(wording)


def title_of(code: str) -> str:
    return f"Reprendre {code} avec l’équipe"


def launch(page: Page) -> None:
    if page.get_by_role("link", name="Lancer l’action").count() == 0:  # back where the person came from
        page.get_by_role("link", name=re.compile("Action n° ?")).last.click()
    page.get_by_role("link", name="Lancer l’action").click()
    look_at_both(page)
    page.get_by_role("button", name="Lancer l’action").click()
    expect(page.get_by_role("status")).to_contain_text("En cours")
    look_at_both(page)


def do(page: Page, code: str) -> None:
    """On a phone: a step added and ticked, or the whole told as done; then declared done."""
    open_action(page, code)
    if code == "A2-01":
        page.get_by_text("Ajouter une tâche").click()
        page.get_by_label("Tâche", exact=True).fill("Relire la consigne")
        page.get_by_role("button", name="Ajouter la tâche").click()
        page.get_by_role("button", name=re.compile("^C’est fait.*Relire la consigne")).click()
    else:
        page.get_by_role("button", name=re.compile("100.%")).click()
    expect(page.get_by_text(re.compile("100.%")).first).to_be_visible()
    look_at_both(page)
    page.get_by_role("link", name="Déclarer l’action faite").click()
    page.get_by_role("button", name="Déclarer l’action faite").click()
    expect(page.get_by_role("status")).to_contain_text("À vérifier")
    expect(page.get_by_role("link", name="Clore l’action")).to_have_count(0)


def open_action(page: Page, code: str) -> None:
    page.goto("/plan?vue=toutes")
    page.get_by_role("link", name=title_of(code)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title_of(code))


def close(page: Page, team: Team, code: str) -> None:
    """By somebody else than who did it, with what came of it."""
    open_action(page, code)
    page.get_by_role("link", name="Clore l’action").click()
    page.get_by_role("button", name="Clore l’action").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("radio", name=re.compile(f"^{OUTCOMES[code]}")).check()
    page.get_by_label("Ce qui le montre").fill("Vu sur dix dossiers.")
    page.get_by_role("button", name="Clore l’action").click()
    expect(page.get_by_role("status")).to_contain_text("Close")
    look_at_both(page)


def assess_again(behind: Runtime, team: Team) -> None:
    key = make_assessment(behind, team, a_scope(title="Auto-évaluation d’aujourd’hui"))
    rate(behind, team.member, key, LATER)
    advance(behind, team, key, "close")


def read_the_effects(page: Page, team: Team) -> None:
    for code, outcome in OUTCOMES.items():
        open_action(page, code)
        said = re.compile(f"D’après .*: {outcome.lower()}, ")
        expect(page.get_by_role("region", name="Effet attendu")).to_contain_text(said)
    page.goto(f"/centres/{team.centre_id}/plan/effets")
    look_at_both(page)
    told = page.get_by_role("table", name="Actions faites, par résultat")
    for outcome in OUTCOMES.values():
        expect(told.get_by_role("row", name=re.compile(f"^{outcome} 1$"))).to_be_visible()
    groups = page.get_by_role("table", name="Critères faibles, avec et sans action", exact=True)
    expect(groups.get_by_role("row", name=re.compile("^Avec une action 2 1 0 0 3$"))).to_be_visible()


def compare_the_files(page: Page, team: Team) -> None:
    """Screen, workbook and PDF say the same of every action, cell by cell."""
    page.goto(f"/centres/{team.centre_id}/plan/paqss?vue=toutes")
    look_at_both(page)
    shown = cells_of(page)
    assert len(shown) == len(WEAK)
    page.goto(f"/centres/{team.centre_id}/plan?vue=toutes")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Tableur")).first.click()
    assert workbook_cells(download.value.path().read_bytes()) == shown
    page.goto(f"/centres/{team.centre_id}/plan/rapport?vue=toutes")
    look_at_both(page)
    page.get_by_role("button", name="Préparer le PDF").click()
    with page.expect_download(timeout=60_000) as download:
        expect(page.get_by_role("heading", level=1)).to_have_text("Le PDF se prépare")
    pdf = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    words = squeezed(" ".join(one.extract_text() for one in pdf.pages))
    for row in shown:
        for cell in row.values():
            assert squeezed(cell) in words, cell


def cells_of(page: Page) -> list[dict[str, str]]:
    """Each row of the table on screen: heading → what is read, nothing where it is empty."""
    table = page.get_by_role("table")
    headings = table.locator("thead th").all_inner_texts()
    rows = [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]
    return [
        {heading: cell.strip() for heading, cell in zip(headings, row, strict=True) if cell.strip()}
        for row in rows
    ]


def workbook_cells(content: bytes) -> list[dict[str, str]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    (headings, *rows) = sheet.iter_rows(values_only=True)
    return [
        {str(heading): written(cell) for heading, cell in zip(headings, row, strict=True) if cell is not None}
        for row in rows
    ]


def written(cell: object) -> str:
    """A cell as the screen writes it."""
    return short_date_fr(cell.date()) if isinstance(cell, datetime) else str(cell)


def squeezed(text: str) -> str:
    """Without the spaces and breaks that a narrow column adds."""
    return re.sub(rf"[\s{NBSP}\-\u00ad]+", "", text)
