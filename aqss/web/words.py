"""The French that several pages share: the names of roles, how far a sheet is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aqss.domain.access import Role
from aqss.gateways.french import NBSP, number_fr, plural_fr
from aqss.services.assessments.counting import Progress

ROLES: Mapping[str, str] = {
    Role.MEMBER: "membre de l’équipe",
    Role.COORDINATOR: "coordination",
    Role.MANAGER: "direction",
    Role.STRUCTURE: "structure d’appui",
    Role.ADMINISTRATOR: "administration",
}


def progress_fr(progress: Progress) -> str:
    """« 8 sur 11 cotés, 2 « ne sait pas » »; of figures only followed, « …, 3 sur 14 renseignés »."""
    done = f"{number_fr(progress.done)} sur {number_fr(progress.whole)}"
    if not progress.is_scored:
        filled = f"Suivi sans score, {done} {plural_fr(progress.whole, 'renseigné')}"
        return filled if progress.whole else "Ne concerne pas le centre, d’après son profil"
    if not progress.whole:
        return "Aucun critère concerné"
    return f"{done} {plural_fr(progress.whole, 'coté')}{unknown_fr(progress.unknown)}"


def unknown_fr(count: int) -> str:
    """« , 2 « ne sait pas » », to add to a count; nothing for none."""
    return f", {number_fr(count)}{NBSP}«{NBSP}ne sait pas{NBSP}»" if count else ""


def progress_widths(progress: Progress) -> tuple[str, str]:
    """The widths of a bar, in percentages of the whole: what is done, then « ne sait pas »."""
    whole = progress.whole or 1
    return f"{100 * progress.done / whole:.2f}", f"{100 * progress.unknown / whole:.2f}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "role_fr": ROLES.__getitem__,
    "progress_fr": progress_fr,
    "progress_widths": progress_widths,
    "unknown_fr": unknown_fr,
}
"""Jinja filters of the pages."""
