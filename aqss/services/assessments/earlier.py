"""What stands beside a score: the same in earlier assessments of the centre, judged by their own editions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select, true, tuple_
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Assessment, Score, Sheet
from aqss.services.assessments.finding import IS_SELF_ASSESSMENT
from aqss.services.assessments.scores import TALLY, ScoreKey, Standing, judge_of, standing, tally_of
from aqss.services.editions import load_edition

Contents = Mapping[str, EditionContent]
"""Grid → the edition of its sheet, in the order of the sheets."""


@dataclass(frozen=True)
class Past:
    """The same thing in an earlier, closed assessment of the centre, judged by the bands of its edition.

    ``is_other_version``: its criteria were those of another version of the grid, or of one of its grids.
    """

    assessment_id: int
    title: str
    started_on: date
    standing: Standing
    is_other_version: bool


@dataclass(frozen=True)
class Earlier:
    """An earlier assessment, with its editions and its tallies."""

    id: int
    title: str
    started_on: date
    contents: Contents
    tallies: Mapping[ScoreKey, Tally]


@dataclass(frozen=True)
class Shelf:
    """Tallies by place: of this assessment, and of the earlier ones, the latest first."""

    contents: Contents
    tallies: Mapping[ScoreKey, Tally]
    earlier: tuple[Earlier, ...]

    def past(self, key: ScoreKey) -> tuple[Past, ...]:
        """What the module, grid or section was; a module only over the very same grids."""
        return tuple(self._past(key, one) for one in self.earlier if self._is_comparable(key, one))

    def _is_comparable(self, key: ScoreKey, one: Earlier) -> bool:
        module, grid, _ = key
        if key not in one.tallies:
            return False
        return bool(grid) or _grids_of(module, one.tallies) == _grids_of(module, self.tallies)

    def _past(self, key: ScoreKey, one: Earlier) -> Past:
        module, grid, _ = key
        grids = [grid] if grid else _grids_of(module, one.tallies) - {""}
        judge = one.contents[grid] if grid else judge_of(module, one.contents.values())
        versions = [(self.contents[name].grid.version, one.contents[name].grid.version) for name in grids]
        return Past(
            one.id,
            one.title,
            one.started_on,
            standing(one.tallies[key], judge),
            any(now != then for now, then in versions),
        )


def read_shelf(session: Session, assessment: Assessment, contents: Contents, count: int) -> Shelf:
    """The tallies of the assessment, and of the ``count`` latest earlier ones that share a grid with it.

    Beside a closed assessment stand those that were closed before it was: what it is compared with never
    changes again.
    """
    rows = _rows(session, assessment, contents, count)
    keys = [row.id for row in rows]
    tallies = read_tallies(session, [assessment.id, *keys])
    editions = read_contents(session, keys)
    return Shelf(
        contents,
        tallies[assessment.id],
        tuple(Earlier(row.id, row.title, row.started_on, editions[row.id], tallies[row.id]) for row in rows),
    )


def read_contents(session: Session, assessment_ids: Sequence[int]) -> dict[int, dict[str, EditionContent]]:
    """Assessment → grid → the edition of its sheet, in the order of the sheets."""
    rows = session.execute(
        select(Sheet.assessment_id, Sheet.grid, Sheet.edition_id)
        .where(Sheet.assessment_id.in_(assessment_ids))
        .order_by(Sheet.position)
    )
    found: dict[int, dict[str, EditionContent]] = {key: {} for key in assessment_ids}
    for row in rows:
        found[row.assessment_id][row.grid] = load_edition(session, row.edition_id)
    return found


def read_tallies(session: Session, assessment_ids: Sequence[int]) -> dict[int, dict[ScoreKey, Tally]]:
    """Assessment → place → its tally, as the score rows have it."""
    rows = session.execute(
        select(Score.assessment_id, Score.module, Score.grid, Score.section, *TALLY).where(
            Score.assessment_id.in_(assessment_ids)
        )
    )
    found: dict[int, dict[ScoreKey, Tally]] = {assessment_id: {} for assessment_id in assessment_ids}
    for row in rows:
        found[row.assessment_id][row.module, row.grid, row.section] = tally_of(row)
    return found


def _grids_of(module: str, tallies: Iterable[ScoreKey]) -> frozenset[str]:
    return frozenset(key[1] for key in tallies if key[0] == module)


def _rows(session: Session, assessment: Assessment, grids: Iterable[str], count: int) -> Sequence[Assessment]:
    shares_a_grid = (
        select(Sheet.id).where(Sheet.assessment_id == Assessment.id, Sheet.grid.in_(grids)).exists()
    )
    return session.scalars(
        select(Assessment)
        .where(
            Assessment.centre_id == assessment.centre_id,
            _is_of_the_kind_of(assessment),
            Assessment.closed_at.is_not(None),
            _was_closed_first(assessment),
            tuple_(Assessment.started_on, Assessment.id) < (assessment.started_on, assessment.id),
            shares_a_grid,
        )
        .order_by(Assessment.started_on.desc(), Assessment.id.desc())
        .limit(count)
    ).all()


def _was_closed_first(assessment: Assessment) -> ColumnElement[bool]:
    return true() if assessment.closed_at is None else Assessment.closed_at <= assessment.closed_at


def _is_of_the_kind_of(assessment: Assessment) -> ColumnElement[bool]:
    """A self-assessment is compared with self-assessments, the sheet of a dossier with sheets of dossiers."""
    return IS_SELF_ASSESSMENT if assessment.dossier_id is None else ~IS_SELF_ASSESSMENT
