"""What a dossier keeps besides, as its workflow uses it: never by the name of the workflow."""

from __future__ import annotations

from dataclasses import dataclass

from aqss.domain.access import Role
from aqss.domain.definitions.words import INTERVIEW_WORDS, PERIOD_WORDS
from aqss.domain.definitions.workflows import Workflow

YEAR_END = "year-end"
"""The named date that a dossier has."""


@dataclass(frozen=True)
class Parts:
    """``grids``: those its sheets fill. ``has_period``: it tells of a period, and of targets for its figures.

    ``has_interviews``: it tells of people met; each interview fills its own sheet. ``has_request``: it is
    addressed to a support structure. ``opens_centre``: it is the creation of a centre.
    """

    grids: tuple[str, ...]
    has_period: bool
    has_interviews: bool
    has_request: bool
    opens_centre: bool

    @property
    def has_targets(self) -> bool:
        return self.has_period and bool(self.grids)

    @property
    def takes_more_sheets(self) -> bool:
        """Whether people open sheets: not where a period has its one, or each interview its own."""
        return bool(self.grids) and not self.has_period and not self.has_interviews


def parts_of(workflow: Workflow) -> Parts:
    """What its guards, effects, due dates and roles speak of."""
    used = _words(workflow)
    return Parts(
        grids=workflow.grids or (),
        has_period=not used.isdisjoint(PERIOD_WORDS),
        has_interviews=not used.isdisjoint(INTERVIEW_WORDS),
        has_request=not used.isdisjoint({"question-written", "tell-structure", Role.STRUCTURE.value}),
        opens_centre=not used.isdisjoint({"centre-described", "open-centre"}),
    )


def _words(workflow: Workflow) -> set[str]:
    words: set[str] = set()
    for state in workflow.states:
        words.update(filter(None, [state.due, *(task.due for task in state.checklist or ())]))
        for one in state.transitions or ():
            words.update((*one.by, *(one.when or ()), *(one.then or ())))
    return words
