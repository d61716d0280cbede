"""Finds a Chromium for the browser tests, or installs one: ``python -m tests.browser``.

In this order: ``AQSS_CHROMIUM``, a headless shell of the system; as root on Debian, the one that ``apt-get``
installs; any other Chromium of the system, or Playwright’s; Playwright’s download, which many closed
networks refuse; else it fails with the line to type.

A headless shell is the same engine without the browser's own windows, which cost a second of processor for
each session that a test opens.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
)
"""A browser that asks nothing of the network by itself."""

APT = ("apt-get", "install", "-y", "--no-install-recommends")
PACKAGES = (SHELL, "chromium")
DOWNLOAD = (sys.executable, "-m", "playwright", "install", "chromium")

HOW_TO = (
    "no browser for the tests: install Chromium (Debian: apt-get install chromium), or give the path of one"
    " in AQSS_CHROMIUM"
)


class NoBrowser(Exception):  # noqa: N818 - named after what happened
    """There is none; says what to type."""


def find_browser(
    playwright: Playwright | None = None, environ: Mapping[str, str] = os.environ
) -> Path | None:
    """The browser's program, if there is one. An ``AQSS_CHROMIUM`` that does not exist is an error."""
    chosen = environ.get("AQSS_CHROMIUM")
    if chosen:
        if not Path(chosen).is_file():
            raise NoBrowser(f"AQSS_CHROMIUM: there is no program {chosen}")
        return Path(chosen)
    found = next((path for name in NAMES if (path := shutil.which(name, path=environ.get("PATH")))), None)
    if found is not None:
        return Path(found)
    own = Path(playwright.chromium.executable_path) if playwright else _playwrights_own()
    return own if own.is_file() else None


def _playwrights_own() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def provide_browser(environ: Mapping[str, str] = os.environ) -> Path:
    """The browser to use, installed if need be. Raises :class:`NoBrowser`."""
    found = find_browser(environ=environ)
    is_chosen = bool(environ.get("AQSS_CHROMIUM"))
    if not is_chosen and (found is None or found.name in NAMES[1:]):
        wanted = PACKAGES if found is None else (SHELL,)
        if any(_with_apt(package, environ) for package in wanted):
            found = find_browser(environ=environ)
    if found is None and _with_playwright():
        found = find_browser(environ=environ)
    if found is None:
        raise NoBrowser(HOW_TO)
    return found


def _with_apt(package: str, environ: Mapping[str, str]) -> bool:
    can_install = sys.platform == "linux" and os.geteuid() == 0
    if not can_install or shutil.which(APT[0], path=environ.get("PATH")) is None:
        return False
    quiet = {**environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(("apt-get", "update"), env=quiet, check=False, stdout=sys.stderr)
    return subprocess.run((*APT, package), env=quiet, check=False, stdout=sys.stderr).returncode == 0


def _with_playwright() -> bool:
    return subprocess.run(DOWNLOAD, check=False, stdout=sys.stderr).returncode == 0


def launch(playwright: Playwright) -> Browser:
    """The browser of the tests, without a window. Raises :class:`NoBrowser`."""
    program = find_browser(playwright)
    if program is None:
        raise NoBrowser(HOW_TO)
    sandbox = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    return playwright.chromium.launch(executable_path=str(program), args=[*QUIET, *sandbox])


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser for as long as the ``with`` lasts."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def main(say: Callable[[str], object] = print, environ: Mapping[str, str] = os.environ) -> int:
    """Make sure there is a browser and say which; status 1 when there is none."""
    try:
        say(str(provide_browser(environ)))
    except NoBrowser as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
