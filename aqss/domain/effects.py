"""What actions changed: an effect expected and the next answer → an outcome; and criteria with an action
beside those without.

Rule, with worked examples: docs/actions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale
from aqss.domain.errors import Fault, InvalidInput
from aqss.domain.progress import CriterionProgress, Move, Occasion, is_same_scale
from aqss.domain.scoring import Answer, Rated, contribution, value_of


class Outcome(StrEnum):
    """What an action brought; the first three are also what a person writes as its result."""

    EFFECTIVE = "efficace"
    PARTIAL = "partiel"
    INEFFECTIVE = "inefficace"
    NOT_YET = "pas-encore-mesurable"


@dataclass(frozen=True, slots=True)
class Expected:
    """The effect written when an action starts, on the scale its criterion is answered on.

    ``start``: the team's answer then; None when it was no rating.
    """

    scale: Scale
    start: Rated | None
    target: Rated


def check_expected(expected: Expected, *, field: str = "effect_to") -> None:
    """Refuse a target that is no better than the start, or worth nothing where there is no start.

    A number without « worst » and « best » says which way is better by its target: it only has to differ.
    Words are never compared. Raises :class:`~aqss.domain.errors.InvalidInput`, code ``target-not-better``.
    """
    if not _is_target(expected):
        raise InvalidInput((Fault(field, "target-not-better"),))


def outcome_of(expected: Expected, scale: Scale | None, after: Answer | None) -> Outcome:
    """What a later answer says of an expected effect; ``scale``: the criterion's own then, None once it is no
    longer asked.

    At the target or beyond: effective. Short of it and better than the start: partial. Else ineffective.
    Levels compare by rank; numbers the way from « worst » to « best », or else from start to target. Not yet
    measurable: no rating, another scale, words, and short of the target without a start.
    """
    if scale is None or not is_same_scale(expected.scale, scale) or not isinstance(after, Rated):
        return Outcome.NOT_YET
    worth = _worth(expected)
    if worth is None:
        return Outcome.NOT_YET
    if worth(after) >= worth(expected.target):
        return Outcome.EFFECTIVE
    if expected.start is None:
        return Outcome.NOT_YET
    return Outcome.PARTIAL if worth(after) > worth(expected.start) else Outcome.INEFFECTIVE


def weakest(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome over the criteria that a criterion was split into: the worst of all, once each has one."""
    order = tuple(Outcome)
    return max(outcomes, key=order.index, default=Outcome.NOT_YET)


@dataclass(frozen=True, slots=True)
class MoveCount:
    """How many criteria moved which way; ``other``: rated once, or not comparable. They add up."""

    better: int = 0
    same: int = 0
    worse: int = 0
    other: int = 0

    def __add__(self, other: MoveCount) -> MoveCount:
        return MoveCount(
            self.better + other.better,
            self.same + other.same,
            self.worse + other.worse,
            self.other + other.other,
        )

    @property
    def total(self) -> int:
        return self.better + self.same + self.worse + self.other


@dataclass(frozen=True, slots=True)
class EffectCount:
    """The weak criteria of then: those that an action answered, and the others. Grids add up."""

    with_action: MoveCount = MoveCount()
    without: MoveCount = MoveCount()

    def __add__(self, other: EffectCount) -> EffectCount:
        return EffectCount(self.with_action + other.with_action, self.without + other.without)


def weak_criteria(occasion: Occasion) -> tuple[str, ...]:
    """The criteria rated under 1 then, in the order of the grid: those an action may answer."""
    content, found = occasion.content, []
    for criterion in content.grid.criteria:
        answer = occasion.answers.get(criterion.criterion)
        part = contribution(criterion, content.scale_of(criterion), answer, occasion.profile)
        if part.earned < part.possible:
            found.append(criterion.criterion)
    return tuple(found)


def compare_effects(
    criteria: Iterable[CriterionProgress], weak: Collection[str], with_action: Collection[str]
) -> EffectCount:
    """Count what became of the criteria that were weak then, with an action and without.

    ``weak`` and ``with_action`` hold codes of then. Like is compared with like: a criterion that was met, or
    not rated, is in neither group, action or not. One that continues several has an action when any weak one
    had; one that was split counts once for each part.
    """
    counted = EffectCount()
    for criterion in criteria:
        codes = {one.criterion for one in criterion.then}.intersection(weak)
        if codes:
            one = _COUNTED.get(criterion.move, MoveCount(other=1))
            has_action = not codes.isdisjoint(with_action)
            counted += EffectCount(with_action=one) if has_action else EffectCount(without=one)
    return counted


_COUNTED = {
    Move.BETTER: MoveCount(better=1),
    Move.SAME: MoveCount(same=1),
    Move.WORSE: MoveCount(worse=1),
}


def _is_target(expected: Expected) -> bool:
    scale, start, target = expected.scale, expected.start, expected.target
    if start is None:
        return not scale.is_scored or value_of(scale, target) > 0
    worth = _worth(expected)
    return worth is None or worth(target) > worth(start)


def _worth(expected: Expected) -> Callable[[Rated], Decimal] | None:
    """A rating → the greater, the better; None where nothing tells which way is better."""
    scale = expected.scale
    if isinstance(scale, LevelsScale):
        names = list(scale.by_level)
        return lambda rated: Decimal(-names.index(str(rated.value)))
    if not isinstance(scale, NumberScale):
        return None
    rises = _rises(scale, expected)
    if rises is None:
        return None
    return lambda rated: Decimal(rated.value) * (1 if rises else -1)


def _rises(scale: NumberScale, expected: Expected) -> bool | None:
    if scale.worst is not None and scale.best is not None:
        return scale.best > scale.worst
    if expected.start is None:
        return None
    return Decimal(expected.target.value) > Decimal(expected.start.value)
