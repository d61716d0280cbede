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
from aqss.config import definition_folders
from aqss.domain.definitions.file_formats import json_schema
from aqss.services.checking import check_paths
from tests.domain.definitions.examples import FILES
from tests.shipped import GRIDS, ROOT, WORKFLOWS


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """The small catalogue on the disk, as the current folder and the configured one."""
    for path, content in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AQSS_GRIDS", "grids")
    monkeypatch.setenv("AQSS_WORKFLOWS", "workflows")
    return tmp_path


@pytest.fixture
def broken(home) -> Path:
    """The same with a problem in a grid and one in a workflow."""
    change(home / "grids/soins/coordination.yaml", "weight: 2", "weight: -1")
    change(home / "workflows/campagne.yaml", "next: action", "next: actions")
    return home


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


GRID_LINE = (
    "grids/soins/coordination.yaml:19:17: GRID-012 le poids doit être supérieur à 0, trouvé -1."
    " Écrire 1 ou enlever la ligne.\n"
)
WORKFLOW_LINE = (
    "workflows/campagne.yaml:5:7: WF-017 next doit nommer un parcours existant, trouvé «\u00a0actions\u00a0»."
    " Écrire «\u00a0action\u00a0».\n"
)


def test_the_configured_folders_are_checked_unless_told_otherwise(broken, capsys):
    assert main(["check"]) == 1
    assert tuple(capsys.readouterr()) == (GRID_LINE + WORKFLOW_LINE, "")


def test_without_problem_the_status_is_0_and_nothing_is_said(home, capsys):
    assert main(["check"]) == 0
    assert tuple(capsys.readouterr()) == ("", "")


def test_without_problem_somebody_at_a_terminal_reads_how_many_files_were_looked_at(home):
    assert told_at_a_terminal() == "Aucun problème (8 fichiers).\r\n"
    assert told_at_a_terminal("grids/soins/coordination.yaml") == "Aucun problème (1 fichier).\r\n"


def told_at_a_terminal(*paths: str) -> str:
    terminal, end = pty.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as reader, os.fdopen(end, "w", encoding="utf-8") as screen:
        with contextlib.redirect_stdout(screen):
            assert main(["check", *paths]) == 0
        screen.flush()
        return reader.read(1000).decode()


def test_programs_get_json(broken, capsys):
    assert main(["check", "--format", "json", "workflows"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "path": "workflows/campagne.yaml",
            "line": 5,
            "column": 7,
            "code": "WF-017",
            "message": WORKFLOW_LINE.partition("WF-017 ")[2].rstrip(),
        }
    ]


