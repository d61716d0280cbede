"""`python -m tests.bench.sizes`: what an instance weighs and bears on this machine, for docs/operations.md.

No yardstick and no limit: what to expect, in absolute figures. To be run on a machine that does nothing else.
"""

from __future__ import annotations

import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from aqss.domain.access import Actor, Grant, Role
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Answer, Assessment
from aqss.services.assessments.moving import move
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from tests.bench.client import Client
from tests.bench.lines import COORDINATION, Rater, seconds_each, signed_in
from tests.bench.measuring import timed
from tests.bench.scenes import ASSESSED, Instance, coordinator, free_port, running

REGIONS = ((36, 2), (360, 2), (1000, 4))
"""Centres and years of each demonstration; the first is the one of ``aqss demo`` by itself."""

PEOPLE = (30, 60)
SECONDS = 30
LONGEST_PAUSE = 2.0
"""Seconds somebody thinks at most before an answer; half of that on average."""

MIB = 1024 * 1024


def main() -> None:
    """Measure everything, a line for each figure."""
    with tempfile.TemporaryDirectory(prefix="aqss-sizes-") as name:
        instances = [
            Instance(Path(name) / f"{centres}-{years}", centres=centres, years=years)
            for centres, years in REGIONS
        ]
        held = [tell_region(*region) for region in zip(instances, REGIONS, strict=True)]
        (few, small), (many, large) = held[0], held[-1]
        say("database, each 10,000 answers", f"{(large - small) / (many - few) * 10_000 / MIB:.1f} MiB")
        tell_memory(instances[0])
        tell_people(instances[1])


def tell_region(instance: Instance, region: tuple[int, int]) -> tuple[int, int]:
    """How long it took to make, what it holds and weighs, and its backup; gives its answers and bytes."""
    runtime = instance.runtime()
    with runtime.sessions.reading() as session:
        assessments, answers = (
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Assessment, Answer)
        )
    runtime.sessions.dispose()
    database, copy = instance.folder / "aqss.db", instance.folder / "copy.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copied_in = timed(lambda: connection.execute("VACUUM INTO ?", [str(copy)])) / 1000
    size = database.stat().st_size
    print(f"\n{region[0]} centres, {region[1]} years")  # noqa: T201
    say("migrate, on a new database", f"{instance.migrated_in:.1f} s")
    say("demo", f"{instance.loaded_in:.1f} s")
    say("assessments, answers", f"{assessments}, {answers}")
    say("database", f"{size / MIB:.1f} MiB, {size / assessments / 1024:.1f} KiB an assessment")
    say("backup", f"{copied_in:.2f} s, {copy.stat().st_size / MIB:.1f} MiB")
    copy.unlink()
    return answers, size


def tell_memory(instance: Instance) -> None:
    """Of the processes of ``aqss serve``, after pages of every kind and a report made."""
    report = f"/auto-evaluations/{ASSESSED}/rapport"
    with served_with_jobs(instance) as (port, pid):
        client = signed_in(port)
        for _ in range(20):
            for page in ("/", f"/auto-evaluations/{ASSESSED}/resultats", COORDINATION, report):
                client.get(page)
        made_in = timed(lambda: ask_for_report(instance, client, report)) / 1000
        print("\nprocesses of aqss serve")  # noqa: T201
        say("report of three modules", f"made in {made_in:.0f} s")
        say("first process", told_memory(pid))
        for child in children_of(pid):
            is_job = b"jobs" in Path(f"/proc/{child}/cmdline").read_bytes()
            say("job process" if is_job else "web process", told_memory(child))


def told_memory(pid: int) -> str:
    return f"{memory_of(pid, 'VmRSS'):.0f} MiB, at most {memory_of(pid, 'VmHWM'):.0f} MiB"


def ask_for_report(instance: Instance, client: Client, report: str) -> None:
    """Ask for the PDF, and wait until the job process has made it."""
    client.post(f"{report}.pdf", {})
    while not list((instance.folder / "reports").rglob("*.pdf")):
        time.sleep(0.1)


