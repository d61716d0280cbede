"""Two instances that hold the same rows, keys included, and where people said something else: lived alike.

Every gesture is done in both at the same instant: whatever differs between them afterwards tells what was
said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from aqss.bootstrap import Runtime, build_runtime
from aqss.config import read_settings
from aqss.domain.access import Role
from aqss.domain.divergence import FEWEST_VOICES
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Assessment
from aqss.persistence.base import Base
from aqss.persistence.centres import Centre
from aqss.persistence.consensus import BlindRating, ConsensusSession, SecondRound
from aqss.services.assessments.moving import move
from aqss.services.assessments.rating import Submission
from aqss.services.assessments.reopening import reopen_assessment
from aqss.services.assessments.starting import start_assessment
from aqss.services.consensus.agreeing import Decision, agree, ratify
from aqss.services.consensus.own_ratings import save_rating
from aqss.services.consensus.own_sheets import finish_rating, remind_participants
from aqss.services.consensus.second_rounds import (
    abandon_second_round,
    add_word,
    close_second_round,
    open_second_round,
    vote,
)
from aqss.services.consensus.sessions import end_session, go_to, join, prepare_session, start_session
from aqss.services.consensus.sittings import list_points
from tests.builders import (
    a_member,
    a_proof,
    a_structure,
    actor_of,
    an_administrator,
    waive_essentials,
)
from tests.web.assessments.scene import FIGURES, GRID, Team, a_scope, advance, make_assessment, make_team

CODE = "K7M2PQ"
"""What followers type, in every world."""

SECRET = "motif-tenu-secret"
"""The reason of « non concerné » where nothing of the votes may be told."""

FEW_VOICES = ("A2-04", "A2-05", "D1-11", "D1-16")
"""The criteria that three of the team or fewer rate."""

Said = Mapping[str, Sequence[str | None]]
"""Criterion → what each says in turn: a level, a number, a text, ``na``, ``unknown``, or None for nothing."""


@dataclass(frozen=True)
class World:
    """A team of five who rate alone, one who does not, and whoever looks from elsewhere."""

    runtime: Runtime
    team: Team
    key: int
    people: tuple[User, ...]
    administrator: User
    structure: User

    @property
    def insiders(self) -> tuple[User, ...]:
        """Of the centre: everybody but the four whose answers may differ."""
        return self.team.coordinator, self.team.manager, self.people[-1], self.team.colleague

    @property
    def outsiders(self) -> tuple[User, ...]:
        return self.team.stranger, self.administrator, self.structure

    def act(self, gesture: Callable[..., Any], person: User | None = None, **values: Any) -> Any:
        """What somebody does, the coordinator unless told, to the assessment, now."""
        with self.runtime.sessions.writing() as session:
            actor = actor_of(session, person or self.team.coordinator)
            values = {"assessment_id": self.key, "now": self.runtime.clock.now(), **values}
            done = gesture(session, actor, **values)
            session.commit()
            return done

    def pass_to(self, state: str) -> None:
        person = self.team.manager if state == "close" else self.team.coordinator
        if state == "close":
            self.act(waive_essentials, person)
        self.act(move, person, to=state, expected_version=self.version(), links=self.runtime.links)

    def version(self) -> int:
        with self.runtime.sessions.reading() as session:
            return session.get_one(Assessment, self.key).version

    def rate(self, rank: int, criterion: str, said: str, comment: str | None = None) -> None:
        submission = submitted(criterion, said, comment)
        self.act(
            save_rating,
            self.people[rank],
            grid=grid_of(criterion),
            criterion=criterion,
            submission=submission,
            expected_version=0,
        )

    def go(self, criterion: str) -> None:
        self.act(go_to, grid=grid_of(criterion), criterion=criterion)

    def vote(self, criterion: str, voices: Mapping[int, str]) -> None:
        named = {"grid": grid_of(criterion), "criterion": criterion}
        for rank, said in voices.items():
            self.act(vote, self.people[rank], **named, submission=submitted(criterion, said))

    def opened_at(self, criterion: str) -> datetime:
        """Which second round the screens show, when that is the criterion's."""
        with self.runtime.sessions.reading() as session:
            found = select(SecondRound.opened_at).where(SecondRound.criterion == criterion)
            return session.scalars(found).one()

    def has_names(self) -> bool:
        """Whether the database still tells who rated what: until it closes."""
        with self.runtime.sessions.reading() as session:
            return session.scalar(select(BlindRating.round).limit(1)) is not None

    def rows(self, *left_out: str) -> dict[str, list[str]]:
        """Every row of the database, table by table."""
        with self.runtime.sessions.reading() as session:
            return {
                table.name: sorted(repr(tuple(row)) for row in session.execute(select(*table.c)))
                for table in Base.metadata.sorted_tables
                if table.name not in left_out
            }


