"""``aqss serve``, as processes."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from aqss.bootstrap import Runtime
from aqss.config import Settings
from aqss.gateways.uploads import LARGEST
from aqss.web.serving import greeting
from aqss.web.serving_gunicorn import THREADS
from tests.builders import PASSWORD
from tests.mail_server import free_port
from tests.sent_files import a_pdf
from tests.web.assessments.scene import make_assessment, make_team
from tests.web.proofs.scene import proofs_url

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")

IMPATIENT = """
import socket, sys
from aqss.bootstrap import build_runtime
from aqss.web.serving_gunicorn import serve_site
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
sys.exit(serve_site(build_runtime, listener, workers=1, jobs=None, greeting="prêt", patience=2))
"""

WAITRESS = """
import socket, sys
from aqss.bootstrap import build_runtime
from aqss.web.serving_waitress import serve_site
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
sys.exit(serve_site(build_runtime, listener, workers=1, jobs=None, greeting="prêt"))
"""


@dataclass
class Site:
    """A server process, and what it answers."""

    popen: subprocess.Popen[str]
    port: int

    def greeting(self) -> str:
        assert self.popen.stdout is not None
        return self.popen.stdout.readline().strip()

    def health(self) -> dict[str, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=30) as answer:
            told: dict[str, str] = json.load(answer)
            return told

    def children(self) -> dict[int, str]:
        """Process id → command line."""
        pids = Path(f"/proc/{self.popen.pid}/task/{self.popen.pid}/children").read_text().split()
        return {int(pid): Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in pids}

    def job_process(self) -> int | None:
        return next((pid for pid, command in self.children().items() if "aqss.jobs" in command), None)

    def web_processes(self) -> list[int]:
        return [pid for pid, command in self.children().items() if "aqss.jobs" not in command]


def until(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture
def environment(settings: Settings, published: object) -> dict[str, str]:
    return {
        **os.environ,
        "AQSS_INSTANCE": str(settings.instance),
        "AQSS_DATABASE_URL": settings.database_url,
        "AQSS_SECRET_KEY": settings.secret_key,
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., Site]]:
    started: list[subprocess.Popen[str]] = []

    def start(*words: str, port: int | None = None) -> Site:
        port = port or free_port()
        command = [word.format(port=port) for word in (words or SERVE)]
        popen = subprocess.Popen(
            [sys.executable, *command],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.append(popen)
        return Site(popen, port)

    yield start
    for popen in started:
        popen.terminate()
        try:
            popen.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            popen.kill()
            popen.communicate()


SERVE = ("-m", "aqss", "serve", "--port", "{port}", "--workers", "1")


def test_the_site_greets_answers_and_stops_with_everything_it_started(start: Callable[..., Site]) -> None:
    site = start()
    assert site.greeting() == f"aqss est prêt : http://127.0.0.1:{site.port} (Ctrl+C pour l’arrêter)"
    assert until(site.job_process)
    assert site.health()["database"] == "ok"
    started = list(site.children())
    site.popen.send_signal(signal.SIGTERM)
    assert site.popen.wait(60) == 0
    assert not any(is_alive(pid) for pid in started)


def test_nothing_outlives_a_server_that_is_killed(start: Callable[..., Site]) -> None:
    site = start()
    site.greeting()
    assert until(site.job_process)
    site.health()
    started = list(site.children())
    assert len(started) == 2
    site.popen.kill()
    site.popen.wait(10)
    assert until(lambda: not any(is_alive(pid) for pid in started))
    with socket.create_server(("127.0.0.1", site.port)):
        pass


def test_a_job_process_that_dies_is_started_again_and_a_web_process_too(start: Callable[..., Site]) -> None:
    site = start()
    site.greeting()
    assert until(site.job_process)
    jobs, web = site.job_process(), site.web_processes()[0]
    assert jobs is not None
    os.kill(jobs, signal.SIGKILL)
    os.kill(web, signal.SIGKILL)
    assert until(lambda: site.job_process() not in (None, jobs))
    assert until(lambda: site.web_processes() not in ([], [web]))
    assert site.health()["status"] == "ok"


def test_without_jobs_there_is_no_job_process(start: Callable[..., Site]) -> None:
    site = start(*SERVE, "--no-jobs")
    site.greeting()
    site.health()
    assert site.job_process() is None
    assert len(site.web_processes()) == 1


def test_a_port_that_is_taken_is_refused_in_one_line(start: Callable[..., Site]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        site = start(port=taken.getsockname()[1])
        told, said = site.popen.communicate(timeout=60)
    assert site.popen.returncode == 2
    assert told == ""
    (line,) = said.splitlines()
    assert line == (
        f"Impossible d’écouter sur 127.0.0.1, port {site.port} : quelque chose y écoute déjà."
        " Pour choisir un autre port : aqss serve --port 8001"
    )


def test_a_database_that_was_not_brought_up_to_date_is_refused_in_one_line(
    start: Callable[..., Site], environment: dict[str, str], tmp_path: Path
) -> None:
    environment["AQSS_DATABASE_URL"] = f"sqlite:///{tmp_path / 'absent.db'}"
    site = start()
    _, said = site.popen.communicate(timeout=60)
    assert site.popen.returncode == 2
    assert said.splitlines() == [
        f"La base de données {tmp_path / 'absent.db'} n’existe pas. Lancez : aqss migrate"
    ]


def test_waitress_serves_the_same_site_where_gunicorn_does_not_run(start: Callable[..., Site]) -> None:
    site = start("-c", WAITRESS, "{port}")
    assert site.greeting() == "prêt"
    assert site.health()["database"] == "ok"
    site.popen.send_signal(signal.SIGINT)
    assert site.popen.wait(60) == 0


def post_of_two_gigabytes(site: Site, path: str, framing: str) -> str:
    """What is answered to a body announced as endless, of which next to nothing is sent."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=30) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{framing}\r\n"
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
        return connection.recv(65536).decode()