def test_programs_get_an_empty_list_without_problem(home, capsys):
    assert main(["check", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("paths", "told", "files"),
    [
        (["grids"], ["grids/soins/coordination.yaml"], 6),
        (["./grids/"], ["./grids/soins/coordination.yaml"], 6),
        (["workflows"], ["workflows/campagne.yaml"], 2),
        (["grids", "workflows"], ["grids/soins/coordination.yaml", "workflows/campagne.yaml"], 8),
        (["."], ["./grids/soins/coordination.yaml", "./workflows/campagne.yaml"], 8),
        (["grids/soins"], ["grids/soins/coordination.yaml"], 3),
        (["grids/soins/coordination.yaml"], ["grids/soins/coordination.yaml"], 1),
        (["grids/soins/accueil.yaml"], [], 1),
        (["grids/soins/module.yaml"], [], 1),
        (["grids/scales.yaml"], [], 1),
        (["workflows/campagne.yaml"], ["workflows/campagne.yaml"], 1),
        (["workflows/action.yaml"], [], 1),
        (["grids", "grids/soins/coordination.yaml"], ["grids/soins/coordination.yaml"], 7),
    ],
)
def test_a_path_is_checked_within_its_catalogue_and_told_as_given(broken, paths, told, files):
    report = check_paths(paths)
    assert ([problem.path for problem in report.problems], report.files) == (told, files)


@pytest.mark.parametrize(
    ("folder", "path", "told"),
    [
        ("grids/soins", "coordination.yaml", "coordination.yaml"),
        ("grids/soins", ".", "./coordination.yaml"),
        ("grids", ".", "./soins/coordination.yaml"),
        ("grids", "soins", "soins/coordination.yaml"),
        ("workflows", "campagne.yaml", "campagne.yaml"),
        ("workflows", "..", "../grids/soins/coordination.yaml"),
    ],
)
def test_a_path_may_be_given_from_anywhere(broken, monkeypatch, folder, path, told):
    monkeypatch.chdir(broken / folder)
    assert check_paths([path]).problems[0].path == told


def test_an_absolute_path_stays_absolute(broken):
    path = f"{broken}/grids/soins/coordination.yaml"
    assert [problem.path for problem in check_paths([path]).problems] == [path]


def test_configured_folders_inside_the_current_one_are_told_from_there(broken, monkeypatch):
    monkeypatch.setenv("AQSS_GRIDS", f"{broken}/grids")
    assert check_paths([]).problems[0].path == "grids/soins/coordination.yaml"


def test_a_grid_alone_is_told_what_it_lacks(home, tmp_path_factory):
    alone = tmp_path_factory.mktemp("seule") / "coordination.yaml"
    alone.write_text(FILES["grids/soins/coordination.yaml"], encoding="utf-8")
    missing = [problem for problem in check_paths([str(alone)]).problems if problem.code == "YAML-019"]
    assert len(missing) == 4


@pytest.mark.parametrize("name", ["coordination.txt", "coordination.yml", "coordination"])
def test_a_file_that_is_no_definition_is_told(home, name):
    (home / "grids" / "soins" / name).write_text("x")
    assert [problem.code for problem in check_paths([f"grids/soins/{name}"]).problems] == ["YAML-016"]


def test_an_empty_folder_is_told(home, capsys):
    (home / "vide").mkdir()
    assert main(["check", "vide"]) == 1
    assert capsys.readouterr().out.startswith("vide:1:1: YAML-017 ")


def test_paths_that_do_not_exist_are_wrong_use(home, capsys):
    (home / "perdu").symlink_to(home / "nulle-part")
    assert main(["check", "grids", "absent", "perdu"]) == 2
    assert tuple(capsys.readouterr()) == (
        "",
        "absent\u00a0: ce fichier ou ce dossier n’existe pas.\n"
        "perdu\u00a0: ce fichier ou ce dossier n’existe pas.\n",
    )


def test_a_configured_folder_that_does_not_exist_is_wrong_use(home, monkeypatch, capsys):
    monkeypatch.setenv("AQSS_WORKFLOWS", "parcours")
    assert main(["check"]) == 2
    assert tuple(capsys.readouterr()) == (
        "",
        "AQSS_WORKFLOWS\u00a0: le dossier «\u00a0parcours\u00a0» n’existe pas.\n",
    )


def test_links_that_turn_in_circles_do_not_stop_the_check(home):
    (home / "workflows" / "rond.yaml").symlink_to("rond.yaml")
    (home / "grids" / "rond").symlink_to(home / "grids")
    codes = {(problem.path, problem.code) for problem in check_paths(["workflows"]).problems}
    assert codes == {("workflows/rond.yaml", "YAML-001")}
    misplaced = {(problem.path, problem.code) for problem in check_paths(["grids"]).problems}
    names = ("profile", "references", "scales")
    assert misplaced == {(f"grids/rond/{name}.yaml", "YAML-018") for name in names}


@pytest.fixture
def unprivileged(home):
    """As somebody whom permissions stop, even where tests run as root."""
    home.chmod(0o755)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield home
    if is_root:
        os.seteuid(0)


def test_what_may_not_be_read_is_told(home, request, capsys):
    (home / "workflows" / "action.yaml").chmod(0)
    (home / "grids" / "soins").chmod(0o311)
    request.getfixturevalue("unprivileged")
    (denied,) = check_paths(["workflows"]).problems
    assert (denied.path, denied.code) == ("workflows/action.yaml", "YAML-001")
    assert main(["check", "grids"]) == 2
    assert capsys.readouterr().err == "grids/soins\u00a0: ce dossier ne peut pas être lu.\n"
    assert main(["check", "grids/soins"]) == 2


def test_nothing_is_written(home):
    before = sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*"))
    main(["check"])
    assert sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*")) == before


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


def test_the_shipped_definitions_are_those_configured_by_default(monkeypatch):
    assert definition_folders({}) == (GRIDS, WORKFLOWS)
