"""When a person may write or change what they answer alone."""

from __future__ import annotations

import pytest

from aqss.domain.errors import NotPossibleNow
from aqss.services.assessments.rounds import is_round_open, require_round_open
from tests.services.assessments.scene import NOW, read_workflow

WORKFLOW = read_workflow()


def test_a_round_is_open_where_the_team_rates_and_does_not_agree_yet() -> None:
    found = {state.state for state in WORKFLOW.states if is_round_open(WORKFLOW, state.state)}
    assert found == {"cotation"}


@pytest.mark.parametrize("state", ["preparation", "accord", "validation", "close", "abandonnee"])
def test_nothing_is_written_in_another_state(state: str) -> None:
    with pytest.raises(NotPossibleNow) as refused:
        require_round_open(WORKFLOW, state, None)
    assert (refused.value.ability, refused.value.state) == ("rate", state)


def test_nothing_is_written_once_a_spread_could_be_seen_even_in_a_rating_opened_again() -> None:
    require_round_open(WORKFLOW, "cotation", None)
    with pytest.raises(NotPossibleNow):
        require_round_open(WORKFLOW, "cotation", NOW)
