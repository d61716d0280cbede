"""What is asked of an assessment: read from what a person wrote, kept, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput
from aqss.persistence.assessments import Assessment, Assignment, Sheet
from aqss.services.assessments.scope import (
    TRIGGERS,
    Scope,
    check_scope,
    end_of_round,
    named_dates,
    write_assignments,
    write_words,
)
from tests.services.assessments.scene import Scene, a_scope, an_assessment, faults_of

OFFERED = ("coordination", "hygiene", "mesures")
TODAY = date(2026, 3, 2)
EARLIEST = date(2026, 3, 1)
SETTLED = ("objective", "trigger", "grids")


def check(scope: Scope, *, settled: tuple[str, ...] = ()) -> Scope:
    return check_scope(scope, offered=OFFERED, team={1, 2}, earliest=EARLIEST, today=TODAY, settled=settled)


def refused(scope: Scope, *, settled: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        check(scope, settled=settled)
    return faults_of(refusal.value)


# --- read ----------------------------------------------------------------------------------------------


def test_grids_are_kept_in_the_order_they_are_offered() -> None:
    assert check(a_scope("mesures", "coordination")).grids == ("coordination", "mesures")


def test_a_grid_chosen_twice_is_chosen_once() -> None:
    assert check(a_scope("mesures", "mesures")).grids == ("mesures",)


def test_words_are_cleaned() -> None:
    scope = check(Scope("  Campagne  ", objective=" Situer.\r\nSuivre. ", trigger_note=" Reçue. "))
    assert (scope.title, scope.objective, scope.trigger_note) == ("Campagne", "Situer.\nSuivre.", "Reçue.")


def test_a_title_is_enough() -> None:
    assert check(Scope("Campagne")) == Scope("Campagne", grids=(), assignments={})


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_each_trigger_is_accepted(trigger: str) -> None:
    assert check(a_scope(trigger=trigger)).trigger == trigger


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"title": " "}, ("title", "required")),
        ({"title": "x" * 161}, ("title", "too-long")),
        ({"objective": "x" * 2001}, ("objective", "too-long")),
        ({"trigger": "ennui"}, ("trigger", "unknown-choice")),
        ({"trigger_note": "x" * 2001}, ("trigger_note", "too-long")),
        ({"trigger_note": "Mme X, 2 86 02 2A 004 123 06"}, ("trigger_note", "patient-identifier")),
        ({"grids": ("inconnue",)}, ("grids", "unknown-choice")),
    ],
)
def test_a_value_that_breaks_a_rule_is_refused_at_its_field(
    change: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert refused(replace(a_scope("hygiene"), **change)) == [fault]


def test_every_fault_is_told_at_once() -> None:
    scope = Scope("", trigger="ennui", grids=("inconnue",), round_ends_on=date(2020, 1, 1))
    assert refused(scope) == [
        ("grids", "unknown-choice"),
        ("title", "required"),
        ("trigger", "unknown-choice"),
        ("round_ends_on", "date-outside"),
    ]


# --- what may be left empty ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("emptied", "fault"),
    [
        ({"objective": " "}, ("objective", "required")),
        ({"trigger": ""}, ("trigger", "required")),
        ({"grids": ()}, ("grids", "at-least-one")),
    ],
)
def test_what_is_settled_is_not_emptied_while_the_rest_may_be(
    emptied: dict[str, Any], fault: tuple[str, str]
) -> None:
    scope = replace(a_scope("hygiene"), **emptied)
    assert refused(scope, settled=SETTLED) == [fault]
    others = tuple(name for name in SETTLED if name != fault[0])
    assert check(scope, settled=others).title == scope.title


def test_a_fault_of_the_grids_is_told_once() -> None:
    assert refused(a_scope("inconnue"), settled=SETTLED) == [("grids", "unknown-choice")]


# --- who rates what ------------------------------------------------------------------------------------


def test_nobody_is_asked_twice_for_one_grid() -> None:
    scope = check(a_scope("hygiene", assignments={"hygiene": [2, 1, 2]}))
    assert scope.assignments == {"hygiene": (2, 1)}


def test_a_grid_chosen_without_anybody_is_for_everybody() -> None:
    assert check(a_scope("hygiene", "mesures", assignments={"mesures": [1]})).assignments == {
        "hygiene": (),
        "mesures": (1,),
    }


@pytest.mark.parametrize(
    "assignments",
    [{"hygiene": [3]}, {"hygiene": [1, 3]}, {"mesures": [1]}, {"mesures": []}, {"inconnue": [1]}],
    ids=repr,
)
def test_only_the_team_is_asked_and_only_for_a_grid_chosen(assignments: dict[str, list[int]]) -> None:
    assert refused(a_scope("hygiene", assignments=assignments)) == [("assignments", "unknown-choice")]


# --- until when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [None, EARLIEST, TODAY, date(2028, 3, 1)])
def test_a_round_ends_within_two_years_or_has_no_end_yet(end: date | None) -> None:
    assert check(a_scope("hygiene", round_ends_on=end)).round_ends_on == end


@pytest.mark.parametrize("end", [date(2026, 2, 28), date(2028, 3, 2), date.min, date.max])
def test_a_round_that_ends_too_early_or_too_late_is_refused_with_its_bounds(end: date) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check(a_scope("hygiene", round_ends_on=end))
    (fault,) = refusal.value.faults
    assert (fault.field, fault.code) == ("round_ends_on", "date-outside")
    assert fault.facts == (EARLIEST, date(2028, 3, 1))


@pytest.mark.parametrize(
    ("last_day", "end"),
    [
        (date(2026, 3, 27), datetime(2026, 3, 27, 23, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_round_lasts_until_midnight_in_paris_whatever_the_season(last_day: date, end: datetime) -> None:
    assessment = Assessment(round_ends_on=last_day)
    assert end_of_round(assessment) == end
    assert named_dates(assessment) == {"round-end": end}


def test_a_round_without_an_end_names_no_date() -> None:
    assessment = Assessment(round_ends_on=None)
    assert end_of_round(assessment) is None
    assert named_dates(assessment) == {}


# --- kept ----------------------------------------------------------------------------------------------


def test_the_words_of_a_scope_replace_those_before() -> None:
    assessment = Assessment(title="Avant", objective="Avant.", trigger="autre", trigger_note="Avant.")
    write_words(assessment, Scope("Titre", "Objectif.", "plainte", "Reçue.", round_ends_on=TODAY))
    assert (assessment.title, assessment.objective) == ("Titre", "Objectif.")
    assert (assessment.trigger, assessment.trigger_note) == ("plainte", "Reçue.")
    assert assessment.round_ends_on == TODAY


def assigned(session: Session, assessment: Assessment) -> set[tuple[str, int]]:
    query = select(Sheet.grid, Assignment.user_id).join(Sheet, Sheet.id == Assignment.sheet_id)
    return {
        (row.grid, row.user_id) for row in session.execute(query.where(Sheet.assessment_id == assessment.id))
    }


def test_who_rates_what_is_replaced_whole_and_in_this_assessment_alone(
    session: Session, scene: Scene
) -> None:
    first, second = scene.member.user_id, scene.colleague.user_id
    asked = {"hygiene": [first], "mesures": [first, second]}
    assessment, other = (an_assessment(session, scene, "hygiene", "mesures", assignments=asked) for _ in "ab")
    write_assignments(
        session, assessment.id, a_scope("hygiene", "mesures", assignments={"hygiene": [second]})
    )
    assert assigned(session, assessment) == {("hygiene", second)}
    assert assigned(session, other) == {("hygiene", first), ("mesures", first), ("mesures", second)}


def test_nobody_is_asked_any_more_when_the_scope_names_nobody(session: Session, scene: Scene) -> None:
    asked = {"hygiene": [scene.member.user_id]}
    assessment = an_assessment(session, scene, "hygiene", assignments=asked)
    write_assignments(session, assessment.id, a_scope("hygiene"))
    assert assigned(session, assessment) == set()
