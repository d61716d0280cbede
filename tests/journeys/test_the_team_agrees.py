"""Seven people of three professions rate alone, agree in a session, close, and read what they agreed on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from aqss.domain.access import Role
from aqss.persistence.accounts import User
from tests.builders import a_centre, a_member
from tests.journeys.conftest import OpenPage
from tests.journeys.live import LiveSite
from tests.journeys.looking import axe
from tests.journeys.team import backstage, choose, criterion, sign_in

GRID = "Coordination des soins"
TITLE = "D’accord au printemps"
FOLLOWS_WITHIN = 9_000

PEOPLE: Sequence[tuple[str, Role, str]] = (
    ("Camille Coordination", Role.COORDINATOR, "medecin"),
    ("Dominique Direction", Role.MANAGER, "accueil"),
    ("Mehdi Médecin", Role.MEMBER, "medecin"),
    ("Ada Accueil", Role.MEMBER, "accueil"),
    ("Inès Infirmière", Role.MEMBER, "infirmier"),
    ("Idris Infirmier", Role.MEMBER, "infirmier"),
    ("Iris Infirmière", Role.MEMBER, "infirmier"),
)

OUI, PARTIEL, NON, NSP = "Oui", "En partie", "Non", "Ne sait pas"

SAID: Mapping[str, Sequence[str]] = {
    "A2-01": (OUI, OUI, OUI, NON, NON, NON, NON),
    "A2-02": (PARTIEL,) * 7,
    "A2-03": (OUI, OUI, OUI, OUI, PARTIEL, PARTIEL, PARTIEL),
    "A2-04": (OUI, NSP, NSP, NSP, NSP, OUI, OUI),
    "A2-05": (OUI, OUI, OUI, OUI, NSP, NSP, NSP),
}
"""What each of them says in turn; « Oui » by all to the other criteria."""

AGREED = {
    "A2-01": (PARTIEL, "4 voix sur 4, 2e tour"),
    "A2-02": (PARTIEL, "7 voix sur 7"),
    "A2-03": (NON, "0 voix sur 7"),
    "A2-04": (OUI, "moins de 4 voix"),
    "A2-05": (OUI, "4 voix sur 4, 3 « ne sait pas »"),
}
"""What the synthesis says of these; of the others, « Oui » by seven voices out of seven.

