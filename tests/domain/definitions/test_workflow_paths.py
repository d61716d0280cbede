"""What the check says of the states of a workflow is what happens when it runs."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aqss.domain.definitions.checking import check_definitions
from aqss.domain.definitions.words import GUARDS, GUARDS_LOST_FOR_GOOD
from aqss.domain.definitions.workflows import Workflow
from tests.domain.definitions.walking import can_end

NAMES = ("a", "b", "c", "d", "e")
LASTING = sorted(set(GUARDS["assessment"]) - set(GUARDS_LOST_FOR_GOOD))
_GUARDS = st.lists(st.sampled_from([*LASTING, *GUARDS_LOST_FOR_GOOD]), min_size=1, max_size=2, unique=True)
_PASSAGES = st.lists(
    st.fixed_dictionaries(
        {"to": st.sampled_from(NAMES), "label": st.just("Passer"), "by": st.just(["coordinator"])},
        optional={"when": _GUARDS},
    ),
    min_size=1,
    max_size=3,
)


def _state(name: str) -> st.SearchStrategy[dict[str, Any]]:
    named = {"state": st.just(name), "label": st.just(name), "initial": st.just(name == "a")}
    return st.one_of(
        st.fixed_dictionaries(named, optional={"transitions": _PASSAGES}),
        st.fixed_dictionaries({**named, "final": st.just(True)}),
    )


_STATES = st.tuples(*map(_state, NAMES)).filter(lambda states: any(state.get("final") for state in states))


@given(_STATES)
def test_a_state_is_told_to_have_no_end_exactly_when_no_run_from_it_ends(
    states: tuple[dict[str, Any], ...],
) -> None:
    document = {
        "workflow": "essai",
        "version": 1,
        "title": "Essai",
        "subject": "assessment",
        "states": states,
    }
    told = check_definitions({"workflows/essai.yaml": json.dumps(document).encode()})
    stuck = [
        name for name in NAMES if any(p.code == "WF-005" and f"\u00a0{name}\u00a0" in p.message for p in told)
    ]
    workflow = Workflow.model_validate_json(json.dumps(document))
    assert stuck == [name for name in NAMES if not can_end(workflow, name, LASTING)]
