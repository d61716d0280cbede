"""What a team may choose when it starts an assessment: grids by module, and who is asked for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY
from aqss.services.assessments.offers import TeamMember


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


def offer_grids(
    contents: Iterable[EditionContent], profile: Collection[str], chosen: Collection[str]
) -> list[ModuleChoice]:
    """Every grid by module, in the order of the catalogue, with what it would ask this centre."""
    modules: dict[str, list[GridChoice]] = {}
    titles: dict[str, str] = {}
    for content in contents:
        criteria = [criterion for criterion in content.grid.criteria if criterion.applies(profile)]
        essential = sum(criterion.essential for criterion in criteria)
        titles[content.grid.module] = content.module_title
        modules.setdefault(content.grid.module, []).append(
            GridChoice(content, len(criteria), essential, content.grid.grid in chosen)
        )
    return [ModuleChoice(module, titles[module], tuple(grids)) for module, grids in modules.items()]


def propose_assignments(
    contents: Iterable[EditionContent], team: Sequence[TeamMember]
) -> dict[str, tuple[int, ...]]:
    """Grid → the people of the team whose profession it asks for."""
    return {
        content.grid.grid: tuple(
            person.user_id
            for person in team
            if EVERYBODY in content.grid.respondents
            or not set(content.grid.respondents).isdisjoint(person.professions)
        )
        for content in contents
    }


def assignments_sent(form: MultiDict[str, str], grids: Sequence[str]) -> dict[str, list[int]]:
    """Who is ticked for each grid; what is no number stays out (the service refuses who is not of the team)."""
    return {
        grid: [int(value) for value in form.getlist(f"personnes-{grid}") if value.isascii() and value.isdigit() and len(value) < 10]
        for grid in grids
    }