A2-01 had a second round: three phones vote in it, too few for it to count; then a fourth joins.
"""


@dataclass(frozen=True)
class Seven:
    """The people in the order of :data:`PEOPLE`, in a centre of their own."""

    centre_id: int
    people: tuple[User, ...]

    @property
    def coordinator(self) -> User:
        return self.people[0]

    @property
    def manager(self) -> User:
        return self.people[1]


def make_seven(site: LiveSite) -> Seven:
    with backstage(site).sessions.writing() as session:
        centre = a_centre(session, name="Centre de l’Accord")
        people = tuple(
            a_member(session, centre, role, name=name, professions=(profession,))
            for name, role, profession in PEOPLE
        )
        session.commit()
        return Seven(centre.id, people)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_seven_people_rate_alone_then_agree_and_read_it(site: LiveSite, open_page: OpenPage) -> None:
    seven = make_seven(site)
    lead = open_page(site=site, may_fail="/seance")
    sign_in(lead, seven.coordinator)
    key = prepare(lead)
    codes = invite_and_rate(site, open_page, seven, lead, key)
    close_the_round(lead, key)
    hold_the_session(site, open_page, seven, lead, key)
    validate(site, open_page, seven, lead, key)
    read_the_synthesis(site, seven, lead, key, codes)


def prepare(lead: Page) -> str:
    """By the screen: each alone first, one grid, everybody by profession; the key of the assessment."""
    lead.get_by_role("link", name="Évaluer").click()
    lead.get_by_role("link", name="Commencer une auto-évaluation").click()
    lead.get_by_label("Titre").fill(TITLE)
    lead.get_by_label("Objectif").fill("Nous mettre d’accord.")
    lead.get_by_label("Démarche prévue").check()
    lead.get_by_label(re.compile("^Chacun d’abord")).check()
    lead.get_by_label(re.compile(f"^{GRID}")).check()
    lead.get_by_role("button", name="Créer l’auto-évaluation").click()
    lead.get_by_role("link", name="Préparer").click()
    by_profession = lead.get_by_role("group", name="Par profession")
    for profession in ("Médecin", "Infirmière ou infirmier", "Accueil"):
        by_profession.get_by_label(re.compile(f"^{profession.split()[0]}")).check()
    expect(
        lead.get_by_role("group", name="Toutes les personnes de l’équipe").get_by_role(
            "checkbox", checked=True
        )
    ).to_have_count(7)
    lead.get_by_role("button", name="Enregistrer la préparation").click()
    lead.get_by_role("link", name="Ouvrir la cotation").click()
    lead.get_by_role("button", name="Ouvrir la cotation").click()
    expect(lead.get_by_role("status").first).to_contain_text("Cotation")
    return lead.url.rpartition("/")[2]


def invite_and_rate(site: LiveSite, open_page: OpenPage, seven: Seven, lead: Page, key: str) -> list[str]:
    """Each from the link in their mail, on a phone; the codes of the criteria."""
    codes: list[str] = []
    for rank, person in enumerate(seven.people):
        page = lead if rank == 0 else open_page(width=390, site=site)
        link = re.search(r"https?://\S+", site.mail_to(person.email, TITLE))
        assert link is not None
        page.goto(link[0])
        if rank:
            sign_in(page, person, here=True)
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        page.get_by_role("link", name=GRID, exact=True).click()
        expect(page.locator("body.has-script")).to_be_visible()
        if page.locator("summary#autres").count():
            page.locator("summary#autres").click()
        codes = page.locator("[data-criterion]").evaluate_all("all => all.map(one => one.dataset.criterion)")
        for code in sorted(codes):
            choose(page, code, SAID.get(code, (OUI,) * 7)[rank])
        expect(criterion(page, max(codes))).to_have_class(re.compile("is-rated"))
        expect(page.get_by_text(re.compile(r"Enregistré à")).first).to_be_visible()
        page.goto(f"/auto-evaluations/{key}")
        page.get_by_role("button", name="J’ai terminé").click()
        expect(page.get_by_role("heading", name="Votre cotation est déclarée terminée")).to_be_visible()
        assert axe(page) == []
    assert len(codes) >= 10
    return codes


def close_the_round(lead: Page, key: str) -> None:
    lead.goto(f"/auto-evaluations/{key}")
    expect(lead.get_by_text("7 personnes sur 7 ont terminé")).to_be_visible()
    lead.get_by_role("link", name="Clore la cotation et passer à l’accord").click()
    lead.get_by_role("button", name="Clore la cotation et passer à l’accord").click()
    lead.get_by_role("link", name="Séance d’accord").click()


def hold_the_session(site: LiveSite, open_page: OpenPage, seven: Seven, lead: Page, key: str) -> None:
    """On two screens, with three phones; a second round, three agreements, and the rest at once."""
    url = f"/auto-evaluations/{key}/seance"
    lead.get_by_role("button", name="Préparer la séance").click()
    code = re.sub(r"\s", "", lead.locator("header .join-code").inner_text())
    second = open_page(site=site, may_fail="/seance")
    sign_in(second, seven.coordinator)
    second.goto(url)
    phones = [join(site, open_page, person, code) for person in seven.people[4:]]
    lead.get_by_role("button", name=re.compile("^Commencer par")).click()
    go_to(lead, "A2-01")
    see("A2-01", second, *phones)
    expect(
        lead.get_by_text("7 voix sur 7").or_(lead.get_by_role("heading", name=re.compile("7 voix")))
    ).to_be_visible()
    lead.get_by_role("button", name="Revoter (2e tour)").click()
    for phone in phones:
        phone.locator("input[value=partiel]").check(timeout=FOLLOWS_WITHIN)
    expect(lead.get_by_role("group", name="Deuxième tour : 3 réponses sur 7")).to_be_visible(
        timeout=FOLLOWS_WITHIN
    )
    lead.get_by_role("button", name="Clore le tour et voir le résultat").click()
    expect(second.locator("main")).to_contain_text("Deuxième tour : moins de", timeout=FOLLOWS_WITHIN)
    for page in (lead, second, *phones):
        told = page.get_by_role("region", name=re.compile("^Deuxième tour"))
        expect(told).not_to_contain_text(re.compile(r"\d\s*voix"), timeout=FOLLOWS_WITHIN)
    late = join(site, open_page, seven.people[3], code)
    lead.get_by_role("button", name="Rouvrir le deuxième tour").click()
    late.locator("input[value=partiel]").check(timeout=FOLLOWS_WITHIN)
    expect(lead.get_by_role("group", name="Deuxième tour : 4 réponses sur 7")).to_be_visible(
        timeout=FOLLOWS_WITHIN
    )
    lead.get_by_role("button", name="Clore le tour et voir le résultat").click()
    for page in (lead, second, late, *phones):
        told = page.get_by_role("region", name=re.compile(r"^Deuxième tour\s: 4 voix"))
        expect(told).to_be_visible(timeout=FOLLOWS_WITHIN)
    agree(lead, "partiel", dissent=True)
    go_to(second, "A2-03")
    agree(second, "non", why="Vérifié sur dix dossiers tirés au sort.")
    go_to(lead, "A2-04")
    see("A2-04", second, *phones)
    for page in (lead, second, *phones):
        expect(page.locator("main")).not_to_contain_text(re.compile(r"[123]\s+voix|[1-7]\s+« ne sait pas »"))
    agree(lead, "oui")
    lead.goto(f"{url}/ratifier")
    lead.get_by_role("button", name=re.compile("^Ratifier ces")).click()
    lead.goto(f"{url}/finir")
    lead.get_by_role("button", name="Terminer la séance").click()
    expect(phones[0].locator("main")).to_contain_text("terminée", timeout=FOLLOWS_WITHIN)


def join(site: LiveSite, open_page: OpenPage, person: User, code: str) -> Page:
    """By the address that the QR code holds, signing in on the way."""
    phone = open_page(width=390, site=site, may_fail="/seance")
    phone.goto(f"/rejoindre/{code}")
    sign_in(phone, person, here=True)
    phone.goto(f"/rejoindre/{code}")
    phone.get_by_role("button", name="Rejoindre").click()
    return phone


def go_to(page: Page, code: str) -> None:
    """By the agenda when it holds the criterion, else from one to the next."""
    for _ in range(15):
        if page.locator("#critere").get_attribute("data-title") == code:
            return
        line = page.locator(f"#aller-{code}")
        if line.is_visible():
            line.click()
        else:
            page.get_by_role("button", name=re.compile("^Suivant")).click()
        page.wait_for_timeout(400)
    raise AssertionError(f"{code} is on no screen")


def see(code: str, *pages: Page) -> None:
    for page in pages:
        expect(page.locator("#critere")).to_have_attribute("data-title", code, timeout=FOLLOWS_WITHIN)


def agree(page: Page, level: str, *, why: str = "", dissent: bool = False) -> None:
    page.locator(f"form[data-answer] input[value={level}]").check()
    if why:
        page.get_by_label("Ce qui explique une réponse hors de la médiane").fill(why)
    if dissent:
        page.get_by_label(re.compile("^Quelqu’un reste en désaccord")).check()
    page.get_by_role("button", name="Valider", exact=True).or_(
        page.get_by_role("button", name="Valider")
    ).last.click()
    expect(page.get_by_text("Accord noté")).to_be_visible()


def validate(site: LiveSite, open_page: OpenPage, seven: Seven, lead: Page, key: str) -> None:
    lead.goto(f"/auto-evaluations/{key}")
    lead.get_by_role("link", name="Demander la validation").click()
    lead.get_by_role("button", name="Demander la validation").click()
    page = open_page(site=site)
    sign_in(page, seven.manager)
    page.goto(f"/auto-evaluations/{key}")
    page.get_by_role("link", name="Valider et clôturer").click()
    page.get_by_role("button", name="Valider et clôturer").click()
    expect(page.get_by_role("status").first).to_contain_text("Clôturée")


def read_the_synthesis(site: LiveSite, seven: Seven, lead: Page, key: str, codes: Sequence[str]) -> None:
    """From the mail that each receives; every line is what they said, by as many voices."""
    mail = site.mail_to(seven.people[6].email, f"Synthèse : {TITLE}".replace(" :", "\u00a0:"))
    assert "A2-01" in mail
    lead.goto(f"/auto-evaluations/{key}/synthese")
    assert axe(lead) == []
    rows = lead.locator("table.synthesis tbody tr[id]").evaluate_all(
        "rows => rows.map(row => [row.id, ...[...row.cells].slice(1).map(cell => cell.innerText.trim())])"
    )
    found = {
        code: (answer, re.sub(r"\s", " ", voices).removesuffix(" accepté d’emblée"))
        for code, answer, voices in rows
    }
    assert found == {code: AGREED.get(code, (OUI, "7 voix sur 7")) for code in codes}
    expect(lead.locator("[id='A2-01']")).to_contain_text("Quelqu’un reste en désaccord")
    expect(lead.locator("[id='A2-03']")).to_contain_text("Vérifié sur dix dossiers tirés au sort.")
