"""What closed assessments of a centre say one after another: modules, grids, sections and criteria.

What changed in the centre is told apart from what changed in what is asked of it: docs/evolution.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion, Section
from aqss.domain.definitions.scales import Scale
from aqss.domain.heritage import previous_codes
from aqss.domain.progress import (
    CriterionProgress,
    Effects,
    GridProgress,
    Occasion,
    Points,
    Reach,
    Steps,
    compare,
    reach,
)
from aqss.domain.scoring import Tally
from aqss.persistence.assessments import Answer, Sheet
from aqss.services.assessments.earlier import Contents, read_contents, read_tallies
from aqss.services.assessments.following import read_lines
from aqss.services.assessments.recorded import BLANK, Recorded, answer_of
from aqss.services.assessments.scores import ScoreKey, Standing, judge_of, standing


@dataclass(frozen=True)
class Column:
    """A closed assessment."""

    id: int
    title: str
    started_on: date
    profile: tuple[str, ...]


@dataclass(frozen=True)
class Interval:
    """From an assessment to the next one that holds the same thing.

    ``reach``: for a module, the grids that ``steps`` are made of, and those left aside; None for one grid.
    """

    then: Column
    now: Column
    steps: Steps
    reach: Reach | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it leads from the one score shown to the other, no grid left aside."""
        return self.reach is None or self.reach.is_whole

    @property
    def effects(self) -> Effects | None:
        return self.steps.effects


@dataclass(frozen=True)
class _Followed:
    """``standings``: one for each column, None where it was not assessed. ``intervals``: the oldest first."""

    standings: tuple[Standing | None, ...]
    intervals: tuple[Interval, ...]

    @property
    def last(self) -> Interval | None:
        return self.intervals[-1] if self.intervals else None

    @property
    def scores(self) -> tuple[Fraction | None, ...]:
        return tuple(one.tally.score if one else None for one in self.standings)


@dataclass(frozen=True)
class SectionEvolution(_Followed):
    section: str
    title: str


@dataclass(frozen=True)
class Said:
    """What was answered to a criterion of an earlier edition, or of this one."""

    criterion: Criterion
    scale: Scale
    answer: Recorded


@dataclass(frozen=True)
class CriterionEvolution:
    """A criterion asked last time or the time before.

    ``said``: one for each column, what was answered to it or to those it continues; empty where it was not
    asked. ``progress``: from the time before to the last one.
    """

    progress: CriterionProgress
    section: str
    said: tuple[tuple[Said, ...], ...]


@dataclass(frozen=True)
class GridEvolution(_Followed):
    """``content``: the edition of the last time. ``changes``: the intervals over which it asks otherwise,
    with the criteria that changed. ``criteria``: empty unless that grid was asked for.
    """

    content: EditionContent
    sections: tuple[SectionEvolution, ...]
    changes: tuple[tuple[Interval, tuple[CriterionProgress, ...]], ...]
    criteria: tuple[CriterionEvolution, ...]


@dataclass(frozen=True)
class ModuleEvolution(_Followed):
    module: str
    title: str
    grids: tuple[GridEvolution, ...]


def read_history(
    session: Session, columns: Sequence[Column], *, module: str = "", grid: str = ""
) -> tuple[ModuleEvolution, ...]:
    """The modules of these assessments, the oldest first; or that one, with the criteria of that grid.

    A constant number of queries. Modules and grids are in the order of the last assessment, then of those
    before.
    """
    keys = [column.id for column in columns]
    contents = {
        key: {name: one for name, one in held.items() if module in ("", one.grid.module)}
        for key, held in read_contents(session, keys).items()
    }
    editions = [content for held in contents.values() for content in held.values()]
    history = _History(
        columns,
        contents,
        read_tallies(session, keys),
        _read_answers(session, keys, module),
        read_lines(session, editions),
    )
    latest_first = [content for key in reversed(keys) for content in contents[key].values()]
    modules = dict.fromkeys(content.grid.module for content in latest_first)
    return tuple(history.module(name, grid) for name in modules)


