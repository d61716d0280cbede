"""The lines of the bench, one function each: what is measured, against what, and the limit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import count, cycle, islice
from pathlib import Path

from sqlalchemy import func, select
from xhtml2pdf import pisa
from xlsxwriter import Workbook

from aqss.bootstrap import Runtime
from aqss.config import ROOT
from aqss.domain.access import Actor, Grant, Role
from aqss.gateways.pdf import FONTS, make_pdf
from aqss.gateways.tables import Cell
from aqss.persistence.accounts import User
from aqss.persistence.jobs import Report
from aqss.services.actions.columns import PLAN_COLUMNS
from aqss.services.actions.filters import Filters, View
from aqss.services.actions.listing import open_scope, read_every_row
from aqss.services.assessments.moving import move
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.assessments.scope import Scope
from aqss.services.assessments.starting import start_assessment
from aqss.services.exports.plan import plan_xlsx
from aqss.services.reports import REPORTS
from aqss.services.reports.asking import ask_report
from aqss.services.reports.assessment import KIND
from aqss.services.reports.kinds import Sources
from tests.bench import yardsticks
from tests.bench.client import Client
from tests.bench.measuring import ROUNDS, Figure, compare, figure
from tests.bench.plans import load_plan
from tests.bench.scenes import (
    ASSESSED,
    LONG_CRITERIA,
    LONG_GRID,
    RATED_ALONE,
    RUNNING,
    Instance,
    catalogue_with_long_grid,
    coordinator,
    team,
    yardstick,
)

CLIENTS = 8
FOLLOWERS = 30
COORDINATION = f"/auto-evaluations/{RUNNING}/grilles/coordination"
GROWN_CENTRES = 3334  # three assessments each in a year: ten thousand


@dataclass
class Bench:
    """What lines share: a folder, and instances made once."""

    folder: Path
    _small: Instance | None = None
    _grown: Instance | None = None

    @property
    def small(self) -> Instance:
        self._small = self._small or Instance(self.folder / "small", centres=1)
        return self._small

    @property
    def grown(self) -> Instance:
        self._grown = self._grown or Instance(self.folder / "grown", centres=GROWN_CENTRES)
        return self._grown


class Rater:
    """Somebody who answers one criterion again and again, never twice the same."""

    def __init__(self, client: Client, criterion: str, grid: str = COORDINATION) -> None:
        self.client = client
        self.path = f"{grid}/reponses/{criterion}"
        self.turns = count()
        page = client.get(grid)
        self.version = re.search(rf'name="{criterion}-version" value="(\d+)"', page)[1]  # type: ignore[index]

    def save(self) -> None:
        value = ("oui", "non", "partiel")[next(self.turns) % 3]
        told = self.client.post(
            self.path, {"value": value, "comment": "", "version": self.version}, as_json=True
        )
        self.version = str(json.loads(told)["version"])


def signed_in(port: int, somebody: tuple[str, str] | None = None) -> Client:
    """``somebody``: address and password; the coordinator when nobody is named."""
    client = Client(port)
    client.sign_in(*(somebody or coordinator()))
    return client


@contextmanager
def bare(bench: Bench, app: str) -> Iterator[int]:
    """One of the yardsticks that read or write a row, on a database of their own."""
    database = bench.folder / "yardstick.db"
    if not database.exists():
        yardsticks.prepare(database, [(f"Z-{i}", "", "oui") for i in range(LONG_CRITERIA)])
    with yardstick(f"tests.bench.yardsticks:{app}()", {"BENCH_DATABASE": str(database)}) as port:
        yield port


def save_answer_line(bench: Bench) -> Figure:
    with bench.small.served() as port, bare(bench, "create_saving_app") as other:
        rater = Rater(signed_in(port), "A2-01")
        client, turns = Client(other), count()
        return compare(
            "save-answer",
            4.0,
            rater.save,
            lambda: client.post("/save/1", {"value": str(next(turns))}),
            times=60,
        )


def save_answer_8(bench: Bench) -> Figure:
    with bench.small.served() as port, bare(bench, "create_saving_app") as other:
        clients = [Client(other) for _ in range(CLIENTS)]
        turns = count()
        works = [lambda one=one, key=key: one.post(f"/save/{key}", {"value": str(next(turns))})
                 for key, one in enumerate(clients, start=1)]  # fmt: skip
        return compare_together("save-answer-8", 4.0, _together(port), works)


def consensus_poll(bench: Bench) -> Figure:
    path = f"/auto-evaluations/{RATED_ALONE}/seance"
    with bench.small.served() as port, bare(bench, "create_poll_app") as other:
        lead = signed_in(port)
        lead.post(f"{path}/preparer", {"minutes": "60"})
        lead.post(f"{path}/commencer", {})
        followers = [signed_in(port, somebody) for somebody in islice(cycle(team()), FOLLOWERS)]
        ours = [lambda one=one: one.get(f"{path}/etat") for one in followers]
        bares = [lambda one=one: one.get("/poll") for one in (Client(other) for _ in followers)]
        return compare_together("consensus-poll", 3.0, ours, bares)


def save_answer_grown(bench: Bench) -> Figure:
    with bench.small.served() as small, bench.grown.served() as grown:
        few, many = Rater(signed_in(small), "A2-01"), Rater(signed_in(grown), "A2-01")
        return compare("save-answer-grown", 1.15, many.save, few.save, times=100)


def results_page(bench: Bench) -> Figure:
    path = f"/auto-evaluations/{ASSESSED}/resultats"
    with bench.small.served() as small, bench.grown.served() as grown:
        few, many = signed_in(small), signed_in(grown)
        return compare("results-page", 1.15, lambda: many.get(path), lambda: few.get(path), times=30)


def grid_page(bench: Bench) -> Figure:
    folder = bench.folder / "long"
    folder.mkdir()
    grids = catalogue_with_long_grid(folder)
    instance = Instance(folder / "instance", centres=1, settings={"AQSS_GRIDS": str(grids)})
    path = f"/auto-evaluations/{_answer_long_grid(instance)}/grilles/{LONG_GRID}"
    with instance.served() as port:
        client = signed_in(port)
        template, rows = yardsticks.template_of(client.get(path))
        database, frame = bench.folder / "page.db", bench.folder / "page.html"
        yardsticks.prepare(database, rows)
        frame.write_text(template, encoding="utf-8")
        environment = {"BENCH_DATABASE": str(database), "BENCH_FRAME": str(frame)}
        with yardstick("tests.bench.yardsticks:create_page_app()", environment) as its_port:
            other = Client(its_port)
            if yardsticks.without_tokens(other.get("/page")) != yardsticks.without_tokens(client.get(path)):
                raise RuntimeError("the yardstick's page is not ours")
            return compare("grid-page", 2.0, lambda: client.get(path), lambda: other.get("/page"), times=30)


def check(bench: Bench) -> Figure:
    reading = (
        "import yaml, pathlib\n"
        "for p in [*pathlib.Path('grids').rglob('*.yaml'), *pathlib.Path('workflows').glob('*.yaml')]:\n"
        "    yaml.load(p.read_bytes(), Loader=yaml.CSafeLoader)\n"
    )
    return compare(
        "check", 4.0, _process("-m", "aqss", "check"), _process("-c", reading), times=5, rounds=ROUNDS
    )


def report_pdf(bench: Bench) -> Figure:
    runtime = bench.small.runtime()
    sources = Sources(runtime.catalogue, runtime.links, runtime.clock.now())
    kind = REPORTS[0]

    def ours() -> None:
        with runtime.sessions.reading() as session:
            body = kind.build(session, ASSESSED, sources)
        make_pdf(body.html, title=body.title)

    with runtime.sessions.reading() as session:
        html = kind.build(session, ASSESSED, sources).html
    try:
        return compare("report-pdf", 1.2, ours, lambda: _bare_pdf(html), times=1)
    finally:
        runtime.sessions.dispose()


def save_during_reports(bench: Bench) -> Figure:
    runtime = bench.small.runtime()
    with runtime.sessions.reading() as session:
        user = session.scalars(select(User).where(User.email == coordinator()[0])).one()
    with bench.small.served() as port:
        together = _together(port)
        busy: list[float] = []
        quiet: list[float] = []
        for turn in range(ROUNDS + 1):
            alone = seconds_each(together)
            with _report_being_made(bench, user.id):
                during = seconds_each(together)
            if turn:
                quiet.append(alone)
                busy.append(during)
    runtime.sessions.dispose()
    return figure("save-during-reports", 1.5, busy, quiet, "ms")


def compare_together(
    name: str, limit: float, ours: Sequence[Callable[[], object]], theirs: Sequence[Callable[[], object]]
) -> Figure:
    """The same number of people at once on each side, alternately; the first round of each is not counted."""
    mine: list[float] = []
    others: list[float] = []
    for turn in range(ROUNDS + 1):
        here, there = seconds_each(ours), seconds_each(theirs)
        if turn:
            mine.append(here)
            others.append(there)
    return figure(name, limit, mine, others, "ms")


def seconds_each(works: Sequence[Callable[[], object]], times: int = 20) -> float:
    """Milliseconds for one piece of work when all of ``works`` run at once, ``times`` each."""

    def repeat(work: Callable[[], object]) -> None:
        for _ in range(times):
            work()

    started = time.perf_counter()
    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(repeat, works))
    return 1000 * (time.perf_counter() - started) / (times * len(works))


def action_list(bench: Bench) -> Figure:
    """The first page, of as many lines, of a plan of 2,000 actions and of one of 20."""
    few, many = bench.small, Instance(bench.folder / "plan", centres=1)
    for instance, actions in ((few, 20), (many, 2000)):
        runtime = instance.runtime()
        with runtime.sessions.writing() as session:
            load_plan(session, 1, actions)
            session.commit()
        runtime.sessions.dispose()
    path = "/centres/1/plan?vue=toutes"
    with few.served() as small, many.served() as large:
        short, long = signed_in(small), signed_in(large)
        return compare("action-list", 1.5, lambda: long.get(path), lambda: short.get(path), times=30)


def export_xlsx(bench: Bench) -> Figure:
    """The workbook of a plan of 10,000 actions, against writing the same cells."""
    runtime = bench.small.runtime()
    actor = Actor(0, "banc", (Grant(Role.MEMBER, centre_id=1),))
    with runtime.sessions.writing() as session:
        load_plan(session, 1, 10_000)
        scope = open_scope(session, actor, Filters(view=View.ALL), runtime.clock.now(), centre_id=1)
        rows = read_every_row(session, scope)
    runtime.sessions.dispose()
    cells = [[column.value(row) for column in PLAN_COLUMNS] for row in rows]
    return compare("export-xlsx", 1.5, lambda: plan_xlsx(rows), lambda: _bare_workbook(cells), times=1)


def _bare_workbook(cells: Sequence[Sequence[Cell]]) -> bytes:
    """XlsxWriter alone in constant memory."""
    written = BytesIO()
    with Workbook(written, {"constant_memory": True}) as book:
        page, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        for place, column in enumerate(PLAN_COLUMNS):
            page.write_string(0, place, column.heading)
        for number, line in enumerate(cells, start=1):
            for place, value in enumerate(line):
                if isinstance(value, date):
                    page.write_datetime(number, place, value, day)
                elif isinstance(value, str):
                    page.write_string(number, place, value)
                elif value is not None:
                    page.write_number(number, place, value)
    return written.getvalue()


def _together(port: int) -> list[Callable[[], object]]:
    """Eight people on eight criteria of one grid."""
    return [Rater(signed_in(port), f"A2-0{number}").save for number in range(1, CLIENTS + 1)]


def _answer_long_grid(instance: Instance) -> int:
    """Start an assessment of the long grid, rate each of its criteria, and give its key."""
    runtime = instance.runtime()
    now = runtime.clock.now()
    with runtime.sessions.writing() as session:
        user = session.scalars(select(User).where(User.email == coordinator()[0])).one()
        actor = Actor(user.id, user.name, (Grant(Role.COORDINATOR, centre_id=1),))
        scope = Scope("Banc", "Mesurer la page.", "autre", grids=(LONG_GRID,))
        assessment = start_assessment(session, actor, centre_id=1, scope=scope, now=now)
        move(
            session,
            actor,
            assessment_id=assessment.id,
            to="cotation",
            expected_version=1,
            now=now,
            links=runtime.links,
        )
        for criterion in runtime.catalogue.grids[LONG_GRID].criteria:
            save_answer(
                session,
                actor,
                assessment_id=assessment.id,
                grid=LONG_GRID,
                criterion=criterion.criterion,
                submission=Submission("level", "oui"),
                expected_version=0,
                now=now,
            )
        session.commit()
    runtime.sessions.dispose()
    return assessment.id


def _process(*words: str) -> Callable[[], object]:
    """A whole Python process, run from the checkout."""
    return lambda: subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True)


def _bare_pdf(html: str) -> None:
    """xhtml2pdf alone on the same HTML, reading the same fonts."""
    pisa.CreatePDF(html, dest=BytesIO(), path=str(FONTS / "document.html"), encoding="utf-8")


@contextmanager
def _report_being_made(bench: Bench, user_id: int) -> Iterator[None]:
    """A job process at work on a report all along the block."""
    runtime = bench.small.runtime()
    actor = Actor(user_id, "banc", (Grant(Role.COORDINATOR, centre_id=1),))
    with runtime.sessions.reading() as session:
        body = REPORTS[0].build(
            session, ASSESSED, Sources(runtime.catalogue, runtime.links, runtime.clock.now())
        )
    with runtime.sessions.writing() as session:
        ask_report(session, actor, KIND, ASSESSED, body.content_hash, runtime.clock.now(), remake=True)
        session.commit()
    jobs = subprocess.Popen(
        [sys.executable, "-m", "aqss", "jobs"],
        env=bench.small.environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_claimed(runtime)
        yield
    finally:
        jobs.terminate()
        jobs.wait(60)
        runtime.sessions.dispose()


def _wait_until_claimed(runtime: Runtime) -> None:
    for _ in range(200):
        with runtime.sessions.reading() as session:
            if session.scalar(select(func.count()).select_from(Report).where(Report.claimed_at.is_not(None))):
                return
        time.sleep(0.05)
    raise RuntimeError("no process takes the report")


LINES: tuple[Callable[[Bench], Figure], ...] = (
    check,
    save_answer_line,
    save_answer_8,
    consensus_poll,
    grid_page,
    report_pdf,
    action_list,
    export_xlsx,
    save_during_reports,
    save_answer_grown,
    results_page,
)
"""In the order they run: the ones that need ten thousand assessments last."""
