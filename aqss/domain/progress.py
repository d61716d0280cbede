"""Two assessments of a grid → what moved: in the centre, and in what is asked of it.

Everything is exact and additive, as in :mod:`aqss.domain.scoring`: the effects of a grid add up to the change
of its score, and those of a module are made of the sums of its grids rated both times. Rule, with worked
examples: docs/evolution.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from aqss.domain.definitions.editions import EditionContent
from aqss.domain.definitions.grids import Criterion
from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale
from aqss.domain.heritage import previous_codes
from aqss.domain.scoring import Answer, Rated, contribution, value_of


@dataclass(frozen=True, slots=True)
class Occasion:
    """One assessment of a grid: its edition, the team's answers by criterion, the profile of the centre."""

    content: EditionContent
    answers: Mapping[str, Answer]
    profile: Collection[str]


class Move(StrEnum):
    """What became of a criterion. The last four are no doing of its answers."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    CHANGED = "changed"  # another answer, where none is better: words, a number without target
    NEWLY_RATED = "newly-rated"
    NO_LONGER_RATED = "no-longer-rated"
    UNRATED = "unrated"  # neither then nor now
    NOT_COMPARABLE = "not-comparable"  # it is answered on another scale
    NEWLY_ASKED = "newly-asked"  # new in the grid, or for this centre
    NO_LONGER_ASKED = "no-longer-asked"


class Alteration(StrEnum):
    """What is asked otherwise than then."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"  # one new code for one former
    MERGED = "merged"  # one for several
    SPLIT = "split"  # several for one
    MOVED = "moved"  # to another section
    REWORDED = "reworded"
    SCALE = "scale"
    VALUES = "values"  # the same levels, or the same number, worth something else
    WEIGHT = "weight"
    ESSENTIAL = "essential"
    APPLIES_TO = "applies-to"
    PROFILE = "profile"  # the grid is the same, what the centre does is not


@dataclass(frozen=True, slots=True)
class Points:
    """Σ weight·value and Σ weight over so many ``rated`` criteria; they add up."""

    earned: Fraction = Fraction(0)
    possible: Fraction = Fraction(0)
    rated: int = 0

    def __add__(self, other: Points) -> Points:
        if not other.rated or not self.rated:  # most criteria bring nothing to most sums
            return self if self.rated else other
        return Points(self.earned + other.earned, self.possible + other.possible, self.rated + other.rated)

    @property
    def score(self) -> Fraction | None:
        """From 0 to 100; None when nothing is rated."""
        return 100 * self.earned / self.possible if self.possible else None


NO_POINTS = Points()


@dataclass(frozen=True, slots=True)
class Steps:
    """The sums that lead from a score to the next; each has a score, they add section by section.

    ``then`` and ``now``: what was rated. Between, what is asked the same way both times, by the weights and
    values of now: ``asked_then`` and ``asked_now``, whatever was rated of it; ``rated_then`` and
    ``rated_now``, only what was rated both times.
    """

    then: Points = NO_POINTS
    asked_then: Points = NO_POINTS
    rated_then: Points = NO_POINTS
    rated_now: Points = NO_POINTS
    asked_now: Points = NO_POINTS
    now: Points = NO_POINTS

    def __add__(self, other: Steps) -> Steps:
        return Steps(
            self.then + other.then,
            self.asked_then + other.asked_then,
            self.rated_then + other.rated_then,
            self.rated_now + other.rated_now,
            self.asked_now + other.asked_now,
            self.now + other.now,
        )

    @property
    def effects(self) -> Effects | None:
        """The parts of the change of the score; None when nothing comparable was rated both times."""
        then, now = self.then.score, self.now.score
        asked_then, asked_now = self.asked_then.score, self.asked_now.score
        rated_then, rated_now = self.rated_then.score, self.rated_now.score
        if then is None or now is None or asked_then is None or asked_now is None:
            return None
        if rated_then is None or rated_now is None:
            return None
        return Effects(
            answers=rated_now - rated_then,
            coverage=(rated_then - asked_then) + (asked_now - rated_now),
            asked=(asked_then - then) + (now - asked_now),
        )


@dataclass(frozen=True, slots=True)
class Effects:
    """Points of a change of score. ``answers``: the same criteria, rated both times. ``coverage``: criteria
    asked both times and rated once. ``asked``: the grid and the profile. They add up to ``whole``.
    """

    answers: Fraction
    coverage: Fraction
    asked: Fraction

    @property
    def centre(self) -> Fraction:
        """What comes from the centre: other answers, and criteria rated or no longer."""
        return self.answers + self.coverage

    @property
    def whole(self) -> Fraction:
        return self.centre + self.asked


@dataclass(frozen=True, slots=True)
class CriterionProgress:
    """A criterion now, beside those of then whose history it continues; ``now`` is None once removed."""

    now: Criterion | None
    then: tuple[Criterion, ...]
    move: Move
    alterations: tuple[Alteration, ...]

    @property
    def code(self) -> str:
        return self.now.criterion if self.now else self.then[0].criterion