Answers = Mapping[int, Mapping[str, Mapping[str, Recorded]]]
"""Assessment → grid → criterion → its answer."""


def _read_answers(session: Session, assessment_ids: Sequence[int], module: str) -> Answers:
    query = (
        select(
            Sheet.assessment_id,
            Sheet.grid,
            Answer.criterion,
            Answer.kind,
            Answer.level,
            Answer.number,
            Answer.words,
            Answer.reason,
        )
        .join(Answer, Answer.sheet_id == Sheet.id)
        .where(Sheet.assessment_id.in_(assessment_ids))
    )
    if module:
        query = query.where(Sheet.module == module)
    found: dict[int, dict[str, dict[str, Recorded]]] = {key: {} for key in assessment_ids}
    for row in session.execute(query):
        grid = found[row.assessment_id].setdefault(row.grid, {})
        grid[row.criterion] = Recorded(row.kind, row.level, row.number, row.words, row.reason)
    return found


class _History:
    """What was read, and each comparison made once."""

    def __init__(
        self,
        columns: Sequence[Column],
        contents: Mapping[int, Contents],
        tallies: Mapping[int, Mapping[ScoreKey, Tally]],
        answers: Answers,
        lines: Mapping[str, tuple[EditionContent, ...]],
    ) -> None:
        self.columns, self.contents, self.tallies = columns, contents, tallies
        self.answers, self.lines = answers, lines
        self._compared: dict[tuple[str, int, int], GridProgress] = {}

    def module(self, module: str, asked: str) -> ModuleEvolution:
        """``asked``: the grid whose criteria are given."""
        holders = [column for column in self.columns if self._grids_of(column, module)]
        latest = self._grids_of(holders[-1], module)
        grids = dict.fromkeys(grid for one in reversed(holders) for grid in self._grids_of(one, module))
        return ModuleEvolution(
            standings=tuple(self._module_standing(column, module) for column in self.columns),
            intervals=tuple(self._module_interval(module, then, now) for then, now in pairwise(holders)),
            module=module,
            title=self.contents[holders[-1].id][latest[0]].module_title,
            grids=tuple(self._grid(grid, is_asked=grid == asked) for grid in grids),
        )

    def _grids_of(self, column: Column, module: str) -> list[str]:
        return [grid for grid, one in self.contents[column.id].items() if one.grid.module == module]

    def _module_standing(self, column: Column, module: str) -> Standing | None:
        tally = self.tallies[column.id].get((module, "", ""))
        return standing(tally, judge_of(module, self.contents[column.id].values())) if tally else None

    def _module_interval(self, module: str, then: Column, now: Column) -> Interval:
        """Over the grids rated both times; without any, two scores that do not compare."""
        found = reach(self._rated(module, then), self._rated(module, now))
        if found.both:
            steps = sum((self._compare(grid, then, now).steps for grid in found.both), Steps())
        else:
            steps = Steps(then=self._points(module, then), now=self._points(module, now))
        return Interval(then, now, steps, found)

    def _points(self, module: str, column: Column) -> Points:
        tally = self.tallies[column.id][module, "", ""]
        return Points(tally.earned, tally.possible, tally.rated)

    def _rated(self, module: str, column: Column) -> dict[str, int]:
        """Grid → how many of its criteria were rated."""
        tallies = self.tallies[column.id]
        return {grid: tallies[module, grid, ""].rated for grid in self._grids_of(column, module)}

    def _grid(self, grid: str, *, is_asked: bool) -> GridEvolution:
        holders = [column for column in self.columns if grid in self.contents[column.id]]
        intervals = tuple(Interval(*pair, self._compare(grid, *pair).steps) for pair in pairwise(holders))
        return GridEvolution(
            standings=tuple(self._standing(column, grid) for column in self.columns),
            intervals=intervals,
            content=self.contents[holders[-1].id][grid],
            sections=tuple(self._sections(grid, holders)),
            changes=tuple((one, changed) for one in intervals if (changed := self._changed(grid, one))),
            criteria=tuple(self._criteria(grid, holders)) if is_asked and intervals else (),
        )

    def _changed(self, grid: str, interval: Interval) -> tuple[CriterionProgress, ...]:
        found = self._compare(grid, interval.then, interval.now).criteria
        return tuple(one for one in found if one.alterations)

    def _standing(self, column: Column, grid: str, section: str = "") -> Standing | None:
        """None where it was not assessed, or asks nothing of the centre."""
        content = self.contents[column.id].get(grid)
        if content is None:
            return None
        tally = self.tallies[column.id].get((content.grid.module, grid, section))
        return standing(tally, content) if tally and tally.applicable else None

    def _compare(self, grid: str, then: Column, now: Column) -> GridProgress:
        key = grid, then.id, now.id
        if key not in self._compared:
            sides = self._occasion(grid, then), self._occasion(grid, now)
            self._compared[key] = compare(*sides, self.lines[grid])
        return self._compared[key]

    def _occasion(self, grid: str, column: Column) -> Occasion:
        rows = self.answers[column.id].get(grid, {})
        answers = {code: answer for code, row in rows.items() if (answer := answer_of(row)) is not None}
        return Occasion(self.contents[column.id][grid], answers, column.profile)

    def _sections(self, grid: str, holders: Sequence[Column]) -> Iterator[SectionEvolution]:
        """Those of the last edition, then those that earlier ones had."""
        known = {
            section.section: section.title
            for column in holders
            for section in self.contents[column.id][grid].grid.sections
        }
        last = [section.section for section in self.contents[holders[-1].id][grid].grid.sections]
        for name in dict.fromkeys([*last, *known]):
            standings = tuple(self._standing(column, grid, name) for column in self.columns)
            if any(standings):
                yield SectionEvolution(
                    standings, self._section_intervals(grid, holders, name), name, known[name]
                )

    def _section_intervals(self, grid: str, holders: Sequence[Column], name: str) -> tuple[Interval, ...]:
        held = [column for column in holders if self._standing(column, grid, name)]
        return tuple(
            Interval(then, now, self._compare(grid, then, now).sections[name]) for then, now in pairwise(held)
        )

    def _criteria(self, grid: str, holders: Sequence[Column]) -> Iterator[CriterionEvolution]:
        """``holders`` are two at least."""
        last, before = holders[-1], holders[-2]
        kept = {column.id: self._previous(grid, last, column) for column in holders}
        gone = {column.id: self._previous(grid, before, column) for column in holders[:-1]}
        for one in self._compare(grid, before, last).criteria:
            content = self.contents[last.id if one.now else before.id][grid]
            codes = kept if one.now else gone
            yield CriterionEvolution(
                progress=one,
                section=next(s.title for s in content.grid.sections if one.code in _codes_of(s)),
                said=tuple(
                    self._said(grid, column, codes.get(column.id, {}).get(one.code, ()))
                    for column in self.columns
                ),
            )

    def _previous(self, grid: str, now: Column, then: Column) -> Mapping[str, tuple[str, ...]]:
        ends = self.contents[now.id][grid], self.contents[then.id][grid]
        return previous_codes(*ends, self.lines[grid])

    def _said(self, grid: str, column: Column, codes: Iterable[str]) -> tuple[Said, ...]:
        answers = self.answers[column.id].get(grid, {})
        found = []
        for code in codes:
            content = self.contents[column.id][grid]
            criterion = content.criteria_by_code[code]
            if criterion.applies(column.profile):
                found.append(Said(criterion, content.scale_of(criterion), answers.get(code, BLANK)))
        return tuple(found)


def _codes_of(section: Section) -> set[str]:
    return {criterion.criterion for criterion in section.criteria}
