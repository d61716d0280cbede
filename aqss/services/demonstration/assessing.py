"""One assessment of a fictional centre as rows: sheets, answers, scores, and what closing keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from aqss.domain.lifecycle import due_at
from aqss.domain.scoring import score_grid
from aqss.gateways.french import end_of_day
from aqss.persistence.assessments import Answer as AnswerRow
from aqss.persistence.assessments import Assessment, Assignment, Score, Sheet
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.freezing import (
    Circumstances,
    activities_of,
    frozen_form,
    participation_of,
)
from aqss.services.assessments.scores import rewrite_scores, score_row, tallies_of
from aqss.services.assessments.starting import WORKFLOW
from aqss.services.demonstration.agreeing import add_agreement, add_participants, add_voices
from aqss.services.demonstration.campaigns import Campaign
from aqss.services.demonstration.days import at
from aqss.services.demonstration.inheriting import Key, inherit
from aqss.services.demonstration.proofs import add_proofs
from aqss.services.demonstration.published import Published
from aqss.services.demonstration.rated_sheets import (
    RatedSheet,
    columns_of,
    participants_of,
    rate_sheets,
)
from aqss.services.demonstration.region import FictionalCentre
from aqss.services.demonstration.rows import Writer


@dataclass(frozen=True)
class Added:
    """An assessment as it was written; ``sheet_ids``: grid → the number of its sheet."""

    assessment_id: int
    sheets: Sequence[RatedSheet]
    sheet_ids: Mapping[str, int]


def add_campaign(
    writer: Writer,
    published: Published,
    centre: FictionalCentre,
    centre_id: int,
    known: dict[str, int],
    campaign: Campaign,
    proofs: Path,
    previous_id: int | None = None,
) -> Added:
    """Add every row of the campaign of that centre. ``known``: address → the number of the person.

    ``proofs``: the folder of the files given as proofs. ``previous_id``: the closed assessment that it starts
    from.
    """
    sheets = rate_sheets(published, centre, campaign)
    assessment_id = _add_assessment(
        writer, published, centre, centre_id, known, campaign, sheets, previous_id
    )
    lead = known[centre.team[0].email]
    participants = add_participants(writer, centre, campaign, assessment_id, known)
    sheet_ids = {}
    for sheet in sheets:
        rater = lead if campaign.is_blind else known[sheet.rater.email]
        sheet_id = _add_sheet(writer, assessment_id, sheet, campaign, rater)
        sheet_ids[sheet.content.grid.grid] = sheet_id
        if campaign.is_closed:
            add_agreement(writer, sheet_id, sheet, campaign, lead)
        else:
            add_voices(writer, sheet_id, sheet, campaign, participants)
    if campaign.has_proofs:
        add_proofs(writer, proofs, centre_id, campaign, sheet_ids, lead)
    again = inherit(writer, assessment_id, previous_id, sheets, at(campaign.started_on))
    for sheet in sheets:
        rater = lead if campaign.is_blind else known[sheet.rater.email]
        _add_answers(writer, sheet_ids[sheet.content.grid.grid], sheet, campaign, rater, again)
    _add_scores(writer, assessment_id, sheets, centre, is_inherited=previous_id is not None)
    return Added(assessment_id, sheets, sheet_ids)


def _add_scores(
    writer: Writer,
    assessment_id: int,
    sheets: Iterable[RatedSheet],
    centre: FictionalCentre,
    *,
    is_inherited: bool,
) -> None:
    """From the answers given; from every answer that stands where some were carried."""
    if is_inherited:
        writer.flush()
        rewrite_scores(writer.session, assessment_id)
        return
    scores = [
        (
            sheet.content.grid.module,
            score_grid(
                sheet.content,
                {rating.criterion: rating.answer for rating in sheet.ratings},
                centre.flags,
            ),
        )
        for sheet in sheets
    ]
    for key, tally in tallies_of(scores).items():
        writer.add(Score, **score_row(assessment_id, key, tally))


def _add_assessment(
    writer: Writer,
    published: Published,
    centre: FictionalCentre,
    centre_id: int,
    known: dict[str, int],
    campaign: Campaign,
    sheets: Sequence[RatedSheet],
    previous_id: int | None,
) -> int:
    author, entered = known[centre.team[0].email], at(campaign.entered_on)
    workflow = published.workflows[WORKFLOW]
    state = workflow.content.by_state[campaign.state]
    round_ends_on = campaign.started_on + timedelta(days=28)
    assessment_id = writer.add_numbered(
        Assessment,
        centre_id=centre_id,
        title=campaign.title,
        objective=campaign.objective,
        trigger=campaign.trigger,
        trigger_note="",
        rating=campaign.rating,
        profile=list(centre.flags),
        workflow_edition_id=workflow.id,
        state=campaign.state,
        entered_at=entered,
        due_at=due_at(state.due, entered, {"round-end": end_of_day(round_ends_on)}),
        ended_at=entered if state.final else None,
        version=1,
        started_on=campaign.started_on,
        round_ends_on=round_ends_on,
        revealed_at=at(campaign.agreed_on, 12) if campaign.is_blind and campaign.is_closed else None,
        closed_at=entered if campaign.is_closed else None,
        closed_from="validation" if campaign.is_closed else None,
        frozen=_frozen(published, centre, campaign, sheets) if campaign.is_closed else None,
        created_by_id=author,
        previous_id=previous_id,
    )
    _note_start(writer, centre_id, assessment_id, campaign, sheets, author)
    return assessment_id


def _note_start(
    writer: Writer,
    centre_id: int,
    assessment_id: int,
    campaign: Campaign,
    sheets: Sequence[RatedSheet],
    author: int,
) -> None:
    """The coordinator's entry in the journal."""
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


def _frozen(
    published: Published, centre: FictionalCentre, campaign: Campaign, sheets: Iterable[RatedSheet]
) -> dict[str, Any]:
    """What closing keeps of the place and of those who answered."""
    asked = dict.fromkeys(sheet.rater for sheet in sheets if sheet.ratings)
    raters = participants_of(centre) if campaign.is_blind else asked
    circumstances = Circumstances(
        centre_name=centre.name,
        town=centre.town,
        finess=centre.finess,
        activities=activities_of(centre.flags, published.labels),
        participation=participation_of([rater.professions for rater in raters], published.labels),
    )
    return frozen_form(circumstances, published.grids_in_modules)


def _add_sheet(writer: Writer, assessment_id: int, sheet: RatedSheet, campaign: Campaign, rater: int) -> int:
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
    if not campaign.is_blind:
        writer.add(Assignment, sheet_id=sheet_id, user_id=rater)
    return sheet_id


def _add_answers(
    writer: Writer, sheet_id: int, sheet: RatedSheet, campaign: Campaign, rater: int, again: Collection[Key]
) -> None:
    """``again``: the keys of those that were carried first."""
    updated_at = at(campaign.answered_on(sheet.position), 14)
    for rating in sheet.ratings:
        kind, level, reason = columns_of(rating.answer)
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
            version=2 if (sheet_id, rating.criterion) in again else 1,
            updated_at=updated_at,
            updated_by_id=rater,
        )
