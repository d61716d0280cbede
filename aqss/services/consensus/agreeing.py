"""What the team agrees on: its answer to one criterion, with why and who is not convinced; or many at once.

An answer goes the way every answer goes (:mod:`aqss.services.assessments.rating`), with its consensus beside
it, in one transaction and under one version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Permission
from aqss.domain.divergence import needs_reason
from aqss.domain.errors import Fault, InvalidInput, StaleEdit
from aqss.domain.intake import Intake
from aqss.domain.texts import clean_text
from aqss.persistence.assessments import Answer
from aqss.persistence.consensus import Consensus, SecondRound
from aqss.services.assessments.agreed import finish_agreed
from aqss.services.assessments.noting import note
from aqss.services.assessments.rating import AnswerEdit, Submission, open_edit, read_submission, write_edit
from aqss.services.assessments.recorded import BLANK, Recorded, answer_of, journal_code
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.assessments.spreads import among, read_spreads, round_in_force
from aqss.services.consensus.agendas import Matter, list_items, list_ratifiable, read_matters
from aqss.services.consensus.sittings import Point, Sitting, get_point, list_points, open_sitting, touch

REASON_LIMIT = 2000
NOTE_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Decision:
    """What is sent as the team's answer: see :class:`Submission` for ``kind`` and ``value``.

    ``reason``: why it stands outside the medians. ``has_dissent``: somebody keeps another opinion.
    """

    kind: str
    value: str = ""
    reason: str = ""
    note: str = ""
    has_dissent: bool = False


@dataclass(frozen=True, slots=True)
class Agreed:
    """The team's answer as it stands; version 0: none yet."""

    answer: Recorded
    reason: str
    note: str
    has_dissent: bool
    version: int


def agree(
    session: Session,
    actor: Actor,
    *,
    assessment_id: int,
    grid: str,
    criterion: str,
    decision: Decision,
    expected_version: int,
    now: datetime,
) -> Agreed:
    """Save the team's answer; the edit started from ``expected_version`` of it (0: none yet).

    By a coordinator, in an open sitting, not while the criterion is voted on again (``second-round-open``).
    The reason is asked outside the medians that are shown, and only there; « non concerné » has its own. A
    sheet whose criteria that apply all have their consensus is finished. What stands is not saved again.

    Raises :class:`InvalidInput` (``rating``, ``reason`` of « non concerné », ``why``, ``note``), and
    :class:`StaleEdit` when somebody else agreed on it in between.
    """
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    points = list_points(session, sitting.assessment)
    point = get_point(points, grid, criterion)
    edit = open_edit(session, actor, Permission.ASSESSMENT_AGREE, (assessment_id, grid, criterion))
    consensus = session.get(Consensus, point.key, populate_existing=True)
    second = _get_closed_round(session, point)
    wanted = _read_decision(session, sitting, point, edit, decision)
    standing = _standing(edit, consensus)
    if consensus is not None and _stands_already(edit, standing, wanted, actor, expected_version):
        return standing
    if edit.version != expected_version:
        raise StaleEdit("consensus", criterion, expected_version, edit.version)
    write_edit(edit, wanted.answer, actor, now)
    _forget_set_aside(second)
    _write_consensus(session, point, consensus, wanted, actor, now)
    finish_agreed(session, _criteria(points, {point.sheet_id}), actor.user_id, now)
    note(session, actor, sitting.assessment, "consensus-saved", _saved_facts(edit, wanted), now)
    touch(sitting)
    session.flush()
    return replace(wanted, version=edit.version + 1)


def ratify(
    session: Session, actor: Actor, *, assessment_id: int, shown: Collection[tuple[str, str]], now: datetime
) -> int:
    """Take as the team's answer what every voice said, for the criteria (grid, code) ``shown`` to it.

    Only those that :func:`~aqss.services.consensus.agendas.list_ratifiable` tells by then: what somebody
    settled meanwhile stays as it is; what was put on the agenda, is voted on, or had another agreement before
    its second round waits. How many that was. The same number of queries whatever their number.
    """
    sitting = open_sitting(session, actor, assessment_id, Permission.ASSESSMENT_AGREE)
    items = list_items(session, sitting.row)
    matters = [
        matter
        for matter in list_ratifiable(read_matters(session, sitting.assessment), items)
        if (matter.point.grid, matter.point.code) in shown
    ]
    if not matters:
        return 0
    _write_ratified(session, matters, actor, now)
    rewrite_scores(session, assessment_id)
    sheet_ids = {matter.point.sheet_id for matter in matters}
    points = list_points(session, sitting.assessment)
    finish_agreed(session, _criteria(points, sheet_ids), actor.user_id, now)
    note(session, actor, sitting.assessment, "consensus-ratified", {"count": len(matters)}, now)
    touch(sitting)
    session.flush()
    return len(matters)


def read_agreed(session: Session, actor: Actor, *, assessment_id: int, grid: str, criterion: str) -> Agreed:
    """What stands now for that criterion: the other side of a :class:`StaleEdit`."""
    key = (assessment_id, grid, criterion)
    edit = open_edit(session, actor, Permission.ASSESSMENT_READ, key)
    return _standing(edit, session.get(Consensus, (edit.place.sheet_id, criterion)))


