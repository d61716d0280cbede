"""Saving one answer: what somebody of the team says of one criterion, stored, scored and in the journal.

This is the path every tap takes. It runs six Core statements, built once when the module is imported, loads
no entity, and takes editions from the memory of the process.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, bindparam, insert, update
from sqlalchemy.orm import Session

from aqss.domain import scoring
from aqss.domain.access import Actor, Permission
from aqss.domain.answers import parse_rating, parse_reason
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import Scale
from aqss.domain.errors import Fault, InvalidInput, NotFound, NotPossibleNow, StaleEdit
from aqss.domain.intake import Intake
from aqss.domain.lifecycle import require_ability
from aqss.domain.texts import clean_text
from aqss.persistence.assessments import Answer
from aqss.persistence.journal import JournalEntry
from aqss.services.assessments.finding import checked_code, require_in_team
from aqss.services.assessments.one_sheet import SOURCE, assessments, key_of, select_sheet, sheets
from aqss.services.assessments.recorded import Recorded, answer_of, journal_code, recorded
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.scores import Standing, add_change, read_above, standing
from aqss.services.assessments.writes import is_known, remembered
from aqss.services.editions import load_edition, load_workflow

COMMENT_LIMIT = 2000

_KIND_OF_SCALE = {"levels": "level", "number": "number", "text": "text"}
_DECIDED = tuple(field.name for field in fields(Recorded))

_answers = cast(Table, Answer.__table__)

# One reading tells where the answer goes, whether it may, what stands there now, and by which definitions.
_place = select_sheet(
    assessments.c.rating,
    sheets.c.module,
    *(_answers.c[name] for name in (*_DECIDED, "version", "writes", "updated_at", "updated_by_id")),
    source=SOURCE.outerjoin(
        _answers, and_(_answers.c.sheet_id == sheets.c.id, _answers.c.criterion == bindparam("criterion"))
    ),
)
# A writer locks the assessment, not the sheet: people in two grids of one module add to the same module row.
# (SQLite's writers pass one by one, and know no such lock.)
_locked_place = _place.with_for_update(of=assessments)
_first_answer = insert(_answers)
_next_answer = (
    update(_answers)
    .where(
        _answers.c.sheet_id == bindparam("at_sheet"),
        _answers.c.criterion == bindparam("at_criterion"),
    )
    .values(
        {name: bindparam(name) for name in (*_DECIDED, "version", "writes", "updated_at", "updated_by_id")}
    )
    .values(carried=False)
)
_journal = insert(cast(Table, JournalEntry.__table__))


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person sends for one criterion.

    ``kind`` is one of :data:`~aqss.services.assessments.recorded.KINDS`, or None to leave the rating as it
    is; ``value`` is the level, the number or text as typed, or the reason of a « non concerné ». ``comment``
    None leaves the comment as it is. ``write`` names this write, if the browser does: sent again, it is known
    again.
    """

    kind: str | None = None
    value: str = ""
    comment: str | None = None
    write: str = ""


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What stands once saved, and the score of the grid that it leads to."""

    criterion: str
    answer: Recorded
    version: int
    saved_at: datetime | None
    grid: Standing


def save_answer(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    submission: Submission,
    expected_version: int,
    now: datetime,
) -> SavedAnswer:
    """Save the team's answer to one criterion; the edit started from ``expected_version`` (0: no answer yet).

    Whoever is of the team may rate any sheet while the state allows ``rate``, one declared finished included:
    it stays finished, the journal tells. An answer to a criterion that does not apply is kept, not counted.
    Where each person rates alone first, the team's answers are written in its session only. What already
    stands is not saved again, nor what the same person sent a moment ago and got no reply to; a write that
    was saved is answered as the first time, whatever came after it.

    Raises :class:`NotFound`, :class:`NotAllowed`, :class:`NotPossibleNow`, :class:`InvalidInput` (fields
    ``rating``, ``reason``, ``comment``), and :class:`StaleEdit` when another change came in between.
    """
    key = (assessment_id, grid, criterion)
    edit = open_edit(session, actor, Permission.ASSESSMENT_RATE, key, lock=True)
    _require_together(session, edit.place)
    after = read_submission(edit, submission)
    if _stands_already(edit, after, actor, expected_version):
        return _saved(edit, read_above(edit.connection, *edit.scored_at))
    if is_known(edit.place.writes or "", submission.write):
        standing_now = _saved(edit, read_above(edit.connection, *edit.scored_at))
        return replace(standing_now, answer=after, version=expected_version + 1)
    if edit.version != expected_version:
        raise StaleEdit("answer", criterion, expected_version, edit.version)
    tallies = write_edit(edit, after, actor, now, write=submission.write)
    _write_journal(edit, after, actor, now)
    return replace(_saved(edit, tallies), answer=after, version=edit.version + 1, saved_at=now)


def _require_together(session: Session, place: Any) -> None:
    """Raise :class:`NotPossibleNow` unless the team rates now, and all together."""
    workflow = load_workflow(session, place.workflow_edition_id, place.workflow_hash)
    require_ability(workflow, place.state, "rate")
    if place.rating == BLIND:
        raise NotPossibleNow("rate", place.state)


def read_answer(
    session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str
) -> SavedAnswer:
    """What stands now for that criterion: the other side of a :class:`StaleEdit`."""
    edit = open_edit(session, actor, Permission.ASSESSMENT_READ, (assessment_id, grid, criterion))
    return _saved(edit, read_above(edit.connection, *edit.scored_at))


@dataclass(frozen=True, slots=True)
class AnswerEdit:
    """Where an answer goes: ``place``, a row of ``_place``; ``before``, what stands there; its criterion."""

    connection: Connection
    place: Any
    content: EditionContent
    found: Criterion
    before: Recorded
    assessment_id: int
    grid: str

    @property
    def version(self) -> int:
        """0 while nobody has answered."""
        return self.place.version or 0

    @property
    def scored_at(self) -> tuple[int, str, str, str]:
        """Assessment, module, grid and section: the score rows above the criterion."""
        section = next(
            section.section
            for section in self.content.grid.sections
            if any(criterion is self.found for criterion in section.criteria)
        )
        return self.assessment_id, self.place.module, self.grid, section


def open_edit(
    session: Session,
    actor: Actor,
    permission: Permission,
    key: tuple[int, str, str],
    *,
    lock: bool = False,
) -> AnswerEdit:
    """The place of the answer that ``key`` names (assessment, grid, criterion), for who has ``permission``.

    ``lock``: nobody else changes the assessment's answers before the end of the transaction. Raises
    :class:`NotFound`, :class:`NotAllowed`.
    """
    assessment_id, grid, criterion = key
    connection = session.connection()
    place = connection.execute(
        _locked_place if lock else _place,
        {**key_of(assessment_id, grid), "criterion": checked_code("criterion", criterion)},
    ).one_or_none()
    if place is None:
        raise NotFound("grid", grid)
    require_in_team(actor, permission, assessment_id, place.centre_id)
    content = load_edition(session, place.edition_id, place.edition_hash)
    found = content.criteria_by_code.get(criterion)
    if found is None:
        raise NotFound("criterion", criterion)
    return AnswerEdit(connection, place, content, found, recorded(place), assessment_id, grid)


def read_submission(edit: AnswerEdit, submission: Submission) -> Recorded:
    """What would stand after it; every fault of rating, reason and comment at once."""
    intake = Intake()
    after, comment = edit.before, edit.before.comment
    if submission.kind is not None:
        scale = edit.content.scale_of(edit.found)
        after = intake.read(after, read_rating, scale, submission.kind, submission.value)
    if submission.comment is not None:
        comment = intake.read(
            comment, clean_text, "comment", submission.comment, COMMENT_LIMIT, required=False
        )
    intake.finish()
    return replace(after, comment=comment)


def write_edit(
    edit: AnswerEdit, after: Recorded, actor: Actor, now: datetime, *, write: str = ""
) -> tuple[scoring.Tally, scoring.Tally]:
    """Write the answer, as its next version, and what it changes in the scores; the new ones of grid and
    module.
    """
    _write_answer(edit, after, actor, now, write)
    before, code = answer_of(edit.before), edit.found.criterion
    change = scoring.change(edit.content, code, before, answer_of(after), edit.place.profile)
    return add_change(edit.connection, *edit.scored_at, change)


def read_rating(scale: Scale, kind: str, value: str) -> Recorded:
    """A rating as sent; faults on ``rating`` and ``reason``."""
    if kind == "na":
        return Recorded("na", reason=parse_reason(value).reason)
    if kind in ("unknown", "blank"):
        return Recorded(kind)
    if kind != _KIND_OF_SCALE[scale.kind]:
        raise InvalidInput((Fault("rating", "unknown-choice"),))
    rating = parse_rating(scale, value).value
    if isinstance(rating, Decimal):
        return Recorded("number", number=rating)
    return Recorded("text", words=rating) if kind == "text" else Recorded("level", level=rating)


def _stands_already(edit: AnswerEdit, after: Recorded, actor: Actor, expected_version: int) -> bool:
    """Nothing to change; or the same person sends again what was saved, its reply lost on the way."""
    if after != edit.before:
        return False
    is_retry = edit.version == expected_version + 1 and edit.place.updated_by_id == actor.user_id
    return edit.version == expected_version or is_retry


def _write_answer(edit: AnswerEdit, after: Recorded, actor: Actor, now: datetime, write: str) -> None:
    values = {
        **{name: getattr(after, name) for name in _DECIDED},
        "version": edit.version + 1,
        "writes": remembered(edit.place.writes or "", write),
        "updated_at": now,
        "updated_by_id": actor.user_id,
    }
    sheet_id, code = edit.place.sheet_id, edit.found.criterion
    if edit.version:
        edit.connection.execute(_next_answer, {**values, "at_sheet": sheet_id, "at_criterion": code})
    else:
        edit.connection.execute(_first_answer, {**values, "sheet_id": sheet_id, "criterion": code})


def _write_journal(edit: AnswerEdit, after: Recorded, actor: Actor, now: datetime) -> None:
    """Codes only: neither the comment nor a text is copied where answers taken back would survive."""
    facts = {
        "grid": edit.grid,
        "criterion": edit.found.criterion,
        "from": journal_code(edit.before),
        "to": journal_code(after),
        "comment": after.comment != edit.before.comment,
    }
    edit.connection.execute(
        _journal,
        {
            "at": now,
            "user_id": actor.user_id,
            "centre_id": edit.place.centre_id,
            "verb": "answer-saved",
            "subject_kind": "assessment",
            "subject_id": edit.assessment_id,
            "facts": facts,
        },
    )


def _saved(edit: AnswerEdit, tallies: tuple[scoring.Tally, scoring.Tally]) -> SavedAnswer:
    """What stands, as it was found."""
    grid, _module = tallies
    return SavedAnswer(
        criterion=edit.found.criterion,
        answer=edit.before,
        version=edit.version,
        saved_at=edit.place.updated_at,
        grid=standing(grid, edit.content),
    )
