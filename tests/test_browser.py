"""Which browser the tests take."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import NoBrowser, find_browser, main


def test_the_browser_named_in_the_environment_comes_first(tmp_path: Path) -> None:
    chosen = tmp_path / "chromium"
    chosen.touch()
    assert find_browser(environ={"AQSS_CHROMIUM": str(chosen)}) == chosen


def test_a_browser_named_and_absent_is_an_error_and_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = {"AQSS_CHROMIUM": str(tmp_path / "absent")}
    with pytest.raises(NoBrowser):
        find_browser(environ=absent)
    assert main(environ=absent) == 1
    assert "AQSS_CHROMIUM" in capsys.readouterr().err


def test_a_browser_of_the_system_is_found_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert main(environ={"PATH": str(tmp_path)}) == 0
    assert capsys.readouterr().out.strip() == str(program)


def test_a_headless_shell_goes_before_a_whole_browser(tmp_path: Path) -> None:
    for name in ("chromium", "chromium-headless-shell"):
        (tmp_path / name).touch(mode=0o755)
    assert find_browser(environ={"PATH": str(tmp_path)}) == tmp_path / "chromium-headless-shell"
