"""Saving one answer of one's own, in a round where each person rates alone.

The path every tap takes: Core statements built once. Nothing of it goes to the journal, nor to the scores.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.errors import NotAllowed, NotFound, StaleEdit
from aqss.persistence.consensus import BlindRating, Participant
from aqss.services.assessments.counting import Progress, progress_of_followed
from aqss.services.assessments.finding import checked_code, get_assessment, require_in_team
from aqss.services.assessments.one_sheet import SOURCE, assessments, key_of, select_sheet, sheets
from aqss.services.assessments.participants import list_participants, voices_of
from aqss.services.assessments.participation import criteria_asked
from aqss.services.assessments.rating import AnswerEdit, Submission, read_submission
from aqss.services.assessments.recorded import Recorded, recorded
from aqss.services.assessments.rounds import BLIND, require_round_open
from aqss.services.assessments.spreads import FIRST_ROUND
from aqss.services.assessments.writes import is_known, remembered
from aqss.services.editions import load_edition, load_workflow

_DECIDED = tuple(field.name for field in fields(Recorded))

_ratings = cast(Table, BlindRating.__table__)
_participants = cast(Table, Participant.__table__)

_place = select_sheet(
    assessments.c.rating,
    assessments.c.revealed_at,
    _participants.c.id.label("participant_id"),
    _participants.c.professions,
    *(_ratings.c[name] for name in (*_DECIDED, "version", "writes", "updated_at")),
    source=SOURCE.outerjoin(
        _participants,
        and_(
            _participants.c.assessment_id == assessments.c.id,
            _participants.c.user_id == bindparam("user_id"),
        ),
    ).outerjoin(
        _ratings,
        and_(
            _ratings.c.participant_id == _participants.c.id,
            _ratings.c.sheet_id == sheets.c.id,
            _ratings.c.criterion == bindparam("criterion"),
            _ratings.c.round == FIRST_ROUND,
        ),
    ),
)
# As for the team's answers, a writer locks the assessment: the round does not close between the two.
_locked_place = _place.with_for_update(of=assessments)
_first = insert(_ratings)
_next = (
    update(_ratings)
    .where(
        _ratings.c.participant_id == bindparam("of_participant"),
        _ratings.c.sheet_id == bindparam("at_sheet"),
        _ratings.c.criterion == bindparam("at_criterion"),
        _ratings.c.round == FIRST_ROUND,
    )
    .values({name: bindparam(name) for name in (*_DECIDED, "version", "writes", "updated_at")})
)
_answered = select(_ratings.c.criterion).where(
    _ratings.c.participant_id == bindparam("participant_id"),
    _ratings.c.sheet_id == bindparam("sheet_id"),
    _ratings.c.round == FIRST_ROUND,
    _ratings.c.kind != "blank",
)


@dataclass(frozen=True, slots=True)
class SavedRating:
    """What stands once saved, and how far one's own sheet is."""

    criterion: str
    answer: Recorded
    version: int
    saved_at: datetime | None
    progress: Progress


def save_rating(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    submission: Submission,
    expected_version: int,
    now: datetime,
) -> SavedRating:
    """Save the actor's own answer to one criterion; the edit started from ``expected_version``.

    While the round is open, by who is asked to rate alone, on any criterion of the assessment; declared
    finished or not. What already stands is not saved again; a write that was saved is answered as the first
    time, whatever came after it.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`~aqss.domain.errors.NotPossibleNow`,
    :class:`~aqss.domain.errors.InvalidInput` (fields ``rating``, ``reason``, ``comment``), and
    :class:`StaleEdit` when the same person answered meanwhile from somewhere else.
    """
    edit = _open(session, actor, (assessment_id, grid, criterion), lock=True)
    place = edit.place
    workflow = load_workflow(session, place.workflow_edition_id, place.workflow_hash)
    require_round_open(workflow, place)
    after = read_submission(edit, submission)
    is_sent_again = edit.version in (expected_version, expected_version + 1)
    if after == edit.before and is_sent_again:
        return _saved(session, edit)
    if is_known(place.writes or "", submission.write):
        return replace(_saved(session, edit), answer=after, version=expected_version + 1)
    if edit.version != expected_version:
        raise StaleEdit("rating", criterion, expected_version, edit.version)
    _write(edit, after, submission.write, now)
    return replace(_saved(session, edit), answer=after, version=edit.version + 1, saved_at=now)


def read_rating(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str
) -> SavedRating:
    """The actor's own answer as it stands: the other side of a :class:`StaleEdit`."""
    return _saved(session, _open(session, actor, (assessment_id, grid, criterion)))


def _open(session: Session, actor: Actor, key: tuple[int, str, str], *, lock: bool = False) -> AnswerEdit:
    """Where the actor's own answer goes. Raises :class:`NotAllowed` to who is not asked to rate alone."""
    assessment_id, grid, criterion = key
    connection = session.connection()
    place = connection.execute(
        _locked_place if lock else _place,
        {
            **key_of(assessment_id, grid),
            "criterion": checked_code("criterion", criterion),
            "user_id": actor.user_id,
        },
    ).one_or_none()
    if place is None:
        get_assessment(session, actor, assessment_id, Permission.ASSESSMENT_RATE)
        raise NotFound("grid", grid)
    require_in_team(actor, Permission.ASSESSMENT_RATE, assessment_id, place.centre_id)
    content = load_edition(session, place.edition_id, place.edition_hash)
    found = content.criteria_by_code.get(criterion)
    if found is None:
        raise NotFound("criterion", criterion)
    if place.rating == BLIND and place.participant_id is None:
        raise NotAllowed(Permission.ASSESSMENT_RATE)
    return AnswerEdit(connection, place, content, found, recorded(place), assessment_id, grid)


def _write(edit: AnswerEdit, after: Recorded, write: str, now: datetime) -> None:
    place, code = edit.place, edit.found.criterion
    values: dict[str, Any] = {
        **{name: getattr(after, name) for name in _DECIDED},
        "version": edit.version + 1,
        "writes": remembered(place.writes or "", write),
        "updated_at": now,
    }
    if edit.version:
        at = {"of_participant": place.participant_id, "at_sheet": place.sheet_id, "at_criterion": code}
        edit.connection.execute(_next, {**values, **at})
    else:
        key = {"participant_id": place.participant_id, "sheet_id": place.sheet_id, "criterion": code}
        edit.connection.execute(_first, {**values, **key, "round": FIRST_ROUND})


def _saved(session: Session, edit: AnswerEdit) -> SavedRating:
    """What stands, as it was found; the progress as it is now."""
    return SavedRating(
        criterion=edit.found.criterion,
        answer=edit.before,
        version=edit.version,
        saved_at=edit.place.updated_at,
        progress=_progress(session, edit),
    )


def _progress(session: Session, edit: AnswerEdit) -> Progress:
    place = edit.place
    voices = voices_of(list_participants(session, edit.assessment_id))
    asked = criteria_asked(edit.content, place.profile, place.professions, voices)
    answered: Collection[str] = (
        edit.connection.execute(
            _answered, {"participant_id": place.participant_id, "sheet_id": place.sheet_id}
        )
        .scalars()
        .all()
    )
    return progress_of_followed(len(asked.intersection(answered)), len(asked))
