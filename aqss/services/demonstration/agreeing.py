"""Rows of an assessment where each rates alone first: who takes part, what they rate, or how they agreed."""

from __future__ import annotations

from collections.abc import Sequence

from aqss.domain.divergence import Spread, needs_reason, spread_of, votes_of
from aqss.domain.scoring import NotApplicable, Rated
from aqss.persistence.consensus import BlindRating, Consensus, Participant
from aqss.persistence.consensus import Spread as SpreadRow
from aqss.services.assessments.spreads import FIRST_ROUND, RoundSpread, kept_form
from aqss.services.demonstration.campaigns import Campaign
from aqss.services.demonstration.days import at
from aqss.services.demonstration.rated_sheets import RatedSheet, columns_of, participants_of
from aqss.services.demonstration.ratings import Rating
from aqss.services.demonstration.region import FictionalCentre
from aqss.services.demonstration.rows import Writer

_REASONS = (
    "Nous avons relu la procédure ensemble\u00a0: elle ne couvre pas les remplacements.",
    "La preuve a été retrouvée pendant la séance.",
    "Vrai le matin, pas encore le soir ni le samedi.",
)
_STILL_RATING_ONE_IN = 3
"""While the rating is open, of the people who take part, who has not finished: one in so many."""


def add_participants(
    writer: Writer, centre: FictionalCentre, campaign: Campaign, assessment_id: int, known: dict[str, int]
) -> list[int]:
    """Add those who rate alone, if anybody does; their numbers, in the order of the team."""
    people = participants_of(centre) if campaign.is_blind else ()
    return [
        writer.add_numbered(
            Participant,
            assessment_id=assessment_id,
            user_id=known[person.email],
            professions=list(person.professions),
            added_at=at(campaign.started_on, 11),
            finished_at=None if _is_rating(campaign, rank) else at(campaign.answered_on(rank), 17),
            reminded_at=None,
        )
        for rank, person in enumerate(people)
    ]


def add_voices(
    writer: Writer,
    sheet_id: int,
    sheet: RatedSheet,
    campaign: Campaign,
    participants: Sequence[int],
) -> None:
    """Add what each has rated alone; whoever is still rating has answered part of the first grids."""
    answered_at = at(campaign.answered_on(sheet.position), 14)
    for rank, (participant_id, ratings) in enumerate(zip(participants, sheet.voices, strict=True)):
        is_half_done = _is_rating(campaign, rank) and sheet.position < rank
        answered = len(ratings) // 2 if is_half_done else 0 if _is_rating(campaign, rank) else len(ratings)
        for rating in ratings[:answered]:
            kind, level, reason = columns_of(rating.answer)
            writer.add(
                BlindRating,
                participant_id=participant_id,
                sheet_id=sheet_id,
                criterion=rating.criterion,
                round=FIRST_ROUND,
                kind=kind,
                level=level,
                number=None,
                words="",
                reason=reason,
                comment=rating.comment,
                version=1,
                updated_at=answered_at,
            )


def add_agreement(writer: Writer, sheet_id: int, sheet: RatedSheet, campaign: Campaign, lead: int) -> None:
    """Add what closing leaves of the voices, and how the team, led by ``lead``, came to each answer."""
    if not campaign.is_blind:
        return
    for rank, rating in enumerate(sheet.ratings):
        code = rating.criterion
        scale = sheet.content.scale_of(sheet.content.criteria_by_code[code])
        voices = [one for ratings in sheet.voices for one in ratings if one.criterion == code]
        spread = spread_of(scale, votes_of(one.answer for one in voices))
        _add_spread(writer, (sheet_id, code), spread, voices)
        is_outside = needs_reason(spread, scale, rating.answer)
        writer.add(
            Consensus,
            sheet_id=sheet_id,
            criterion=code,
            reason=_REASONS[rank % len(_REASONS)] if is_outside else "",
            note="",
            has_dissent=is_outside and rank % 2 == 0,
            is_ratified=isinstance(rating.answer, Rated) and spread.agreed_on == rating.answer.value,
            decided_at=at(campaign.agreed_on, 13),
            decided_by_id=lead,
        )


def _add_spread(writer: Writer, key: tuple[int, str], spread: Spread, voices: Sequence[Rating]) -> None:
    comments = sorted(one.comment for one in voices if one.comment)
    reasons = sorted(one.answer.reason for one in voices if isinstance(one.answer, NotApplicable))
    told = RoundSpread(spread, tuple(comments), tuple(reasons) if spread.shown else ())
    writer.add(
        SpreadRow,
        sheet_id=key[0],
        criterion=key[1],
        round=FIRST_ROUND,
        verdict=spread.verdict.value,
        votes=kept_form(told),
        comments=comments,
    )


def _is_rating(campaign: Campaign, rank: int) -> bool:
    return campaign.state == "cotation" and rank % _STILL_RATING_ONE_IN == _STILL_RATING_ONE_IN - 1
