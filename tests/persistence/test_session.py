"""Sessions: what a reader and a writer may count on, with real processes on both databases."""

from __future__ import annotations

import multiprocessing
import shutil
import threading
import time
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from sqlalchemy import String, cast, func, insert, literal, null, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

from aqss.domain.errors import Misconfigured
from aqss.persistence.accounts import User
from aqss.persistence.jobs import Lease
from aqss.persistence.session import Sessions

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROCESSES, ROUNDS = 4, 100


def count_up(database_url: str, rounds: int) -> None:
    """Read the number kept in a row, then write the next one: the pattern that loses updates."""
    sessions = Sessions(database_url)
    for _ in range(rounds):
        with sessions.writing() as session:
            lease = session.get_one(Lease, "count")
            lease.holder = str(int(lease.holder) + 1)
            session.commit()
    sessions.dispose()


def start_counting(sessions: Sessions) -> None:
    with sessions.writing() as session:
        session.add(Lease(job="count", holder="0", until=NOW))
        session.commit()


def counted(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return int(session.get_one(Lease, "count").holder)


def test_processes_that_read_then_write_lose_nothing(sessions, database_url):
    start_counting(sessions)
    sessions.dispose()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=count_up, args=(database_url, ROUNDS)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert counted(sessions) == PROCESSES * ROUNDS


def test_threads_that_read_then_write_lose_nothing(sessions):
    start_counting(sessions)

    def count_on() -> None:
        for _ in range(ROUNDS // 4):
            with sessions.writing() as session:
                lease = session.get_one(Lease, "count")
                lease.holder = str(int(lease.holder) + 1)
                session.commit()

    threads = [threading.Thread(target=count_on) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(sessions) == 8 * (ROUNDS // 4)


def test_a_writer_gives_its_turn_back_however_it_ends(sessions):
    start_counting(sessions)
    with sessions.writing() as session:
        session.execute(update(Lease).values(holder="lost"))
    with sessions.writing() as session:
        session.connection().invalidate()
    with sessions.writing() as session, pytest.raises(DBAPIError):
        session.execute(text("SELECT nothing"))
    with sessions.writing() as first, sessions.hurried() as second:
        first.execute(text("SELECT 1"))
        with pytest.raises(OperationalError):
            second.execute(text("SELECT 1"))
    with sessions.hurried() as session:
        session.execute(update(Lease).values(holder="1"))
        session.commit()
    assert counted(sessions) == 1


def test_one_connection_has_its_turn_for_all_its_transactions(sessions):
    start_counting(sessions)
    started = time.monotonic()
    with sessions.write_engine.connect() as connection:
        for number in "123":
            with connection.begin():
                connection.execute(update(Lease).values(holder=number))
    assert time.monotonic() - started < 2.5  # half of what a writer waits
    assert counted(sessions) == 3


def test_a_writer_waits_for_the_one_before_it(sessions, database_url):
    start_counting(sessions)
    with sessions.writing() as first:
        first.execute(update(Lease).values(holder="10"))
        second = threading.Thread(target=count_up, args=(database_url, 1))
        second.start()
        time.sleep(0.3)
        assert second.is_alive()
        first.commit()
    second.join()
    assert counted(sessions) == 11


def test_a_hurried_writer_does_not_wait_for_another(sessions):
    start_counting(sessions)
    with sessions.writing() as first:
        first.execute(update(Lease).values(holder="1"))
        started = time.monotonic()
        with sessions.hurried() as second, pytest.raises(OperationalError):
            second.execute(update(Lease).values(holder="2"))
        assert time.monotonic() - started < 2.5  # half of what a writer waits
        first.commit()
    with sessions.hurried() as second:
        second.execute(update(Lease).values(holder="2"))
        second.commit()


def test_a_writer_that_waits_too_long_is_refused(sessions, database_url):
    hurried = Sessions(database_url, busy_timeout_ms=50)
    with sessions.writing() as first, hurried.writing() as second:
        first.execute(text("SELECT 1"))
        with pytest.raises(OperationalError, match="lock"):
            second.execute(text("SELECT 1"))
    hurried.dispose()


def test_a_reading_session_cannot_write(sessions):
    with sessions.reading() as session, pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        session.execute(insert(Lease).values(job="count", holder="0", until=NOW))


def test_a_reader_keeps_its_instant_and_holds_no_writer_up(sessions):
    start_counting(sessions)
    with sessions.reading() as reader:
        assert reader.scalar(select(Lease.holder)) == "0"
        started = time.monotonic()
        with sessions.writing() as writer:
            writer.execute(update(Lease).values(holder="1"))
            writer.commit()
        assert time.monotonic() - started < 1
        assert reader.scalar(select(Lease.holder)) == "0"
    assert counted(sessions) == 1


def test_a_writer_holds_no_reader_up(sessions):
    start_counting(sessions)
    with sessions.writing() as writer:
        writer.execute(update(Lease).values(holder="1"))
        started = time.monotonic()
        assert counted(sessions) == 0
        assert time.monotonic() - started < 1


def test_leaving_a_session_without_commit_changes_nothing(sessions):
    start_counting(sessions)
    with sessions.writing() as session:
        session.execute(update(Lease).values(holder="5"))
    assert counted(sessions) == 0


def test_a_refused_statement_leaves_nothing_of_its_transaction(sessions):
    with sessions.writing() as session:
        session.add(User(email="a@exemple.fr", name="A", created_at=NOW))
        session.flush()
        with pytest.raises(DBAPIError):
            session.execute(insert(User).values(email="a@exemple.fr", name="B", created_at=NOW))
    with sessions.reading() as session:
        assert session.scalars(select(User)).all() == []


def test_sqlite_writes_reach_the_disk_keep_foreign_keys_and_leave_nothing_of_what_is_deleted(database_url):
    sessions = Sessions(database_url)
    if sessions.is_sqlite:
        with sessions.write_engine.connect() as connection:
            pragmas = [
                connection.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
            ]
        assert pragmas == ["wal", 2, 1, 5000, 1]
    sessions.dispose()


def test_the_log_is_left_for_another_time_while_somebody_reads_and_then_emptied(sessions):
    def size_of_log():
        return (
            sessions.path.with_name(f"{sessions.path.name}-wal").stat().st_size if sessions.is_sqlite else 0
        )

    with sessions.reading() as reader:
        reader.scalars(select(User)).all()
        with sessions.writing() as session:
            session.add(User(email="a@exemple.fr", name="A", created_at=NOW))
            session.commit()
        sessions.empty_log()
        assert (size_of_log() > 0) is sessions.is_sqlite
        assert reader.scalars(select(User)).all() == []
    with sessions.reading() as reader:
        reader.rollback()
        sessions.empty_log()
        assert size_of_log() == 0
        assert reader.scalars(select(User.name)).all() == ["A"]


def test_a_missing_sqlite_file_is_not_made_on_the_way(tmp_path):
    sessions = Sessions(f"sqlite:///{tmp_path / 'absent.db'}")
    with sessions.writing() as session, pytest.raises(OperationalError):
        session.execute(text("SELECT 1"))
    assert not (tmp_path / "absent.db").exists()


def test_a_sqlite_file_may_have_any_name(tmp_path, migrated_file):
    path = shutil.copy(migrated_file, tmp_path / "données à 100 %41 #1 ?.db")
    sessions = Sessions(f"sqlite:///{quote(str(path))}")
    with sessions.reading() as session:
        assert session.scalars(select(Lease)).all() == []
    sessions.dispose()


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "nonsense", "postgresql://h:port/x"])
def test_an_address_that_cannot_be_used_is_told_by_its_setting(url):
    with pytest.raises(Misconfigured, match="AQSS_DATABASE_URL"):
        Sessions(url)


def test_an_error_does_not_repeat_what_a_person_typed(sessions):
    with sessions.writing() as session, pytest.raises(DBAPIError) as refusal:
        session.execute(text("UPDATE nothing SET words = :words"), {"words": "Madame Durand a appelé"})
    assert "UPDATE nothing" in str(refusal.value)
    assert "Durand" not in str(refusal.value)


@pytest.mark.parametrize("kind", ["reading", "writing"])
def test_letters_are_translated_alike_on_both_databases(sessions: Sessions, kind: str) -> None:
    with getattr(sessions, kind)() as session:
        told = session.execute(
            select(
                func.translate(literal("Échéance d’été"), "Éé’", "Ee'"),
                func.translate(cast(null(), String), "a", "b"),
            )
        ).one()
    assert tuple(told) == ("Echeance d'ete", None)
