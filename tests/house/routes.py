"""The routes of the site, for tests that go through all of them: their addresses, and who may open them."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

from werkzeug.routing import Rule

from aqss.domain.access import CENTRE_ROLES, GRANTS, WITHOUT_ROLE, Permission, Role
from aqss.web import create_app
from aqss.web.access import Declaration
from tests.clock import FakeClock
from tests.house.places import ARGUMENTS, NOBODY, SCOPED

SETTINGS = SimpleNamespace(base_url="http://localhost", secret_key="to list routes")
APP = create_app(SimpleNamespace(settings=SETTINGS, clock=FakeClock()))
STATIC = "static_files.serve"


def routes() -> Iterator[tuple[Rule, str]]:
    """Every route of the site with each of its methods, its files apart."""
    for rule in APP.url_map.iter_rules():
        if rule.endpoint != STATIC:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def declared(rule: Rule) -> Declaration:
    return APP.view_functions[rule.endpoint].access


def address(rule: Rule, places: object, **chosen: object) -> str:
    """The address of a route in a set of places; fails for an argument that has no row and is not chosen."""
    names = frozenset(rule.arguments)
    missing = names - set(ARGUMENTS)
    assert not missing, f"{rule.rule}: say in tests/house/places.py what {sorted(missing)} stands for"
    values = {name: chosen[name] if name in chosen else ARGUMENTS[name](places, names) for name in names}
    return str(APP.url_map.bind("localhost").build(rule.endpoint, values, method=None))


def grants(permission: Permission, who: str, kind: str | None) -> bool:
    """Whether the role, held in the place of that kind, gives the permission there."""
    if permission in WITHOUT_ROLE:
        return True
    if who == NOBODY or Role(who) not in GRANTS[permission]:
        return False
    return kind is None or who == Role.ADMINISTRATOR or (who in CENTRE_ROLES) is (kind == "centre")


def kind_of(rule: Rule) -> str | None:
    """The kind of place that a route is about."""
    return next((kind for name, kind in SCOPED.items() if name in rule.arguments), None)
