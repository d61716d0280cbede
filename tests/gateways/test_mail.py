import email
import smtplib
import socket
import ssl
import time
from datetime import UTC, datetime
from email import policy

import pytest

from aqss.domain.errors import MailRefused
from aqss.gateways.mail import (
    UNENCRYPTED,
    FolderMailer,
    MailToSend,
    ServerUnavailable,
    SmtpMailer,
    compose,
    mailer_of,
)
from aqss.gateways.rendering import render_mail
from tests.builders import a_bare_synthesis
from tests.certificates import server_side, trusting_client
from tests.mail_server import free_port, running_mail_server

FROM = "aqss <aqss@exemple.fr>"
AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


def a_mail(number=1, **values):
    return MailToSend(
        **{
            "id": number,
            "created_at": AT,
            "address": f"nadia.{number}@exemple.fr",
            "subject": "Votre avis est attendu : « Coordination »",
            "text": "Bonjour,\nœuf\n",
            "html": "<p>Bonjour,<br>œuf</p>",
            **values,
        }
    )


@pytest.fixture
def server():
    with running_mail_server() as server:
        yield server


@pytest.fixture
def mailer(server):
    mailer = SmtpMailer(server.url, FROM, timeout=2)
    yield mailer
    mailer.close()


def test_a_mail_arrives_with_both_bodies_and_its_accents(server, mailer):
    mailer.send(a_mail())
    (arrived,) = server.received
    assert arrived["From"] == FROM
    assert arrived["To"] == "nadia.1@exemple.fr"
    assert arrived["Subject"] == "Votre avis est attendu : « Coordination »"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_body(("plain",)).get_content().splitlines() == ["Bonjour,", "œuf"]
    assert "œuf" in arrived.get_body(("html",)).get_content()


def test_the_message_id_and_the_date_come_from_the_recorded_mail_alone():
    first, again = compose(a_mail(7), FROM), compose(a_mail(7), FROM)
    assert first["Message-ID"] == again["Message-ID"] == "<7.20260302090000123456@exemple.fr>"
    assert first["Date"] == again["Date"]
    assert compose(a_mail(8), FROM)["Message-ID"] != first["Message-ID"]


def test_one_connection_serves_a_batch_and_closing_ends_it(server, mailer):
    for number in range(5):
        mailer.send(a_mail(number))
    assert (len(server.received), server.connections) == (5, 1)
    mailer.close()
    mailer.send(a_mail(9))
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("450 later", False), ("451 later", False), ("550 nobody", True), ("554 no", True)],
)
def test_a_refused_message_is_final_only_when_the_server_says_5xx(server, mailer, answer, permanent):
    server.answer = lambda _address: answer
    with pytest.raises(MailRefused) as refused:
        mailer.send(a_mail())
    assert (refused.value.answer, refused.value.permanent) == (answer, permanent)
    assert not isinstance(refused.value, ServerUnavailable)


@pytest.mark.parametrize(("answer", "permanent"), [("450 later", False), ("550 nobody here", True)])
def test_a_refused_address_is_final_only_when_the_server_says_5xx(server, mailer, answer, permanent):
    server.answer_to_address = lambda _address: answer
    with pytest.raises(MailRefused) as refused:
        mailer.send(a_mail())
    assert (refused.value.answer, refused.value.permanent) == (answer, permanent)


def test_a_refused_address_leaves_the_connection_to_the_next_mail(server, mailer):
    server.answer_to_address = lambda address: "550 nobody" if "1@" in address else "250 ok"
    with pytest.raises(MailRefused):
        mailer.send(a_mail(1))
    mailer.send(a_mail(2))
    assert (server.addresses, server.connections) == (["nadia.2@exemple.fr"], 1)


@pytest.mark.parametrize("place", ["answer", "answer_to_address"])
def test_a_server_that_closes_its_service_is_unavailable_and_called_again_later(server, mailer, place):
    setattr(server, place, lambda _address: "421 closing")
    with pytest.raises(ServerUnavailable, match="421 closing"):
        mailer.send(a_mail(1))
    setattr(server, place, lambda _address: "250 ok")
    mailer.send(a_mail(1))
    assert (len(server.received), server.connections) == (1, 2)


def test_a_server_that_is_not_there_is_unavailable():
    with pytest.raises(ServerUnavailable, match="ConnectionRefusedError"):
        SmtpMailer(f"smtp://127.0.0.1:{free_port()}", FROM, timeout=1).send(a_mail())


def test_a_server_that_does_not_answer_is_given_up_after_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(ServerUnavailable):
            SmtpMailer(url, FROM, timeout=0.2).send(a_mail())
        assert time.monotonic() - started < 3


