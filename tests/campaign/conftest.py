"""An instance being served, rated by thirty people; and one in this process, with one person at a grid."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from aqss.bootstrap import Runtime, build_runtime
from aqss.config import Settings
from aqss.domain.access import Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Answer, Sheet
from aqss.persistence.centres import Centre
from aqss.persistence.journal import JournalEntry
from tests.builders import a_member
from tests.campaign.people import Criterion
from tests.campaign.served import Saved, Server
from tests.page import Site
from tests.score_rows import check_scores
from tests.sheets import OWN, TEAMS, OpenSheet, make_sheet
from tests.web.assessments.scene import Team, a_scope, make_assessment, make_team

PEOPLE = 30
WORKERS = 4
CODES = tuple(f"A2-{number:02}" for number in range(1, 9))
"""Criteria of the grid « Coordination » that apply to every centre."""
GRIDS = ("politique-qualite", "coordination", "hygiene-mains")


@dataclass(frozen=True)
class Rated:
    """An assessment being rated: its key, its criteria, the people who may rate it, the instance it is in."""

    runtime: Runtime
    assessment: int
    criteria: tuple[Criterion, ...]
    people: tuple[User, ...]

    def stored(self) -> dict[str, Saved]:
        """Criterion → the answer as it is in the database."""
        query = (
            select(Answer.criterion, Answer.version, Answer.level, Answer.comment)
            .join(Sheet, Sheet.id == Answer.sheet_id)
            .where(Sheet.assessment_id == self.assessment)
        )
        with self.runtime.sessions.reading() as session:
            return {row.criterion: Saved(*row) for row in session.execute(query)}

    def count_noted(self) -> int:
        """How many answers the journal says were saved."""
        query = select(func.count()).select_from(JournalEntry).where(JournalEntry.verb == "answer-saved")
        with self.runtime.sessions.reading() as session:
            return session.scalar(query) or 0

    def faults(self) -> list[object]:
        """What is not in order: pages of a SQLite file, keys, scores that their answers deny."""
        faults: list[object] = []
        sessions = self.runtime.sessions
        if sessions.is_sqlite:
            connection = sqlite3.connect(sessions.path, timeout=30)
            faults += [row for row in connection.execute("PRAGMA integrity_check") if row != ("ok",)]
            faults += connection.execute("PRAGMA foreign_key_check").fetchall()
            connection.close()
        with sessions.reading() as session:
            faults += check_scores(session, self.assessment)
        return faults


@pytest.fixture
def rated(settings: Settings, catalogue: Catalogue, published: object) -> Iterator[Rated]:
    """Three shipped grids of two modules, being rated, by the clock of the machine."""
    runtime = build_runtime(settings, catalogue=catalogue)
    team = make_team(runtime)
    key = make_assessment(runtime, team, a_scope(*GRIDS))
    with runtime.sessions.writing() as session:
        centre = session.get_one(Centre, team.centre_id)
        people = tuple(a_member(session, centre, Role.MEMBER) for _ in range(PEOPLE))
        session.commit()
    yield Rated(runtime, key, tuple(_criteria(catalogue)), people)
    runtime.sessions.dispose()


@pytest.fixture
def server(rated: Rated, tmp_path: Path) -> Iterator[Server]:
    """The site of ``rated``, once ``start`` was called; killed at the end."""
    server = Server(rated.runtime, tmp_path / "serve.log", workers=WORKERS)
    yield server
    server.kill_all()


@dataclass(frozen=True)
class Desk:
    """A member of a team, signed in, and the key of an assessment of « Coordination » being rated."""

    runtime: Runtime
    team: Team
    key: int
    site: Site


@pytest.fixture
def desk(runtime: Runtime) -> Desk:
    """In this process, by the clock of the test."""
    team, site = make_team(runtime), Site(runtime)
    site.sign_in(team.member)
    return Desk(runtime, team, make_assessment(runtime, team), site)


@pytest.fixture(params=[TEAMS, OWN], ids=["team", "own"])
def sheet(request: pytest.FixtureRequest, desk: Desk) -> OpenSheet:
    """In front of the person of ``desk``: the team's, then their own; they share the cases of a row."""
    return make_sheet(desk.runtime, desk.team, request.param)


def _criteria(catalogue: Catalogue) -> Iterator[Criterion]:
    """Those that take the three levels of mastery."""
    for grid in GRIDS:
        for criterion in catalogue.grids[grid].criteria:
            if catalogue.scale_of(catalogue.grids[grid], criterion).scale == "maitrise":
                yield Criterion(grid, criterion.criterion)
