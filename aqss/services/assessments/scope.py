"""What is asked of an assessment: its words, its grids, who rates what, and until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from aqss.domain.intake import Intake
from aqss.domain.texts import clean_choice, clean_choices, clean_line, clean_text
from aqss.gateways.french import end_of_day
from aqss.persistence.assessments import Assessment, Assignment, Sheet
from aqss.services.assessments.rounds import BLIND, DIRECT

TRIGGERS: Mapping[str, str] = {
    "a-priori": "Démarche prévue, sans événement particulier",
    "plainte": "Après une plainte",
    "evenement-indesirable": "Après un événement indésirable",
    "autre": "Autre motif",
}
"""Why an assessment may be made, in the words a person reads."""

RATINGS: Mapping[str, str] = {
    DIRECT: "Ensemble, directement",
    BLIND: "Chacun d’abord, puis l’accord",
}
"""How the team comes to its answers, in the words a person reads."""

TITLE_LIMIT = 160
WORDS_LIMIT = 2000
LONGEST_ROUND = timedelta(days=730)


@dataclass(frozen=True)
class Scope:
    """The scope as a person writes it; ``rating``: a key of :data:`RATINGS`.

    ``assignments``: grid → the ids of the people asked to rate it, together; ``participants``: the ids of
    those asked to rate alone. Only those of the rating chosen are kept. All but the title may be missing at
    first: the guards of the workflow ask for the rest.
    """

    title: str
    objective: str = ""
    trigger: str = ""
    trigger_note: str = ""
    grids: Sequence[str] = ()
    assignments: Mapping[str, Sequence[int]] = field(default_factory=dict)
    round_ends_on: date | None = None
    rating: str = DIRECT
    participants: Sequence[int] = ()


def check_scope(
    scope: Scope,
    *,
    offered: Sequence[str],
    team: Collection[int],
    earliest: date,
    today: date,
    settled: Collection[str] = (),
) -> Scope:
    """The scope made canonical: texts cleaned, grids in the order ``offered``, nobody twice on one.

    ``team``: who may be asked to rate. The round ends from ``earliest`` on, two years after ``today`` at the
    latest. ``settled`` names those of ``objective``, ``trigger``, ``grids`` and ``participants`` that may
    change and no longer be emptied. Raises :class:`~aqss.domain.errors.InvalidInput` with every fault, under
    the names of the fields.
    """
    intake = Intake()
    chosen = intake.read((), clean_choices, "grids", scope.grids, offered)
    rating = intake.read(DIRECT, clean_choice, "rating", scope.rating, RATINGS)
    is_blind = rating == BLIND
    checked = replace(
        scope,
        title=intake.read("", clean_line, "title", scope.title, TITLE_LIMIT),
        objective=_read_objective(intake, scope.objective, required="objective" in settled),
        trigger=_read_trigger(intake, scope.trigger, required="trigger" in settled),
        trigger_note=intake.read("", _clean_words, "trigger_note", scope.trigger_note),
        grids=chosen,
        rating=rating,
        assignments={} if is_blind else {grid: _once(scope.assignments.get(grid, ())) for grid in chosen},
        participants=_once(scope.participants) if is_blind else (),
    )
    if "grids" in settled and not chosen:
        intake.fault("grids", "at-least-one")
    _check_people(intake, scope, checked, team, settled)
    latest = today + LONGEST_ROUND
    if scope.round_ends_on is not None and not earliest <= scope.round_ends_on <= latest:
        intake.fault("round_ends_on", "date-outside", earliest, latest)
    intake.finish()
    return checked


def _check_people(
    intake: Intake, sent: Scope, checked: Scope, team: Collection[int], settled: Collection[str]
) -> None:
    if not _asks_only(sent, team):
        intake.fault("assignments", "unknown-choice")
    if "participants" in settled and checked.rating == BLIND and not checked.participants:
        intake.fault("participants", "at-least-one")
    if not {*checked.participants} <= {*team}:
        intake.fault("participants", "unknown-choice")


def _once(user_ids: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(user_ids))


def _read_objective(intake: Intake, typed: str, *, required: bool) -> str:
    return intake.read("", _clean_words, "objective", typed, required=required)


def _read_trigger(intake: Intake, typed: str, *, required: bool) -> str:
    return intake.read("", clean_choice, "trigger", typed, TRIGGERS) if typed or required else ""


def _asks_only(scope: Scope, team: Collection[int]) -> bool:
    """Whether those asked are of the team, and for grids of the scope."""
    people = {user_id for ids in scope.assignments.values() for user_id in ids}
    return {*scope.assignments} <= {*scope.grids} and people <= {*team}


def _clean_words(field_name: str, value: str, *, required: bool = False) -> str:
    return clean_text(field_name, value, WORDS_LIMIT, required=required)


def write_words(assessment: Assessment, scope: Scope) -> None:
    """Put the words, the end and the rating of the scope on the assessment."""
    assessment.title = scope.title
    assessment.objective = scope.objective
    assessment.trigger = scope.trigger
    assessment.trigger_note = scope.trigger_note
    assessment.round_ends_on = scope.round_ends_on
    assessment.rating = scope.rating


def write_assignments(session: Session, assessment_id: int, scope: Scope) -> None:
    """Replace who rates what by what the scope says; every sheet of it exists."""
    rows = session.execute(select(Sheet.grid, Sheet.id).where(Sheet.assessment_id == assessment_id))
    sheets = {row.grid: row.id for row in rows}
    session.execute(delete(Assignment).where(Assignment.sheet_id.in_(sheets.values())))
    assigned = [
        {"sheet_id": sheets[grid], "user_id": user_id}
        for grid, user_ids in scope.assignments.items()
        for user_id in user_ids
    ]
    if assigned:
        session.execute(insert(Assignment), assigned)


def end_of_round(assessment: Assessment) -> datetime | None:
    """When the last day of the round ends; None while the coordinator has fixed none."""
    return None if assessment.round_ends_on is None else end_of_day(assessment.round_ends_on)


def named_dates(assessment: Assessment) -> dict[str, datetime]:
    """The dates of an assessment that a workflow may name: ``round-end``, when that day ends in Paris."""
    end = end_of_round(assessment)
    return {} if end is None else {"round-end": end}
