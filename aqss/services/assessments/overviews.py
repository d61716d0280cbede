"""Where each centre of a person stands, for the home page: what its team assesses, its latest scores."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.definitions.editions import EditionContent
from aqss.domain.scoring import Tally, pool
from aqss.persistence.assessments import Assessment, Sheet
from aqss.services.assessments.listing import AssessmentLine, list_own_assessments
from aqss.services.assessments.scores import Standing, standing
from aqss.services.editions import load_edition


@dataclass(frozen=True)
class Running:
    """An assessment that is not over; ``tally``: all its grids together."""

    line: AssessmentLine
    tally: Tally


@dataclass(frozen=True)
class LatestScore:
    """The score of a module when it was last closed; ``grids``: how many of its grids were assessed."""

    assessment: Assessment
    content: EditionContent
    standing: Standing
    grids: int


@dataclass(frozen=True)
class CentreOverview:
    """``running``: the latest first; ``latest``: one a module at most, those closed last first."""

    running: tuple[Running, ...] = ()
    latest: tuple[LatestScore, ...] = ()


def read_overviews(session: Session, actor: Actor) -> dict[int, CentreOverview]:
    """Centre of the actor → where it stands; a constant number of queries, whatever the number of centres."""
    lines = list_own_assessments(session, actor)
    latest = {centre_id: _latest_lines(lines, centre_id) for centre_id in actor.centre_ids()}
    sheets = _sheets(session, {line.assessment.id for found in latest.values() for line in found.values()})
    return {
        centre_id: CentreOverview(
            running=tuple(_running(lines, centre_id)),
            latest=tuple(_score(session, module, line, sheets) for module, line in found.items()),
        )
        for centre_id, found in latest.items()
    }


def _running(lines: Iterable[AssessmentLine], centre_id: int) -> Iterable[Running]:
    for line in lines:
        if line.assessment.centre_id == centre_id and not line.state.final:
            yield Running(line, pool(line.modules.values()))


def _latest_lines(lines: Iterable[AssessmentLine], centre_id: int) -> dict[str, AssessmentLine]:
    """Module → the assessment closed last that gave it a score."""
    closed = [
        (line.assessment.closed_at, line)
        for line in lines
        if line.assessment.centre_id == centre_id and line.assessment.closed_at is not None
    ]
    found: dict[str, AssessmentLine] = {}
    for _closed_at, line in sorted(closed, key=lambda one: one[0], reverse=True):
        for module, tally in line.modules.items():
            if tally.score is not None:
                found.setdefault(module, line)
    return found


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


def _score(session: Session, module: str, line: AssessmentLine, sheets: _Sheets) -> LatestScore:
    editions = sheets[line.assessment.id, module]
    content = load_edition(session, editions[0])
    return LatestScore(line.assessment, content, standing(line.modules[module], content), len(editions))
