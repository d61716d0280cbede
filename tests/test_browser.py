"""Which browser the tests take."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import NoBrowser, find_browser, main


def test_the_browser_named_in_the_environment_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "chromium"
    chosen.touch()
    monkeypatch.setenv("AQSS_CHROMIUM", str(chosen))
    assert find_browser() == chosen


def test_a_browser_named_and_absent_is_an_error_and_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AQSS_CHROMIUM", str(tmp_path / "absent"))
    with pytest.raises(NoBrowser):
        find_browser()
    assert main() == 1
    assert "AQSS_CHROMIUM" in capsys.readouterr().err


def test_a_browser_of_the_system_is_found_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "google-chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("AQSS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main() == 0
    assert capsys.readouterr().out.strip() == str(program)
