"""The action plan of the demonstration: what a centre would have, and nothing that its rules would refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.actions import days_late, is_to_review, progress_of_steps
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.lifecycle import due_at
from aqss.gateways.french import end_of_day
from aqss.persistence.actions import Action
from aqss.persistence.assessments import Answer, Assessment
from aqss.persistence.centres import Structure
from aqss.persistence.dossiers import Dossier, IndicatorTarget
from aqss.persistence.runs import Task
from aqss.persistence.session import Sessions
from aqss.services.actions.finding import named_dates
from aqss.services.actions.outcomes import read_outcomes
from aqss.services.assessments.essentials import read_unmet_essentials
from aqss.services.demonstration.loading import load_demonstration
from aqss.services.demonstration.published import read_published
from aqss.services.editions import Publication, load_workflow

LOADED_ON = date(2026, 11, 20)


@pytest.fixture
def loaded(
    sessions: Sessions, published: Publication, catalogue: Catalogue, tmp_path: Path
) -> Iterator[Session]:
    with sessions.writing() as session:
        load_demonstration(
            session,
            read_published(session, tuple(catalogue.grids)),
            centres=2,
            years=2,
            loaded_on=LOADED_ON,
            password_hash="",
            proofs=tmp_path,
            advance=lambda: None,
        )
        yield session


def test_every_essential_that_a_closed_assessment_found_unmet_has_its_action(loaded: Session) -> None:
    closed = loaded.scalars(select(Assessment).where(Assessment.closed_at.is_not(None))).all()
    unmet = [one for assessment in closed for one in read_unmet_essentials(loaded, assessment)]
    given_up = loaded.scalars(select(Action).where(Action.state == "abandonnee")).all()
    assert unmet
    assert sum(not one.answered.is_given for one in unmet) <= len(given_up)


def test_actions_stand_in_every_state_and_are_numbered_in_their_centre(loaded: Session) -> None:
    actions = loaded.scalars(select(Action).order_by(Action.centre_id, Action.number)).all()
    assert set(Counter(one.state for one in actions)) == {
        "prevoir",
        "faire",
        "verifier",
        "close",
        "abandonnee",
    }
    for centre_id in (1, 2):
        numbers = [one.number for one in actions if one.centre_id == centre_id]
        assert numbers == list(range(1, len(numbers) + 1))


def test_what_is_late_is_late_by_a_few_weeks(loaded: Session) -> None:
    actions = loaded.scalars(select(Action)).all()
    late = [
        days_late(one.due_on, LOADED_ON, is_done=one.done_at is not None or one.ended_at is not None)
        for one in actions
    ]
    assert 0 < max(late) < 28
    for one in actions:
        is_waiting = one.done_at is not None and one.ended_at is None
        if is_to_review(one.review_on, LOADED_ON, is_waiting=is_waiting):
            assert one.review_on is not None
            assert LOADED_ON - one.review_on <= timedelta(weeks=4)


def test_what_they_say_is_what_the_workflow_and_their_steps_say(loaded: Session) -> None:
    for action in loaded.scalars(select(Action)):
        state = load_workflow(loaded, action.workflow_edition_id).by_state[action.state]
        assert action.due_at == due_at(state.due, action.entered_at, named_dates(action))
        assert (action.ended_at is not None) == state.final
        assert (action.result != "") == (action.state == "close")
        assert action.closed_by_id is None or action.closed_by_id != action.owner_id
        steps = loaded.scalars(select(Task).where(Task.action_id == action.id)).all()
        done = sum(step.done_at is not None for step in steps)
        assert action.progress == (progress_of_steps(done, len(steps)) if steps else 0)


def test_the_second_year_tells_what_the_actions_of_the_first_brought(loaded: Session) -> None:
    actions = loaded.scalars(select(Action).where(Action.done_at.is_not(None))).all()
    told = Counter(one.outcome for one in read_outcomes(loaded, actions).values())
    assert len(told) >= 3


def test_the_first_centre_has_dossiers_in_the_states_their_workflows_know(loaded: Session) -> None:
    dossiers = loaded.scalars(select(Dossier).order_by(Dossier.id)).all()
    assert [(one.workflow, one.state, one.centre_id) for one in dossiers] == [
        ("indicateurs-annuels", "saisie", 1),
        ("patient-traceur", "choix", 1),
        ("demande-appui", "envoyee", 1),
    ]
    for one in dossiers:
        workflow = load_workflow(loaded, one.workflow_edition_id)
        dates = {"year-end": end_of_day(one.year_ends_on)} if one.year_ends_on else {}
        assert one.due_at == due_at(workflow.by_state[one.state].due, one.entered_at, dates)
        done = set(loaded.scalars(select(Task.code).where(Task.dossier_id == one.id)))
        assert done <= {task.task for task in workflow.by_state[one.state].checklist or ()}
    support = loaded.get_one(Structure, dossiers[2].structure_id)
    assert (support.kind, dossiers[2].sent_at) == ("cpias", dossiers[2].entered_at)


def test_the_sheet_of_the_year_holds_figures_and_targets_of_its_grid(loaded: Session) -> None:
    fiche = loaded.scalars(select(Assessment).where(Assessment.dossier_id.is_not(None))).one()
    year = loaded.get_one(Dossier, fiche.dossier_id)
    assert year.period_from == date(year.created_at.year, 1, 1)
    assert year.period_to == date(year.created_at.year, 12, 31)
    (sheet,) = fiche.sheets
    figures = loaded.scalars(select(Answer).where(Answer.sheet_id == sheet.id)).all()
    assert {one.kind for one in figures} == {"number"}
    targets = loaded.scalars(select(IndicatorTarget).where(IndicatorTarget.dossier_id == fiche.dossier_id))
    assert {one.criterion for one in targets} <= {one.criterion for one in figures}
