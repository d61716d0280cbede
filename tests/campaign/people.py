"""Processes that save answers as web processes do, and tell what they were promised."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from threading import Thread

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import StaleEdit
from aqss.persistence.assessments import Answer, Sheet
from aqss.persistence.session import Sessions
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.assessments.scores import check_scores

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.campaign.people"])

LEVELS = ("oui", "partiel", "non")


@dataclass(frozen=True)
class Work:
    """What a process has to do: an assessment, its criteria as (grid, code), the people who rate it.

    ``pause``: how long a person thinks at most before an answer, in seconds.
    """

    database_url: str
    assessment_id: int
    criteria: tuple[tuple[str, str], ...]
    people: tuple[Actor, ...]
    seed: int
    seconds: float = 0.0
    pause: float = 0.0


@dataclass(frozen=True)
class Saved:
    """One answer: the version it was to become, and its level."""

    criterion: str
    version: int
    level: str


@dataclass
class Outcome:
    """What a person saw: answers acknowledged, edits refused as stale, seconds per save, anything else."""

    saved: list[Saved] = field(default_factory=list)
    stale: int = 0
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def read_answers(sessions: Sessions, assessment_id: int) -> dict[str, Saved]:
    """Criterion → the answer as it is in the database."""
    with sessions.reading() as session:
        rows = session.execute(
            select(Answer.criterion, Answer.version, Answer.level)
            .join(Sheet, Sheet.id == Answer.sheet_id)
            .where(Sheet.assessment_id == assessment_id)
        )
        return {row.criterion: Saved(row.criterion, row.version, row.level) for row in rows}


def save_until_killed(work: Work, promises: Connection) -> None:
    """Save without a pause; say each answer before it is sent and after it is committed, until killed."""
    sessions = Sessions(work.database_url)
    draw = random.Random(work.seed)
    versions = {code: one.version for code, one in read_answers(sessions, work.assessment_id).items()}
    while True:
        grid, code = draw.choice(work.criteria)
        wanted = Saved(code, versions.get(code, 0) + 1, draw.choice(LEVELS))
        promises.send(("sent", wanted))
        with sessions.writing() as session:
            versions[code] = _save(session, work, work.people[0], grid, wanted)
            session.commit()
        promises.send(("acknowledged", Saved(code, versions[code], wanted.level)))


def save_together(work: Work, outcomes: Connection) -> None:
    """Everybody of this process rates at once, each in a thread, for as long as the work says."""
    sessions = Sessions(work.database_url)
    results = [Outcome() for _ in work.people]
    threads = [
        Thread(target=_rate_for_a_while, args=(sessions, work, number, result))
        for number, result in enumerate(results)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes.send(results)
    outcomes.close()
    sessions.dispose()


def faults_of(sessions: Sessions, assessment_id: int) -> Sequence[object]:
    """What is not in order: pages of a SQLite file, keys, score rows."""
    faults: list[object] = []
    if sessions.is_sqlite:
        connection = sqlite3.connect(sessions.path)
        faults += [row for row in connection.execute("PRAGMA integrity_check") if row != ("ok",)]
        faults += connection.execute("PRAGMA foreign_key_check").fetchall()
        connection.close()
    with sessions.reading() as session:
        faults += check_scores(session, assessment_id)
    return faults


def _rate_for_a_while(sessions: Sessions, work: Work, number: int, outcome: Outcome) -> None:
    """Somebody rating: looks at a criterion, thinks, answers."""
    draw = random.Random(f"{work.seed} {number}")
    end = time.monotonic() + work.seconds
    while time.monotonic() < end:
        grid, code = draw.choice(work.criteria)
        known = read_answers(sessions, work.assessment_id).get(code)
        time.sleep(draw.uniform(0, work.pause))
        wanted = Saved(code, (known.version if known else 0) + 1, draw.choice(LEVELS))
        before = time.monotonic()
        try:
            with sessions.writing() as session:
                version = _save(session, work, work.people[number], grid, wanted)
                session.commit()
        except StaleEdit:
            outcome.stale += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            outcome.errors.append(repr(error))
        else:
            if version == wanted.version:
                outcome.saved.append(wanted)
        outcome.waits.append(time.monotonic() - before)


def _save(session: Session, work: Work, actor: Actor, grid: str, wanted: Saved) -> int:
    """The version that stands after it: unchanged when the level stood already."""
    return save_answer(
        session,
        actor,
        assessment_id=work.assessment_id,
        grid=grid,
        criterion=wanted.criterion,
        submission=Submission("level", wanted.level),
        expected_version=wanted.version - 1,
        now=datetime.now(UTC),
    ).version
