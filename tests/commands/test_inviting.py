"""``aqss invite``: the way in for the first administrator."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aqss.persistence.accounts import Invitation
from aqss.persistence.mails import Mail
from tests.commands.instance import Instance, an_instance


@pytest.fixture(scope="module")
def instance(tmp_path_factory) -> Instance:
    instance = an_instance(tmp_path_factory.mktemp("invite"))
    assert instance.aqss("migrate").returncode == 0
    return instance


def test_the_first_administrator_is_invited_and_the_link_is_printed(instance):
    done = instance.aqss(
        "invite", "Adele@exemple.fr", "--role", "administrator", AQSS_BASE_URL="https://a.fr"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("https://a.fr/invitation/")
    sessions = instance.sessions()
    with sessions.reading() as session:
        assert session.scalars(select(Invitation.email)).all() == ["adele@exemple.fr"]
        assert session.scalars(select(Mail.address)).all() == ["adele@exemple.fr"]
    sessions.dispose()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["pas-une-adresse", "--role", "administrator"], "adresse"),
        (["a@b.fr", "--role", "member"], "donnez --centre, et pas --structure"),
        (["a@b.fr", "--role", "structure"], "donnez --structure, et pas --centre"),
        (
            ["a@b.fr", "--role", "member", "--centre", "7"],
            "Aucun centre de santé ouvert ne porte le numéro 7.",
        ),
        (["a@b.fr", "--role", "structure", "--structure", "7"], "Aucune structure d’appui ouverte ne porte"),
        (["a@b.fr", "--role", "coordinator", "--centre", "9" * 20], f"ouvert ne porte le numéro {'9' * 20}."),
        (["a@b.fr", "--role", "structure", "--structure", "9" * 20], "ouverte ne porte le numéro 9999"),
        (["a@b.fr", "--role", "member", "--centre", "7", "--structure", "7"], "pas les deux"),
    ],
)
def test_words_that_do_not_fit_are_told_and_nothing_is_recorded(instance, words, sentence):
    sessions = instance.sessions()
    with sessions.reading() as session:
        before = session.scalars(select(Invitation.id)).all()
    done = instance.aqss("invite", *words)
    with sessions.reading() as session:
        assert session.scalars(select(Invitation.id)).all() == before
    sessions.dispose()
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_an_instance_that_was_never_migrated_says_so(tmp_path):
    done = an_instance(tmp_path).aqss("invite", "a@b.fr", "--role", "administrator")
    assert done.returncode == 2
    assert done.stderr.endswith("n’existe pas. Lancez\u00a0: aqss migrate\n")
