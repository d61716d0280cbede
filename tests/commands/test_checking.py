"""``aqss check`` and ``aqss schema``: what they print, their status, and what they do not load."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from aqss.cli import main
from aqss.config import ROOT
from aqss.domain.definitions.file_formats import json_schema
from tests.definition_files import (
    CONFIGURED,
    GRID_LINE,
    SCALE_TOLD,
    SCALES,
    WORKFLOW_LINE,
    break_small_catalogue,
    change,
    note_published,
    write_small_catalogue,
)

BOTH = ("grids", "workflows")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small catalogue on the disk, in the current folder."""
    write_small_catalogue(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_problem_is_a_line_and_the_status_is_1(home, capsys):
    break_small_catalogue(home)
    assert main(["check", *BOTH]) == 1
    assert tuple(capsys.readouterr()) == (f"{GRID_LINE}\n{WORKFLOW_LINE}\n", "")


def test_without_problem_the_status_is_0_and_nothing_is_said(home, capsys):
    assert main(["check", *BOTH]) == 0
    assert tuple(capsys.readouterr()) == ("", "")


def test_without_problem_somebody_at_a_terminal_reads_how_many_files_were_looked_at(home):
    assert told_at_a_terminal(*BOTH) == "Aucun problème (8 fichiers).\r\n"
    assert told_at_a_terminal("grids/soins/coordination.yaml") == "Aucun problème (1 fichier).\r\n"


def told_at_a_terminal(*paths: str) -> str:
    terminal, end = pty.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as reader, os.fdopen(end, "w", encoding="utf-8") as screen:
        with contextlib.redirect_stdout(screen):
            assert main(["check", *paths]) == 0
        screen.flush()
        return reader.read(1000).decode()


def test_programs_get_json(home, capsys):
    break_small_catalogue(home)
    assert main(["check", "--format", "json", "workflows"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "path": "workflows/campagne.yaml",
            "line": 5,
            "column": 7,
            "code": "WF-017",
            "message": WORKFLOW_LINE.partition("WF-017 ")[2],
        }
    ]


def test_programs_get_an_empty_list_without_problem(home, capsys):
    assert main(["check", "--format", "json", *BOTH]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_paths_that_do_not_exist_are_wrong_use(home, capsys):
    assert main(["check", "grids", "absent"]) == 2
    assert tuple(capsys.readouterr()) == ("", "absent\u00a0: ce fichier ou ce dossier n’existe pas.\n")


@pytest.fixture
def published(home: Path) -> Path:
    """The same, with what ``aqss migrate`` noted of it."""
    note_published()
    return home


def aqss_check(*words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, configured for the current folder."""
    program = (
        "import sys\nfrom aqss.cli import main\nstatus = main(['check', *sys.argv[1:]])\n"
        "frameworks = {'flask', 'sqlalchemy', 'jinja2', 'pydantic', 'alembic', 'wtforms'}\n"
        "print('loaded', *sorted(frameworks & set(sys.modules)), file=sys.stderr)\nsys.exit(status)"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        env={**os.environ, **CONFIGURED},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_files_as_they_were_published_are_checked_without_a_framework(published):
    done = aqss_check()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "loaded\n")


def test_what_changed_since_is_told_and_only_then_are_models_loaded_and_the_database_never(published):
    change(SCALES, "best: 5", "best: 4")
    done = aqss_check()
    assert (done.returncode, done.stdout) == (0, f"{SCALES}\u00a0: {SCALE_TOLD}\n")
    assert done.stderr == "loaded pydantic\n"


def test_programs_get_their_list_and_people_the_rest(published):
    change(SCALES, "best: 5", "best: 4")
    done = aqss_check("--format", "json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert done.stderr.splitlines()[0] == f"{SCALES}\u00a0: {SCALE_TOLD}"


@pytest.mark.parametrize("kind", ["scales", "profile", "references", "module", "grid", "workflow"])
def test_a_schema_is_printed_as_json(capsys, kind):
    assert main(["schema", kind]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == (json_schema(kind), "")
    assert "é" in out


@pytest.mark.parametrize("words", [["check"], ["schema", "grid"]])
def test_the_commands_load_no_framework(tmp_path, words):
    """They start fast: neither web, nor database, nor templates, nor pydantic."""
    program = (
        "import sys\nfrom aqss.cli import main\nstatus = main(sys.argv[1:])\n"
        "loaded = {'flask', 'sqlalchemy', 'jinja2', 'pydantic', 'alembic', 'wtforms'} & set(sys.modules)\n"
        "sys.exit(f'{loaded} loaded, status {status}' if loaded or status else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        env={
            **{key: value for key, value in os.environ.items() if not key.startswith("AQSS_")},
            "AQSS_INSTANCE": str(tmp_path),
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