def tell_people(instance: Instance) -> None:
    """Answers a second at most; then how long an answer takes when many people rate, each at their pace.

    And what the journal of all these answers weighs: a demonstration has none.
    """
    with instance.served() as port:
        raters = list(raters_of(instance, port))
        for rater in raters:
            rater.save()
        size_before, noted_before = weigh(instance)
        saves = seconds_each([rater.save for rater in raters[:8]], times=50)
        client = signed_in(port)
        pages = seconds_each([lambda: client.get(COORDINATION)] * 8, times=20)
        print("\ntwo web processes")  # noqa: T201
        say("answers a second, at most", f"{1000 / saves:.0f}")
        say("pages of a grid a second, at most", f"{1000 / pages:.0f}")
        for people in PEOPLE:
            waits = rate_at_their_pace(raters[:people])
            median, p95 = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
            say(
                f"{people} people, {len(waits) / SECONDS:.0f} answers a second",
                f"median {median:.0f} ms, 95 % under {p95:.0f} ms",
            )
    size_after, noted_after = weigh(instance)
    each = (size_after - size_before) / (noted_after - noted_before)
    say("journal, each 10,000 answers saved", f"{each * 10_000 / MIB:.1f} MiB")


def weigh(instance: Instance) -> tuple[int, int]:
    """The bytes of the database, everything written back to its file; how many answers its journal notes."""
    with closing(sqlite3.connect(instance.folder / "aqss.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        noted = connection.execute("SELECT count(*) FROM journal WHERE verb = 'answer-saved'").fetchone()[0]
    return (instance.folder / "aqss.db").stat().st_size, noted


def rate_at_their_pace(raters: list[Rater]) -> list[float]:
    """Milliseconds of each answer saved in a while."""
    end = time.monotonic() + SECONDS

    def rate(number: int) -> list[float]:
        draw, waits = random.Random(number), []
        while time.monotonic() < end:
            time.sleep(draw.uniform(0, LONGEST_PAUSE))
            waits.append(timed(raters[number].save))
        return waits

    with ThreadPoolExecutor(len(raters)) as pool:
        return [wait for waits in pool.map(rate, range(len(raters))) for wait in waits]


def raters_of(instance: Instance, port: int) -> Iterator[Rater]:
    """A person for each criterion of the first module, in an assessment of their own started for that."""
    assessment, grids = start_whole_module(instance)
    session = signed_in(port)
    for grid in grids:
        page = session.get(f"/auto-evaluations/{assessment}/grilles/{grid}")
        for code in re.findall(r'name="([^"]+)-version"', page):
            yield Rater(copy_of(session), code, f"/auto-evaluations/{assessment}/grilles/{grid}")


def copy_of(signed: Client) -> Client:
    """Another window of the same session."""
    client = Client(signed.port)
    client.cookies, client.token = dict(signed.cookies), signed.token
    return client


def start_whole_module(instance: Instance) -> tuple[int, tuple[str, ...]]:
    """An assessment of the first module open to rating in the first centre, and its grids."""
    runtime = instance.runtime()
    now = runtime.clock.now()
    grids = runtime.catalogue.modules[0].grids
    with runtime.sessions.writing() as session:
        user = session.scalars(select(User).where(User.email == coordinator()[0])).one()
        actor = Actor(user.id, user.name, (Grant(Role.COORDINATOR, centre_id=1),))
        scope = Scope("Mesure", "Mesurer.", "autre", grids=grids)
        key = start_assessment(session, actor, centre_id=1, scope=scope, now=now).id
        move(
            session, actor, assessment_id=key, to="cotation", expected_version=1, now=now, links=runtime.links
        )
        session.commit()
    runtime.sessions.dispose()
    return key, grids


@contextmanager
def served_with_jobs(instance: Instance) -> Iterator[tuple[int, int]]:
    """The whole of ``aqss serve``: its port, and the number of its first process."""
    port = free_port()
    words = [sys.executable, "-m", "aqss", "serve", "--workers", "2", "--port", str(port)]
    with running(words, instance.environment, port) as server:
        yield port, server.pid


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_of(pid: int, figure: str) -> float:
    """``VmRSS`` (now) or ``VmHWM`` (the most so far) of a process, in MiB (Linux)."""
    found = re.search(rf"^{figure}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def say(what: str, figure: str) -> None:
    print(f"  {what:40} {figure}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