@pytest.mark.campaign("B11")
@pytest.mark.parametrize("words", [SERVE, ("-c", WAITRESS, "{port}")], ids=["gunicorn", "waitress"])
def test_a_body_of_two_gigabytes_is_refused_without_being_read(
    start: Callable[..., Site], words: tuple[str, ...]
) -> None:
    site = start(*words)
    site.greeting()
    path = "/auto-evaluations/1/grilles/coordination/criteres/A2-05/preuves"
    assert " 413 " in post_of_two_gigabytes(site, path, f"Content-Length: {2 * 1024**3}").splitlines()[0]
    assert site.health()["database"] == "ok"


@dataclass
class Browser:
    """Somebody signed in over HTTP."""

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, email: str) -> None:
        self.post("/connexion", {"email": email, "password": PASSWORD}, self.token("/connexion"))

    def token(self, path: str) -> str:
        (found, *_) = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', self.ask("GET", path)[1])
        return str(found)

    def post(self, path: str, fields: dict[str, str], token: str) -> int:
        body = urllib.parse.urlencode({**fields, "csrf_token": token}).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})[0]

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        connection.request(method, path, body, {**(headers or {}), **self.header()})
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def header(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}


def begun(site: Site, path: str, length: int, headers: dict[str, str]) -> socket.socket:
    """A connection on which a body is announced, and not sent yet."""
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=30)
    told = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(length), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    connection.sendall(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode())
    return connection


def test_a_file_of_ten_megabytes_comes_in_over_a_slow_line_while_others_are_answered(
    start: Callable[..., Site], runtime: Runtime
) -> None:
    """Longer than the patience of this site, which is for silence; a single web process."""
    team = make_team(runtime)
    path = proofs_url(make_assessment(runtime, team))
    site = start("-c", IMPATIENT, "{port}")
    assert site.greeting() == "prêt"
    browser = Browser(site)
    browser.sign_in(team.member.email)
    content = BytesIO(a_pdf(inside=b"%" * (LARGEST - len(a_pdf()) - 100)))
    file = FileStorage(content, "Plan de formation.pdf", content_type="application/pdf")
    fields = {"csrf_token": browser.token(path), "dated_on": "2026-03-02", "file": file}
    boundary, body = encode_multipart(fields)
    kind = {"Content-Type": f'multipart/form-data; boundary="{boundary}"', **browser.header()}
    pieces = [body[at : at + len(body) // 12 + 1] for at in range(0, len(body), len(body) // 12 + 1)]
    began = time.monotonic()
    with begun(site, path, len(body), kind) as line:
        for piece in pieces:
            asked = time.monotonic()
            assert site.health()["database"] == "ok"
            assert time.monotonic() - asked < 2
            time.sleep(0.5)
            line.sendall(piece)
        assert " 302 " in line.recv(65536).decode().splitlines()[0]
    assert time.monotonic() - began > 5
    assert "Plan de formation" in browser.ask("GET", path)[1]


def test_clients_that_say_nothing_more_are_let_go_and_hold_nobody_up_for_good(
    start: Callable[..., Site],
) -> None:
    site = start("-c", IMPATIENT, "{port}")
    assert site.greeting() == "prêt"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    silent = [begun(site, "/connexion", 1000, form) for _ in range(THREADS)]
    assert site.health()["database"] == "ok"
    for line in silent:
        assert " 400 " in line.recv(65536).decode().splitlines()[0]
        line.close()


@pytest.mark.parametrize(
    ("host", "port", "base_url", "is_told"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000", False),
        ("::1", 8000, "http://localhost:8000", False),
        ("127.0.0.1", 8001, "http://127.0.0.1:8000", True),
        ("0.0.0.0", 8000, "http://127.0.0.1:8000", True),
        ("127.0.0.1", 8001, "https://aqss.exemple.fr", False),
    ],
)
def test_links_of_mails_that_lead_elsewhere_are_told_at_the_start(
    host: str, port: int, base_url: str, is_told: bool
) -> None:
    assert ("AQSS_BASE_URL" in greeting(host, port, base_url)) is is_told
