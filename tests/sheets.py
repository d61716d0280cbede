"""A sheet being rated by a member of a team: the team's, or in an open round one's own.

What waits for the network, or is sent again, goes to another address for each; the rules are the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from aqss.bootstrap import Runtime
from aqss.persistence.consensus import BlindRating, Participant
from aqss.persistence.journal import JournalEntry
from tests.page import Site
from tests.web.assessments.scene import (
    GRID,
    Team,
    a_scope,
    grid_url,
    make_assessment,
    rate,
    send,
    stored,
)
from tests.web.consensus.alone import make_round, own, own_url, rate_alone

TEAMS, OWN = "the team’s", "one’s own"


@dataclass(frozen=True)
class OpenSheet:
    """« Coordination » in front of the member."""

    runtime: Runtime
    team: Team
    key: int
    is_own: bool

    @property
    def url(self) -> str:
        """Of its page."""
        return grid_url(self.key)

    @property
    def saving(self) -> str:
        """Where its answers are saved, a slash and the criterion apart."""
        return own_url(self.key) if self.is_own else f"{self.url}/reponses"

    @property
    def is_noted(self) -> bool:
        """The journal tells each answer of the team, none of one's own."""
        return not self.is_own

    def row(self, criterion: str) -> Any:
        """As the database has the answer; None without one."""
        if self.is_own:
            return own(self.runtime, self.team.member, self.key, criterion)
        return stored(self.runtime, self.key, criterion)

    def save(self, site: Site, criterion: str, value: str, **typed: Any) -> tuple[int, dict[str, Any]]:
        """One answer, as the page's script does: status and JSON."""
        answer = send(site, f"{self.saving}/{criterion}", value=value, **typed)
        return answer.status_code, json.loads(answer.text)

    def rate_elsewhere(self, answers: dict[str, str]) -> None:
        """By the same person on another device."""
        (rate_alone if self.is_own else rate)(self.runtime, self.team.member, self.key, answers)

    def saved_in_order(self) -> list[str]:
        """The criteria of the answers saved: by the journal; of one's own, each once, by its last save."""
        noted = (
            select(JournalEntry.facts["criterion"].as_string())
            .where(JournalEntry.verb == "answer-saved", JournalEntry.subject_id == self.key)
            .order_by(JournalEntry.id)
        )
        rated = (
            select(BlindRating.criterion)
            .join(Participant, Participant.id == BlindRating.participant_id)
            .where(Participant.assessment_id == self.key)
            .order_by(BlindRating.updated_at)
        )
        with self.runtime.sessions.reading() as session:
            return list(session.scalars(rated if self.is_own else noted))


def make_sheet(runtime: Runtime, team: Team, whose: str, grids: Sequence[str] = (GRID,)) -> OpenSheet:
    """Of a new assessment; ``whose``: :data:`TEAMS` or :data:`OWN`."""
    is_own = whose == OWN
    key = (
        make_round(runtime, team, grids=tuple(grids))
        if is_own
        else make_assessment(runtime, team, a_scope(*grids))
    )
    return OpenSheet(runtime, team, key, is_own)
