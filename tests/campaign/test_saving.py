"""An answer shown as saved is on the disk: processes killed while saving, thirty people saving at once."""

from __future__ import annotations

import os
import random
import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import func, select

from aqss.domain.access import Actor, Role
from aqss.persistence.journal import JournalEntry
from aqss.persistence.session import Sessions
from tests.builders import a_member, actor_of
from tests.campaign.people import (
    PROCESSES,
    Outcome,
    Saved,
    Work,
    faults_of,
    read_answers,
    save_together,
    save_until_killed,
)
from tests.campaign.scale import IN_FULL, repetitions, seconds
from tests.services.assessments.scene import (
    an_edition,
    an_open_assessment,
    publish,
    set_scene,
)

Tell = Callable[[str, str, int, str], None]

PEOPLE = 30
WEB_PROCESSES = 3
CROWD = PEOPLE if IN_FULL else 8
"""Processes that write without a pause: in full, far more than two cores serve, so not beside other tests."""
LONGEST_LIFE = 0.2
"""Seconds a process lives at most once it has sent its first answer."""
SLOW = 0.3
"""Seconds that 95 saves in 100 take less than, when people think for a second on average."""


@pytest.fixture
def work(sessions: Sessions, database_url: str) -> Work:
    """An assessment of two grids of one module, being rated by thirty people."""
    grids = {grid: [f"{grid[0].upper()}-{rank}" for rank in range(30)] for grid in ("premiere", "seconde")}
    with sessions.writing() as session:
        scene = set_scene(session)
        for grid, codes in grids.items():
            sections = {
                "debut": [{"criterion": code, "essential": True} for code in codes[:15]],
                "suite": [{"criterion": code, "weight": "0.3"} for code in codes[15:]],
            }
            publish(session, an_edition(grid, sections))
        team: list[Actor] = [
            actor_of(session, a_member(session, scene.centre, Role.MEMBER)) for _ in range(PEOPLE)
        ]
        assessment = an_open_assessment(session, scene, *grids)
        session.commit()
        criteria = tuple((grid, code) for grid, codes in grids.items() for code in codes)
        return Work(database_url, assessment.id, criteria, tuple(team), seed=2026)


def test_f1_an_answer_acknowledged_survives_the_death_of_its_process(
    work: Work, sessions: Sessions, told: Tell
) -> None:
    """Killed at a random moment: what was acknowledged is there, what was under way is there whole or not."""
    count, acknowledged = repetitions(500), 0
    draw = random.Random(1)
    stored: dict[str, Saved] = {}
    for number in range(count):
        sent, kept = killed_after(work, draw.uniform(0, LONGEST_LIFE), number)
        acknowledged += len(kept)
        stored.update({one.criterion: one for one in kept})
        found = read_answers(sessions, work.assessment_id)
        if sent is not None and found.get(sent.criterion) == sent:
            stored[sent.criterion] = sent
        assert found == stored
        assert faults_of(sessions, work.assessment_id) == []
    assert acknowledged > count // 5
    with sessions.reading() as session:
        noted = session.scalar(
            select(func.count()).select_from(JournalEntry).where(JournalEntry.verb == "answer-saved")
        )
    assert noted == sum(one.version for one in stored.values())
    told(
        "F1",
        "kill -9 pendant l’enregistrement d’une réponse",
        count,
        f"{acknowledged} réponses promises, 0 perdue",
    )


def killed_after(work: Work, delay: float, seed: int) -> tuple[Saved | None, list[Saved]]:
    """Start a process, kill it ``delay`` seconds after its first answer was sent.

    Gives the answer it had sent without a reply, and those that changed something and were acknowledged.
    """
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=save_until_killed, args=(replace(work, seed=seed), theirs))
    process.start()
    theirs.close()
    assert process.pid is not None
    messages = [ours.recv()]
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    messages += drained(ours)
    kept = [one for kind, one in messages if kind == "acknowledged"]
    kind, last = messages[-1]
    return (last if kind == "sent" else None), kept


def drained(connection: Connection) -> list[tuple[str, Saved]]:
    """What was still on its way when the other side died."""
    found = []
    while True:
        try:
            found.append(connection.recv())
        except EOFError:
            connection.close()
            return found


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_f23_thirty_people_saving_at_once_lose_nothing(
    work: Work, sessions: Sessions, database_kind: str, told: Tell
) -> None:
    outcomes = together(work, WEB_PROCESSES, seconds(60, 4), pause=seconds(2, 0.5))
    waits = assert_nothing_lost(work, sessions, outcomes)
    slow = statistics.quantiles(waits, n=20)[-1]
    assert slow < SLOW or not IN_FULL
    seen = f"95 % en moins de {slow * 1000:.0f} ms, 0 erreur"
    told("F23", f"30 personnes à la fois, {database_kind}", len(waits), seen)


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_processes_writing_without_a_pause_all_get_their_turn(
    work: Work, sessions: Sessions, database_kind: str, told: Tell
) -> None:
    """Nobody is kept waiting until refused while the others pass."""
    waits = assert_nothing_lost(work, sessions, together(work, CROWD, seconds(20, 3), pause=0))
    seen = f"attente la plus longue {max(waits):.1f} s, 0 erreur"
    told("F23", f"{CROWD} processus sans pause, {database_kind}", len(waits), seen)


def assert_nothing_lost(work: Work, sessions: Sessions, outcomes: list[Outcome]) -> list[float]:
    """Every answer acknowledged made one version, noted once, and the scores follow; the waits."""
    assert [error for outcome in outcomes for error in outcome.errors] == []
    saved = [one for outcome in outcomes for one in outcome.saved]
    found = read_answers(sessions, work.assessment_id)
    changes = Counter(one.criterion for one in saved)
    assert len(saved) > PEOPLE
    assert {code: one.version for code, one in found.items()} == changes
    assert len({(one.criterion, one.version) for one in saved}) == len(saved)
    assert set(found.values()) <= set(saved)
    assert faults_of(sessions, work.assessment_id) == []
    with sessions.reading() as session:
        noted = session.scalar(
            select(func.count()).select_from(JournalEntry).where(JournalEntry.verb == "answer-saved")
        )
    assert noted == len(saved)
    return [wait for outcome in outcomes for wait in outcome.waits]


def together(work: Work, processes: int, lasting: float, *, pause: float) -> list[Outcome]:
    """Everybody rates for that long, as many in each process, thinking ``pause`` seconds at most."""
    share = len(work.people) // processes
    running = []
    for number in range(processes):
        people = work.people[number * share : (number + 1) * share]
        part = replace(work, people=people, seed=number, seconds=lasting, pause=pause)
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=save_together, args=(part, theirs))
        process.start()
        theirs.close()
        running.append((process, ours))
    outcomes = []
    for process, channel in running:
        outcomes += channel.recv()
        process.join()
        channel.close()
    return outcomes
