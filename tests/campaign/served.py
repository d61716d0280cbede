"""A site served by ``aqss serve`` in processes that may be killed at any moment, and people's way into it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from aqss.bootstrap import Runtime
from aqss.config import ROOT
from aqss.persistence.accounts import User
from tests.mail_server import free_port
from tests.page import Site

STARTS_WITHIN = 60.0
ANSWERS_WITHIN = 60.0


class Saved(NamedTuple):
    """An answer: its criterion, the version that it is or is to become, its level, its comment."""

    code: str
    version: int
    level: str
    comment: str


class Server:
    """The processes of ``aqss serve`` on the instance of ``runtime``: started, killed, started again."""

    def __init__(self, runtime: Runtime, log: Path, *, workers: int) -> None:
        self.port = free_port()
        settings = runtime.settings
        self._words = ["serve", "--no-jobs", "--workers", str(workers), "--port", str(self.port)]
        self._environment = {
            **os.environ,
            "AQSS_INSTANCE": str(settings.instance),
            "AQSS_DATABASE_URL": settings.database_url,
            "AQSS_SECRET_KEY": settings.secret_key,
            "AQSS_BASE_URL": settings.base_url,
        }
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once somebody is answered."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "aqss", *self._words],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        limit = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        """What the processes wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill_one(self, draw: random.Random) -> None:
        """``kill -9`` of one of the two web processes that have served longest."""
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        longest = sorted(map(int, children), key=_started_at)[:2]
        with suppress(ProcessLookupError):
            os.kill(draw.choice(longest), signal.SIGKILL)

    def kill_all(self) -> None:
        """``kill -9`` of every process at once, as when the machine fails."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)

    @property
    def _pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _answers(self) -> bool:
        try:
            ask(self.port, "GET", "/healthz")
        except (OSError, HTTPException):
            return False
        return True


@dataclass(frozen=True)
class Browser:
    """Somebody signed in, as the page's script asks: the cookie and the form token of their session."""

    port: int
    headers: dict[str, str]

    def save(self, assessment: int, grid: str, wanted: Saved) -> tuple[int, Saved]:
        """Save an answer over the version before it: the status, and what stands then.

        Raises :class:`OSError` or :class:`HTTPException` when no reply comes, :class:`KeyError` on a refusal.
        """
        fields = {"value": wanted.level, "comment": wanted.comment, "version": wanted.version - 1}
        address = f"/auto-evaluations/{assessment}/grilles/{grid}/reponses/{wanted.code}"
        status, body = ask(self.port, "POST", address, urlencode(fields), self.headers)
        told = json.loads(body)
        return status, Saved(wanted.code, told["version"], told["value"], told["comment"])


def browsers(runtime: Runtime, people: Sequence[User], port: int) -> list[Browser]:
    """A session for each, opened in the database that is being served."""
    site = Site(runtime)
    opened = []
    for person in people:
        site.sign_in(person)
        token = site.form_token()
        cookie = site.client.get_cookie("aqss")
        assert cookie is not None
        headers = {"Cookie": f"aqss={cookie.value}", "X-CSRFToken": token, "Accept": "application/json"}
        opened.append(Browser(port, headers | {"Content-Type": "application/x-www-form-urlencoded"}))
    return opened


def ask(
    port: int, method: str, address: str, body: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """One request over one connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)
    try:
        connection.request(method, address, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _started_at(pid: int) -> int:
    """Ticks from the machine's start to the process's; a process that is gone comes last."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (FileNotFoundError, ProcessLookupError):
        return sys.maxsize
