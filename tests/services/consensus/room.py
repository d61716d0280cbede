"""A team that has rated alone and sits together: what most stories of a sitting start with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.persistence.assessments import Assessment
from aqss.persistence.consensus import AgendaItem, Consensus, ConsensusSession, SecondRound
from aqss.services.assessments.rating import Submission
from aqss.services.consensus import agreeing, second_rounds, sessions
from aqss.services.consensus.agreeing import Agreed, Decision
from aqss.services.consensus.second_rounds import Turnout
from aqss.services.consensus.sittings import find_sitting
from tests.services.assessments.alone import an_open_round, somebody
from tests.services.assessments.scene import GRID_OF, NOW, Scene, current_version, pass_to
from tests.services.assessments.voices import Said, say, sheet_of

LATER = NOW + timedelta(days=2)

SPLIT = ("oui", "oui", "partiel", "non", "non")
"""Five voices on both ends."""

ALIKE = ("partiel",) * 5

UNSURE = ("oui", "oui", "oui", "partiel", ("unknown", ""))


@dataclass(frozen=True)
class Room:
    """A team of five, who leads, and what they rated: the assessment is in its state « accord »."""

    session: Session
    scene: Scene
    assessment: Assessment
    people: tuple[Actor, ...]

    @property
    def lead(self) -> Actor:
        return self.scene.coordinator

    @property
    def key(self) -> int:
        return self.assessment.id

    @property
    def row(self) -> ConsensusSession:
        found = find_sitting(self.session, self.key)
        assert found is not None
        return found

    @property
    def current(self) -> str | None:
        return self.row.current_criterion

    def prepare(self, minutes: str = "60", now: datetime = LATER) -> ConsensusSession:
        return sessions.prepare_session(
            self.session, self.lead, assessment_id=self.key, minutes=minutes, now=now
        )

    def begin(self, minutes: str = "60", now: datetime = LATER) -> None:
        self.prepare(minutes, now)
        sessions.start_session(self.session, self.lead, assessment_id=self.key, now=now)

    def go(self, criterion: str, now: datetime = LATER, **more: Any) -> None:
        sessions.go_to(
            self.session,
            self.lead,
            assessment_id=self.key,
            grid=GRID_OF[criterion],
            criterion=criterion,
            now=now,
            **more,
        )

    def postpone(self, criterion: str, now: datetime = LATER) -> None:
        sessions.postpone(
            self.session,
            self.lead,
            assessment_id=self.key,
            grid=GRID_OF[criterion],
            criterion=criterion,
            now=now,
        )

    def agree(
        self,
        criterion: str,
        value: str = "",
        *,
        kind: str = "level",
        actor: Actor | None = None,
        version: int | None = None,
        now: datetime = LATER,
        **more: Any,
    ) -> Agreed:
        expected = current_version(self.session, self.assessment, criterion) if version is None else version
        return agreeing.agree(
            self.session,
            actor or self.lead,
            assessment_id=self.key,
            grid=GRID_OF[criterion],
            criterion=criterion,
            decision=Decision(kind, value, **more),
            expected_version=expected,
            now=now,
        )

    def ratify(self, *criteria: str) -> int:
        shown = {(GRID_OF[code], code) for code in criteria}
        return agreeing.ratify(self.session, self.lead, assessment_id=self.key, shown=shown, now=LATER)

    def join(self, *people: Actor) -> None:
        for one in people:
            sessions.join(self.session, one, code=self.row.code, now=LATER)

    def open_round(self, criterion: str, now: datetime = LATER) -> None:
        second_rounds.open_second_round(
            self.session, self.lead, **self.place(criterion), last_opened_at=self.seen(criterion), now=now
        )

    def close_round(self, criterion: str, now: datetime = LATER) -> None:
        second_rounds.close_second_round(
            self.session, self.lead, **self.place(criterion), opened_at=self.seen(criterion), now=now
        )

    def abandon_round(self, criterion: str, now: datetime = LATER) -> None:
        second_rounds.abandon_second_round(
            self.session, self.lead, **self.place(criterion), opened_at=self.seen(criterion), now=now
        )

    def seen(self, criterion: str) -> datetime | None:
        """Which second round its screen shows: when that was opened."""
        second = self.second_round(criterion)
        return second.opened_at if second else None

    def vote(self, who: Actor, criterion: str, value: str = "", kind: str | None = "level") -> Turnout:
        return second_rounds.vote(
            self.session, who, **self.place(criterion), submission=Submission(kind, value), now=LATER
        )

    def word(self, who: Actor, criterion: str, text: str) -> None:
        second_rounds.add_word(self.session, who, **self.place(criterion), text=text, now=LATER)

    def place(self, criterion: str) -> dict[str, Any]:
        return {"assessment_id": self.key, "grid": GRID_OF[criterion], "criterion": criterion}

    def at(self, criterion: str) -> tuple[int, str]:
        return sheet_of(self.session, self.assessment, criterion), criterion

    def agenda(self) -> list[str]:
        """The criteria of the agenda, by position."""
        items = select(AgendaItem.criterion).where(AgendaItem.session_id == self.row.id)
        return list(self.session.scalars(items.order_by(AgendaItem.position)))

    def item(self, criterion: str) -> AgendaItem:
        found = select(AgendaItem).where(
            AgendaItem.session_id == self.row.id, AgendaItem.criterion == criterion
        )
        return self.session.scalars(found.execution_options(populate_existing=True)).one()

    def consensus(self, criterion: str) -> Consensus | None:
        return self.session.get(Consensus, self.at(criterion), populate_existing=True)

    def second_round(self, criterion: str) -> SecondRound | None:
        return self.session.get(SecondRound, self.at(criterion), populate_existing=True)


def a_room(
    session: Session,
    scene: Scene,
    said: Mapping[str, Sequence[Said | None]] | None = None,
    *,
    people: int = 5,
    grids: Sequence[str] = ("coordination",),
    comments: Mapping[str, Mapping[int, str]] | None = None,
) -> Room:
    """Five who rated « Coordination »: CO-1 (essential) split, CO-2 in doubt, CO-3 alike, CO-5 unanswered.

    ``said``: criterion → what each said, in turn.
    """
    team = tuple(somebody(session, scene, f"Voix {number}", "medecin") for number in range(people))
    assessment = an_open_round(session, scene, *grids, people=team)
    spoken = {"CO-1": SPLIT, "CO-2": UNSURE, "CO-3": ALIKE} if said is None else said
    for criterion, voices in spoken.items():
        say(session, assessment, criterion, *voices, comments=(comments or {}).get(criterion))
    pass_to(session, scene.coordinator, assessment, "accord")
    return Room(session, scene, assessment, team)