def make_worlds(runtime: Runtime, folder: Path, *, count: int = 2) -> tuple[World, ...]:
    """The round is open, nobody has answered; each world has its own copy of the database."""
    first = _make_world(runtime)
    return (first, *(_copy(first, folder / f"world-{number}") for number in range(1, count)))


def _make_world(runtime: Runtime) -> World:
    team = make_team(runtime)
    with runtime.sessions.writing() as session:
        centre = session.get_one(Centre, team.centre_id)
        people = tuple(
            a_member(session, centre, Role.MEMBER, name=f"Voix {rank}", professions=("medecin",))
            for rank in range(5)
        )
        administrator = an_administrator(session, name="Alix Administration")
        structure = a_member(session, a_structure(session), name="Sol Structure")
        session.commit()
        ids = tuple(person.id for person in people)
    key = make_assessment(runtime, team, a_scope(GRID, FIGURES, rating="blind", participants=ids))
    with runtime.sessions.writing() as session:
        centre = session.get_one(Centre, team.centre_id)
        a_proof(session, centre, session.get_one(Assessment, key), "A2-04", grid=GRID)
        session.commit()
    return World(runtime, team, key, people, administrator, structure)


def _copy(world: World, folder: Path) -> World:
    known = world.runtime
    folder.mkdir()
    there = folder / "aqss.db"
    here = sqlite3.connect(known.settings.database_url.removeprefix("sqlite:///"))
    copied = sqlite3.connect(there)
    here.backup(copied)
    here.close()
    copied.close()
    settings = read_settings(
        {
            "AQSS_INSTANCE": str(folder),
            "AQSS_DATABASE_URL": f"sqlite:///{there}",
            "AQSS_BASE_URL": known.settings.base_url,
            "AQSS_SECRET_KEY": known.settings.secret_key,
        }
    )
    runtime = build_runtime(settings, clock=known.clock, catalogue=known.catalogue)
    return World(runtime, world.team, world.key, world.people, world.administrator, world.structure)


def grid_of(criterion: str) -> str:
    return FIGURES if criterion.startswith("D1") else GRID


def submitted(criterion: str, said: str, comment: str | None = None) -> Submission:
    if said == "na":
        return Submission("na", SECRET if criterion in FEW_VOICES else "Sans objet ici.", comment)
    if said == "unknown":
        return Submission("unknown", "", comment)
    return Submission({"D1-11": "number", "D1-16": "text"}.get(criterion, "level"), said, comment)


