"""Planning an action: what is proposed for a criterion, and what is kept of what is planned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.actions import Action, ActionContributor, ActionCriterion
from aqss.persistence.dossiers import Dossier
from aqss.services.actions.drafts import Draft
from aqss.services.actions.noting import VERBS
from aqss.services.actions.starting import propose_action, start_action
from aqss.services.actions.words import ORIGINS
from tests.builders import an_action
from tests.services.actions.scene import DUE, a_draft, go, key_of, plan
from tests.services.assessments.scene import (
    COORDINATION,
    NOW,
    Scene,
    an_assessment,
    an_open_assessment,
    count,
    faults_of,
    journal,
    publish,
    rate,
)
from tests.services.assessments.voices import a_blind_assessment

WITH_PROPOSALS = COORDINATION.model_copy(
    update={
        "grid": COORDINATION.grid.model_copy(
            update={
                "version": 2,
                "sections": tuple(
                    section.model_copy(
                        update={
                            "criteria": tuple(
                                one.model_copy(update={"actions": ("Nommer une personne", "Écrire la fiche")})
                                for one in section.criteria
                            )
                        }
                    )
                    for section in COORDINATION.grid.sections
                ),
            }
        )
    }
)


def test_an_action_is_planned_in_the_first_state_under_the_next_number(
    session: Session, scene: Scene
) -> None:
    first, second = plan(session, scene), plan(session, scene)
    assert (first.number, second.number) == (1, 2)
    assert (first.state, first.entered_at, first.ended_at, first.version) == ("prevoir", NOW, None, 1)
    assert (first.due_at, first.due_on) == (NOW + timedelta(weeks=4), DUE)
    assert (first.created_at, first.created_by_id, first.origin) == (
        NOW,
        scene.coordinator.user_id,
        "free",
    )
    assert (first.assessment_id, first.dossier_id, first.progress, first.result) == (None, None, 0, "")
    assert [entry.facts for entry in journal(session, "action-planned")] == [
        {"number": 1, "origin": "free"},
        {"number": 2, "origin": "free"},
    ]


def test_numbers_are_the_centre_s_and_never_given_twice(session: Session, scene: Scene) -> None:
    plan(session, scene)
    go(session, scene.coordinator, plan(session, scene), "abandonnee")
    (elsewhere,) = scene.stranger.centre_ids()
    theirs = start_action(session, scene.stranger, centre_id=elsewhere, draft=Draft("Agir"), now=NOW)
    assert (plan(session, scene).number, theirs.number) == (3, 1)


def test_people_and_criteria_are_kept_with_the_assessment_of_the_first(
    session: Session, scene: Scene
) -> None:
    first, second = an_open_assessment(session, scene), an_open_assessment(session, scene)
    keys = [key_of(session, second, "CO-1"), key_of(session, first, "HY-1")]
    draft = a_draft(contributors=[scene.member.user_id, scene.colleague.user_id], criteria=[*keys, keys[0]])
    action = plan(session, scene, draft, origin="criterion")
    assert (action.assessment_id, action.origin) == (second.id, "criterion")
    assert {(row.sheet_id, row.criterion) for row in session.scalars(select(ActionCriterion))} == {*keys}
    assert set(session.scalars(select(ActionContributor.user_id))) == set(draft.contributors)


def test_an_action_of_a_dossier_is_of_the_same_centre(session: Session, scene: Scene) -> None:
    dossiers = [
        Dossier(
            centre_id=centre_id,
            workflow="autre",
            title="Ouverture",
            workflow_edition_id=1,
            state="x",
            entered_at=NOW,
            created_at=NOW,
        )
        for centre_id in (scene.centre.id, *scene.stranger.centre_ids())
    ]
    session.add_all(dossiers)
    session.flush()
    action = plan(session, scene, dossier_id=dossiers[0].id, origin="dossier")
    assert (action.dossier_id, action.origin) == (dossiers[0].id, "dossier")
    for key in (dossiers[1].id, 987, 0, 10**30):
        with pytest.raises(NotFound):
            plan(session, scene, dossier_id=key, origin="dossier")
    assert count(session, Action) == 1


@pytest.mark.parametrize("who", ["member", "stranger", "administrator"])
def test_only_those_who_lead_the_plan_add_to_it(session: Session, scene: Scene, who: str) -> None:
    with pytest.raises(NotAllowed):
        start_action(session, getattr(scene, who), centre_id=scene.centre.id, draft=Draft("Agir"), now=NOW)
    assert count(session, Action) == 0


def test_the_plan_of_a_closed_centre_grows_no_more(session: Session, scene: Scene) -> None:
    scene.centre.closed_at = NOW
    session.flush()
    with pytest.raises(NotFound):
        plan(session, scene)


def test_a_refused_draft_plans_nothing(session: Session, scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        plan(session, scene, a_draft(title="", owner_id=scene.stranger.user_id, criteria=[(987, "CO-1")]))
    assert faults_of(refusal.value) == [
        ("title", "required"),
        ("owner_id", "unknown-choice"),
        ("criteria", "unknown-choice"),
    ]
    assert count(session, Action) == 0
    assert journal(session, "action-planned") == []


def test_the_grid_and_the_answer_propose_an_action(session: Session, scene: Scene) -> None:
    publish(session, WITH_PROPOSALS)
    assessment = an_open_assessment(session, scene, "coordination")
    rate(session, scene.member, assessment, "CO-1", "non", comment="Personne n’est nommé.")
    key = key_of(session, assessment, "CO-1")
    proposal = propose_action(
        session, scene.manager, assessment_id=assessment.id, grid="coordination", criterion="CO-1"
    )
    assert proposal.titles == ("Nommer une personne", "Écrire la fiche")
    assert proposal.draft == Draft(
        title="Nommer une personne",
        finding="Personne n’est nommé.",
        criticality=4,
        feasibility=3,
        impact=3,
        criteria=(key,),
        effect_on=key,
        effect_from="non",
        effect_to="oui",
    )
    assert (proposal.answered.key, proposal.others) == (key, ())


def test_the_best_level_is_what_is_expected_where_there_is_a_better_one(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene)
    rate(session, scene.member, assessment, "CO-2", "oui")
    for grid, criterion, expected in (
        ("coordination", "CO-1", "oui"),
        ("coordination", "CO-2", ""),
        ("mesures", "ME-1", ""),
    ):
        proposal = propose_action(
            session, scene.coordinator, assessment_id=assessment.id, grid=grid, criterion=criterion
        )
        assert proposal.draft.effect_to == expected


def test_where_the_grid_proposes_nothing_the_title_is_left_to_write(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    proposal = propose_action(
        session, scene.coordinator, assessment_id=assessment.id, grid="mesures", criterion="ME-2"
    )
    assert (proposal.titles, proposal.draft.title, proposal.draft.effect_from) == ((), "", "")
    assert proposal.draft.effect_on is None  # a scale that gives no score tells no better from worse


def test_actions_that_answer_the_same_criterion_already_are_told(session: Session, scene: Scene) -> None:
    before, now = an_open_assessment(session, scene), an_open_assessment(session, scene)
    key = key_of(session, before, "CO-1")
    runs = an_action(session, scene.centre, criteria=[key])
    an_action(session, scene.centre, criteria=[key], state="close")
    an_action(session, scene.centre, criteria=[key_of(session, before, "CO-2")])
    theirs = an_action(session, scene.centre, criteria=[key])
    (theirs.centre_id,) = scene.stranger.centre_ids()
    session.flush()
    latest = an_action(session, scene.centre, criteria=[key_of(session, now, "CO-1")])
    proposal = propose_action(
        session, scene.coordinator, assessment_id=now.id, grid="coordination", criterion="CO-1"
    )
    assert proposal.others == (runs, latest)


def test_nothing_is_proposed_before_there_are_answers_of_the_team(session: Session, scene: Scene) -> None:
    def propose(assessment_id: int) -> None:
        propose_action(
            session, scene.coordinator, assessment_id=assessment_id, grid="hygiene", criterion="HY-1"
        )

    not_open = an_assessment(session, scene, "hygiene")
    blind = a_blind_assessment(session, scene)
    blind.state, blind.revealed_at = "cotation", None
    session.flush()
    for assessment in (not_open, blind):
        with pytest.raises(NotPossibleNow) as refusal:
            propose(assessment.id)
        assert refusal.value.ability == "read-results"
        with pytest.raises(NotPossibleNow):
            plan(session, scene, a_draft(criteria=[key_of(session, assessment, "HY-1")]))
    assert count(session, Action) == 0
    blind.state = "accord"
    session.flush()
    propose(blind.id)


def test_a_proposal_is_made_to_who_leads_the_plan(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    for actor, refusal in ((scene.member, NotAllowed), (scene.stranger, NotFound)):
        with pytest.raises(refusal):
            propose_action(session, actor, assessment_id=assessment.id, grid="hygiene", criterion="HY-1")
    with pytest.raises(NotFound):
        propose_action(
            session, scene.coordinator, assessment_id=assessment.id, grid="hygiene", criterion="CO-1"
        )


def test_each_origin_can_be_kept(session: Session, scene: Scene) -> None:
    for origin in ORIGINS:
        plan(session, scene, origin=origin)
    assert session.scalar(select(func.count(Action.origin.distinct()))) == len(ORIGINS)


def test_the_journal_knows_each_verb_of_an_action() -> None:
    assert all(verb.startswith("action-") for verb in VERBS)
