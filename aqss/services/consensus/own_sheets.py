"""Rating alone: where the round stands for the person who looks, one's own sheet of a grid, and « j’ai
terminé ».

Nobody reads there what a colleague has answered, whatever their role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission, is_allowed
from aqss.domain.errors import NotAllowed, NotPossibleNow
from aqss.domain.scoring import Tally
from aqss.gateways.french import paris
from aqss.gateways.links import Links
from aqss.persistence.assessments import Assessment, Sheet
from aqss.persistence.consensus import BlindRating, Participant
from aqss.services.assessments.announcing import remind_rating
from aqss.services.assessments.counting import Progress, progress_of_followed
from aqss.services.assessments.finding import get_assessment
from aqss.services.assessments.noting import note
from aqss.services.assessments.participants import (
    ListedParticipant,
    find_participant,
    list_participants,
    list_raters,
    voices_of,
)
from aqss.services.assessments.participation import Participation, criteria_asked, read_participations
from aqss.services.assessments.recorded import BLANK, Recorded
from aqss.services.assessments.rounds import is_round_open, require_round_open
from aqss.services.assessments.scope import end_of_round
from aqss.services.assessments.scores import standing
from aqss.services.assessments.sheet_page import SheetLine, SheetPage, SheetSection, resume_at
from aqss.services.assessments.spreads import FIRST_ROUND
from aqss.services.editions import load_workflow
from aqss.services.teams import list_coordinators

_ratings = cast(Table, BlindRating.__table__)
_own = select(
    _ratings.c.criterion,
    _ratings.c.version,
    _ratings.c.updated_at,
    _ratings.c.kind,
    _ratings.c.level,
    _ratings.c.number,
    _ratings.c.words,
    _ratings.c.reason,
    _ratings.c.comment,
).where(
    _ratings.c.participant_id == bindparam("participant_id"),
    _ratings.c.sheet_id == bindparam("sheet_id"),
    _ratings.c.round == FIRST_ROUND,
)


@dataclass(frozen=True)
class ProgressLine:
    """How far a participant is, for who leads: every answer ``given``, whatever is ``asked``."""

    participant: ListedParticipant
    given: int
    asked: int

    @property
    def progress(self) -> Progress:
        """The bar, never over its end."""
        return progress_of_followed(min(self.given, self.asked), self.asked)


@dataclass(frozen=True)
class Round:
    """The round as the person who looks may see it.

    ``own``: their own sheets, None for who is not asked to rate. ``lines``: everybody's progress, for who
    leads only. ``finished`` of the ``expected`` participants still of the team have finished. ``late``: how
    many a reminder would reach now; none once the last day of the round is past (``is_past``). ``leaders``:
    who leads it.
    """

    assessment: Assessment
    is_open: bool
    own: Participation | None
    lines: tuple[ProgressLine, ...]
    finished: int
    expected: int
    late: int
    is_past: bool
    leaders: tuple[str, ...]

    @property
    def unfinished(self) -> tuple[ProgressLine, ...]:
        """Of the ``lines``, who is still waited for."""
        return tuple(
            line
            for line in self.lines
            if line.participant.finished_at is None and not line.participant.has_left
        )


def read_round(session: Session, actor: Actor, assessment_id: int, now: datetime) -> Round:
    """Where individual rating stands, for the team of an assessment rated so."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    leads = is_allowed(actor, Permission.ASSESSMENT_PREPARE, centre_id=assessment.centre_id)
    reader = None if leads else actor.user_id
    found = read_participations(session, [assessment], of_user=reader)[assessment.id]
    here = [one for one in found if not one.participant.has_left]
    is_open, is_past = _is_open(session, assessment), _is_past(assessment, now)
    return Round(
        assessment,
        is_open,
        own=next((one for one in here if one.participant.user_id == actor.user_id), None),
        lines=tuple(ProgressLine(one.participant, one.given, one.asked) for one in found) if leads else (),
        finished=sum(one.participant.finished_at is not None for one in here),
        expected=len(here),
        late=sum(is_late(one.participant, now) for one in here) if is_open and not is_past else 0,
        is_past=is_past,
        leaders=list_coordinators(session, assessment.centre_id),
    )


def read_own_sheet(session: Session, actor: Actor, page: SheetPage) -> SheetPage:
    """The actor's own sheet in place of the team's ``page``, while they are asked to rate alone.

    The criteria asked of them stay in ``sections``, the others are in ``others``. To who is not asked, and
    once the round is closed, the team's page as it is.
    """
    assessment = get_assessment(session, actor, page.assessment_id, Permission.ASSESSMENT_READ)
    if not _is_open(session, assessment):
        return page
    participants = list_participants(session, assessment.id)
    own = next((one for one in participants if one.user_id == actor.user_id), None)
    if own is None:
        return replace(page, leaders=list_coordinators(session, assessment.centre_id))
    asked = criteria_asked(page.content, assessment.profile, own.professions, voices_of(participants))
    given = _read_own(session, own.participant_id, assessment.id, page.content.grid.grid)
    lines = {section.section.section: tuple(_own_lines(section, given, asked)) for section in page.sections}
    sections = tuple(_part(page, lines, asked=True))
    return replace(
        page,
        can_rate=True,
        is_own=True,
        finished=None,
        standing=standing(Tally(), page.content),
        sections=sections,
        others=tuple(_part(page, lines, asked=False)),
        is_started=bool(given),
        resume_at=resume_at([line for section in sections for line in section.lines]),
        active=(),
    )


