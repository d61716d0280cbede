"""The base of forms: values kept, sentences ours."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField, RadioField, SelectChoice, SelectField, StringField

from aqss.bootstrap import Runtime
from aqss.domain.errors import Fault, InvalidInput
from aqss.web import create_app
from aqss.web.forms import ChoicesField, PageForm, anchor


class Form(PageForm):
    name = StringField("Nom")
    size = IntegerField("Taille")
    day = DateField("Jour")
    kind = SelectField("Genre", choices=[SelectChoice("a", "A")])
    way = RadioField("Voie", choices=[SelectChoice("x", "X")])
    marks = ChoicesField("Marques", choices=[SelectChoice("u", "U"), SelectChoice("v", "V")])


BAD = MultiDict({"name": "n", "size": "douze", "day": "31/02/2026", "kind": "z", "way": "z", "marks": "z"})


def test_the_messages_of_fields_are_ours_and_french() -> None:
    form = Form(BAD)
    assert not form.validate()
    messages = {name: list(messages) for name, messages in form.errors.items()}
    choice = "Choisissez l’une des réponses proposées."
    assert messages == {
        "size": ["Écrivez un nombre, en chiffres."],
        "day": ["Écrivez une date, par exemple 02/03/2026."],
        "kind": [choice],
        "way": [choice],
        "marks": [choice],
    }


def test_a_message_without_words_of_its_own_asks_to_check_the_field() -> None:
    assert Form().meta.get_translations(None).ngettext("Field must be…", "Fields must be…", 2) == (
        "Vérifiez ce champ."
    )


def test_bad_values_are_kept_as_typed() -> None:
    form = Form(BAD)
    form.validate()
    assert 'value="douze"' in form.size()
    assert 'value="31/02/2026"' in form.day()


def test_faults_go_to_their_fields_and_the_others_above(runtime: Runtime) -> None:
    form = Form(BAD)
    with create_app(runtime).test_request_context():
        form.refuse(InvalidInput((Fault("name", "required"), Fault("place", "too-many", (3,)))))
    assert list(form.complaints) == [
        (None, "Gardez-en 3 au plus."),
        ("name", "Nom\u00a0: remplissez ce champ."),
    ]


@pytest.mark.parametrize(("name", "target"), [("name", "name"), ("way", "way-0"), ("marks", "marks-0")])
def test_the_summary_links_to_something_that_takes_focus(name: str, target: str) -> None:
    form = Form()
    assert anchor(form[name]) == target
    assert f'id="{target}"' in "".join(
        str(part()) for part in ([*form[name]] if "-" in target else [form[name]])
    )
