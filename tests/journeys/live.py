"""A real site for journeys: an instance of its own, migrated, served by ``aqss serve`` in its processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from aqss.config import ROOT
from aqss.persistence.session import Sessions
from tests.mail_server import MailServer

STARTS_WITHIN = 60.0
MAIL_WITHIN = 60.0


class Serving:
    """The processes of ``aqss serve``: to be started, stopped, killed and started again on the same port."""

    def __init__(self, port: int, environment: dict[str, str], log: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._command = (sys.executable, "-m", "aqss", "serve", "--port", str(port), "--workers", "1")
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once the site answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        _wait_for(self.address, self._process, self._log)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)

    def kill(self) -> None:
        """Every process at once, as a failing machine does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=30)


@dataclass(frozen=True)
class LiveSite:
    """Where a site is served, and the instance behind it."""

    address: str
    instance: Path
    sessions: Sessions
    environment: dict[str, str]
    serving: Serving
    mail_server: MailServer | None = None
    """Where the site sends its mails; None: to files of its instance."""

    def aqss(self, *words: str) -> str:
        """What a command prints, run on this instance."""
        command = (sys.executable, "-m", "aqss", *words)
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mail_to(self, address: str, words: str) -> str:
        """The text of a mail sent to ``address`` whose subject holds ``words``; waits for the job process."""
        deadline = time.monotonic() + MAIL_WITHIN
        while time.monotonic() < deadline:
            for mail in self._mails():
                if address in str(mail["To"]) and words in str(mail["Subject"]):
                    body = mail.get_body(("plain",))
                    assert body is not None
                    return str(body.get_content())
            time.sleep(0.2)
        raise AssertionError(f"no mail « {words} » to {address} within {MAIL_WITHIN} s")

    def _mails(self) -> Iterator[EmailMessage]:
        if self.mail_server is not None:
            yield from tuple(self.mail_server.received)
            return
        parser = BytesParser(policy=policy.default)
        for path in sorted(self.instance.glob("outbox/*.eml")):
            message = parser.parsebytes(path.read_bytes())
            assert isinstance(message, EmailMessage)
            yield message


@contextmanager
def served_site(
    folder: Path, *, database_url: str | None = None, mail_server: MailServer | None = None
) -> Iterator[LiveSite]:
    """A site on a free port, for as long as the ``with`` lasts."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    instance = folder / "instance"
    url = database_url or f"sqlite:///{instance / 'aqss.db'}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AQSS_")},
        "AQSS_INSTANCE": str(instance),
        "AQSS_BASE_URL": address,
        "AQSS_DATABASE_URL": url,
        **({"AQSS_SMTP_URL": mail_server.url} if mail_server else {}),
    }
    serving = Serving(port, environment, folder / "serve.log")
    site = LiveSite(address, instance, Sessions(url), environment, serving, mail_server)
    site.aqss("migrate")
    try:
        serving.start()
        yield site
    finally:
        serving.stop()
        site.sessions.dispose()


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            with urlopen(f"{address}/healthz", timeout=5) as answer:
                answer.read()
            return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the site does not answer: {log.read_text(encoding='utf-8', errors='replace')}")
