"""The small form that plans an action from the screen of a session, once the team's answer is noted."""

from __future__ import annotations

from dataclasses import dataclass

from aqss.services.actions.reading import Person
from aqss.services.actions.starting import Proposal, propose_action
from aqss.services.assessments.essentials import AnsweringAction, read_answering
from aqss.services.teams import list_team
from aqss.web.access import current_actor
from aqss.web.actions.forms import TARGET, key_text
from aqss.web.transaction import current_session


@dataclass(frozen=True)
class QuickAction:
    """What the form proposes; ``key``: the criterion as the form names it; ``target``: the field of the
    answer expected there; ``actions``: those there are.
    """

    proposal: Proposal
    key: str
    target: str
    people: tuple[Person, ...]
    actions: tuple[AnsweringAction, ...]


def quick_action(assessment_id: int, centre_id: int, grid: str, criterion: str) -> QuickAction:
    """For who leads the session; it asks what the page of a new action does."""
    session = current_session()
    proposal = propose_action(
        session, current_actor(), assessment_id=assessment_id, grid=grid, criterion=criterion
    )
    return QuickAction(
        proposal=proposal,
        key=(key := key_text(proposal.answered.key)),
        target=f"{TARGET}{key}",
        people=tuple(Person(one.id, one.name) for one in list_team(session, centre_id)),
        actions=read_answering(session, assessment_id).actions.get((grid, criterion), ()),
    )
