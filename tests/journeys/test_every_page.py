"""Every page of the site, to each role that may open it: nothing to complain of on a desk and on a phone.

Pages come from the routes of the site: a new one is opened here without being named. So does each form that a
person writes in, sent with what is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import pytest
from playwright.sync_api import Page
from werkzeug.routing import Rule

from aqss.domain.access import CENTRE_ROLES, Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.services.assessments.starting import WORKFLOW
from tests.house.places import CRITERION, FINER, MADE_LATER, WHO
from tests.house.routes import address, declared, grants, kind_of, routes
from tests.journeys.conftest import OpenPage
from tests.journeys.forms import fill, forms_to_write_in, lost, send
from tests.journeys.live import LiveSite
from tests.journeys.looking import look_at_both
from tests.journeys.region import Region, a_region, bring_to, close_an_earlier_one, lead_another_centre
from tests.journeys.team import backstage, enter
from tests.web.assessments.scene import FIGURES, GRID, NIR

pytestmark = pytest.mark.xdist_group("every page")  # what one role has seen, the next need not open again

STATES = ("preparation", "cotation", "accord", "validation", "close", "abandonnee")

FILES = {
    "plan.workbook": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "plan.text_file": "text/csv",
    "reports.workbook": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "own_account.form_token": "application/json",
    "health.healthz": "application/json",
    "sitting.state": "application/json",
}
"""Endpoints that answer with something else than a page: its type."""

RULES = [rule for rule, method in routes() if method == "GET"]
OF_ASSESSMENT = [rule for rule in RULES if "assessment_id" in rule.arguments]
ELSEWHERE = [rule for rule in RULES if "assessment_id" not in rule.arguments]

NEEDS = {
    "assessments.prepare": {"prepare"},
    "assessment_profile.profile": {"prepare", "rate"},
    "results": {"read-results"},
    "synthesis": {"read-results"},
    "reports": {"read-results"},
    "proofs.confirm_removal": {"rate", "agree"},
}
"""Endpoint, or what it begins with → what the state has to allow, one of these; otherwise a page refuses."""

WAYS = {"actions.confirm_move": ("faire", "abandonnee"), "dossiers.confirm_move": ("recueil", "abandonne")}
"""Endpoint → the states that what is begun may pass to, held back or not."""

Chosen = Mapping[str, Sequence[str]]
"""Argument of an address → the values of it to open."""

KEPT_BY_SOME = ("dossier_parts",)
"""What only some dossiers keep: the page of another says so."""

ASKED = {
    "actions.new": (
        f"?auto_evaluation={{assessment}}&grille={GRID}&critere={CRITERION}",
        "?dossier={dossier}",
    ),
    "dossiers.start": ("?parcours=patient-traceur", "?parcours=inconnu"),
    "plan.of_centre": ("?q=relire", "?vue=en-retard", "?vue=toutes&grouper=etape&tri=pilote&lignes=100"),
    "plan.calendar": ("?mois=2026-02",),
    "administration.centres": ("?q=lilas", "?q=nulle+part"),
    "catalogue.overview": ("?q=dossier", "?q=anticonstitutionnel"),
    "centre_people.invite": ("?role=coordinator",),
    "journal.of_centre": ("?page=99",),
    "reports.pdf": ("?contenu=" + "0" * 64,),
}
"""Endpoint → what its address may ask besides."""

ANSWERS = "/reponses/"
"""The script of a grid whose form was refused tries what it holds again, one by one: refused too."""

VISITOR = "visitor"
"""Somebody who is not signed in."""

MAIN = re.compile("<main.*</main>", re.DOTALL)
IS_LED = """() => document.activeElement.matches("[role=alert]") && document.title.startsWith("Erreur")"""


@pytest.fixture(scope="session")
def visit() -> Visit:
    """One for a worker: what every role sees alike is gone through once."""
    return Visit()


@pytest.mark.parametrize("state", STATES)
def test_every_page_of_an_assessment_in_each_of_its_states(
    live: LiveSite, open_page: OpenPage, catalogue: Catalogue, visit: Visit, state: str
) -> None:
    behind = backstage(live)
    region = a_region(behind)
    if state in ("validation", "close"):
        close_an_earlier_one(behind, region.team, catalogue)
    bring_to(behind, region, catalogue, state)
    allowed = catalogue.workflows[WORKFLOW].by_state[state].allows or ()
    for role in CENTRE_ROLES:
        page = open_page(may_fail=ANSWERS)
        enter(page, region.people[role])
        for rule in OF_ASSESSMENT:
            if may_open(rule, role):
                chosen = {"to": ways_on(catalogue, state, role), "task": tasks_in(catalogue, state)}
                for url in addresses(rule, region, chosen):
                    visit.open(page, rule, url, expected(rule, allowed, state))


def test_the_states_are_those_of_the_life_cycle(catalogue: Catalogue) -> None:
    assert {state.state for state in catalogue.workflows[WORKFLOW].states} == set(STATES)


@pytest.mark.parametrize("who", [VISITOR, *WHO])
def test_every_other_page_to_each_role(
    live: LiveSite, open_page: OpenPage, catalogue: Catalogue, visit: Visit, who: str
) -> None:
    behind = backstage(live)
    region = a_region(behind)
    close_an_earlier_one(behind, region.team, catalogue)
    bring_to(behind, region, catalogue, "cotation")
    lead_another_centre(behind, region.team)
    page = open_page()
    if who != VISITOR:
        enter(page, region.people[who])
    for rule in ELSEWHERE:
        if may_open(rule, who):
            for url in addresses(rule, region):
                is_free = declared(rule).is_public or rule.endpoint.startswith(KEPT_BY_SOME)
                visit.open(page, rule, url, None if is_free else expected(rule, ()))


class Visit:
    """Opens pages and looks at those that are like no other; sends each form once, with what is refused."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._sent: set[str] = set()

    def open(self, page: Page, rule: Rule, url: str, status: int | None) -> None:
        """``status``: the one expected; None: the page, or a refusal that says why."""
        if rule.endpoint in FILES and status in (None, 200):
            check_file(page, url, FILES[rule.endpoint])
            return
        answer = page.request.get(url)
        assert answer.status == status or (status is None and answer.status < 500), f"{url}: {answer.status}"
        if not is_new(self._seen, build_of(MAIN.search(answer.text())[0])):
            return
        page.goto(url)
        look_at_both(page)
        for action in forms_to_write_in(page):
            if is_new(self._sent, action):
                self._refuse(page, action)
                page.goto(url)

    def _refuse(self, page: Page, action: str) -> None:
        fill(page, action, NIR)
        assert send(page, action) == 422, action
        assert lost(page, action, NIR) == []
        assert page.evaluate(IS_LED), f"{action}: {page.title()}"
        look_at_both(page)


