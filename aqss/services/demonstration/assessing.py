"""One assessment of a fictional centre as rows: sheets, answers, scores, and what closing keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.scoring import Answer, NotApplicable, Rated, score_grid
from aqss.persistence.assessments import Answer as AnswerRow
from aqss.persistence.assessments import Assessment, Assignment, Score, Sheet
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.freezing import (
    Circumstances,
    activities_of,
    frozen_form,
    participation_of,
)
from aqss.services.assessments.scores import score_row, tallies_of
from aqss.services.demonstration.campaigns import Campaign
from aqss.services.demonstration.days import at
from aqss.services.demonstration.published import Published
from aqss.services.demonstration.ratings import Rating, rate_sheet
from aqss.services.demonstration.region import FictionalCentre, FictionalPerson
from aqss.services.demonstration.rows import Writer


@dataclass(frozen=True)
class _RatedSheet:
    """A grid of an assessment with the answers it was given; one that asks nothing is never finished."""

    position: int
    edition_id: int
    content: EditionContent
    is_finished: bool
    rater: FictionalPerson
    ratings: Sequence[Rating]


def _rate_sheets(published: Published, centre: FictionalCentre, campaign: Campaign) -> list[_RatedSheet]:
    chosen = list(published.of(campaign.grids(published.editions)))
    raters = centre.team[2:]
    sheets = []
    for position, (edition_id, content) in enumerate(chosen):
        share = campaign.share_of_sheet(position, len(chosen))
        ratings = rate_sheet(
            content, centre.flags, centre=centre.number, year=campaign.year_number, share=share
        )
        is_finished = share == 1 and content.grid.asks(centre.flags)
        # The first member, who is named by `aqss demo`, is asked for the grid half done while it is rated.
        rater = raters[(position - len(chosen) // 2) % len(raters)]
        sheets.append(_RatedSheet(position, edition_id, content, is_finished, rater, ratings))
    return sheets


def add_campaign(
    writer: Writer,
    published: Published,
    centre: FictionalCentre,
    centre_id: int,
    known: dict[str, int],
    campaign: Campaign,
) -> None:
    """Add every row of the campaign of that centre; ``known``: address → the number of the person."""
    sheets = _rate_sheets(published, centre, campaign)
    assessment_id = _add_assessment(writer, published, centre, centre_id, known, campaign, sheets)
    scores = []
    for sheet in sheets:
        rater = known[sheet.rater.email]
        sheet_id = _add_sheet(writer, assessment_id, sheet, campaign, rater)
        answered_at = at(campaign.answered_on(sheet.position), 14)
        _add_answers(writer, sheet_id, sheet.ratings, answered_at, rater)
        answers = {rating.criterion: rating.answer for rating in sheet.ratings}
        scores.append((sheet.content.grid.module, score_grid(sheet.content, answers, centre.flags)))
    for key, tally in tallies_of(scores).items():
        writer.add(Score, **score_row(assessment_id, key, tally))


def _add_assessment(
    writer: Writer,
    published: Published,
    centre: FictionalCentre,
    centre_id: int,
    known: dict[str, int],
    campaign: Campaign,
    sheets: Sequence[_RatedSheet],
) -> int:
    author, entered = known[centre.team[0].email], at(campaign.entered_on)
    assessment_id = writer.add_numbered(
        Assessment,
        centre_id=centre_id,
        title=campaign.title,
        objective=campaign.objective,
        trigger=campaign.trigger,
        trigger_note="",
        rating="direct",
        profile=list(centre.flags),
        workflow_edition_id=published.workflow_edition_id,
        state=campaign.state,
        entered_at=entered,
        version=1,
        started_on=campaign.started_on,
        round_ends_on=campaign.started_on + timedelta(days=28),
        closed_at=entered if campaign.is_closed else None,
        frozen=_frozen(published, centre, sheets) if campaign.is_closed else None,
        created_by_id=author,
    )
    writer.add_numbered(
        JournalEntry,
        at=at(campaign.started_on),
        user_id=author,
        centre_id=centre_id,
        verb="assessment-started",
        subject_kind="assessment",
        subject_id=assessment_id,
        facts={"title": campaign.title, "grids": [sheet.content.grid.grid for sheet in sheets]},
    )
    return assessment_id


def _frozen(published: Published, centre: FictionalCentre, sheets: Iterable[_RatedSheet]) -> dict[str, Any]:
    """What closing keeps of the place and of those who answered."""
    raters = dict.fromkeys(sheet.rater for sheet in sheets if sheet.ratings)
    circumstances = Circumstances(
        centre_name=centre.name,
        town=centre.town,
        finess=centre.finess,
        activities=activities_of(centre.flags, published.labels),
        participation=participation_of([rater.professions for rater in raters], published.labels),
    )
    return frozen_form(circumstances, published.grids_in_modules)


def _add_sheet(writer: Writer, assessment_id: int, sheet: _RatedSheet, campaign: Campaign, rater: int) -> int:
    finished = at(campaign.finished_on(sheet.position), 16) if sheet.is_finished else None
    sheet_id = writer.add_numbered(
        Sheet,
        assessment_id=assessment_id,
        edition_id=sheet.edition_id,
        grid=sheet.content.grid.grid,
        module=sheet.content.grid.module,
        position=sheet.position,
        finished_at=finished,
        finished_by_id=rater if finished else None,
    )
    writer.add(Assignment, sheet_id=sheet_id, user_id=rater)
    return sheet_id


def _add_answers(
    writer: Writer, sheet_id: int, ratings: Iterable[Rating], updated_at: datetime, rater: int
) -> None:
    for rating in ratings:
        kind, level, reason = _columns(rating.answer)
        writer.add(
            AnswerRow,
            sheet_id=sheet_id,
            criterion=rating.criterion,
            kind=kind,
            level=level,
            number=None,
            words="",
            reason=reason,
            comment=rating.comment,
            version=1,
            updated_at=updated_at,
            updated_by_id=rater,
        )


def _columns(answer: Answer) -> tuple[str, str | None, str]:
    """Kind, level and reason: :func:`rate_sheet` rates by levels only."""
    if isinstance(answer, NotApplicable):
        return "na", None, answer.reason
    if isinstance(answer, Rated):
        return "level", str(answer.value), ""
    return "unknown", None, ""