def find_own(session: Session, actor: Actor, assessment_id: int) -> Participation | None:
    """One's own sheets while the round is open; None for who is not asked to rate alone."""
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_READ)
    if not _is_open(session, assessment):
        return None
    found = read_participations(session, [assessment], of_user=actor.user_id)[assessment_id]
    return next((one for one in found if one.participant.user_id == actor.user_id), None)


def finish_rating(session: Session, actor: Actor, *, assessment_id: int, now: datetime) -> None:
    """Declare one's own rating finished, complete or not: a person decides, not a count. Twice is once.

    While the round is open. Raises :class:`~aqss.domain.errors.NotPossibleNow`,
    :class:`~aqss.domain.errors.NotFound`, :class:`NotAllowed` to who is not asked to rate.
    """
    assessment, participant = _get_participation(session, actor, assessment_id)
    if participant.finished_at is None:
        participant.finished_at = now
        note(session, actor, assessment, "participation-finished", {}, now)
        session.flush()


def resume_rating(session: Session, actor: Actor, *, assessment_id: int, now: datetime) -> None:
    """Take back :func:`finish_rating`, under the same conditions."""
    assessment, participant = _get_participation(session, actor, assessment_id)
    if participant.finished_at is not None:
        participant.finished_at = None
        note(session, actor, assessment, "participation-resumed", {}, now)
        session.flush()


def remind_participants(
    session: Session, actor: Actor, *, assessment_id: int, links: Links, now: datetime
) -> int:
    """Send a reminder to each participant who has not finished, once a day at most; how many it reaches.

    For who leads, while the round is open and its last day not past. Raises :class:`NotPossibleNow`,
    :class:`NotAllowed`, :class:`~aqss.domain.errors.NotFound`.
    """
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_PREPARE, lock=True)
    _require_open(session, assessment)
    if _is_past(assessment, now):
        raise NotPossibleNow("rate", assessment.state)
    late = {one.user_id: one for one in list_participants(session, assessment_id) if is_late(one, now)}
    people = [person for person in list_raters(session, assessment) if person.id in late]
    if people:
        remind_rating(session, assessment, people, links, now)
        for person in people:
            session.get_one(Participant, late[person.id].participant_id).reminded_at = now
        note(session, actor, assessment, "participants-reminded", {"count": len(people)}, now)
        session.flush()
    return len(people)


def is_late(participant: ListedParticipant, now: datetime) -> bool:
    """Whether a reminder is for them: still there, not finished, not reminded today."""
    if participant.has_left or participant.finished_at is not None:
        return False
    reminded_at = participant.reminded_at
    return reminded_at is None or paris(reminded_at).date() < paris(now).date()


def _is_open(session: Session, assessment: Assessment) -> bool:
    return is_round_open(load_workflow(session, assessment.workflow_edition_id), assessment)


def _is_past(assessment: Assessment, now: datetime) -> bool:
    end = end_of_round(assessment)
    return end is not None and end <= now


def _require_open(session: Session, assessment: Assessment) -> None:
    require_round_open(load_workflow(session, assessment.workflow_edition_id), assessment)


def _get_participation(session: Session, actor: Actor, assessment_id: int) -> tuple[Assessment, Participant]:
    assessment = get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_RATE, lock=True)
    _require_open(session, assessment)
    participant = find_participant(session, assessment_id, actor.user_id)
    if participant is None:
        raise NotAllowed(Permission.ASSESSMENT_RATE)
    return assessment, participant


@dataclass(frozen=True, slots=True)
class _Given:
    answer: Recorded
    version: int
    at: datetime


def _read_own(session: Session, participant_id: int, assessment_id: int, grid: str) -> dict[str, _Given]:
    connection = session.connection()
    sheet_id = connection.execute(
        select(Sheet.id).where(Sheet.assessment_id == assessment_id, Sheet.grid == grid)
    ).scalar_one()
    rows = connection.execute(_own, {"participant_id": participant_id, "sheet_id": sheet_id})
    return {criterion: _Given(Recorded(*decided), version, at) for criterion, version, at, *decided in rows}


def _own_lines(section: SheetSection, given: dict[str, _Given], asked: frozenset[str]) -> Iterator[SheetLine]:
    for line in section.lines:
        code = line.criterion.criterion
        own = given.get(code)
        yield replace(
            line,
            answer=own.answer if own else BLANK,
            version=own.version if own else 0,
            saved_at=own.at if own else None,
            is_mine=code in asked,
        )


def _part(page: SheetPage, lines: dict[str, tuple[SheetLine, ...]], *, asked: bool) -> Iterator[SheetSection]:
    """The sections with the criteria asked of the person, or with the others."""
    for section in page.sections:
        part = tuple(line for line in lines[section.section.section] if line.is_mine is asked)
        if part:
            yield SheetSection(section.section, part)
