"""Instances to measure (one centre, ten thousand assessments, 150 criteria) and the servers on them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from aqss.bootstrap import Runtime, build_runtime
from aqss.commands.demonstrating import PASSWORD
from aqss.config import ROOT
from aqss.services.demonstration.region import plan_centre

ASSESSED, RUNNING, RATED_ALONE = 1, 2, 3
"""The first centre's assessments: three modules, closed; one being rated; one that awaits its session."""

LONG_GRID, LONG_CRITERIA = "banc", 150


def coordinator() -> tuple[str, str]:
    """Address and password of the first centre's coordinator."""
    return team()[0]


def team() -> list[tuple[str, str]]:
    """Address and password of everybody in the first centre, the coordinator first."""
    return [(person.email, PASSWORD) for person in plan_centre(0).team]


class Instance:
    """A folder with its database, loaded as by a person's commands; how many seconds that took."""

    def __init__(
        self, folder: Path, *, centres: int, years: int = 1, settings: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.environment = {**os.environ, "AQSS_INSTANCE": str(folder), **(settings or {})}
        started = time.perf_counter()
        self.run("aqss", "migrate")
        migrated = time.perf_counter()
        self.run("tests.bench.loading", str(centres), str(years))
        self.migrated_in, self.loaded_in = migrated - started, time.perf_counter() - migrated

    def run(self, module: str, *words: str) -> None:
        subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def runtime(self) -> Runtime:
        """The same instance, in this process."""
        os.environ.update({key: value for key, value in self.environment.items() if key.startswith("AQSS_")})
        return build_runtime()

    @contextmanager
    def served(self) -> Iterator[int]:
        """Two web processes and no jobs, on a free port."""
        port = free_port()
        words = [sys.executable, "-m", "aqss", "serve", "--no-jobs", "--workers", "2", "--port", str(port)]
        with running(words, self.environment, port):
            yield port


@contextmanager
def yardstick(factory: str, environment: Mapping[str, str]) -> Iterator[int]:
    """A bare Flask application under gunicorn with two processes, on a free port."""
    port = free_port()
    words = [
        sys.executable,
        "-m",
        "gunicorn",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
        factory,
    ]
    with running(words, {**os.environ, **environment}, port):
        yield port


@contextmanager
def running(words: list[str], environment: Mapping[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server until the block ends."""
    server = subprocess.Popen(words, env=dict(environment), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield server
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped with status {server.returncode}")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def catalogue_with_long_grid(folder: Path) -> Path:
    """A copy of the shipped grids, and one of 150 criteria beside the indicators."""
    grids = folder / "grids"
    shutil.copytree(ROOT / "grids", grids)
    module = grids / "outils" / "module.yaml"
    definition = yaml.safe_load(module.read_text(encoding="utf-8"))
    definition["grids"].append(LONG_GRID)
    module.write_text(yaml.safe_dump(definition, allow_unicode=True), encoding="utf-8")
    shipped = yaml.safe_load((grids / "risques-generaux" / "coordination.yaml").read_text(encoding="utf-8"))
    model = next(one for section in shipped["sections"] for one in section["criteria"] if "guidance" in one)
    sections = [
        {
            "section": f"partie-{part}",
            "title": f"Partie {part}",
            "criteria": [_numbered(model, part, number) for number in range(1, 6)],
        }
        for part in range(1, LONG_CRITERIA // 5 + 1)
    ]
    long = {**shipped, "grid": LONG_GRID, "module": "outils", "title": "Grille du banc", "sections": sections}
    path = grids / "outils" / f"{LONG_GRID}.yaml"
    path.write_text(json.dumps(long, ensure_ascii=False), encoding="utf-8")  # YAML too, without anchors
    return grids


def _numbered(model: Mapping[str, object], part: int, number: int) -> dict[str, object]:
    """The model under its own code and statement: the yardstick's template has one part for all."""
    return {
        **model,
        "criterion": f"Z{part}-{number}",
        "statement": f"{model['statement']} Partie {part}, point {number}.",
    }
