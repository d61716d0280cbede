"""The board and the matrix of a plan."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from aqss.domain.actions import Zone
from aqss.domain.errors import NotAllowed
from aqss.persistence.accounts import User
from aqss.services.actions.board import MOST_CARDS, Board, read_board, read_matrix
from aqss.services.actions.filters import Filters, View
from tests.builders import a_centre, a_member, actor_of, an_action
from tests.services.actions.plans import a_mixed_plan
from tests.services.assessments.scene import NOW, Scene, statements

OPEN = [("À lancer", 1), ("En cours", 3), ("À vérifier", 3)]
OVER = [("Close", 1), ("Abandonnée", 1)]


def board_of(session: Session, scene: Scene, **asked: Any) -> Board:
    return read_board(session, scene.member, Filters(**asked), NOW, centre_id=scene.centre.id)


def columns(board: Board) -> list[tuple[str, int]]:
    return [(column.state.label, column.total) for column in board.columns]


def folded(board: Board) -> list[tuple[str, int]]:
    return [(one.state.label, one.total) for one in board.folded]


@pytest.mark.parametrize(
    ("view", "shown", "left"),
    [(View.OPEN, OPEN, OVER), (View.OVER, OVER, []), (View.ALL, OPEN + OVER, [])],
)
def test_each_state_that_the_view_may_show_has_its_column_in_order_and_those_that_end_are_folded(
    session: Session, scene: Scene, view: View, shown: list[tuple[str, int]], left: list[tuple[str, int]]
) -> None:
    a_mixed_plan(session, scene)
    board = board_of(session, scene, view=view)
    assert columns(board) == shown
    assert [len(column.rows) for column in board.columns] == [total for _, total in shown]
    assert folded(board) == left


def test_the_view_narrows_the_columns_and_not_what_is_folded(session: Session, scene: Scene) -> None:
    a_mixed_plan(session, scene)
    board = board_of(session, scene, view=View.OVERDUE)
    assert columns(board) == [("À lancer", 0), ("En cours", 1), ("À vérifier", 0)]
    assert folded(board) == OVER


def test_a_state_asked_for_has_the_only_column_and_none_in_the_view_of_the_others(
    session: Session, scene: Scene
) -> None:
    a_mixed_plan(session, scene)
    assert columns(board_of(session, scene, state="faire")) == [("En cours", 3)]
    board = board_of(session, scene, state="close")
    assert (columns(board), folded(board)) == ([], [("Close", 1)])


def test_a_final_state_without_an_action_is_not_folded(session: Session, scene: Scene) -> None:
    an_action(session, scene.centre, state="close")
    assert folded(board_of(session, scene)) == [("Close", 1)]


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
    assert [column.total for column in board.columns] == [0, 1, 0]
    assert folded(board) == [("Close", 1)]


def test_the_matrix_places_the_actions_of_the_view(session: Session, scene: Scene) -> None:
    first = an_action(session, scene.centre, criticality=4, feasibility=4, impact=1)
    high = an_action(session, scene.centre, criticality=4, feasibility=4, impact=4)
    an_action(session, scene.centre, criticality=4, feasibility=4, state="close")
    low = an_action(session, scene.centre, criticality=1, feasibility=2)
    matrix = read_matrix(session, scene.member, Filters(), NOW, centre_id=scene.centre.id)
    corner = matrix.rows[0][3]
    assert [one.number for one in corner.actions] == [high.number, first.number]
    assert matrix.total == 3
    assert len(matrix.rows[3][1].actions) == 1
    assert {zone: [one.number for one in actions] for zone, actions in matrix.zones.items()} == {
        Zone.FIRST: [high.number, first.number],
        Zone.NEXT: [],
        Zone.LATER: [low.number],
    }
    asked = Filters(view=View.ALL, place=(4, 4))
    assert read_matrix(session, scene.member, asked, NOW, centre_id=scene.centre.id).total == 3


def test_several_centres_are_read_together_or_one_of_them(session: Session, scene: Scene) -> None:
    other = a_centre(session)
    both = actor_of(session, a_member(session, other, user=session.get_one(User, scene.member.user_id)))
    for centre in (scene.centre, other, other):
        an_action(session, centre)
    for asked, total in ((0, 3), (other.id, 2), (scene.stranger.user_id + 999, 3)):
        filters = Filters(centre=asked)
        assert read_board(session, both, filters, NOW).columns[0].total == total
        assert read_matrix(session, both, filters, NOW).total == total


def test_board_and_matrix_cost_the_same_queries_however_many_actions(session: Session, scene: Scene) -> None:
    readers = (read_board, read_matrix)
    for reader in readers:  # definitions are known from now on
        reader(session, scene.member, Filters(), NOW, centre_id=scene.centre.id)
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
