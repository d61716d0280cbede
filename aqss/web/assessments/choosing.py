"""What a team may choose when it starts an assessment: grids by module, who is asked for each, and who rates
alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import EVERYBODY, Criterion
from aqss.domain.divergence import expected_voices, is_opened_to_all
from aqss.services.assessments.offers import Offer, Preparation, TeamMember


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
    return {grid: keys_sent(form, f"personnes-{grid}") for grid in grids if grid in shown}


ASKED = "cotent"
"""The field that tells that a page showed who rates alone."""

PROFESSIONS = "professions"
REMOVALS = "retraits"
"""The field that names each person whose removal is confirmed, their answers with them."""


def propose_participants(offer: Offer) -> list[int]:
    """The whole team: each member rates alone, then the team agrees (HAS)."""
    return [person.user_id for person in offer.team]


def participants_sent(form: MultiDict[str, str], team: Sequence[TeamMember]) -> list[int]:
    """Who is ticked, then everybody of a profession that is; what is no number stays out."""
    ticked = keys_sent(form, "participants")
    professions = set(form.getlist(PROFESSIONS))
    theirs = [person.user_id for person in team if not professions.isdisjoint(person.professions)]
    return list(dict.fromkeys([*ticked, *theirs]))


def keys_sent(form: MultiDict[str, str], name: str) -> list[int]:
    """The numbers among the values of a field."""
    return [int(value) for value in form.getlist(name) if _is_key(value)]


@dataclass(frozen=True)
class Raters:
    """Who is asked to rate: together, grid by grid, or alone."""

    assignments: Mapping[str, Sequence[int]]
    participants: Sequence[int]


@dataclass(frozen=True)
class RaterChoice:
    """Somebody who may be asked to rate alone; ``is_asked``: they are already, as things were last saved."""

    person: TeamMember
    is_chosen: bool
    is_asked: bool
    has_left: bool


def offer_people(prepared: Preparation, chosen: Collection[int]) -> list[RaterChoice]:
    """The team, then those asked earlier who have left the centre."""
    known = {one.user_id: one for one in prepared.participants}
    gone = [
        TeamMember(one.user_id, one.name, one.professions) for one in prepared.participants if one.has_left
    ]
    return [
        RaterChoice(person, person.user_id in chosen, person.user_id in known, person in gone)
        for person in (*prepared.offer.team, *gone)
    ]


def professions_of(prepared: Preparation, chosen: Collection[int]) -> list[tuple[str, ...]]:
    """The professions of each person chosen who is still of the team: what voices are counted by."""
    return [person.professions for person in prepared.offer.team if person.user_id in chosen]


@dataclass(frozen=True)
class CriterionVoices:
    """How many voices a criterion can get; ``is_opened``: so few that everybody is asked, ``expected`` then
    counting all.
    """

    criterion: Criterion
    expected: int
    is_opened: bool


@dataclass(frozen=True)
class GridVoices:
    content: EditionContent
    lines: tuple[CriterionVoices, ...]

    @property
    def opened(self) -> int:
        return sum(line.is_opened for line in self.lines)


def voices_of_grids(
    offer: Offer, grids: Collection[str], professions: Sequence[Sequence[str]]
) -> list[GridVoices]:
    """For each grid chosen, the voices that its criteria can get; ``professions``: those of each person."""
    return [
        GridVoices(content, tuple(_voices(content, criterion, professions) for criterion in criteria))
        for content in offer.contents
        if content.grid.grid in grids
        and (criteria := [one for one in content.grid.criteria if one.applies(offer.profile)])
    ]


def _voices(
    content: EditionContent, criterion: Criterion, professions: Sequence[Sequence[str]]
) -> CriterionVoices:
    is_opened = is_opened_to_all(content.grid, criterion, professions)
    expected = len(professions) if is_opened else expected_voices(content.grid, criterion, professions)
    return CriterionVoices(criterion, expected, is_opened)


PREVIOUS = "depuis"
"""The field, and the argument, that name the assessment to start from."""


def previous_asked(sent: Mapping[str, str]) -> int | None:
    """The assessment to start from; None to start from nothing. What is no number is no assessment: 0."""
    text = sent.get(PREVIOUS, "")
    return None if not text else int(text) if _is_key(text) else 0


def _is_key(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
