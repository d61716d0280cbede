"""Settings: where they come from, what is refused, and the key an instance makes for itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from threading import Barrier

import pytest

from aqss.config import ROOT, SETTING_NAMES, Settings, definition_folders, read_settings
from aqss.domain.errors import Misconfigured

KEY = "k" * 48


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def settings_of(instance: Path, **environ: str) -> Settings:
    return read_settings({"AQSS_INSTANCE": str(instance), **environ})


def faults_of(instance: Path, **environ: str) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        settings_of(instance, **environ)
    return list(refused.value.faults)


def write_file(instance: Path, content: str) -> None:
    instance.mkdir(exist_ok=True)
    (instance / "settings.toml").write_text(content, encoding="utf-8")


def test_an_instance_needs_no_setting(instance):
    settings = settings_of(instance)
    assert settings.database_url == f"sqlite:///{instance}/aqss.db"
    assert settings.smtp_url is None
    assert settings.grids == ROOT / "grids"
    assert settings.outbox == instance / "outbox"


def test_the_file_is_read_and_the_environment_wins(instance):
    write_file(instance, 'base_url = "https://fichier.fr/"\nmail_from = "a@fichier.fr"')
    settings = settings_of(instance, AQSS_BASE_URL="https://variable.fr/")
    assert settings.base_url == "https://variable.fr"
    assert settings.mail_from == "a@fichier.fr"


def test_an_empty_variable_counts_as_unset(instance):
    write_file(instance, 'base_url = "https://fichier.fr"')
    assert settings_of(instance, AQSS_BASE_URL="", AQSS_SMTP_URL="").base_url == "https://fichier.fr"


def test_a_folder_of_the_file_is_found_from_the_file(instance):
    write_file(instance, 'grids = "mes-grilles"')
    (instance / "mes-grilles").mkdir()
    assert settings_of(instance).grids == instance / "mes-grilles"


def test_finding_the_definitions_makes_no_instance(instance):
    assert definition_folders({"AQSS_INSTANCE": str(instance), "AQSS_GRIDS": "g"}) == (
        Path("g"),
        ROOT / "workflows",
    )
    assert not instance.exists()


def test_finding_the_definitions_reads_the_file(instance):
    write_file(instance, 'workflows = "mes-parcours"')
    assert definition_folders({"AQSS_INSTANCE": str(instance)})[1] == instance / "mes-parcours"


def test_finding_the_definitions_tells_a_broken_file(instance):
    write_file(instance, "grids = [")
    with pytest.raises(Misconfigured, match="illisible"):
        definition_folders({"AQSS_INSTANCE": str(instance)})


def test_all_faults_are_told_at_once(instance):
    write_file(instance, 'adresse = "x"\nmail_from = 3')
    faults = faults_of(
        instance,
        AQSS_DATABASE_URL="mysql://h/b",
        AQSS_SMTP_URL="http://h",
        AQSS_BASE_URL="aqss.fr",
        AQSS_SECRET_KEY="court",
        AQSS_GRIDS=str(instance / "absent"),
    )
    for word in (
        "« adresse »",
        "« mail_from »",
        "AQSS_DATABASE_URL",
        "AQSS_SMTP_URL",
        "AQSS_BASE_URL",
        "AQSS_SECRET_KEY",
        "AQSS_GRIDS",
    ):
        assert any(word in fault for fault in faults), word
    assert len(faults) == 7


@pytest.mark.parametrize("address", ["https://hote.fr/aqss", "https://hote.fr?a=1", "https://a b.fr", "//h"])
def test_the_site_takes_a_whole_host(instance, address):
    assert ["AQSS_BASE_URL" in fault for fault in faults_of(instance, AQSS_BASE_URL=address)] == [True]


@pytest.mark.parametrize("content", ["grids = [", "\x00", "a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_told(instance, content):
    write_file(instance, content)
    assert "settings.toml" in faults_of(instance)[0]


def test_a_file_in_another_encoding_is_told(instance):
    instance.mkdir()
    (instance / "settings.toml").write_bytes('mail_from = "é@exemple.fr"'.encode("latin-1"))
    assert "illisible" in faults_of(instance)[0]


@pytest.mark.parametrize(
    "url",
    ["x", "ftp://h", "http://", "http://[", "http://h:99999", "https://a b", "https://h/?x=1", "https://u@h"],
)
def test_a_site_address_that_mails_could_not_point_to_is_refused(instance, url):
    assert "AQSS_BASE_URL" in faults_of(instance, AQSS_BASE_URL=url)[0]


@pytest.mark.parametrize("url", ["smtp://h", "smtp://h:2525", "smtps://nom:mot@h:465"])
def test_a_mail_server_is_accepted(instance, url):
    assert settings_of(instance, AQSS_SMTP_URL=url).smtp_url == url


@pytest.mark.parametrize("url", ["h", "smtp://", "smtp://h:port", "smtp://h:0", "http://h"])
def test_what_is_no_mail_server_is_refused(instance, url):
    assert "AQSS_SMTP_URL" in faults_of(instance, AQSS_SMTP_URL=url)[0]


@pytest.mark.parametrize("address", ["aqss", "a@b.fr\nBcc: c@d.fr"])
def test_a_sender_that_is_no_address_is_refused(instance, address):
    assert "AQSS_MAIL_FROM" in faults_of(instance, AQSS_MAIL_FROM=address)[0]


def test_the_key_is_made_once_for_its_owner_alone(instance):
    key = settings_of(instance).secret_key
    assert len(key) >= 32
    assert settings_of(instance).secret_key == key
    assert (instance / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in instance.iterdir()] == ["secret-key"]


def test_a_key_given_is_used_and_none_is_made(instance):
    assert settings_of(instance, AQSS_SECRET_KEY=KEY).secret_key == KEY
    assert not (instance / "secret-key").exists()


def test_processes_starting_together_agree_on_one_key(tmp_path):
    for turn in range(20):
        together = Barrier(8)

        def start(_number: int, turn: int = turn, together: Barrier = together) -> str:
            together.wait()
            return settings_of(tmp_path / str(turn)).secret_key

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(start, range(8)))) == 1


@pytest.mark.parametrize("content", ["", "court\n"])
def test_a_key_file_that_was_spoilt_is_told_and_kept(instance, content):
    instance.mkdir()
    (instance / "secret-key").write_text(content)
    assert "secret-key" in faults_of(instance)[0]
    assert (instance / "secret-key").read_text() == content


def test_an_instance_where_nothing_can_be_written_is_told(tmp_path):
    (tmp_path / "instance").write_text("a file in place of the folder")
    assert any("AQSS_INSTANCE" in fault for fault in faults_of(tmp_path / "instance"))


def test_what_may_hold_a_password_is_not_shown(instance):
    settings = settings_of(instance, AQSS_SMTP_URL="smtp://nom:motdepasse@h", AQSS_SECRET_KEY=KEY)
    assert "motdepasse" not in repr(settings)
    assert KEY not in repr(settings)


def test_every_setting_is_documented():
    documented = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert {f.name for f in fields(Settings)} == {"instance", *SETTING_NAMES}
    for name in ("AQSS_INSTANCE", *SETTING_NAMES.values()):
        assert f"`{name}`" in documented
    for key in SETTING_NAMES:
        assert f"`{key}`" in documented