def test_a_server_too_slow_to_accept_is_unavailable(server):
    server.slow = 1.0
    with pytest.raises(ServerUnavailable):
        SmtpMailer(server.url, FROM, timeout=0.2).send(a_mail())


def test_starttls_is_used_when_offered():
    with running_mail_server(starttls=server_side()) as server:
        mailer = SmtpMailer(
            server.url.replace("127.0.0.1", "localhost"), FROM, timeout=2, tls=trusting_client()
        )
        mailer.send(a_mail())
        mailer.close()
        assert len(server.received) == 1
        assert server.connections == 2, "said hello again once the line was private"


def test_smtps_is_private_from_the_first_word():
    with running_mail_server(tls=server_side()) as server:
        mailer = SmtpMailer(f"smtps://localhost:{server.port}", FROM, timeout=2, tls=trusting_client())
        mailer.send(a_mail())
        mailer.close()
        assert len(server.received) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused():
    with running_mail_server(starttls=server_side()) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        with pytest.raises(ServerUnavailable, match="SSLCertVerificationError"):
            SmtpMailer(url, FROM, timeout=2, tls=ssl.create_default_context()).send(a_mail())
        assert server.received == []


def test_the_user_and_password_of_the_address_are_given():
    with running_mail_server(starttls=server_side(), asks_who=True) as server:
        url = f"smtp://site%40exemple.fr:juste%3A%20%2F%40@localhost:{server.port}"
        mailer = SmtpMailer(url, FROM, timeout=2, tls=trusting_client())
        mailer.send(a_mail())
        mailer.close()
        assert server.signed_in == [("site@exemple.fr", "juste: /@")]
        assert len(server.received) == 1


def test_a_password_is_not_sent_in_clear_to_another_machine():
    with running_mail_server(asks_who=False) as server:
        url = f"smtp://site:secret@127.1:{server.port}"  # this machine under a name that does not say so
        with pytest.raises(ServerUnavailable, match=UNENCRYPTED) as refused:
            SmtpMailer(url, FROM, timeout=2).send(a_mail())
        assert refused.value.permanent is False
        assert server.received == []


def test_a_wrong_password_can_be_put_right_so_nothing_is_given_up():
    with running_mail_server(starttls=server_side(), asks_who=True) as server:
        url = f"smtp://site:faux@localhost:{server.port}"
        with pytest.raises(ServerUnavailable, match="535") as refused:
            SmtpMailer(url, FROM, timeout=2, tls=trusting_client()).send(a_mail())
        assert refused.value.permanent is False


def test_a_server_that_lets_nobody_sign_in_is_unavailable_so_nothing_is_given_up(server):
    url = f"smtp://site:faux@127.0.0.1:{server.port}"
    with pytest.raises(ServerUnavailable, match="AUTH") as refused:
        SmtpMailer(url, FROM, timeout=2).send(a_mail())
    assert refused.value.permanent is False


FORGED = [
    "\r\nBcc: tous@exemple.fr",
    "\nBcc: tous@exemple.fr",
    "\rBcc: tous@exemple.fr",
    "\r\n\r\nautre corps",
    "\r\n Bcc: tous@exemple.fr",
    "\u2028Bcc: tous@exemple.fr",
    "\x85Bcc: tous@exemple.fr",
    "\x0bBcc: tous@exemple.fr\x0c",
    "\r\n.\r\nMAIL FROM:<x@exemple.fr>\r\nRCPT TO:<tous@exemple.fr>\r\nDATA\r\n",
    "=?utf-8?q?=0D=0ABcc:_tous=40exemple.fr?=",
    " =?utf-8?b?DQpCY2M6IHRvdXNAZXhlbXBsZS5mcg==?= é",
    "%0D%0ABcc: tous@exemple.fr",
]
"""What somebody could write in a text to add a header, another body or another mail."""


WRITTEN = {
    "invitation": ("name", "inviter", "place"),
    "rating-open": ("name", "assessment_title", "centre_name", "objective"),
    "rating-reminder": ("name", "assessment_title", "centre_name"),
    "results-available": ("name", "assessment_title", "centre_name"),
}
"""Kind of mail → what people wrote in it."""


@pytest.mark.campaign("B3")
@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("kind", WRITTEN)
def test_a_name_or_a_title_never_becomes_a_header_or_another_mail(server, mailer, kind, forged):
    given = {"link": "https://aqss.exemple.fr/", "expires_at": AT, "place_kind": "centre", "role": "member"}
    typed = dict.fromkeys(WRITTEN[kind], f"Centre{forged}")
    more = {"round_ends_on": None, "is_blind": True, "synthesis": a_bare_synthesis()}
    rendered = render_mail(kind, {**given, **more, **typed})
    mailer.send(a_mail(subject=rendered.subject, text=rendered.text, html=rendered.html))
    (arrived,) = server.received
    assert sorted(arrived.keys()) == sorted(compose(a_mail(), FROM).keys())
    assert arrived["To"] == "nadia.1@exemple.fr"
    assert [part.get_content_type() for part in arrived.iter_parts()] == ["text/plain", "text/html"]


