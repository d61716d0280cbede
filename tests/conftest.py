"""Fixtures every test may ask for: a clock, a migrated database, the shipped catalogue, a whole runtime.

Under ``tests/persistence`` and ``tests/services``, a test that uses the database runs on SQLite and on
PostgreSQL; elsewhere on SQLite. Whichever a test names itself (``database_kind``) is the one it runs on.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from inspect import signature
from pathlib import Path

import hypothesis
import pytest

from aqss.bootstrap import Runtime, build_runtime
from aqss.config import ROOT, Settings, read_settings
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.gateways.files import read_definitions
from aqss.persistence.migrating import upgrade
from aqss.persistence.session import Sessions
from aqss.services.editions import Publication, publish
from tests.apps import release
from tests.campaign.rows import IN_FULL
from tests.clock import FakeClock
from tests.postgresql import Server, running_server
from tests.spares import Spares

pytest_plugins = ("tests.campaign.counting",)

ON_BOTH_DATABASES = ("persistence", "services")

COVERING = ("domain", "gateways", "persistence", "services")
"""The folders whose tests run every branch of domain and services; those of whole pages need not, which saves
a third of their time.
"""

hypothesis.settings.register_profile(
    "aqss",
    deadline=None,
    derandomize=not IN_FULL,
    max_examples=1000 if IN_FULL else 100,
)
hypothesis.settings.load_profile("aqss")


def pytest_configure() -> None:
    """Ctrl-C reaches what tests start, even from a shell that runs the suite in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] not in COVERING:
            item.add_marker("no_cover")


def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: a browser, a server and a job process are waited for more than they compute."""
    return (os.cpu_count() or 1) + 1


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    folder = metafunc.definition.path.relative_to(Path(__file__).parent).parts[0]
    named = any("database_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "database_kind" in metafunc.fixturenames and folder in ON_BOTH_DATABASES and not named:
        metafunc.parametrize("database_kind", ["sqlite", "postgresql"])


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database at the current revision, to be copied."""
    path = tmp_path_factory.mktemp("template") / "aqss.db"
    sessions = Sessions(f"sqlite:///{path}")
    upgrade(sessions)
    sessions.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "master")
    with running_server(worker) as server:
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a new migrated database, without a row."""
    if database_kind == "postgresql":
        request.getfixturevalue("spares").drop(database_kind)
        with request.getfixturevalue("postgresql_server").database() as url:
            yield url
        return
    path = tmp_path / "instance" / "aqss.db"
    path.parent.mkdir()
    shutil.copy(request.getfixturevalue("migrated_file"), path)
    yield f"sqlite:///{path}"


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database before its first migration."""
    if database_kind == "postgresql":
        with request.getfixturevalue("postgresql_server").empty_database() as url:
            yield url
        return
    yield f"sqlite:///{tmp_path / 'empty' / 'aqss.db'}"


@pytest.fixture(scope="session")
def spares() -> Iterator[Spares]:
    spares = Spares()
    yield spares
    spares.dispose()


@pytest.fixture
def sessions(
    request: pytest.FixtureRequest,
    database_kind: str,
    spares: Spares,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Sessions]:
    """A migrated database, without a row; one of its own for a test that names it, or its address."""
    if "database_url" in request.fixturenames or "sessions" in signature(request.function).parameters:
        own = Sessions(request.getfixturevalue("database_url"))
        yield own
        own.dispose()
        return

    def make(stack: ExitStack) -> str:
        if database_kind == "postgresql":
            return stack.enter_context(request.getfixturevalue("postgresql_server").database())
        path = tmp_path_factory.mktemp("spare") / "aqss.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"

    with spares.lend(database_kind, make) as sessions:
        if database_kind == "postgresql":
            request.getfixturevalue("postgresql_server").number_from_one()
        yield sessions


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The grids and workflows that are shipped."""
    loaded = load_catalogue(read_definitions(ROOT / "grids", ROOT / "workflows"))
    assert isinstance(loaded, Catalogue), "\n".join(map(str, loaded))
    return loaded


@pytest.fixture
def published(sessions: Sessions, catalogue: Catalogue, clock: FakeClock) -> Publication:
    """The shipped catalogue, published in the database of ``sessions``: what ``aqss migrate`` leaves."""
    with sessions.writing() as session:
        publication = publish(session, catalogue, clock.now())
        session.commit()
    return publication


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Those of an instance in ``tmp_path``, with the database of ``sessions`` and no mail server."""
    return read_settings(
        {
            "AQSS_INSTANCE": str(tmp_path / "instance"),
            "AQSS_DATABASE_URL": database_url,
            "AQSS_BASE_URL": "http://localhost",
            "AQSS_SECRET_KEY": "a key for the tests, the same in every process",
        }
    )


@pytest.fixture
def runtime(
    settings: Settings, published: Publication, catalogue: Catalogue, clock: FakeClock
) -> Iterator[Runtime]:
    """A whole instance, the shipped catalogue published, on the database of ``sessions``."""
    runtime = build_runtime(settings, clock=clock, catalogue=catalogue)
    yield runtime
    release(runtime)
    runtime.sessions.dispose()
