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

STARTS_WITHIN = 60.0
MAIL_WITHIN = 60.0


@dataclass(frozen=True)
class LiveSite:
    """Where a site is served, and the instance behind it."""

    address: str
    instance: Path
    sessions: Sessions
    environment: dict[str, str]

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
        parser = BytesParser(policy=policy.default)
        for path in sorted(self.instance.glob("outbox/*.eml")):
            message = parser.parsebytes(path.read_bytes())
            assert isinstance(message, EmailMessage)
            yield message


@contextmanager
def served_site(folder: Path, *, database_url: str | None = None) -> Iterator[LiveSite]:
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
    }
    site = LiveSite(address, instance, Sessions(url), environment)
    site.aqss("migrate")
    log = (folder / "serve.log").open("wb")
    serving = (sys.executable, "-m", "aqss", "serve", "--port", str(port), "--workers", "1")
    process = subprocess.Popen(serving, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(address, process, folder / "serve.log")
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        log.close()
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
