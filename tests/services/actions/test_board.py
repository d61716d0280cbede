"""The board and the matrix of a plan."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import NotAllowed
from aqss.services.actions.board import MOST_CARDS, read_board, read_matrix
from aqss.services.actions.filters import Filters, View
from tests.builders import an_action
from tests.services.actions.plans import a_mixed_plan
from tests.services.assessments.scene import NOW, Scene, statements


def test_each_state_has_its_column_in_order_whatever_the_view_and_state_asked_for(
    session: Session, scene: Scene
) -> None:
    a_mixed_plan(session, scene)
    asked = Filters(view=View.OVER, state="faire")
    board = read_board(session, scene.member, asked, NOW, centre_id=scene.centre.id)
    assert [(column.state.label, column.total) for column in board.columns] == [
        ("À lancer", 1),
        ("En cours", 3),
        ("À vérifier", 3),
        ("Close", 1),
        ("Abandonnée", 1),
    ]
    assert [len(column.rows) for column in board.columns] == [1, 3, 3, 1, 1]


def test_a_column_shows_its_first_cards_by_priority_and_counts_the_others(
    session: Session, scene: Scene
) -> None:
    for _ in range(MOST_CARDS + 2):
        an_action(session, scene.centre, criticality=1)
    urgent = an_action(session, scene.centre, criticality=4)
    column = read_board(session, scene.member, Filters(), NOW, centre_id=scene.centre.id).columns[0]
    assert (len(column.rows), column.total) == (MOST_CARDS, MOST_CARDS + 3)
    assert column.rows[0].action.number == urgent.number


def test_the_other_filters_narrow_the_board(session: Session, scene: Scene) -> None:
    a_mixed_plan(session, scene)
    asked = Filters(owner=scene.coordinator.user_id)
    board = read_board(session, scene.member, asked, NOW, centre_id=scene.centre.id)
    assert [column.total for column in board.columns] == [0, 1, 0, 1, 0]


def test_the_matrix_places_the_actions_that_run(session: Session, scene: Scene) -> None:
    first = an_action(session, scene.centre, criticality=4, feasibility=4, impact=1)
    high = an_action(session, scene.centre, criticality=4, feasibility=4, impact=4)
    an_action(session, scene.centre, criticality=4, feasibility=4, state="close")
    an_action(session, scene.centre, criticality=1, feasibility=2)
    matrix = read_matrix(
        session, scene.member, Filters(view=View.ALL, place=(1, 1)), NOW, centre_id=scene.centre.id
    )
    corner = matrix.rows[0][3]
    assert [one.number for one in corner.actions] == [high.number, first.number]
    assert matrix.total == 3
    assert len(matrix.rows[3][1].actions) == 1


def test_board_and_matrix_cost_the_same_queries_however_many_actions(session: Session, scene: Scene) -> None:
    readers = (read_board, read_matrix)
    counts = []
    for _ in range(2):
        for state in ("prevoir", "faire", "close"):
            for _ in range(4):
                an_action(session, scene.centre, state=state)
        for reader in readers:
            with statements(session) as asked:
                reader(session, scene.member, Filters(), NOW, centre_id=scene.centre.id)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


def test_strangers_see_neither(session: Session, scene: Scene) -> None:
    for reader in (read_board, read_matrix):
        with pytest.raises(NotAllowed):
            reader(session, scene.stranger, Filters(), NOW, centre_id=scene.centre.id)
