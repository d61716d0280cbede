"""Every route × every role × one's own place, a foreign one, and one that does not exist (B5).

What is expected comes from the table of ``aqss.domain.access`` and from nothing else: allowed, refused (403)
where the person has a role, not found (404) where they have none. Routes come from the site itself.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from aqss.bootstrap import Runtime
from aqss.domain.access import GRANTS, Role
from aqss.persistence.accounts import User
from aqss.persistence.session import Sessions
from aqss.web.access import Place
from tests.builders import actor_of
from tests.campaign.counting import Tried
from tests.house.places import (
    ABSENT,
    ARGUMENTS,
    FINER,
    HIDDEN,
    MADE_LATER,
    NOBODY,
    SCOPED,
    WHO,
    Set,
    a_person,
    a_set,
)
from tests.house.routes import APP, address, declared, grants, kind_of, routes
from tests.page import Site

ROUTES = list(routes())
GUARDED = [(rule, method) for rule, method in ROUTES if not declared(rule).is_public]
PERMITTED = [(rule, method) for rule, method in GUARDED if declared(rule).permission is not None]
PLACED = [(rule, method) for rule, method in PERMITTED if rule.arguments & set(SCOPED)]


@dataclass(frozen=True)
class Corner:
    """Somebody with a role in their own place, and a foreign one."""

    person: User
    own: Set
    foreign: Set


@dataclass(frozen=True)
class Door:
    """Where browsers are opened: making a site takes longer than asking it for a page."""

    site: Site
    corners: dict[str, Corner]

    def in_own_place(self, rule: Rule, who: str) -> tuple[Site, str, int]:
        """A browser where who has that role is signed in, the address in their place, how it would refuse."""
        places, kind = self.corners[who].own, kind_of(rule) or ""
        asked = {
            "centre": Place(centre_id=places.centre.id),
            "structure": Place(structure_id=places.structure.id),
        }.get(kind, Place())
        with self.site.runtime.sessions.reading() as session:
            is_known = asked.is_known_to(actor_of(session, self.corners[who].person))
        return self._browser_of(who), address(rule, places), 403 if is_known else 404

    def elsewhere(self, rule: Rule, who: str) -> tuple[Site, str, str]:
        """The same, with the address in a foreign place and in one that does not exist."""
        foreign, names = self.corners[who].foreign, frozenset(rule.arguments)
        values = {name: ABSENT.get(name, ARGUMENTS[name](foreign, names)) for name in names}
        absent = APP.url_map.bind("localhost").build(rule.endpoint, values, method=None)
        return self._browser_of(who), address(rule, foreign), absent

    def _browser_of(self, who: str) -> Site:
        site = self.site.another_browser()
        site.sign_in(self.corners[who].person)
        return site


@pytest.fixture(scope="session")
def corners() -> dict[str, Corner]:
    """Of each role, in :func:`migrated_file`."""
    return {}


@pytest.fixture(scope="session")
def migrated_file(
    migrated_file: Path, corners: dict[str, Corner], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The database to be copied holds everybody and their places: they take longer to make than an answer."""
    path = tmp_path_factory.mktemp("peopled") / "aqss.db"
    shutil.copy(migrated_file, path)
    sessions = Sessions(f"sqlite:///{path}")
    with sessions.writing() as session:
        for who in WHO:
            own, foreign = a_set(session), a_set(session)
            corners[who] = Corner(a_person(session, who, own), own, foreign)
        session.commit()
    sessions.dispose()
    return path


@pytest.fixture
def door(site: Site, corners: dict[str, Corner]) -> Door:
    return Door(site, corners)


def named(pairs: list[tuple[Rule, str]]) -> list[object]:
    return [pytest.param(*pair, id=f"{pair[1]} {pair[0].rule}") for pair in pairs]


def answer(site: Site, method: str, url: str) -> int:
    with site.client.open(url) if method == "GET" else site.send(url) as response:
        return response.status_code


@pytest.mark.campaign("B5")
@pytest.mark.parametrize(("rule", "method"), named(GUARDED))
def test_nobody_comes_in_without_signing_in(door: Door, rule: Rule, method: str) -> None:
    url = address(rule, door.corners[NOBODY].own)
    assert answer(door.site, method, url) == (302 if method == "GET" else 401)


@pytest.mark.campaign("B5")
@pytest.mark.parametrize(("rule", "method"), named(PERMITTED))
def test_a_route_opens_in_ones_own_place_to_the_roles_of_the_table_and_to_no_other(
    door: Door, rule: Rule, method: str, tried: Tried
) -> None:
    permission, kind = declared(rule).permission, kind_of(rule)
    assert permission is not None
    for who in WHO:
        site, url, refusal = door.in_own_place(rule, who)
        status = answer(site, method, url)
        tried()
        is_granted = grants(permission, who, kind)
        if is_granted and who in FINER.get(rule.endpoint, WHO):
            assert status < 500, f"{who}: {status}"
            refusals = (401, 403) if rule.endpoint in MADE_LATER else (401, 403, 404)
            assert status not in refusals, f"{who}: {status}"
        else:
            assert status == (404 if is_granted and rule.endpoint in HIDDEN else refusal), f"{who}: {status}"


@pytest.mark.campaign("B5")
@pytest.mark.parametrize(("rule", "method"), named(PLACED))
def test_a_foreign_place_answers_as_one_that_does_not_exist(
    door: Door, rule: Rule, method: str, tried: Tried
) -> None:
    permission = declared(rule).permission
    assert permission is not None
    for who in WHO:
        if who == Role.ADMINISTRATOR and Role.ADMINISTRATOR in GRANTS[permission]:
            continue  # every place is theirs
        site, foreign, absent = door.elsewhere(rule, who)
        statuses = answer(site, method, foreign), answer(site, method, absent)
        tried(len(statuses))
        assert statuses[0] == statuses[1], f"{who}: {statuses}"
        assert statuses[0] in (403, 404), f"{who}: {statuses}"
        if who == Role.ADMINISTRATOR or grants(permission, who, kind_of(rule)):
            assert statuses[0] == (403 if who == Role.ADMINISTRATOR else 404), f"{who}: {statuses}"


@pytest.mark.parametrize(("rule", "method"), named([(r, m) for r, m in ROUTES if declared(r).is_public]))
def test_a_public_route_answers_everybody(runtime: Runtime, rule: Rule, method: str) -> None:
    site = Site(runtime)
    assert answer(site, method, address(rule, None)) in (200, 302, 404, 422)


@pytest.mark.campaign("B7")
@pytest.mark.parametrize("rule", [pytest.param(r, id=r.rule) for r, m in ROUTES if m == "POST"])
def test_a_form_without_the_token_of_its_session_is_refused_everywhere(door: Door, rule: Rule) -> None:
    """Even to an administrator, who would be allowed (B7)."""
    site, url, _refusal = door.in_own_place(rule, Role.ADMINISTRATOR)
    foreign = site.another_browser().form_token()
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "x.y.z"}, {"csrf_token": foreign}):
        assert site.send(url, token, with_token=False).status_code == 400


def test_the_public_routes_are_these_and_no_other() -> None:
    assert {rule.rule for rule, _method in ROUTES if declared(rule).is_public} == {
        "/accessibilite",
        "/connexion",
        "/deconnexion",
        "/guide",
        "/healthz",
        "/invitation",
        "/invitation/<token>",
        "/mot-de-passe",
        "/mot-de-passe-oublie",
        "/mot-de-passe/<token>",
    }