@dataclass(frozen=True, slots=True)
class GridProgress:
    """``criteria``: those asked once at least, in the order of now, the removed ones after.

    ``sections``: section → its steps, those of now first. A criterion that changed section counts where it
    stood then and where it stands now.
    """

    criteria: tuple[CriterionProgress, ...]
    sections: Mapping[str, Steps]

    @property
    def steps(self) -> Steps:
        return sum(self.sections.values(), Steps())


@dataclass(frozen=True, slots=True)
class Reach:
    """The grids of a module over two assessments of it.

    ``both``: rated both times, the only ones it is compared over. ``gone``: rated then alone. ``come``: now
    alone. A grid of which nothing was rated is in none.
    """

    both: tuple[str, ...]
    gone: tuple[str, ...]
    come: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the scores of the module are themselves what is compared."""
        return bool(self.both) and not self.gone and not self.come


def reach(then: Mapping[str, int], now: Mapping[str, int]) -> Reach:
    """Of how many criteria of each grid were rated then, and now."""
    before = [grid for grid, rated in then.items() if rated]
    after = [grid for grid, rated in now.items() if rated]
    return Reach(
        both=tuple(grid for grid in after if grid in before),
        gone=tuple(grid for grid in before if grid not in after),
        come=tuple(grid for grid in after if grid not in before),
    )


def compare(then: Occasion, now: Occasion, between: Iterable[EditionContent] = ()) -> GridProgress:
    """What moved from an assessment of a grid to another; ``between``: see :func:`previous_codes`."""
    heritage = _Heritage(then, now, previous_codes(now.content, then.content, between))
    return GridProgress(tuple(heritage.criteria()), heritage.sections())


class _Heritage:
    """Two occasions and who continues whom."""

    def __init__(self, then: Occasion, now: Occasion, codes: Mapping[str, tuple[str, ...]]) -> None:
        self.then, self.now = then, now
        by_code = then.content.criteria_by_code
        self.section_then, self.section_now = _sections_of(then.content), _sections_of(now.content)
        self.before = {code: tuple(by_code[old] for old in olds) for code, olds in codes.items()}
        self.heirs: dict[str, int] = {}
        for olds in codes.values():
            for old in olds:
                self.heirs[old] = self.heirs.get(old, 0) + 1

    def criteria(self) -> Iterator[CriterionProgress]:
        for criterion in self.now.content.grid.criteria:
            before = self.before[criterion.criterion]
            if self._was_asked(before) or criterion.applies(self.now.profile):
                yield CriterionProgress(
                    criterion, before, self._move(criterion), tuple(self._alterations(criterion))
                )
        for criterion in self.then.content.grid.criteria:
            if criterion.criterion not in self.heirs and criterion.applies(self.then.profile):
                yield CriterionProgress(None, (criterion,), Move.NO_LONGER_ASKED, (Alteration.REMOVED,))

    def sections(self) -> dict[str, Steps]:
        names = [section.section for one in (self.now, self.then) for section in one.content.grid.sections]
        found = dict.fromkeys(names, Steps())
        for section in self.now.content.grid.sections:
            found[section.section] = sum(map(self._steps, section.criteria), Steps())
        for section in self.then.content.grid.sections:
            found[section.section] += Steps(
                then=sum((_points(self.then, one) for one in section.criteria), NO_POINTS)
            )
        return found

    def _steps(self, criterion: Criterion) -> Steps:
        """The sums of a criterion of now, but for what was rated then: that stands in its own section."""
        now = _points(self.now, criterion)
        if not self._is_asked_the_same_way(criterion):
            return Steps(now=now)
        value = self._value_then(criterion)
        weight = Fraction(criterion.weight)
        then = NO_POINTS if value is None else Points(weight * value, weight, 1)
        if not then.rated or not now.rated:
            return Steps(asked_then=then, asked_now=now, now=now)
        return Steps(asked_then=then, rated_then=then, rated_now=now, asked_now=now, now=now)

    def _move(self, criterion: Criterion) -> Move:
        before = self.before[criterion.criterion]
        if not self._was_asked(before):
            return Move.NEWLY_ASKED
        if not criterion.applies(self.now.profile):
            return Move.NO_LONGER_ASKED
        if not self._is_asked_the_same_way(criterion):
            return Move.NOT_COMPARABLE
        was, answer = self._ratings_then(criterion), self.now.answers.get(criterion.criterion)
        if not isinstance(answer, Rated):
            return Move.NO_LONGER_RATED if was else Move.UNRATED
        if not was:
            return Move.NEWLY_RATED
        return self._direction(criterion, [rated for _, rated in was], answer)

    def _direction(self, criterion: Criterion, was: Sequence[Rated], answer: Rated) -> Move:
        """By the rank of a level, else by what the answers are worth; several of then by their mean."""
        scale = self.now.content.scale_of(criterion)
        if not scale.is_scored:
            return Move.SAME if set(was) == {answer} else Move.CHANGED
        then, now = self._value_then(criterion) or Fraction(0), value_of(scale, answer)
        if len(was) == 1 and isinstance(scale, LevelsScale):
            names = list(scale.by_level)
            then, now = (Fraction(-names.index(str(rated.value))) for rated in (was[0], answer))
        if now == then:
            return Move.SAME
        return Move.BETTER if now > then else Move.WORSE

    def _alterations(self, criterion: Criterion) -> Iterator[Alteration]:
        before = self.before[criterion.criterion]
        if not before:
            yield Alteration.ADDED
            return
        if len(before) > 1:
            yield Alteration.MERGED
        elif self.heirs[before[0].criterion] > 1:
            yield Alteration.SPLIT
        elif before[0].criterion != criterion.criterion:
            yield Alteration.REPLACED
        yield from self._differences(criterion, before)

    def _differences(self, criterion: Criterion, before: tuple[Criterion, ...]) -> Iterator[Alteration]:
        then, now = self.then.content, self.now.content
        scale, scales = now.scale_of(criterion), [then.scale_of(one) for one in before]
        section = self.section_now[criterion.criterion]
        told = {
            Alteration.MOVED: all(self.section_then[one.criterion] != section for one in before),
            Alteration.REWORDED: any(
                one.criterion == criterion.criterion and one.statement != criterion.statement
                for one in before
            ),
            Alteration.SCALE: not all(is_same_scale(one, scale) for one in scales),
            Alteration.VALUES: all(
                is_same_scale(one, scale) and not _is_worth_the_same(one, scale) for one in scales
            ),
            Alteration.WEIGHT: all(one.weight != criterion.weight for one in before),
            Alteration.ESSENTIAL: all(one.essential != criterion.essential for one in before),
            Alteration.APPLIES_TO: (
                is_other := all(one.applies_to != criterion.applies_to for one in before)
            ),
            Alteration.PROFILE: not is_other
            and self._was_asked(before) != criterion.applies(self.now.profile),
        }
        yield from (alteration for alteration, is_told in told.items() if is_told)

    def _was_asked(self, before: Iterable[Criterion]) -> bool:
        return any(one.applies(self.then.profile) for one in before)

    def _is_asked_the_same_way(self, criterion: Criterion) -> bool:
        before = [one for one in self.before[criterion.criterion] if one.applies(self.then.profile)]
        scale = self.now.content.scale_of(criterion)
        return (
            bool(before)
            and criterion.applies(self.now.profile)
            and all(is_same_scale(self.then.content.scale_of(one), scale) for one in before)
        )

    def _ratings_then(self, criterion: Criterion) -> list[tuple[Fraction, Rated]]:
        """(weight then, answer then) of each criterion it continues that was asked and rated."""
        found = []
        for one in self.before[criterion.criterion]:
            answer = self.then.answers.get(one.criterion)
            if isinstance(answer, Rated) and one.applies(self.then.profile):
                found.append((Fraction(one.weight), answer))
        return found

    def _value_then(self, criterion: Criterion) -> Fraction | None:
        """The mean of what was rated then, by its weights, at the values of now; None: nothing to count."""
        scale = self.now.content.scale_of(criterion)
        was = self._ratings_then(criterion)
        if not was or not scale.is_scored:
            return None
        worth = sum(weight * value_of(scale, rated) for weight, rated in was)
        return Fraction(worth) / sum(weight for weight, _ in was)


def _points(occasion: Occasion, criterion: Criterion) -> Points:
    """What the criterion brings to the score: points and count alone."""
    answer = occasion.answers.get(criterion.criterion)
    found = contribution(criterion, occasion.content.scale_of(criterion), answer, occasion.profile)
    return Points(found.earned, found.possible, found.rated) if found.rated else NO_POINTS


def _sections_of(content: EditionContent) -> dict[str, str]:
    return {one.criterion: section.section for section in content.grid.sections for one in section.criteria}


def is_same_scale(one: Scale, other: Scale) -> bool:
    """Whether an answer to one reads on the other: the same levels in the same order, the same unit."""
    if one.scale != other.scale or one.kind != other.kind:
        return False
    if isinstance(one, LevelsScale) and isinstance(other, LevelsScale):
        return tuple(one.by_level) == tuple(other.by_level)
    return not isinstance(one, NumberScale) or not isinstance(other, NumberScale) or one.unit == other.unit


def _is_worth_the_same(one: Scale, other: Scale) -> bool:
    if isinstance(one, LevelsScale) and isinstance(other, LevelsScale):
        return [level.value for level in one.levels] == [level.value for level in other.levels]
    if isinstance(one, NumberScale) and isinstance(other, NumberScale):
        return (one.worst, one.best) == (other.worst, other.best)
    return True
