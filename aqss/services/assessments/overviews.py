"""Where each centre of a person stands, for the home page: what its team assesses, its latest scores."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.scoring import pool
from aqss.persistence.assessments import Assessment, Score, Sheet
from aqss.services.assessments.counting import Progress, progress_of
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.listing import AssessmentLine, list_running
from aqss.services.assessments.scores import TALLY, Standing, judge_of, standing, tally_of
from aqss.services.editions import load_edition


@dataclass(frozen=True)
class Running:
    """An assessment that is not over; ``progress``: all its scored grids together."""

    line: AssessmentLine
    progress: Progress


@dataclass(frozen=True)
class LatestScore:
    """The score of a module when it was last closed; ``grids``: how many of its grids were assessed."""

    assessment: Assessment
    content: EditionContent
    standing: Standing
    grids: int


@dataclass(frozen=True)
class CentreOverview:
    """``running``: the latest first; ``latest``: one a module at most, those closed last first.

    ``has_begun``: the centre ever began an assessment, even one given up since.
    """

    running: tuple[Running, ...] = ()
    latest: tuple[LatestScore, ...] = ()
    has_begun: bool = False


def read_overviews(session: Session, actor: Actor) -> dict[int, CentreOverview]:
    """Centre of the actor → where it stands.

    A constant number of queries, over what runs and one score a module, whatever was assessed before.
    """
    centre_ids = actor.centre_ids()
    running = list_running(session, actor)
    latest = _latest_scores(session, centre_ids)
    begun = set(
        session.scalars(
            select(Assessment.centre_id)
            .where(Assessment.centre_id.in_(centre_ids), IS_SELF_ASSESSMENT)
            .distinct()
        )
    )
    return {
        centre_id: CentreOverview(
            running=tuple(_running(running, centre_id)),
            latest=tuple(score for score in latest if score.assessment.centre_id == centre_id),
            has_begun=centre_id in begun,
        )
        for centre_id in centre_ids
    }


def _running(lines: Iterable[AssessmentLine], centre_id: int) -> Iterable[Running]:
    for line in lines:
        if line.assessment.centre_id == centre_id:
            yield Running(line, progress_of(pool(line.modules.values())))


def _latest_scores(session: Session, centre_ids: Sequence[int]) -> list[LatestScore]:
    """For each centre and module, the score of the assessment closed last that gave it one."""
    latest_first = (Assessment.closed_at.desc(), Assessment.id.desc())
    ranked = (
        select(
            Score.assessment_id,
            Score.module,
            func.row_number()
            .over(partition_by=(Assessment.centre_id, Score.module), order_by=latest_first)
            .label("rank"),
        )
        .join(Assessment, Assessment.id == Score.assessment_id)
        .where(
            Assessment.centre_id.in_(centre_ids),
            IS_SELF_ASSESSMENT,
            Assessment.closed_at.is_not(None),
            Score.scope == "module",
            Score.score.is_not(None),
        )
        .subquery()
    )
    rows = session.execute(
        select(Assessment, Score.module, *TALLY)
        .join(Score, Score.assessment_id == Assessment.id)
        .join(ranked, (ranked.c.assessment_id == Score.assessment_id) & (ranked.c.module == Score.module))
        .where(ranked.c.rank == 1, Score.scope == "module")
        .order_by(*latest_first)
    ).all()
    sheets = _sheets(session, {row.Assessment.id for row in rows})
    return [_score(session, row, sheets) for row in rows]


_Sheets = Mapping[tuple[int, str], Sequence[int]]
"""(assessment, module) → the editions of its sheets, in order."""


def _sheets(session: Session, assessment_ids: Collection[int]) -> _Sheets:
    rows = session.execute(
        select(Sheet.assessment_id, Sheet.module, Sheet.edition_id)
        .where(Sheet.assessment_id.in_(assessment_ids))
        .order_by(Sheet.position)
    )
    found: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        found.setdefault((row.assessment_id, row.module), []).append(row.edition_id)
    return found


def _score(session: Session, row: Any, sheets: _Sheets) -> LatestScore:
    editions = sheets[row.Assessment.id, row.module]
    content = judge_of(row.module, (load_edition(session, key) for key in editions))
    return LatestScore(row.Assessment, content, standing(tally_of(row), content), len(editions))
