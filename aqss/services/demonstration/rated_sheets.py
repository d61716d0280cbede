"""The grids of an assessment with what a fictional team answers: together, or each alone first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aqss.domain.access import Role
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.scoring import Answer, NotApplicable, Rated
from aqss.services.demonstration.campaigns import Campaign
from aqss.services.demonstration.published import Published
from aqss.services.demonstration.ratings import Rating, rate_sheet
from aqss.services.demonstration.region import FictionalCentre, FictionalPerson
from aqss.services.demonstration.voices import rate_alone


@dataclass(frozen=True)
class RatedSheet:
    """A grid of an assessment with the answers it was given; one that asks nothing is never finished.

    ``voices``: where people rate alone first, what each of them answers, in the order of the team.
    """

    position: int
    edition_id: int
    content: EditionContent
    is_finished: bool
    rater: FictionalPerson
    ratings: Sequence[Rating]
    voices: Sequence[Sequence[Rating]] = ()


def rate_sheets(published: Published, centre: FictionalCentre, campaign: Campaign) -> list[RatedSheet]:
    chosen = list(published.of(campaign.grids(published.editions)))
    raters = centre.team[2:]
    sheets = []
    for position, (edition_id, content) in enumerate(chosen):
        # The first member, who is named by `aqss demo`, is asked for the grid half done while it is rated.
        rater = raters[(position - len(chosen) // 2) % len(raters)]
        rate = _rate_alone if campaign.is_blind else _rate_together
        sheets.append(
            rate(centre, campaign, RatedSheet(position, edition_id, content, False, rater, ()), len(chosen))
        )
    return sheets


def _rate_together(centre: FictionalCentre, campaign: Campaign, sheet: RatedSheet, count: int) -> RatedSheet:
    share = campaign.share_of_sheet(sheet.position, count)
    return replace(
        sheet,
        ratings=_ratings(centre, campaign, sheet, share),
        is_finished=share == 1 and sheet.content.grid.asks(centre.flags),
    )


def _rate_alone(centre: FictionalCentre, campaign: Campaign, sheet: RatedSheet, _count: int) -> RatedSheet:
    """The team answers only once it has agreed, which closing shows."""
    agreed = _ratings(centre, campaign, sheet, 1)
    voices = rate_alone(
        sheet.content,
        centre.flags,
        [person.professions for person in participants_of(centre)],
        {rating.criterion: rating.answer for rating in agreed},
        centre=centre.number,
        year=campaign.year_number,
    )
    if not campaign.is_closed:
        return replace(sheet, voices=voices)
    return replace(sheet, voices=voices, ratings=agreed, is_finished=sheet.content.grid.asks(centre.flags))


def _ratings(
    centre: FictionalCentre, campaign: Campaign, sheet: RatedSheet, share: float
) -> Sequence[Rating]:
    return rate_sheet(
        sheet.content, centre.flags, centre=centre.number, year=campaign.year_number, share=share
    )


def participants_of(centre: FictionalCentre) -> tuple[FictionalPerson, ...]:
    """Who rates alone: everybody but the direction, who validates."""
    return tuple(person for person in centre.team if person.role is not Role.MANAGER)


def columns_of(answer: Answer) -> tuple[str, str | None, str]:
    """Kind, level and reason: :func:`rate_sheet` rates by levels only."""
    if isinstance(answer, NotApplicable):
        return "na", None, answer.reason
    if isinstance(answer, Rated):
        return "level", str(answer.value), ""
    return "unknown", None, ""
