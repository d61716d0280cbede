"""How the pages of actions say where one stands, why marks are proposed, and what holds a passage back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from aqss.domain.actions import Marks
from aqss.domain.definitions.scales import LevelsScale, NumberScale, Scale
from aqss.domain.definitions.workflows import State
from aqss.gateways.french import NBSP, count_fr, date_fr, list_fr
from aqss.persistence.actions import Action
from aqss.services.actions.criteria import AnsweredCriterion
from aqss.services.actions.reading import Timing
from aqss.services.actions.words import CRITICALITIES, FEASIBILITIES, IMPACTS, ZONES
from aqss.services.runs.passing import Move
from aqss.services.wording import answer_fr
from aqss.web.words import Due, quoted

GIVEN_BY_FORM = "result-written"
"""The guard that the form of a closing answers by itself."""


def timing_tag(timing: Timing, due_on: date | None = None) -> Due | None:
    """« En retard de 3 jours », « À revoir », or what is due soon, by its day where no column tells it; None
    where nothing presses.
    """
    if timing.late:
        return Due(f"En retard de {count_fr(timing.late, 'jour')}", "warning", "late")
    if timing.is_to_review:
        return Due("À revoir", "clock", "warn")
    if not timing.is_soon:
        return None
    return Due(f"À faire d’ici au {date_fr(due_on)}" if due_on else "Bientôt", "clock", "todo")


def state_sign(state: State, action: Action) -> str:
    """The sign of a state: an end, work under way, or not begun."""
    if state.final:
        return "done" if action.result else "not-concerned"
    return "ring" if state.initial else "half"


def closes(state: State, target: State) -> bool:
    """Whether passing from ``state`` to ``target`` concludes the action, with its result."""
    return bool(target.final) and "close" in (state.allows or ())


def holding_back(move: Move, *, is_closing: bool) -> tuple[str, ...]:
    """The guards that hold a passage back, but the one that its own form answers."""
    return tuple(guard for guard in move.missing if not (is_closing and guard == GIVEN_BY_FORM))


def why_marks(answered: AnsweredCriterion) -> str:
    """« C’est un impératif, et l’équipe a répondu « Non ». »: what the marks are proposed from."""
    criterion = answered.criterion
    stakes = [STAKES[stake] for stake in criterion.stakes or () if stake in STAKES]
    reasons = ["c’est un impératif"] if criterion.essential else stakes
    said = f"l’équipe a répondu {quoted(answer_fr(answered.scale, answered.answer))}"
    told = list_fr([*reasons, said])
    return f"{told[0].upper()}{told[1:]}."


STAKES: Mapping[str, str] = {"securite": "la sécurité est en jeu", "legal": "c’est une obligation"}
"""What a criterion says is at stake → why its action presses."""


def value_fr(code: str, scale: Scale | None) -> str:
    """A level or a number of an effect as its scale says it; words as they were written."""
    if isinstance(scale, LevelsScale):
        level = scale.by_level.get(code)
        return level.label if level else code
    if isinstance(scale, NumberScale) and code:
        unit = f"{NBSP}{scale.unit}" if scale.unit else ""
        return f"{code.replace('.', ',')}{unit}"
    return code


def marks_fr(marks: Marks) -> list[tuple[str, int, str]]:
    """Each mark: what it is called, its value, and what that means."""
    return [
        ("Criticité", marks.criticality, CRITICALITIES[marks.criticality]),
        ("Faisabilité", marks.feasibility, FEASIBILITIES[marks.feasibility]),
        ("Impact", marks.impact, IMPACTS[marks.impact]),
    ]


def priority_fr(marks: Marks) -> str:
    """« D’abord, 36 »."""
    return f"{ZONES[marks.zone]}, {marks.priority}"


def day_or(day: date | None, otherwise: str) -> str:
    return date_fr(day) if day is not None else otherwise


FILTERS: Mapping[str, Callable[..., Any]] = {
    "timing_tag": timing_tag,
    "action_sign": state_sign,
    "effect_value": value_fr,
    "action_marks": marks_fr,
    "priority_fr": priority_fr,
    "day_or": day_or,
}
"""Jinja filters of the pages."""
