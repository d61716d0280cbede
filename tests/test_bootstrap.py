"""The runtime: what it is made of, and what keeps it from being made."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from aqss.bootstrap import build_runtime, read_catalogue
from aqss.config import ROOT
from aqss.domain.definitions.checking import check_definitions
from aqss.domain.errors import Misconfigured
from aqss.gateways.clock import SystemClock
from aqss.gateways.files import read_definitions
from aqss.gateways.mail import FolderMailer, SmtpMailer
from aqss.services.editions import current_editions


def test_the_runtime_serves_what_is_published(runtime, catalogue):
    with runtime.sessions.reading() as session:
        assert [edition.grid for edition in current_editions(session)] == list(catalogue.grids)


def test_without_a_mail_server_mails_go_to_the_outbox(runtime):
    assert isinstance(runtime.mailer, FolderMailer)


def test_what_is_not_given_is_made_from_the_settings(settings, sessions):
    runtime = build_runtime(replace(settings, smtp_url="smtp://localhost"))
    runtime.sessions.dispose()
    assert isinstance(runtime.mailer, SmtpMailer)
    assert isinstance(runtime.clock, SystemClock)
    assert runtime.catalogue.grids
    assert runtime.links.base_url == settings.base_url


def test_a_missing_database_keeps_the_runtime_from_being_made(settings, tmp_path):
    with pytest.raises(Misconfigured, match="aqss migrate"):
        build_runtime(replace(settings, database_url=f"sqlite:///{tmp_path / 'absent.db'}"))


def test_definitions_with_problems_are_refused_with_the_lines_of_the_check(settings, tmp_path):
    grids = tmp_path / "grids"
    shutil.copytree(ROOT / "grids", grids)
    (grids / "scales.yaml").write_text("scales: [{scale: x}]\n")
    problems = check_definitions(read_definitions(grids, settings.workflows))
    with pytest.raises(Misconfigured) as refused:
        build_runtime(replace(settings, grids=grids))
    assert list(refused.value.faults) == [str(problem) for problem in problems]
    assert len(problems) > 1


def test_a_folder_that_cannot_be_listed_is_told(settings, tmp_path):
    with pytest.raises(Misconfigured, match="ce dossier ne peut pas être lu"):
        read_catalogue(replace(settings, grids=tmp_path / "absent"))


def test_a_file_changed_under_a_published_version_keeps_the_runtime_from_being_made(runtime, tmp_path):
    grids = tmp_path / "grids"
    shutil.copytree(ROOT / "grids", grids)
    file = grids / "risques-generaux" / "coordination.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("purpose: ", "purpose: Autrement, ", 1), encoding="utf-8")
    changed = replace(runtime.settings, grids=grids)
    with pytest.raises(Misconfigured) as refused:
        build_runtime(changed)
    (line,) = refused.value.faults
    assert line.startswith(str(file))
    assert "version" in line
    file.write_text(before, encoding="utf-8")
    build_runtime(changed).sessions.dispose()
