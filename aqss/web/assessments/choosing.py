"""What a team may choose when it starts an assessment: grids by module, and who is asked for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY
from aqss.services.assessments.offers import Offer, TeamMember


@dataclass(frozen=True)
class GridChoice:
    """A grid on offer; ``criteria``: how many apply to the centre's profile."""

    content: EditionContent
    criteria: int
    essential: int
    is_chosen: bool


@dataclass(frozen=True)
class ModuleChoice:
    module: str
    title: str
    grids: tuple[GridChoice, ...]


def offer_grids(offer: Offer, chosen: Collection[str]) -> list[ModuleChoice]:
    """Every grid by module, in the order of the catalogue, with what it would ask this centre."""
    modules: dict[str, list[GridChoice]] = {}
    titles: dict[str, str] = {}
    for content in offer.contents:
        criteria = [criterion for criterion in content.grid.criteria if criterion.applies(offer.profile)]
        essential = sum(criterion.essential for criterion in criteria)
        titles[content.grid.module] = content.module_title
        modules.setdefault(content.grid.module, []).append(
            GridChoice(content, len(criteria), essential, content.grid.grid in chosen)
        )
    return [ModuleChoice(module, titles[module], tuple(grids)) for module, grids in modules.items()]


def propose_assignments(offer: Offer, grids: Collection[str]) -> dict[str, list[int]]:
    """Grid → the people of the team whose profession it asks for."""
    return {
        content.grid.grid: [person.user_id for person in offer.team if _asks(content, person)]
        for content in offer.contents
        if content.grid.grid in grids
    }


def _asks(content: EditionContent, person: TeamMember) -> bool:
    respondents = content.grid.respondents
    return EVERYBODY in respondents or not set(respondents).isdisjoint(person.professions)


SHOWN = "reparties"
"""The field that names each grid whose people a page showed; a grid chosen since has none to read."""


def assignments_sent(form: MultiDict[str, str], grids: Sequence[str]) -> dict[str, list[int]]:
    """Who is ticked for each grid that the page showed people for.

    What is no number stays out; the service refuses who is not of the team.
    """
    shown = form.getlist(SHOWN)
    return {
        grid: [int(value) for value in form.getlist(f"personnes-{grid}") if _is_key(value)]
        for grid in grids
        if grid in shown
    }


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
