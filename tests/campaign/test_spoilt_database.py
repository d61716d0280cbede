"""A database that cannot be served from is refused at start, with the reason and what to do."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from aqss.domain.errors import Misconfigured
from aqss.persistence.readiness import check_database
from aqss.persistence.session import Sessions
from tests.campaign.counting import Tried
from tests.campaign.rows import cases

PROCESSES = get_context("forkserver")
NOBODY = 65534
PAGE_HEADER = 8
"""Bytes that say what a page of SQLite holds and where."""
KINDS = 4


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Path:
    """A SQLite database in order, before it is spoilt."""
    return Path(shutil.copy(migrated_file, tmp_path / "aqss.db"))


def refusal(path: Path) -> str:
    """The one line that whoever starts aqss on this database is told; empty when it would start."""
    sessions = Sessions(f"sqlite:///{path}")
    try:
        check_database(sessions)
    except Misconfigured as refused:
        (line,) = refused.faults
        return line
    finally:
        sessions.dispose()
    return ""


@pytest.mark.campaign("F6")
def test_a_truncated_database_is_refused_wherever_it_was_cut(database: Path, tried: Tried) -> None:
    whole, draw, count = database.read_bytes(), random.Random(6), cases("F6", among=KINDS)
    for _ in range(count):
        size = draw.randrange(1, len(whole))
        database.write_bytes(whole[:size])
        assert "est abîmée" in refusal(database), size
    tried(count)


@pytest.mark.campaign("F6")
def test_a_database_with_a_flipped_bit_in_the_head_of_a_page_is_refused(database: Path, tried: Tried) -> None:
    """What stands in the middle of a text cannot be told from another text."""
    whole, draw, count = database.read_bytes(), random.Random(6), cases("F6", among=KINDS)
    for _ in range(count):
        content = bytearray(whole)
        place = draw.choice(heads_of_pages(database)) + draw.randrange(PAGE_HEADER)
        content[place] ^= 1 << draw.randrange(8)
        database.write_bytes(content)
        assert "est abîmée" in refusal(database), place
        database.write_bytes(whole)
    tried(count)


def heads_of_pages(database: Path) -> list[int]:
    """Where the first page of each table and index starts."""
    connection = sqlite3.connect(database)
    ((size,),) = connection.execute("PRAGMA page_size")
    roots = [root for (root,) in connection.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage > 1")]
    connection.close()
    return [(root - 1) * size for root in roots]


@pytest.mark.campaign("F6")
def test_a_missing_database_is_refused_and_not_made(tmp_path: Path, tried: Tried) -> None:
    draw, count = random.Random(6), cases("F6", among=KINDS)
    for number in range(count):
        path = tmp_path / str(number) / "aqss.db"
        kind = draw.choice(["no folder", "no file", "link to nothing", "a folder"])
        if kind == "a folder":
            path.mkdir(parents=True)
        elif kind != "no folder":
            path.parent.mkdir()
        if kind == "link to nothing":
            path.symlink_to(tmp_path / "nowhere")
        assert refusal(path).endswith("n’existe pas. Lancez\u00a0: aqss migrate"), kind
        assert not path.is_file()
    tried(count)


@pytest.mark.campaign("F6")
def test_a_database_that_cannot_be_written_is_refused(migrated_file: Path, tried: Tried) -> None:
    count = cases("F6", among=KINDS)
    with TemporaryDirectory() as folder:  # not under tmp_path, which is closed to other accounts
        Path(folder).chmod(0o755)
        paths = [
            a_closed_database(Path(folder) / str(number), migrated_file, folder_too=number % 2 == 0)
            for number in range(count)
        ]
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=tell_refusals, args=(paths, migrated_file, theirs))
        process.start()
        told = ours.recv()
        process.join()
        for path in paths:
            path.parent.chmod(0o755)
    assert len(told) == count
    assert [line for line in told if "Donnez à aqss le droit d’écrire" not in line] == []
    tried(count)


def a_closed_database(folder: Path, in_order: Path, *, folder_too: bool) -> Path:
    """The file may be read and not written, and maybe its folder."""
    folder.mkdir()
    database = Path(shutil.copy(in_order, folder / "aqss.db"))
    database.chmod(0o444)
    folder.chmod(0o555 if folder_too else 0o777)
    return database


def tell_refusals(paths: Sequence[Path], in_order: Path, told: Connection) -> None:
    """Checks a database in order first: whoever it becomes may not read the modules still to be loaded."""
    refusal(in_order)
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    told.send([refusal(path) for path in paths])