def live(world: World, said: Said, comments: Said, again: Mapping[str, Mapping[int, str]]) -> Iterator[str]:
    """Live through an assessment; stops at each state in which it is to be read, and names it.

    ``again``: what is said in second rounds, criterion → rank → voice.
    """
    _rate(world, said, comments)
    yield from _sit(world, again)
    world.pass_to("validation")
    world.pass_to("close")
    yield "closed"
    manager, version = world.team.manager, world.version()
    world.act(reopen_assessment, manager, reason="Une erreur de saisie.", expected_version=version)
    yield "reopened"
    world.pass_to("close")
    ids = tuple(person.id for person in world.people)
    for rating in ("blind", "direct"):
        scope = a_scope(GRID, FIGURES, title="La suivante", rating=rating, participants=ids)
        with world.runtime.sessions.writing() as session:
            start_assessment(
                session,
                actor_of(session, world.team.coordinator),
                centre_id=world.team.centre_id,
                scope=scope,
                now=world.runtime.clock.now(),
                previous_id=world.key,
            )
            session.commit()
        advance(world.runtime, world.team, last_key(world), "cotation")
        yield f"followed by a {rating} one"


def _rate(world: World, said: Said, comments: Said) -> None:
    for criterion, voices in said.items():
        told = comments.get(criterion, (None,) * len(voices))
        for rank, (one, comment) in enumerate(zip(voices, told, strict=True)):
            if one is not None:
                world.rate(rank, criterion, one, comment)
    for person in world.people[:-1]:
        world.act(finish_rating, person)
    world.act(remind_participants, links=world.runtime.links)
    advance(world.runtime, world.team, world.key, "accord")


def _sit(world: World, again: Mapping[str, Mapping[int, str]]) -> Iterator[str]:
    world.act(prepare_session, minutes="60")
    with world.runtime.sessions.writing() as session:
        session.execute(update(ConsensusSession).values(code=CODE))
        session.commit()
    yield "prepared"
    world.act(start_session)
    for person in world.people:
        with world.runtime.sessions.writing() as session:
            join(session, actor_of(session, person), code=CODE, now=world.runtime.clock.now())
            session.commit()
    for criterion, voices in again.items():
        named = {"grid": grid_of(criterion), "criterion": criterion}
        world.go(criterion)
        for rank in (0, 1):
            world.act(add_word, world.people[rank], **named, text="Un mot de plus.")
        world.act(open_second_round, **named, last_opened_at=None)
        world.vote(criterion, dict(list(voices.items())[:FEWEST_VOICES]))
        world.act(abandon_second_round, **named, opened_at=world.opened_at(criterion))
        yield f"second round abandoned on {criterion}"
        world.act(open_second_round, **named, last_opened_at=world.opened_at(criterion))
        world.vote(criterion, dict(list(voices.items())[:2]))
        yield f"voting on {criterion}"
        world.vote(criterion, dict(list(voices.items())[2:]))
        world.act(close_second_round, **named, opened_at=world.opened_at(criterion))
        yield f"second round on {criterion}"
        if len(voices) < FEWEST_VOICES:
            world.act(open_second_round, **named, last_opened_at=world.opened_at(criterion))
            world.vote(criterion, {len(voices): "unknown"})
            world.act(close_second_round, **named, opened_at=world.opened_at(criterion))
            yield f"second round opened again on {criterion}"
    _agree_on_all(world)
    world.act(end_session)
    yield "ended"


def _agree_on_all(world: World) -> None:
    """The team's own answers, which say nothing of anybody's; what may be ratified is, at the end."""
    with world.runtime.sessions.reading() as session:
        points = list_points(session, session.get_one(Assessment, world.key))
    for point in points:
        if point.code == "A2-03":
            continue
        kind = point.scale.kind
        value = "partiel" if kind == "levels" else "12" if kind == "number" else "Un texte."
        decision = Decision(
            {"levels": "level"}.get(kind, kind),
            value,
            "Après échange.",
            "Vu ensemble.",
            point.code == "A2-04",
        )
        world.act(agree, grid=point.grid, criterion=point.code, decision=decision, expected_version=0)
    assert world.act(ratify, shown={(GRID, "A2-03")}) == 1


def last_key(world: World) -> int:
    """Of the assessment started last."""
    with world.runtime.sessions.reading() as session:
        return session.scalars(select(Assessment.id).order_by(Assessment.id.desc()).limit(1)).one()
