"""The team's agreements and what depends on them: the sheets they finish, those a second round sets aside.

While a criterion is voted on again its agreement does not stand: its answer is blank and counts nowhere. It
is kept beside the round, to be proposed again, or given back as it was when the round shows nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.consensus import Consensus, SecondRound
from aqss.services.assessments.counting import criteria_applying, read_agreed
from aqss.services.assessments.recorded import BLANK, Recorded, recorded
from aqss.services.assessments.scores import rewrite_scores
from aqss.services.editions import load_edition


@dataclass(frozen=True, slots=True)
class SetAside:
    """An agreement that stood when a second round opened; as in ``consensus`` and ``answers``."""

    answer: Recorded
    reason: str
    note: str
    has_dissent: bool


def read_set_aside(row: SecondRound) -> SetAside | None:
    """The agreement kept beside that round, if any."""
    kept = row.set_aside
    if kept is None:
        return None
    return SetAside(_answer_kept(kept["answer"]), kept["reason"], kept["note"], kept["has_dissent"])


def set_aside(
    session: Session, assessment: Assessment, row: SecondRound, by: int, now: datetime
) -> Recorded | None:
    """Take the agreement on the criterion of that round off what stands; its answer, None when none stood.

    Its sheet is no longer finished, scores no longer count it; who had finished it, and when, is kept too.
    The caller has the assessment's lock.
    """
    key = row.sheet_id, row.criterion
    consensus = session.get(Consensus, key, populate_existing=True)
    if consensus is None:
        return None
    answer = session.get_one(Answer, key, populate_existing=True)
    before = recorded(answer)
    row.set_aside = {
        "answer": _kept_answer(before),
        "reason": consensus.reason,
        "note": consensus.note,
        "has_dissent": consensus.has_dissent,
        "is_ratified": consensus.is_ratified,
        "decided_at": consensus.decided_at.isoformat(),
        "decided_by_id": consensus.decided_by_id,
        "finished": _finish_to_keep(session, row.sheet_id),
    }
    session.delete(consensus)
    _write_answer(answer, BLANK, by, now)
    session.execute(
        update(Sheet).where(Sheet.id == row.sheet_id).values(finished_at=None, finished_by_id=None)
    )
    rewrite_scores(session, assessment.id)
    return before


def give_back(
    session: Session, assessment: Assessment, rows: Iterable[SecondRound], now: datetime
) -> tuple[tuple[str, str, Recorded], ...]:
    """Let the agreements kept beside those rounds stand again, as they were; (grid, code, answer) of each.

    A sheet that is complete again is finished by whom and when it was, unless the team has decided something
    else of it since: then it is finished now, by nobody. The caller has the assessment's lock. None kept: no
    query.
    """
    found = [(row, row.set_aside) for row in rows if row.set_aside is not None]
    if not found:
        return ()
    sheet_ids = {row.sheet_id for row, _ in found}
    sheets = session.scalars(select(Sheet).where(Sheet.id.in_(sheet_ids))).all()
    grids = {sheet.id: sheet.grid for sheet in sheets}
    given = [(grids[row.sheet_id], row.criterion, _give_back(session, row, kept, now)) for row, kept in found]
    rewrite_scores(session, assessment.id)
    done = _list_complete(session, _criteria(session, assessment, sheets))
    for row, kept in found:
        if row.sheet_id in done and not _is_decided_since(session, row):
            _finish_as_before(session, row.sheet_id, kept.get("finished"))
    _finish(session, done, None, now)
    return tuple(given)


def give_back_open(session: Session, assessment: Assessment, now: datetime) -> None:
    """The same for every second round still open: nothing more comes of it."""
    give_back(session, assessment, list_open_rounds(session, assessment.id), now)


def list_open_rounds(session: Session, assessment_id: int) -> tuple[SecondRound, ...]:
    """The second rounds of the assessment that are open. One query."""
    found = (
        select(SecondRound)
        .join(Sheet, Sheet.id == SecondRound.sheet_id)
        .where(Sheet.assessment_id == assessment_id, SecondRound.closed_at.is_(None))
    )
    return tuple(session.scalars(found.execution_options(populate_existing=True)))


def finish_agreed(
    session: Session, criteria: Mapping[int, Collection[str]], by: int | None, now: datetime
) -> None:
    """Declare finished the sheets (key → criteria that apply) where each criterion has its agreement.

    The others are not, or no longer.
    """
    done = _list_complete(session, criteria)
    _finish(session, done, by, now)
    session.execute(
        update(Sheet)
        .where(Sheet.id.in_(set(criteria) - set(done)), Sheet.finished_at.is_not(None))
        .values(finished_at=None, finished_by_id=None)
    )


def follow_profile(session: Session, assessment: Assessment, now: datetime) -> None:
    """After the criteria that apply have changed: what no longer does is not voted on, and holds nothing up.

    The caller has the assessment's lock.
    """
    criteria = _criteria(
        session, assessment, session.scalars(select(Sheet).where(Sheet.assessment_id == assessment.id))
    )
    gone = [
        row for row in list_open_rounds(session, assessment.id) if row.criterion not in criteria[row.sheet_id]
    ]
    for row in gone:
        row.closed_at = now
    give_back(session, assessment, gone, now)
    finish_agreed(session, criteria, None, now)


def _list_complete(session: Session, criteria: Mapping[int, Collection[str]]) -> list[int]:
    agreed = read_agreed(session, criteria)
    return [sheet_id for sheet_id, one in agreed.items() if 0 < one.done == one.whole]


def _finish(session: Session, sheet_ids: Collection[int], by: int | None, at: datetime) -> None:
    """Those that are not finished yet."""
    session.execute(
        update(Sheet)
        .where(Sheet.id.in_(sheet_ids), Sheet.finished_at.is_(None))
        .values(finished_at=at, finished_by_id=by)
    )


def _finish_to_keep(session: Session, sheet_id: int) -> dict[str, Any] | None:
    """Who finished the sheet and when; where a round set that aside before this one, the same.

    None: it was not finished.
    """
    sheet = session.execute(select(Sheet.finished_at, Sheet.finished_by_id).where(Sheet.id == sheet_id)).one()
    if sheet.finished_at is not None:
        return {"at": sheet.finished_at.isoformat(), "by_id": sheet.finished_by_id}
    others = session.scalars(
        select(SecondRound.set_aside).where(
            SecondRound.sheet_id == sheet_id, SecondRound.set_aside.is_not(None)
        )
    )
    return next((one["finished"] for one in others if one and one.get("finished")), None)


def _finish_as_before(session: Session, sheet_id: int, kept: Mapping[str, Any] | None) -> None:
    if kept is not None:
        _finish(session, (sheet_id,), kept["by_id"], datetime.fromisoformat(kept["at"]))


def _is_decided_since(session: Session, row: SecondRound) -> bool:
    """Whether the team has decided something of its sheet since that round opened."""
    since = select(Consensus.criterion).where(
        Consensus.sheet_id == row.sheet_id, Consensus.decided_at > row.opened_at
    )
    return session.scalar(select(since.exists())) or False


def _give_back(session: Session, row: SecondRound, kept: Mapping[str, Any], now: datetime) -> Recorded:
    key = row.sheet_id, row.criterion
    answer = session.get_one(Answer, key, populate_existing=True)
    _write_answer(answer, _answer_kept(kept["answer"]), kept["decided_by_id"], now)
    session.add(
        Consensus(
            sheet_id=row.sheet_id,
            criterion=row.criterion,
            decided_at=datetime.fromisoformat(kept["decided_at"]),
            **{
                name: kept[name] for name in ("reason", "note", "has_dissent", "is_ratified", "decided_by_id")
            },
        )
    )
    row.set_aside = None
    return recorded(answer)


def _write_answer(row: Answer, answer: Recorded, by: int | None, now: datetime) -> None:
    """As the next version of it; its comment stays."""
    row.kind, row.level, row.number = answer.kind, answer.level, answer.number
    row.words, row.reason = answer.words, answer.reason
    row.version += 1
    row.updated_at, row.updated_by_id = now, by


def _kept_answer(answer: Recorded) -> dict[str, Any]:
    number = None if answer.number is None else f"{answer.number:f}"
    words = {"words": answer.words, "reason": answer.reason}
    return {"kind": answer.kind, "level": answer.level, "number": number, **words}


def _answer_kept(kept: Mapping[str, Any]) -> Recorded:
    number = None if kept["number"] is None else Decimal(kept["number"])
    return Recorded(kept["kind"], kept["level"], number, kept["words"], kept["reason"])


def _criteria(session: Session, assessment: Assessment, sheets: Iterable[Sheet]) -> dict[int, frozenset[str]]:
    return {
        sheet.id: criteria_applying(load_edition(session, sheet.edition_id), assessment.profile)
        for sheet in sheets
    }
