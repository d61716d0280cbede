"""The earlier closings of an assessment: its figures each time it closed and was reopened since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Assessment, Closing, Score, Sheet
from aqss.services.assessments.scores import TALLY, TALLY_COLUMNS, ScoreKey, tally_of
from aqss.services.editions import load_edition

_EXACT = ("earned", "possible")


@dataclass(frozen=True)
class PastModule:
    """A module as it stood at a closing."""

    module: str
    title: str
    tally: Tally


@dataclass(frozen=True)
class PastClosing:
    """One closing, the ``rank``-th from 1, and why it was undone; modules in the order of the sheets then."""

    rank: int
    closed_at: datetime
    reopened_at: datetime
    reason: str
    modules: tuple[PastModule, ...]


def keep_closing(session: Session, actor: Actor, assessment: Assessment, reason: str, now: datetime) -> None:
    """Keep the figures of a closed assessment about to be reopened: its score rows, and what is frozen."""
    session.add(
        Closing(
            assessment_id=assessment.id,
            rank=next_rank(session, assessment.id),
            closed_at=assessment.closed_at,
            reopened_at=now,
            reopened_by_id=actor.user_id,
            reason=reason,
            scores=_kept_scores(session, assessment.id),
            frozen=assessment.frozen or {},
        )
    )


def next_rank(session: Session, assessment_id: int) -> int:
    """The rank of the closing to come, or of the one that stands: 1 for what was never reopened."""
    query = select(func.count()).select_from(Closing).where(Closing.assessment_id == assessment_id)
    return 1 + (session.scalar(query) or 0)


def read_closings(session: Session, assessment_ids: Collection[int]) -> Mapping[int, tuple[PastClosing, ...]]:
    """Assessment → its earlier closings, the oldest first; one query. The caller has checked who asks."""
    found: dict[int, tuple[PastClosing, ...]] = dict.fromkeys(assessment_ids, ())
    rows = session.scalars(
        select(Closing).where(Closing.assessment_id.in_(assessment_ids)).order_by(Closing.rank)
    )
    for row in rows:
        closing = PastClosing(row.rank, row.closed_at, row.reopened_at, row.reason, _modules(row.scores))
        found[row.assessment_id] = (*found[row.assessment_id], closing)
    return found


def tallies_then(scores: Mapping[str, Any]) -> dict[ScoreKey, Tally]:
    """The tallies by place that :attr:`Closing.scores` holds."""
    return {(row["module"], row["grid"], row["section"]): _tally(row) for row in scores["rows"]}


def _modules(scores: Mapping[str, Any]) -> tuple[PastModule, ...]:
    tallies = tallies_then(scores)
    return tuple(
        PastModule(one["module"], one["title"], tallies[one["module"], "", ""]) for one in scores["modules"]
    )


def _kept_scores(session: Session, assessment_id: int) -> dict[str, Any]:
    """``modules`` in order, with their titles; ``rows``: the score rows, points as exact fractions."""
    sheets = session.execute(
        select(Sheet.module, Sheet.edition_id)
        .where(Sheet.assessment_id == assessment_id)
        .order_by(Sheet.position)
    ).all()
    titles: dict[str, str] = {}
    for sheet in sheets:
        titles.setdefault(sheet.module, load_edition(session, sheet.edition_id).module_title)
    rows = session.execute(
        select(Score.module, Score.grid, Score.section, *TALLY)
        .where(Score.assessment_id == assessment_id)
        .order_by(Score.module, Score.grid, Score.section)
    )
    return {
        "modules": [{"module": module, "title": title} for module, title in titles.items()],
        "rows": [
            {"module": row.module, "grid": row.grid, "section": row.section, **_kept_tally(tally_of(row))}
            for row in rows
        ],
    }


def _kept_tally(tally: Tally) -> dict[str, Any]:
    return {
        name: str(getattr(tally, name)) if name in _EXACT else getattr(tally, name) for name in TALLY_COLUMNS
    }


def _tally(row: Mapping[str, Any]) -> Tally:
    counts = (int(row[name]) for name in TALLY_COLUMNS if name not in _EXACT)
    return Tally(Fraction(row["earned"]), Fraction(row["possible"]), *counts)
