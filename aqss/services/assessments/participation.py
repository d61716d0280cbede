"""How far each person who rates alone is: how many criteria have an answer, never which answer, nor to which
criteria.

To who leads, every answer given counts, asked for or not: were only those asked counted, asking for one
criterion more or less (a profession, a person) would tell whether that one is answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.divergence import expected_voices, is_opened_to_all
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating
from aqss.persistence.editions import Edition
from aqss.services.assessments.counting import Progress, progress_of_followed
from aqss.services.assessments.participants import ListedParticipant, list_participants_of, voices_of
from aqss.services.assessments.spreads import FIRST_ROUND
from aqss.services.editions import load_edition


@dataclass(frozen=True)
class OwnSheet:
    """A sheet as a participant has it: ``done`` of the ``asked`` criteria, and how many ``others`` apply."""

    content: EditionContent
    done: int
    asked: int
    others: int

    @property
    def progress(self) -> Progress:
        return progress_of_followed(self.done, self.asked)


@dataclass(frozen=True)
class Participation:
    """A participant and their sheets, in the order of the assessment's.

    ``given``: how many answers they gave in all, whatever was asked and whatever applies.
    """

    participant: ListedParticipant
    sheets: tuple[OwnSheet, ...]
    given: int

    @property
    def asked(self) -> int:
        """How many criteria are asked of them."""
        return sum(sheet.asked for sheet in self.sheets)

    @property
    def progress(self) -> Progress:
        """All sheets together: for themselves only."""
        return progress_of_followed(sum(sheet.done for sheet in self.sheets), self.asked)

    def next_after(self, grid: str) -> OwnSheet | None:
        """Another sheet that still has blanks: the first after that of ``grid``, else the first of all."""
        rank = next(rank for rank, one in enumerate(self.sheets) if one.content.grid.grid == grid)
        others = (*self.sheets[rank + 1 :], *self.sheets[:rank])
        return next((one for one in others if one.progress.blank), None)


def criteria_asked(
    content: EditionContent,
    profile: Collection[str],
    professions: Sequence[str],
    voices: Sequence[Sequence[str]],
) -> frozenset[str]:
    """The criteria of a grid asked of who has those ``professions``.

    Those that apply and are asked of one of them, and those that so few of the ``voices`` would rate that
    everybody is asked.
    """
    grid = content.grid
    return frozenset(
        criterion.criterion
        for criterion in grid.criteria
        if criterion.applies(profile)
        and (expected_voices(grid, criterion, [professions]) or is_opened_to_all(grid, criterion, voices))
    )


def read_participations(
    session: Session, assessments: Iterable[Assessment], *, of_user: int | None = None
) -> dict[int, tuple[Participation, ...]]:
    """Assessment → its participants by name, in three queries for all of them.

    ``of_user``: only what that user has answered is read, the others count for nothing. The caller has
    checked who asks.
    """
    profiles = {assessment.id: assessment.profile for assessment in assessments}
    participants = list_participants_of(session, profiles)
    sheets = _sheets(session, profiles)
    answered = _answered(
        session,
        [
            one.participant_id
            for listed in participants.values()
            for one in listed
            if of_user is None or one.user_id == of_user
        ],
    )
    return {
        assessment_id: _participations(
            participants.get(assessment_id, ()), sheets.get(assessment_id, ()), profile, answered
        )
        for assessment_id, profile in profiles.items()
    }


_Answered = Mapping[tuple[int, int], Collection[str]]
"""Participant and sheet → the criteria that have an answer."""


def _participations(
    listed: Sequence[ListedParticipant],
    sheets: Sequence[tuple[int, EditionContent]],
    profile: Collection[str],
    answered: _Answered,
) -> tuple[Participation, ...]:
    voices = voices_of(listed)
    asked_of: dict[tuple[str, ...], list[frozenset[str]]] = {}  # several people have the same professions
    for one in listed:
        if one.professions not in asked_of:
            asked_of[one.professions] = [
                criteria_asked(content, profile, one.professions, voices) for _, content in sheets
            ]
    applicable = [sum(one.applies(profile) for one in content.grid.criteria) for _, content in sheets]
    return tuple(
        Participation(
            one,
            tuple(
                OwnSheet(
                    content=content,
                    done=len(asked.intersection(answered.get((one.participant_id, sheet_id), ()))),
                    asked=len(asked),
                    others=whole - len(asked),
                )
                for (sheet_id, content), asked, whole in zip(
                    sheets, asked_of[one.professions], applicable, strict=True
                )
            ),
            given=sum(len(answered.get((one.participant_id, sheet_id), ())) for sheet_id, _ in sheets),
        )
        for one in listed
    )


def _sheets(
    session: Session, assessment_ids: Collection[int]
) -> dict[int, tuple[tuple[int, EditionContent], ...]]:
    """Assessment → the key and the edition of each of its sheets, in order."""
    rows = session.execute(
        select(Sheet.assessment_id, Sheet.id, Sheet.edition_id, Edition.hash)
        .join(Edition, Edition.id == Sheet.edition_id)
        .where(Sheet.assessment_id.in_(assessment_ids))
        .order_by(Sheet.position)
    )
    found: dict[int, tuple[tuple[int, EditionContent], ...]] = {}
    for row in rows:
        content = load_edition(session, row.edition_id, row.hash)
        found[row.assessment_id] = (*found.get(row.assessment_id, ()), (row.id, content))
    return found


def _answered(session: Session, participant_ids: Collection[int]) -> _Answered:
    """Whether there is an answer, of whatever kind: « ne sait pas » counts as any other."""
    rows = session.execute(
        select(BlindRating.participant_id, BlindRating.sheet_id, BlindRating.criterion).where(
            BlindRating.participant_id.in_(participant_ids),
            BlindRating.round == FIRST_ROUND,
            BlindRating.kind != "blank",
        )
    )
    found: dict[tuple[int, int], set[str]] = {}
    for participant_id, sheet_id, criterion in rows:
        found.setdefault((participant_id, sheet_id), set()).add(criterion)
    return found
