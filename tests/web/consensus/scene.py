"""A team that has rated a shipped grid alone, brought to its session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime
from aqss.domain.access import Role
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.consensus import BlindRating, Consensus, ConsensusSession, Participant
from aqss.services.consensus.agendas import read_matters
from aqss.services.consensus.sessions import go_to, join, prepare_session, start_session
from aqss.services.consensus.sittings import find_sitting
from tests.builders import a_member, actor_of
from tests.page import Site
from tests.web.assessments.scene import GRID, Team, a_scope, advance, make_assessment, make_team

SPLIT = ("oui", "oui", "partiel", "non", "non")
ALIKE = ("partiel",) * 5
UNSURE = ("oui", "oui", "oui", "partiel", "unknown")
FEW = ("oui", "non", "na")

SAID: Mapping[str, Sequence[str]] = {"A2-01": SPLIT, "A2-02": UNSURE, "A2-03": ALIKE, "A2-04": FEW}
"""Criterion → what each said in turn; nobody answered the others."""


@dataclass(frozen=True)
class Room:
    """A centre's team of five who rated alone; its assessment is in the state « accord »."""

    runtime: Runtime
    team: Team
    key: int
    people: tuple[User, ...]

    @property
    def url(self) -> str:
        return f"/auto-evaluations/{self.key}/seance"

    @property
    def phone(self) -> str:
        return f"{self.url}/telephone"

    def prepare(self, minutes: str = "60") -> None:
        self._act(prepare_session, minutes=minutes)

    def begin(self, minutes: str = "60") -> None:
        self.prepare(minutes)
        self._act(start_session)

    def go(self, criterion: str) -> None:
        self._act(go_to, grid=GRID, criterion=criterion)

    def left(self) -> list[str]:
        """The criteria without the team's answer."""
        with self.runtime.sessions.reading() as session:
            matters = read_matters(session, session.get_one(Assessment, self.key))
            return [matter.point.code for matter in matters if not matter.is_settled]

    def join(self, *people: User) -> None:
        now = self.runtime.clock.now()
        with self.runtime.sessions.writing() as session:
            code = self.row(session).code
            for person in people:
                join(session, actor_of(session, person), code=code, now=now)
            session.commit()

    def code(self) -> str:
        with self.runtime.sessions.reading() as session:
            return self.row(session).code

    def current(self) -> str | None:
        with self.runtime.sessions.reading() as session:
            return self.row(session).current_criterion

    def row(self, session: Session) -> ConsensusSession:
        found = find_sitting(session, self.key)
        assert found is not None
        return found

    def agreed(self, criterion: str) -> Any:
        """The answer's row with its consensus (``c_`` before its columns); None without one."""
        return self.standing().get(criterion)

    def standing(self) -> dict[str, Any]:
        """The same of every criterion that has a consensus."""
        is_its_own = (Consensus.sheet_id == Answer.sheet_id) & (Consensus.criterion == Answer.criterion)
        query = (
            select(*Answer.__table__.c, *(c.label(f"c_{c.name}") for c in Consensus.__table__.c))
            .join(Sheet, Sheet.id == Answer.sheet_id)
            .join(Consensus, is_its_own)
            .where(Sheet.assessment_id == self.key)
        )
        with self.runtime.sessions.reading() as session:
            return {row.criterion: row for row in session.execute(query)}

    def stand_at(self, state: str) -> None:
        """Put the assessment at that step, whatever is left to agree on."""
        with self.runtime.sessions.writing() as session:
            assessment = session.get_one(Assessment, self.key)
            assessment.state, assessment.version = state, assessment.version + 1
            assessment.closed_at = self.runtime.clock.now() if state == "close" else None
            session.commit()

    def _act(self, gesture: Any, **more: Any) -> None:
        with self.runtime.sessions.writing() as session:
            lead = actor_of(session, self.team.coordinator)
            gesture(session, lead, assessment_id=self.key, now=self.runtime.clock.now(), **more)
            session.commit()


def make_room(
    runtime: Runtime,
    said: Mapping[str, Sequence[str]] = SAID,
    *,
    people: int = 5,
    comments: Mapping[str, str] | None = None,
    grid: str = GRID,
) -> Room:
    """``comments``: criterion → what the first of them wrote."""
    team = make_team(runtime)
    with runtime.sessions.writing() as session:
        centre = session.get_one(Centre, team.centre_id)
        users = tuple(
            a_member(session, centre, Role.MEMBER, name=f"Voix {rank}", professions=("medecin",))
            for rank in range(people)
        )
        session.commit()
        ids = tuple(user.id for user in users)
    key = make_assessment(runtime, team, a_scope(grid, rating="blind", participants=ids))
    _rate(runtime, key, said, comments or {})
    advance(runtime, team, key, "accord")
    return Room(runtime, team, key, users)


def _rate(runtime: Runtime, key: int, said: Mapping[str, Sequence[str]], comments: Mapping[str, str]) -> None:
    with runtime.sessions.writing() as session:
        sheet = session.scalars(select(Sheet.id).where(Sheet.assessment_id == key)).one()
        people = session.scalars(
            select(Participant.id).where(Participant.assessment_id == key).order_by(Participant.id)
        ).all()
        rows = [
            {
                "participant_id": person,
                "sheet_id": sheet,
                "criterion": criterion,
                "round": 1,
                **_columns(one),
                "words": "",
                "comment": comments.get(criterion, "") if rank == 0 else "",
                "version": 1,
                "updated_at": runtime.clock.now(),
            }
            for criterion, voices in said.items()
            for rank, (person, one) in enumerate(zip(people, voices, strict=False))
        ]
        if rows:
            session.execute(insert(BlindRating), rows)
        session.commit()


def _columns(one: str) -> dict[str, Any]:
    if one == "na":
        return {"kind": "na", "level": None, "reason": "Motif tenu secret"}
    if one == "unknown":
        return {"kind": "unknown", "level": None, "reason": ""}
    return {"kind": "level", "level": one, "reason": ""}


def sign_in(room: Room, person: User) -> Site:
    """A browser of one's own."""
    site = Site(room.runtime)
    site.sign_in(person)
    return site