def build_of(html: str) -> str:
    """What a page is built of, whatever it tells: its elements and their classes, like neighbours once.

    Where it only tells other words, axe finds the same; how long words may be is tried elsewhere.
    """
    elements = re.sub(r">[^<]+<", "><", re.sub(r'\s(?!class=|type=|role=)[\w:-]+="[^"]*"', "", html))
    return re.sub(r"(<(li|tr|option|article)\b[^>]*>.*?</\2>)\s*(?:\1\s*)+", r"\1", elements)


def is_new(known: set[str], text: str) -> bool:
    """Whether nothing like it is known yet, whatever the keys and dates in it; known from then on."""
    like = re.sub("[0-9]+", "0", text)
    if like in known:
        return False
    known.add(like)
    return True


def check_file(page: Page, url: str, kind: str) -> None:
    """A file that is no page: given with its type."""
    answer = page.request.get(url)
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, kind), url


def may_open(rule: Rule, who: str) -> bool:
    declaration = declared(rule)
    if declaration.is_public:
        return True
    if who == VISITOR:
        return False
    if who not in FINER.get(rule.endpoint, WHO):
        return False
    return declaration.permission is None or grants(declaration.permission, who, kind_of(rule))


def expected(rule: Rule, allowed: Collection[str], state: str = "") -> int:
    """The status of a page of an assessment whose state allows that; only a closed one is reopened."""
    if rule.endpoint in MADE_LATER:
        return 404
    if rule.endpoint == "reopening.reopen":
        return 200 if state == "close" else 409
    needed = NEEDS.get(rule.endpoint, NEEDS.get(rule.endpoint.partition(".")[0]))
    return 409 if needed is not None and needed.isdisjoint(allowed) else 200


def addresses(rule: Rule, region: Region, of_state: Chosen | None = None) -> Iterator[str]:
    """Every address of a route worth opening; ``of_state``: what the assessment gives to choose."""
    places = region.closed if rule.endpoint.endswith("_people.reopen") else region.places
    for chosen in choices(rule, region, of_state or {}):
        yield address(rule, places, **chosen)
    for question in ASKED.get(rule.endpoint, ()):
        keys = {"assessment": places.assessment, "dossier": places.dossier}
        yield address(rule, places) + question.format(**keys)


def choices(rule: Rule, region: Region, of_state: Chosen) -> list[dict[str, str]]:
    """What the arguments of an address stand for, beside the keys of the region."""
    names = rule.arguments
    if "criterion" in names:
        return [{}]
    for name in sorted(names & {"to", "task"}):
        if rule.endpoint in WAYS or name in of_state:
            return [{name: one} for one in WAYS.get(rule.endpoint) or of_state[name]]
    if names == {"dossier_id"}:
        return [{}, *({"dossier_id": str(key)} for key in region.dossiers)]
    if "grid" in names:
        return [{"grid": GRID}, {"grid": FIGURES, **({"module": "outils"} if "module" in names else {})}]
    if rule.endpoint in region.tokens:
        return [{}, {"token": region.tokens[rule.endpoint]}]
    return [{}]


def ways_on(catalogue: Catalogue, state: str, role: Role) -> list[str]:
    """The states that the role may let the assessment pass to."""
    transitions = catalogue.workflows[WORKFLOW].by_state[state].transitions or ()
    return [one.to for one in transitions if role in one.by]


def tasks_in(catalogue: Catalogue, state: str) -> list[str]:
    """The check-list of the state."""
    return [one.task for one in catalogue.workflows[WORKFLOW].by_state[state].checklist or ()]
