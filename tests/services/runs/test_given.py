"""Tasks given to somebody, whatever they are tasks of."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.gateways.french import end_of_day
from aqss.persistence.actions import Action
from aqss.services.actions.finding import named_dates
from aqss.services.runs.given import MOST, list_given
from aqss.services.runs.tasks import add_free, assign, get_line, set_done
from tests.builders import an_action
from tests.services.actions.scene import read_action_workflow
from tests.services.assessments.scene import NOW, Scene, statements


def given(session: Session, actor: Actor) -> list[str]:
    return [one.label for one in list_given(session, actor, Action, named_dates)]


def test_those_of_the_present_state_and_of_the_whole_run_the_nearest_first(
    session: Session, scene: Scene
) -> None:
    action = an_action(session, scene.centre, state="verifier")
    user_id, day = scene.colleague.user_id, NOW.date() + timedelta(days=5)
    line, row = get_line(session, action, read_action_workflow(), "mesure")
    assign(session, action, row, owner_id=user_id, due_on=None, now=NOW)
    add_free(session, action, label="Afficher", owner_id=user_id, due_on=day, now=NOW)
    add_free(session, action, label="Ailleurs", state="faire", owner_id=user_id, now=NOW)
    add_free(session, action, label="À un autre", owner_id=scene.member.user_id, now=NOW)
    done = add_free(session, action, label="Faite", owner_id=user_id, now=NOW)
    set_done(session, done, done=True, by=user_id, now=NOW)
    own, of_list = list_given(session, scene.colleague, Action, named_dates)
    assert (own.run, own.centre_name, own.label) == (action, scene.centre.name, "Afficher")
    assert (own.due_at, of_list.label, of_list.due_at) == (end_of_day(day), line.label, action.due_at)


def test_what_is_over_elsewhere_or_closed_gives_nothing(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre)
    add_free(session, action, label="Afficher", owner_id=scene.member.user_id, now=NOW)
    assert given(session, scene.member) == ["Afficher"]
    assert given(session, scene.stranger) == []
    action.ended_at = NOW
    session.flush()
    assert given(session, scene.member) == []
    action.ended_at, scene.centre.closed_at = None, NOW
    session.flush()
    assert given(session, scene.member) == []


def test_one_query_and_so_many_tasks_whatever_their_number(session: Session, scene: Scene) -> None:
    action = an_action(session, scene.centre)

    def cost() -> int:
        with statements(session) as seen:
            given(session, scene.member)
        return len(seen)

    add_free(session, action, label="La première", owner_id=scene.member.user_id, now=NOW)
    given(session, scene.member)  # definitions are known from now on
    before = cost()
    for number in range(MOST + 5):
        add_free(session, action, label=f"Étape {number}", owner_id=scene.member.user_id, now=NOW)
    assert cost() == before == 1
    assert len(given(session, scene.member)) == MOST