def _get_closed_round(session: Session, point: Point) -> SecondRound | None:
    """The second round that was held on it, if any. Raises :class:`InvalidInput` while it is open."""
    found = session.get(SecondRound, point.key, populate_existing=True)
    if found is not None and found.closed_at is None:
        raise InvalidInput((Fault("rating", "second-round-open"),))
    return found


def _forget_set_aside(second: SecondRound | None) -> None:
    """What stood before the second round is over: the team agreed anew."""
    if second is not None:
        second.set_aside = None


def _read_decision(
    session: Session, sitting: Sitting, point: Point, edit: AnswerEdit, decision: Decision
) -> Agreed:
    """What would stand; every fault at once."""
    intake = Intake()
    answer = BLANK
    if decision.kind in ("", "blank"):
        intake.fault("rating", "required")
    else:
        submission = Submission(decision.kind, decision.value)
        answer = intake.read(BLANK, read_submission, edit, submission)
    why = intake.read("", clean_text, "why", decision.reason, REASON_LIMIT, required=False)
    told = intake.read("", clean_text, "note", decision.note, NOTE_LIMIT, required=False)
    rounds = read_spreads(session, sitting.assessment, (point.key,))[point.key]
    spread = rounds[round_in_force(rounds)].spread
    is_rated = answer.kind not in ("blank", "na")  # « non concerné » comes with its own reason
    if is_rated and not why and needs_reason(spread, point.scale, answer_of(answer)):
        intake.fault("why", "reason-outside-medians")
    intake.finish()
    return Agreed(answer, why, told, decision.has_dissent, edit.version)


def _standing(edit: AnswerEdit, consensus: Consensus | None) -> Agreed:
    if consensus is None:
        return Agreed(edit.before, "", "", False, edit.version)
    return Agreed(edit.before, consensus.reason, consensus.note, consensus.has_dissent, edit.version)


def _stands_already(
    edit: AnswerEdit, standing: Agreed, wanted: Agreed, actor: Actor, expected_version: int
) -> bool:
    """Nothing to change; or the same person sends again what was saved, its reply lost on the way."""
    is_retry = edit.version == expected_version + 1 and edit.place.updated_by_id == actor.user_id
    return wanted == standing and (edit.version == expected_version or is_retry)


def _write_consensus(
    session: Session, point: Point, found: Consensus | None, agreed: Agreed, actor: Actor, now: datetime
) -> None:
    row = found or Consensus(sheet_id=point.sheet_id, criterion=point.code)
    row.reason, row.note, row.has_dissent = agreed.reason, agreed.note, agreed.has_dissent
    row.is_ratified, row.decided_at, row.decided_by_id = False, now, actor.user_id
    session.add(row)
    session.flush()


_answers = cast(Table, Answer.__table__)
_DECIDED = tuple(field.name for field in fields(Recorded) if field.name != "comment")


def _write_ratified(session: Session, matters: Sequence[Matter], actor: Actor, now: datetime) -> None:
    """The answers and their consensus."""
    keys = {matter.point.key for matter in matters}
    rows = session.execute(
        select(Answer.sheet_id, Answer.criterion, Answer.version).where(*among(Answer, keys))
    )
    versions = {(row.sheet_id, row.criterion): row.version for row in rows}
    new, changed = [], []
    for matter in matters:
        values = _ratified_values(matter, actor, now)
        version = versions.get(matter.point.key)
        if version is None:
            new.append(
                {**values, "sheet_id": matter.point.sheet_id, "criterion": matter.point.code, "version": 1}
            )
        else:
            place = {"at_sheet": matter.point.sheet_id, "at_criterion": matter.point.code}
            changed.append({**values, **place, "version": version + 1})
    connection = session.connection()
    if new:
        connection.execute(insert(_answers), new)
    if changed:
        connection.execute(_change_answer, changed)
    session.execute(
        insert(Consensus),
        [
            {
                "sheet_id": sheet_id,
                "criterion": code,
                "is_ratified": True,
                "decided_at": now,
                "decided_by_id": actor.user_id,
            }
            for sheet_id, code in sorted(keys)
        ],
    )


_change_answer = (
    update(_answers)
    .where(_answers.c.sheet_id == bindparam("at_sheet"), _answers.c.criterion == bindparam("at_criterion"))
    .values(
        {name: bindparam(name) for name in (*_DECIDED, "carried", "version", "updated_at", "updated_by_id")}
    )
)


def _ratified_values(matter: Matter, actor: Actor, now: datetime) -> dict[str, Any]:
    value = matter.agreed_on
    if isinstance(value, Decimal):
        answer = Recorded("number", number=value)
    else:
        answer = Recorded("level", level=value)
    return {
        **{name: getattr(answer, name) for name in _DECIDED},
        "carried": False,
        "updated_at": now,
        "updated_by_id": actor.user_id,
    }


def _saved_facts(edit: AnswerEdit, wanted: Agreed) -> dict[str, Any]:
    """Codes only, for the journal."""
    return {
        "grid": edit.grid,
        "criterion": edit.found.criterion,
        "from": journal_code(edit.before),
        "to": journal_code(wanted.answer),
        "dissent": wanted.has_dissent,
    }


def _criteria(points: Iterable[Point], sheet_ids: Collection[int]) -> dict[int, set[str]]:
    """Sheet → the criteria of it to agree on."""
    found: dict[int, set[str]] = {sheet_id: set() for sheet_id in sheet_ids}
    for point in points:
        if point.sheet_id in found:
            found[point.sheet_id].add(point.code)
    return found
