"""The list of a plan: who reads it, its pages, its groups, what each line tells, in how many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed
from aqss.services.actions.filters import Filters, Group, View
from aqss.services.actions.listing import PAGE_SIZE, read_plan
from tests.builders import a_centre, a_member, actor_of, an_action
from tests.services.actions.plans import a_step, insert_full, insert_plain, listed, numbers
from tests.services.actions.scene import TODAY, key_of
from tests.services.assessments.scene import NOW, Scene, an_assessment, statements


def test_the_team_reads_it_and_nobody_else(session: Session, scene: Scene) -> None:
    an_action(session, scene.centre)
    for reader in (scene.member, scene.manager, scene.coordinator):
        assert read_plan(session, reader, Filters(), NOW, centre_id=scene.centre.id).total == 1
    for other in (scene.stranger, scene.administrator):
        with pytest.raises(NotAllowed):
            read_plan(session, other, Filters(), NOW, centre_id=scene.centre.id)


def test_all_the_plans_of_a_person_are_those_of_their_centres_only(session: Session, scene: Scene) -> None:
    port = a_centre(session, name="Centre du Phare")
    user = a_member(session, port)
    a_member(session, scene.centre, user=user)
    an_action(session, port, title="Au phare")
    an_action(session, scene.centre, title="Aux lilas")
    an_action(session, a_centre(session), title="Ailleurs")
    page = read_plan(session, actor_of(session, user), Filters(group=Group.CENTRE), NOW)
    assert [(row.centre_name, row.action.title) for row in page.rows] == [
        ("Centre des Lilas", "Aux lilas"),
        ("Centre du Phare", "Au phare"),
    ]
    assert page.scope.centre_name is None
    assert page.scope.options.centres == {scene.centre.id: "Centre des Lilas", port.id: "Centre du Phare"}


def test_one_of_several_centres_may_be_asked_for_and_no_other(session: Session, scene: Scene) -> None:
    port, foreign = a_centre(session), a_centre(session)
    user = a_member(session, port)
    a_member(session, scene.centre, user=user)
    for centre in (port, scene.centre, foreign):
        an_action(session, centre)
    for asked, kept, total in ((port.id, port.id, 1), (foreign.id, 0, 2)):
        page = read_plan(session, actor_of(session, user), Filters(centre=asked), NOW)
        assert (page.scope.filters.centre, page.total) == (kept, total)
    alone = listed(session, scene, Filters(centre=port.id))
    assert (alone.scope.options.centres, alone.scope.filters.centre, alone.total) == ({}, 0, 1)


def test_pages_follow_one_another_and_a_page_out_of_range_is_the_nearest(
    session: Session, scene: Scene
) -> None:
    many = PAGE_SIZE + 3
    insert_plain(session, scene, many)
    first, last = listed(session, scene, page=1), listed(session, scene, page=99)
    assert (len(first.rows), first.count, first.total) == (PAGE_SIZE, 2, many)
    assert (len(last.rows), last.number, last.first) == (3, 2, PAGE_SIZE)
    assert sorted([*numbers(first), *numbers(last)]) == list(range(1, many + 1))
    assert len(listed(session, scene, size=20).rows) == 20
    assert len(listed(session, scene, size=7).rows) == PAGE_SIZE, "a size that is not offered"


def test_a_group_counts_its_actions_of_every_page_and_comes_whole(session: Session, scene: Scene) -> None:
    insert_plain(session, scene, 30)
    an_action(session, scene.centre, owner_id=scene.member.user_id)
    page = listed(session, scene, Filters(group=Group.OWNER), size=20)
    assert [(group.key, group.total, len(group.rows)) for group in page.groups] == [
        (scene.member.user_id, 1, 1),
        (None, 30, 19),
    ]


def test_each_group_puts_together_what_it_says(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    tools = key_of(session, assessment, "ME-1")
    an_action(session, scene.centre, state="faire", criteria=[tools], criticality=4, feasibility=4)
    an_action(session, scene.centre, criteria=[key_of(session, assessment, "CO-1"), tools], criticality=1)
    an_action(session, scene.centre, state="verifier")
    keys = {
        group: [one.key for one in listed(session, scene, Filters(group=group)).groups] for group in Group
    }
    assert keys == {
        Group.NONE: [None],
        Group.STATE: ["prevoir", "faire", "verifier"],
        Group.OWNER: [None],
        Group.CENTRE: [scene.centre.id],
        Group.MODULE: ["outils", "soins", None],
        Group.ZONE: [0, 1, 2],
    }


def test_a_line_tells_people_steps_criteria_and_where_it_comes_from(session: Session, scene: Scene) -> None:
    assessment = an_assessment(session, scene)
    action = an_action(
        session,
        scene.centre,
        owner_id=scene.member.user_id,
        contributors=[scene.colleague.user_id, scene.manager.user_id],
        criteria=[key_of(session, assessment, "CO-1")],
        assessment_id=assessment.id,
        due_on=TODAY - timedelta(days=2),
    )
    a_step(session, action, done=True)
    a_step(session, action)
    (row,) = listed(session, scene).rows
    assert (row.owner, row.contributors) == ("Mehdi Médecin", ("Dominique Direction", "Inès Infirmière"))
    assert (row.steps_done, row.steps, row.source) == (1, 2, "Campagne 2026")
    assert [one.criterion for one in row.criteria] == ["CO-1"]
    assert row.timing(TODAY).late == 2
    assert row.state.label == "À lancer"


def test_a_plan_without_action_is_new_but_not_one_that_filters_empty(session: Session, scene: Scene) -> None:
    assert listed(session, scene).is_new
    an_action(session, scene.centre)
    assert not listed(session, scene, Filters(view=View.OVER)).is_new
    assert not listed(session, scene, Filters(words="introuvable")).is_new


def test_options_are_what_the_plan_holds(session: Session, scene: Scene) -> None:
    sheet = key_of(session, an_assessment(session, scene), "HY-1")
    an_action(session, scene.centre, criteria=[sheet], owner_id=scene.member.user_id)
    options = listed(session, scene).scope.options
    assert options.owners == {scene.member.user_id: "Mehdi Médecin"}
    assert [(one.module, one.grid, one.title) for one in options.grids] == [
        ("soins", "hygiene", "Grille hygiene")
    ]
    assert list(options.states) == ["prevoir", "faire", "verifier", "close", "abandonnee"]


@pytest.mark.parametrize("group", [Group.NONE, Group.MODULE])
def test_2000_actions_cost_no_more_queries_than_20(session: Session, scene: Scene, group: Group) -> None:
    insert_full(session, scene, 20)
    listed(session, scene)
    counts = []
    for more in (0, 1980):
        if more:
            insert_full(session, scene, more, after=20)
        with statements(session) as asked:
            listed(session, scene, Filters(group=group))
        counts.append(len(asked))
    assert counts[0] == counts[1]
