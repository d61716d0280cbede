"""The commands: how they are found, asked, misused and interrupted."""

from __future__ import annotations

import inspect
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aqss import __version__
from aqss.cli import COMMANDS, main, parser, resolve
from aqss.commands.parsing import in_french

ROOT = Path(__file__).parent.parent

WORDS = {
    "score": ["grille.yaml", "réponses.yaml"],
    "schema": ["grid"],
    "invite": ["a@exemple.fr", "--role", "member", "--centre", "3"],
}
"""Words that a command cannot do without."""

ENGLISH = re.compile(
    r"\b(usage|error|arguments?|show|choose|invalid|required|expected|positional)\b", re.IGNORECASE
)


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environ},
        timeout=60,
    )


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command run in this process."""
    try:
        status = main(words)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    return (status, *capsys.readouterr())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_row_of_the_table_names_a_function_that_takes_its_words(command):
    words = vars(parser().parse_args([command.name, *WORDS.get(command.name, ())]))
    function = resolve(words.pop("function"))
    inspect.signature(function).bind(**words)


def test_every_command_is_documented():
    documented = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [command.name for command in COMMANDS if f"| `aqss {command.name}" not in documented] == []


@pytest.mark.parametrize("name", ["", *(command.name for command in COMMANDS)])
def test_each_command_explains_itself_in_french(capsys, name):
    status, out, err = told(capsys, *filter(None, [name]), "--help")
    assert (status, err) == (0, "")
    assert out.startswith("Utilisation\u00a0: aqss")
    assert not ENGLISH.search(out)
    assert re.search(r"[^\u00a0 ]:$|[^\u00a0]: | :", out) is None


def test_the_version_is_told(capsys):
    assert told(capsys, "--version") == (0, f"{__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "aqss\u00a0: il manque\u00a0: COMMANDE. Aide\u00a0: aqss --help"),
        (
            ["chekc"],
            "aqss\u00a0: COMMANDE\u00a0: «\u00a0chekc\u00a0» n’est pas connu. Choix\u00a0: check, score,",
        ),
        (["score", "g.yaml"], "aqss score\u00a0: il manque\u00a0: RÉPONSES."),
        (["check", "--format"], "aqss check\u00a0: --format\u00a0: une valeur est attendue."),
        (
            ["check", "--format", "xml"],
            "--format\u00a0: «\u00a0xml\u00a0» n’est pas connu. Choix\u00a0: text, json.",
        ),
        (["check", "--form", "json"], "mot de trop ou inconnu\u00a0: «\u00a0--form"),
        (["jobs", "--once=oui"], "--once\u00a0: aucune valeur n’est attendue, trouvé «\u00a0oui\u00a0»."),
        (["jobs", "--once", "deux"], "mot de trop ou inconnu\u00a0: «\u00a0deux\u00a0»."),
        (["serve", "--port", "99999"], "--port\u00a0: un port va de 1 à 65535, trouvé «\u00a099999\u00a0»."),
        (["serve", "--workers", "0"], "un nombre entier au-dessus de 0 est attendu, trouvé «\u00a00\u00a0»."),
        (["serve", "--workers", "-1"], "--workers\u00a0: "),
        (["invite", "a@b.fr"], "aqss invite\u00a0: il manque\u00a0: --role."),
        (["invite", "a@b.fr", "--role", "chef"], "Choix\u00a0: member, coordinator, manager, structure,"),
    ],
)
def test_wrong_use_is_told_in_one_french_line(capsys, words, sentence):
    status, out, err = told(capsys, *words)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert sentence in err
    assert not ENGLISH.search(err)


def test_a_fault_that_has_no_french_yet_is_still_told():
    assert in_french("something else.") == "something else"


def test_every_fault_of_the_settings_is_told_and_the_status_is_2(tmp_path):
    settings = {"AQSS_BASE_URL": "nulle part", "AQSS_DATABASE_URL": "mysql://h/b"}
    done = run("-m", "aqss", "migrate", AQSS_INSTANCE=str(tmp_path), **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["AQSS_DATABASE_URL", "AQSS_BASE_URL"]


@pytest.mark.parametrize("words", [["check"], ["score", "grids/outils/indicateurs-suivi.yaml", "/dev/null"]])
def test_checking_and_scoring_load_neither_flask_nor_sqlalchemy(words):
    code = (
        "import sys; from aqss.cli import main; main(sys.argv[1:]);"
        "print([m for m in ('flask', 'sqlalchemy', 'alembic', 'jinja2') if m in sys.modules])"
    )
    done = run("-c", code, *words)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_the_module_is_the_command():
    assert run("-m", "aqss", "--version").stdout == f"{__version__}\n"


def test_a_terminal_without_french_letters_still_gets_its_answer():
    done = run("-m", "aqss", "--help", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Auto-?valuation" in done.stdout


def test_ctrl_c_ends_a_command_without_a_traceback():
    with subprocess.Popen(
        [sys.executable, "-m", "tests.endless_commands", "wait"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")


def test_a_reader_that_leaves_ends_a_command_without_a_traceback():
    with subprocess.Popen(
        [sys.executable, "-m", "tests.endless_commands", "talk"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=30) == 141
