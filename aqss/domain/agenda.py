"""Criteria to agree on × the minutes of a meeting → its agenda, exact: no other choice is worth more.

Rule, with worked examples: docs/cotation-individuelle.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aqss.domain.divergence import Verdict

MINUTES = {Verdict.DIVERGENT: 5, Verdict.UNKNOWN: 4, Verdict.DISCUSS: 3}
"""Minutes a criterion is given at first."""

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Topic(Generic[_Key]):
    """A criterion that may be put on the agenda; ``has_unknown``: somebody does not know, as far as it is
    shown.
    """

    key: _Key
    verdict: Verdict
    minutes: int
    is_essential: bool = False
    has_unknown: bool = False

    @property
    def priority(self) -> int:
        """8 if divergent, + 4 if essential, + 2 if somebody does not know."""
        is_unknown = self.has_unknown or self.verdict is Verdict.UNKNOWN
        return 8 * (self.verdict is Verdict.DIVERGENT) + 4 * self.is_essential + 2 * is_unknown


@dataclass(frozen=True, slots=True)
class Agenda(Generic[_Key]):
    """``chosen`` and ``left`` keep the order of the catalogue; ``left`` did not fit, or has no priority."""

    chosen: tuple[Topic[_Key], ...]
    left: tuple[Topic[_Key], ...]

    @property
    def minutes(self) -> int:
        return sum(topic.minutes for topic in self.chosen)


def plan_agenda(topics: Sequence[Topic[_Key]], minutes: int) -> Agenda[_Key]:
    """Choose among ``topics``, in the order of the catalogue, what fits in ``minutes``.

    The set of greatest priority; of several, the one of fewest minutes; of several still, the one that holds
    the earliest topic where they differ: a topic without priority is never chosen. ``minutes`` of a topic are
    at least 1. Takes len(topics) × minutes steps.
    """
    time = min(minutes, sum(topic.minutes for topic in topics))
    best = _best_of_the_rest(topics, time)
    chosen, left = [], []
    for rank, topic in enumerate(topics):
        if topic.minutes <= time and _with(topic, best[rank + 1][time - topic.minutes]) == best[rank][time]:
            chosen.append(topic)
            time -= topic.minutes
        else:
            left.append(topic)
    return Agenda(tuple(chosen), tuple(left))


_Worth = tuple[int, int]
"""(priority, - minutes): the greater, the better."""


def _with(topic: Topic[_Key], rest: _Worth) -> _Worth:
    return rest[0] + topic.priority, rest[1] - topic.minutes


def _best_of_the_rest(topics: Sequence[Topic[_Key]], minutes: int) -> list[list[_Worth]]:
    """[rank][time]: the best that the topics from ``rank`` on give in that time."""
    table = [[(0, 0)] * (minutes + 1)]
    for topic in reversed(topics):
        without = table[-1]
        table.append(
            [
                max(without[time], _with(topic, without[time - topic.minutes]))
                if topic.minutes <= time
                else without[time]
                for time in range(minutes + 1)
            ]
        )
    return table[::-1]
