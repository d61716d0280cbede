"""How a sitting says what a team rated, where its agenda is, and how long is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aqss.domain.definitions.scales import LevelsScale, Scale
from aqss.domain.divergence import Distribution, Value, Verdict
from aqss.gateways.french import NBSP, count_fr, number_fr
from aqss.services.assessments.recorded import Recorded
from aqss.services.consensus.agendas import Matter
from aqss.services.consensus.currents import Current
from aqss.services.wording import answer_fr
from aqss.web.assessments.answers import choice_fr
from aqss.web.words import level_sign

VERDICTS: Mapping[Verdict, tuple[str, str, str]] = {
    Verdict.DIVERGENT: ("L’équipe est partagée", "exchange", "warn"),
    Verdict.UNKNOWN: ("La moitié ou plus ne sait pas", "unknown", "warn"),
    Verdict.DISCUSS: ("À discuter", "comment", "todo"),
    Verdict.AGREED: ("Accord", "check", "saved"),
}
"""Verdict → label, sign and kind of its tag."""

DOTS_IN_A_ROW = 10


@dataclass(frozen=True)
class Dots:
    """A row of a spread: a value, how many said it, as rows of dots; ``median``: what it is of the voices."""

    label: str
    sign: str
    count: int
    median: str = ""
    is_aside: bool = False

    @property
    def rows(self) -> list[int]:
        """The dots, ten in a row at most."""
        whole, rest = divmod(self.count, DOTS_IN_A_ROW)
        return [DOTS_IN_A_ROW] * whole + [rest] * bool(rest)


def dots_of(shown: Distribution, scale: Scale) -> list[Dots]:
    """The rows of a spread: every level, or every number said; then « ne sait pas » and « non concerné »."""
    rows = list(_levels(shown, scale) if isinstance(scale, LevelsScale) else _numbers(shown, scale))
    if shown.unknown:
        rows.append(Dots("Ne sait pas", "unknown", shown.unknown, is_aside=True))
    if shown.not_applicable:
        rows.append(Dots("Non concerné", "not-concerned", shown.not_applicable, is_aside=True))
    return rows


def _levels(shown: Distribution, scale: LevelsScale) -> Iterator[Dots]:
    counts = dict(shown.counts)
    for level in scale.levels:
        count = counts.get(level.level, 0)
        yield Dots(level.label, level_sign(level.value), count, _median(shown, level.level))


def _numbers(shown: Distribution, scale: Scale) -> Iterator[Dots]:
    for value, count in shown.counts:
        yield Dots(value_fr(value, scale), "disc", count, _median(shown, value))


def _median(shown: Distribution, value: Value) -> str:
    if value not in (shown.lower, shown.upper):
        return ""
    if shown.lower == shown.upper:
        return "médiane"
    return "médiane basse" if value == shown.lower else "médiane haute"


def value_fr(value: Value, scale: Scale) -> str:
    """A value of a scale in words: « En partie », « 12,5 % »."""
    if isinstance(value, str):
        return answer_fr(scale, Recorded("level", level=value))
    return answer_fr(scale, Recorded("number", number=value))


def inside_medians(current: Current) -> list[str] | None:
    """The choices of a levels scale that need no reason; None where any needs none, or only saving tells."""
    shown = current.matter.in_force.spread.shown
    scale = current.matter.point.scale
    if shown is None or not isinstance(scale, LevelsScale):
        return None
    codes = [level.level for level in scale.levels]
    return codes[codes.index(str(shown.upper)) : codes.index(str(shown.lower)) + 1]


def short_statement(matter: Matter, length: int = 110) -> str:
    """The beginning of a statement, for the agenda."""
    statement = matter.point.criterion.statement.rstrip(".")
    if len(statement) <= length:
        return statement
    return statement[:length].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def why_fr(matter: Matter) -> str:
    """Why it is on the agenda: « Partagés, impératif », « Une personne ne sait pas ».

    As the round in force has it; a second round that is open, or set an agreement aside, is said.
    """
    spread = matter.in_force.spread
    words = [
        {
            Verdict.DIVERGENT: "partagés",
            Verdict.UNKNOWN: "la moitié ou plus ne sait pas",
            Verdict.DISCUSS: "à discuter",
            Verdict.AGREED: "accord",
        }[spread.verdict]
    ]
    if matter.point.criterion.essential:
        words.append("impératif")
    unknown = spread.shown.unknown if spread.shown else 0
    if unknown and spread.verdict is not Verdict.UNKNOWN:
        words.append(f"{count_fr(unknown, 'personne ne sait', 'personnes ne savent')} pas")
    if matter.is_voted_on:
        words.append("deuxième tour ouvert")
    elif matter.has_set_aside:
        words.append("à valider de nouveau")
    told = ", ".join(words)
    return told[:1].upper() + told[1:]


def clock_fr(seconds: int) -> str:
    """« 4:20 », « − 1:05 » past the time."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'− ' if seconds < 0 else ''}{minutes}:{rest:02}"


def duration_fr(seconds: int) -> str:
    """« 4 minutes 20 secondes », for who listens."""
    minutes, rest = divmod(abs(seconds), 60)
    return " ".join(
        part for part in (minutes and count_fr(minutes, "minute"), count_fr(rest, "seconde")) if part
    )


def spent_fr(seconds: int) -> str:
    """« 8 min », a minute begun being one."""
    return f"{number_fr(-(-seconds // 60))}{NBSP}min"


def code_fr(code: str) -> str:
    """« K7M 2PQ », as it is read aloud."""
    half = len(code) // 2
    return f"{code[:half]}{NBSP}{code[half:]}"


def epoch(at: datetime) -> str:
    """Seconds, for the page's script."""
    return f"{at.timestamp():.3f}"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "answer_in_words": lambda answer, scale: answer_fr(scale, answer),
    "choice_in_words": choice_fr,
    "clock_fr": clock_fr,
    "code_fr": code_fr,
    "dots_of": dots_of,
    "duration_fr": duration_fr,
    "epoch": epoch,
    "level_sign": level_sign,
    "inside_medians": inside_medians,
    "short_statement": short_statement,
    "spent_fr": spent_fr,
    "value_fr": value_fr,
    "verdict_words": VERDICTS.__getitem__,
    "why_fr": why_fr,
}
"""Jinja filters of the pages."""
