"""The disk fills up in the middle of a save: who saves is told, nothing is half stored, all works again."""

from __future__ import annotations

import random
import resource
import sqlite3
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from aqss.bootstrap import build_runtime
from aqss.config import Settings
from aqss.persistence.accounts import User
from aqss.web import create_app
from tests.campaign.conftest import CODES, Rated
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.page import Site
from tests.sent_files import a_pdf
from tests.web.assessments.scene import GRID, save, stored
from tests.web.proofs.scene import files, send_file
from tests.web.proofs.scene import stored as stored_proofs

PROCESSES = get_context("forkserver")

WRITTEN = 12 * 4096
"""More bytes than a save writes."""


@pytest.mark.campaign("F4")
def test_a_save_that_meets_a_full_disk_is_refused_whole_and_succeeds_once_there_is_room(
    rated: Rated, tried: Tried
) -> None:
    """In a process of its own: the limit holds for every file that it writes."""
    count = cases("F4")
    ours, theirs = PROCESSES.Pipe(duplex=False)
    words = (rated.runtime.settings, rated.assessment, rated.people[0], count, theirs)
    process = PROCESSES.Process(target=save_on_a_full_disk, args=words)
    process.start()
    theirs.close()
    faults = ours.recv()
    process.join(60)
    assert faults == []
    assert rated.faults() == []
    assert rated.count_noted() == sum(one.version for one in rated.stored().values()) >= count
    tried(count)


@pytest.mark.campaign("F4")
def test_a_file_that_meets_a_full_disk_is_refused_whole_and_kept_once_there_is_room(
    rated: Rated, tried: Tried
) -> None:
    """As above, with proofs."""
    count = cases("F4", 10)
    ours, theirs = PROCESSES.Pipe(duplex=False)
    words = (rated.runtime.settings, rated.assessment, rated.people[0], count, theirs)
    process = PROCESSES.Process(target=give_on_a_full_disk, args=words)
    process.start()
    theirs.close()
    faults = ours.recv()
    process.join(60)
    assert faults == []
    assert rated.faults() == []
    assert len(stored_proofs(rated.runtime)) == count
    assert {path.name for path in files(rated.runtime)} == {
        one.sha256 for one in stored_proofs(rated.runtime)
    }
    tried(count)


def give_on_a_full_disk(settings: Settings, key: int, person: User, count: int, told: Connection) -> None:
    """Gives ``count`` files, each refused at first; tells what was not as it should be."""
    runtime, draw = build_runtime(settings), random.Random(4)
    site, faults = Site(runtime, create_app(runtime)), []
    site.sign_in(person)
    for number in range(count):
        content = a_pdf(inside=draw.randbytes(60_000).replace(b"<", b" ").replace(b"PK", b"pk"))
        before = (len(stored_proofs(runtime)), files(runtime))
        empty_journal(runtime.sessions.path)
        resource.setrlimit(resource.RLIMIT_FSIZE, (draw.randrange(len(content)), resource.RLIM_INFINITY))
        refused = send_file(site, key, content, criterion=CODES[number % len(CODES)])
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if refused.status_code != 503 or (len(stored_proofs(runtime)), files(runtime)) != before:
            faults.append((number, refused.status_code))
        if send_file(site, key, content, criterion=CODES[number % len(CODES)]).status_code != 302:
            faults.append((number, "not kept once there was room"))
    told.send(faults)


def save_on_a_full_disk(settings: Settings, key: int, person: User, count: int, told: Connection) -> None:
    """Until ``count`` saves were refused; tells what was not as it should be."""
    runtime, draw = build_runtime(settings), random.Random(4)
    site, faults, refused, number = Site(runtime, create_app(runtime)), [], 0, 0
    site.sign_in(person)
    while refused < count and not faults:
        number += 1
        code, comment = draw.choice(CODES), f"Avis {number} {'é' * draw.randrange(1800)}."
        before = stored(runtime, key, code)
        version = before.version if before else 0
        empty_journal(runtime.sessions.path)
        limit = draw.randrange(WRITTEN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        status, _ = save(site, key, code, "oui", grid=GRID, version=version, comment=comment)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if status == 503:
            refused += 1
            faults += [(number, "stored")] if stored(runtime, key, code) != before else []
            status, _ = save(site, key, code, "oui", grid=GRID, version=version, comment=comment)
        after = stored(runtime, key, code)
        if (status, after.comment, after.version) != (200, comment, version + 1):
            faults.append((number, status, after))
    told.send(faults)


def empty_journal(database: Path) -> None:
    """What the next save writes starts at the first byte of SQLite's write-ahead file."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
