"""When a person may write or change what they answer alone."""

from __future__ import annotations

from datetime import datetime

import pytest

from aqss.domain.errors import NotPossibleNow
from aqss.persistence.assessments import Assessment
from aqss.services.assessments.rounds import is_round_closed, is_round_open, require_round_open
from tests.services.assessments.scene import NOW, read_workflow

WORKFLOW = read_workflow()
STATES = [state.state for state in WORKFLOW.states]


def at(state: str, revealed_at: datetime | None = None, rating: str = "blind") -> Assessment:
    return Assessment(state=state, revealed_at=revealed_at, rating=rating)


def test_a_round_is_open_where_the_team_rates_and_does_not_agree_yet() -> None:
    assert {state for state in STATES if is_round_open(WORKFLOW, at(state))} == {"cotation"}


def test_it_is_closed_where_the_team_agrees_and_everywhere_once_a_spread_could_be_seen() -> None:
    assert {state for state in STATES if is_round_closed(WORKFLOW, at(state))} == {"accord"}
    assert all(is_round_closed(WORKFLOW, at(state, NOW)) for state in STATES)


def test_where_the_team_rates_together_there_is_no_round_to_open_or_close() -> None:
    for state in STATES:
        together = at(state, rating="direct")
        assert not is_round_open(WORKFLOW, together)
        assert not is_round_closed(WORKFLOW, together)


@pytest.mark.parametrize("state", ["preparation", "accord", "validation", "close", "abandonnee"])
def test_nothing_is_written_in_another_state(state: str) -> None:
    with pytest.raises(NotPossibleNow) as refused:
        require_round_open(WORKFLOW, at(state))
    assert (refused.value.ability, refused.value.state) == ("rate", state)


def test_nothing_is_written_once_a_spread_could_be_seen_even_in_a_rating_opened_again() -> None:
    require_round_open(WORKFLOW, at("cotation"))
    with pytest.raises(NotPossibleNow):
        require_round_open(WORKFLOW, at("cotation", NOW))
