"""The French of the codes that pages show: roles and kinds of place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aqss.domain.access import Role

ROLES: Mapping[str, str] = {
    Role.MEMBER: "membre de l’équipe",
    Role.COORDINATOR: "coordination",
    Role.MANAGER: "direction",
    Role.STRUCTURE: "structure d’appui",
    Role.ADMINISTRATOR: "administration",
}

FILTERS: Mapping[str, Callable[[str], str]] = {"role_fr": ROLES.__getitem__}
"""Jinja filters of the pages."""
