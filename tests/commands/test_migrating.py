"""``aqss migrate``: what it does, says and refuses."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from aqss.persistence.editions import Edition, WorkflowEdition
from tests.commands.instance import Instance, an_instance
from tests.shipped import first_version

GRID = "risques-generaux/coordination.yaml"


@pytest.fixture
def instance(tmp_path) -> Instance:
    return an_instance(tmp_path)


def count_editions(instance: Instance) -> int:
    sessions = instance.sessions()
    with sessions.reading() as session:
        count = session.scalar(select(func.count()).select_from(Edition))
    sessions.dispose()
    return count or 0


def test_a_new_instance_gets_its_database_and_every_edition(instance):
    done = instance.aqss("migrate")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Base de données\u00a0: mise à jour faite (0001")
    assert "Grille coordination\u00a0: version 1 publiée." in lines
    assert "Parcours auto-evaluation\u00a0: version 3 publiée." in lines
    assert count_editions(instance) == len([line for line in lines if line.startswith("Grille ")])


def test_migrating_again_says_that_there_is_nothing_to_do(instance):
    instance.aqss("migrate")
    done = instance.aqss("migrate")
    assert done.returncode == 0
    assert re.fullmatch(
        r"Base de données\u00a0: déjà à la révision \d{4}\.\nÉditions\u00a0: rien de nouveau\.\n", done.stdout
    )


def test_a_published_version_that_changed_is_refused_with_its_place(instance):
    instance.aqss("migrate")
    before = count_editions(instance)
    instance.replace(GRID, "title: ", "title: Autre ")
    instance.replace("risque-infectieux/hygiene-mains.yaml", "version: 1", "version: 2")
    done = instance.aqss("migrate")
    assert (done.returncode, done.stderr) == (1, "")
    assert re.search(rf"^grids/{GRID}:\d+:10: GRID-014 .*version: 2", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("Aucune édition n’a été publiée.\n")
    assert count_editions(instance) == before


def test_an_instance_that_runs_the_first_workflow_gets_the_latest_and_keeps_both(instance):
    shipped = instance.folder / "workflows" / "auto-evaluation.yaml"
    latest = shipped.read_text(encoding="utf-8")
    first = first_version(latest)
    shipped.write_text(first, encoding="utf-8")
    instance.aqss("migrate")
    shipped.write_text(latest, encoding="utf-8")
    done = instance.aqss("migrate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Parcours auto-evaluation\u00a0: version 3 publiée." in done.stdout.splitlines()
    sessions = instance.sessions()
    with sessions.reading() as session:
        rows = session.execute(
            select(WorkflowEdition.version, WorkflowEdition.is_current)
            .where(WorkflowEdition.workflow == "auto-evaluation")
            .order_by(WorkflowEdition.version)
        ).all()
    sessions.dispose()
    assert [tuple(row) for row in rows] == [(1, False), (3, True)]


def test_a_changed_scale_is_said_to_make_a_new_edition(instance):
    instance.aqss("migrate")
    instance.replace("risques-generaux/module.yaml", "from: 80", "from: 85")
    done = instance.aqss("migrate")
    assert done.returncode == 0
    assert "Grille coordination\u00a0: nouvelle édition de la version 1 (échelle, seuils" in done.stdout


def test_what_was_published_is_known_to_the_check_that_follows(instance):
    instance.aqss("migrate")
    assert instance.aqss("check").stdout == ""
    instance.replace("risques-generaux/module.yaml", "from: 80", "from: 85")
    done = instance.aqss("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("grids/risques-generaux/module.yaml\u00a0: niveaux de score, changement")
    instance.aqss("migrate")
    assert instance.aqss("check").stdout == ""
    instance.replace(GRID, "title: ", "title: Autre ")
    done = instance.aqss("check")
    assert done.returncode == 1
    assert "GRID-014" in done.stdout
    assert instance.aqss("migrate").returncode == 1
    assert instance.aqss("check").stdout == done.stdout, "what was refused is not published"


def test_a_note_that_cannot_be_written_is_told_in_one_line(instance):
    (instance.database.parent / "published.json").mkdir(parents=True)
    done = instance.aqss("migrate")
    assert done.returncode == 2
    assert "published.json\u00a0: ce fichier ne peut pas être écrit" in done.stderr
    assert done.stderr.count("\n") == 1
    assert count_editions(instance) > 0


def test_definitions_with_problems_are_told_and_no_database_is_made(instance):
    instance.replace(GRID, "version: 1", "version: 0")
    instance.replace("scales.yaml", "value: 1", "value: 2")
    done = instance.aqss("migrate")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"grids/{GRID}:" in done.stderr
    assert "grids/scales.yaml:" in done.stderr
    assert not instance.database.exists()


def test_a_spoilt_database_is_told_in_one_line(instance):
    instance.database.parent.mkdir()
    instance.database.write_bytes(b"not a database" * 1000)
    done = instance.aqss("migrate")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "est abîmée" in done.stderr


def test_a_database_somebody_else_is_writing_in_is_told(instance):
    instance.aqss("migrate")
    sessions = instance.sessions()
    with sessions.write_engine.begin():
        done = instance.aqss("migrate")
    sessions.dispose()
    assert done.returncode == 2
    assert "occupée" in done.stderr