INJECTIONS = [
    "nadia@exemple.fr\r\nBcc: tous@exemple.fr",
    "nadia@exemple.fr\nBcc: tous@exemple.fr",
    "nadia@exemple.fr, tous@exemple.fr",
    "Nadia <nadia@exemple.fr>",
    "nadia@exemple.fr>\r\nRCPT TO:<tous@exemple.fr",
    "nadia@exemple.fr tous@exemple.fr",
    "nadia",
    "@exemple.fr",
    "",
    "nadia@\u2028exemple.fr\x00",
    "nadia@exemple.fr\x85Bcc: tous@exemple.fr",
]


@pytest.mark.campaign("B3")
@pytest.mark.parametrize("address", INJECTIONS)
def test_an_address_that_is_more_than_an_address_is_refused_for_good(server, mailer, address):
    with pytest.raises(MailRefused) as refused:
        mailer.send(a_mail(address=address))
    assert refused.value.permanent
    assert server.received == []


@pytest.mark.campaign("B3")
@pytest.mark.parametrize("breaking", ["\r\nBcc: tous@exemple.fr", "\nX: y", "\r", "\r\n\r\nautre corps"])
def test_a_subject_that_breaks_its_line_is_refused_for_good(server, mailer, breaking):
    with pytest.raises(MailRefused) as refused:
        mailer.send(a_mail(subject=f"Avis{breaking}"))
    assert refused.value.permanent
    assert server.received == []


def test_what_looks_like_an_encoded_word_is_read_as_it_was_typed(server, mailer):
    mailer.send(a_mail(subject="Avis =?utf-8?q?=0D=0ABcc:_tous=40exemple.fr?= é"))
    (arrived,) = server.received
    assert "Bcc" not in arrived
    assert arrived["Subject"].replace("\u2060", "") == "Avis =?utf-8?q?=0D=0ABcc:_tous=40exemple.fr?= é"


@pytest.mark.campaign("B3")
@pytest.mark.parametrize("text", ["\r\n.\r\nMAIL FROM:<x@y.fr>\r\n", ".\n.\n", "a\x00b", "é" * 5000])
def test_a_body_is_never_a_command_nor_a_header(server, mailer, text):
    mailer.send(a_mail(text=text))
    (arrived,) = server.received
    assert "Bcc" not in arrived
    assert arrived.get_body(("plain",)).get_content().split() == text.split()


def test_a_body_that_no_encoding_can_write_is_refused_for_good(server, mailer):
    with pytest.raises(MailRefused) as refused:
        mailer.send(a_mail(text="\ud800"))
    assert refused.value.permanent


def test_without_a_server_each_mail_is_a_file_and_the_same_mail_is_the_same_file(tmp_path):
    mailer = FolderMailer(tmp_path / "outbox", FROM)
    for number in (1, 2, 1):
        mailer.send(a_mail(number))
    mailer.close()
    files = sorted((tmp_path / "outbox").iterdir())
    assert [path.name for path in files] == ["20260302-090000-000001.eml", "20260302-090000-000002.eml"]
    written = email.message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert written["To"] == "nadia.1@exemple.fr"


def test_a_folder_that_cannot_be_written_is_an_unavailable_server(tmp_path):
    (tmp_path / "outbox").write_text("un fichier")
    with pytest.raises(ServerUnavailable):
        FolderMailer(tmp_path / "outbox", FROM).send(a_mail())


def test_the_settings_decide_between_a_server_and_a_folder(tmp_path, server):
    class Settings:
        smtp_url = None
        mail_from = FROM
        outbox = tmp_path

    mailer_of(Settings()).send(a_mail())
    assert len(list(tmp_path.iterdir())) == 1
    with_server = Settings()
    with_server.smtp_url = server.url
    mailer = mailer_of(with_server)
    mailer.send(a_mail())
    mailer.close()
    assert len(server.received) == 1


def test_closing_a_connection_that_the_server_has_dropped_is_no_fault(server, mailer):
    mailer.send(a_mail())
    with smtplib.SMTP("127.0.0.1", server.port):
        server.answer = lambda _address: "421 closing"
        with pytest.raises(ServerUnavailable):
            mailer.send(a_mail(2))
    mailer.close()
    mailer.close()
