import re
from datetime import UTC, datetime

import pytest
from jinja2 import ChoiceLoader, DictLoader, UndefinedError

from aqss.gateways.rendering import ENVIRONMENT, render_mail, render_report, render_report_body

RESET = {
    "name": "Nadia <b>B.</b>",
    "link": "https://aqss.exemple.fr/mot-de-passe/jeton",
    "expires_at": datetime(2026, 3, 2, 10, 0, tzinfo=UTC),
}


def test_a_mail_has_a_subject_a_text_and_html_that_say_the_same_link():
    mail = render_mail("password-reset", RESET)
    assert RESET["link"] in mail.text
    assert RESET["link"] in mail.html
    assert mail.subject


def test_what_a_person_wrote_is_escaped_in_html_and_left_alone_in_text():
    mail = render_mail("password-reset", RESET)
    assert "<b>B." not in mail.html
    assert "&lt;b&gt;B." in mail.html
    assert "&lt;" not in mail.text


def test_what_is_typed_on_several_lines_is_read_on_several_lines():
    given = {"number": 4, "title": "Écrire", "finding": "Deux en mars.\nUn en avril.", "due_on": None}
    mail = render_mail(
        "action-given", {**given, "centre_name": "Lilas", "name": "Mehdi", "link": "https://x"}
    )
    assert '<p style="white-space:pre-line">Deux en mars.\nUn en avril.</p>' in mail.html


def test_a_name_missing_from_the_context_is_refused():
    with pytest.raises(UndefinedError):
        render_mail("password-reset", {"name": "Nadia"})


@pytest.mark.parametrize("breaking", ["\r\nBcc: tous@exemple.fr", "\n", "\x0b", "\x85", "\u2028", "\x00"])
def test_a_subject_is_one_line_whatever_it_holds(breaking):
    context = {
        "name": "",
        "inviter": "",
        "place": f"Centre{breaking} bleu",
        "place_kind": "centre",
        "role": "member",
        "link": "https://aqss.exemple.fr/invitation/jeton",
        "expires_at": RESET["expires_at"],
    }
    subject = render_mail("invitation", context).subject
    assert re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", subject) is None
    assert "bleu" in subject


def test_a_subject_keeps_its_no_break_spaces():
    assert (
        "\u00a0»"
        in render_mail(
            "invitation",
            {
                "name": "",
                "inviter": "",
                "place": "Port-Amiral",
                "place_kind": "centre",
                "role": "member",
                "link": "x",
                "expires_at": RESET["expires_at"],
            },
        ).subject
    )


def test_every_mail_has_its_three_parts():
    folders = (name.split("/") for name in ENVIRONMENT.list_templates() if name.startswith("mail/"))
    mails = [(parts[1], parts[2]) for parts in folders if len(parts) == 3]
    for kind in {kind for kind, _ in mails}:
        assert {part for of, part in mails if of == kind} >= {"subject.txt", "body.txt", "body.html"}, kind


_SMALL = (
    "{% extends 'report/layout.html' %}{% block title %}Essai{% endblock %}"
    "{% block content %}<p>{{ words }}</p>{% endblock %}"
)


def test_a_report_is_a_whole_document_and_its_body_alone_is_the_content():
    own = ChoiceLoader([DictLoader({"report/essai.html": _SMALL}), ENVIRONMENT.loader])
    environment = ENVIRONMENT.overlay(loader=own)
    whole = render_report("essai", {"words": "a < b"}, environment)
    assert whole.count("<h1>Essai</h1>") == 1
    assert "<p>a &lt; b</p>" in whole
    assert render_report_body("essai", {"words": "a < b"}, environment) == "<p>a &lt; b</p>"
