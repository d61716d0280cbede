"""Words of the house: settings documented, names that mean something, nothing that ties a clone to a host."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from aqss.config import ROOT, SETTING_NAMES

TEXTS = (".py", ".md", ".html", ".txt", ".toml", ".yaml", ".yml", ".js", ".css", ".lock", ".cfg", "")

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "info", "process"}


def tracked_files() -> list[Path]:
    """Every file of the project, ignored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


FILES = tracked_files()


def test_every_setting_is_documented() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    missing = [name for name in (*SETTING_NAMES.values(), "AQSS_INSTANCE") if name not in operations]
    assert missing == []


def test_every_environment_variable_named_anywhere_is_a_setting_or_one_of_the_tests() -> None:
    known = {*SETTING_NAMES.values(), "AQSS_INSTANCE"}
    of_tests = {"AQSS_CHROMIUM", "AQSS_TEST_PG_URL", "AQSS_CAMPAIGN"}
    for path in FILES:
        if path.suffix in (".py", ".md", ".toml") or path.name == "Makefile":
            named = set(re.findall(r"AQSS_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8")))
            assert named <= known | of_tests, path


@pytest.mark.parametrize("folder", ["aqss", "tests"])
def test_no_module_has_a_name_that_says_nothing(folder: str) -> None:
    named = [path for path in (ROOT / folder).rglob("*.py") if path.stem in FORBIDDEN_NAMES]
    assert named == []


def test_no_file_names_a_package_registry() -> None:
    """A clone installs from whatever registry the machine is set to."""
    registries = re.compile(
        "pypi" r"\.org|files\.python" "hosted|registry" r"\.npm|index" "-url|artifact" "ory|nexus" r"[./]"
    )
    for path in FILES:
        if path.suffix in TEXTS and "vendor" not in path.parts:
            found = registries.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, f"{path}: {found}"


def test_the_lock_files_hold_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.lock"):
        text = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text


def test_no_function_is_longer_than_40_lines() -> None:
    """Migrations apart: each is one long statement of what the tables were."""
    long = {
        f"{path}: {function.name}": lines
        for path in (ROOT / "aqss").rglob("*.py")
        if "versions" not in path.parts
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (function.end_lineno or 0) - function.lineno + 1) > 40
    }
    assert long == {}


@pytest.mark.parametrize("folder", ["aqss"])
def test_no_module_is_longer_than_400_lines(folder: str) -> None:
    long = {
        str(path): count
        for path in (ROOT / folder).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
