"""The base of every form: French throughout, its values kept good and bad, its errors told once by services.

A form carries plain values to a service; the rules are the service's, and the faults it finds come back with
:meth:`PageForm.refuse`. Rows are drawn by ``components/forms.html``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, Form, RadioField, SelectField, SelectMultipleField
from wtforms.meta import DefaultMeta
from wtforms.widgets import CheckboxInput, ListWidget

from aqss.domain.errors import Fault, InvalidInput
from aqss.gateways.french import NBSP, date_fr, list_fr
from aqss.services.fault_words import FAULT_WORDS, word_fault
from aqss.web.transaction import abandon

_MESSAGES = {
    "Invalid Choice: could not coerce.": FAULT_WORDS["unknown-choice"],
    "Not a valid choice.": FAULT_WORDS["unknown-choice"],
    "'%(value)s' is not a valid choice for this field.": FAULT_WORDS["unknown-choice"],
    "'%(value)s' are not valid choices for this field.": FAULT_WORDS["unknown-choice"],
    "Not a valid integer value.": FAULT_WORDS["number-expected"],
    "Not a valid decimal value.": FAULT_WORDS["number-expected"],
    "Not a valid date value.": "Écrivez une date, par exemple 02/03/2026.",
}
"""Messages of WTForms' own fields → ours."""

_CHOOSE = "Choisissez une réponse."

NO_PATIENT = "Aucun nom ni numéro de patient."
"""Said beside every field of free words."""


class _French:
    """WTForms' messages in our words; one without words of its own asks to check the field."""

    def gettext(self, message: str) -> str:
        return str(_MESSAGES.get(message, "Vérifiez ce champ."))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class _Meta(DefaultMeta):
    def get_translations(self, _form: Any) -> _French:
        return _French()


class PageForm(Form):
    """A form of the site. ``Form(request.form)`` takes what was sent, ``Form(data={…})`` what is known."""

    Meta = _Meta

    def refuse(self, refusal: InvalidInput) -> None:
        """Put each fault beside its field, and undo what the request wrote: nothing of it is kept.

        A fault of no field of this form is told above it.
        """
        abandon()
        for fault in refusal.faults:
            self.complain(fault.field, self._word(fault))

    def _word(self, fault: Fault) -> str:
        """Its sentence; nobody fills in a list, they choose in it."""
        is_list = fault.field in self and isinstance(self[fault.field], SelectField)
        return _CHOOSE if is_list and fault.code == "required" else word_fault(fault)

    def complain(self, field: str, sentence: str) -> None:
        """Add one sentence to a field, or to the whole form when it has no such field."""
        if field in self:
            self[field].errors = (*self[field].errors, sentence)
        else:
            self.form_errors.append(sentence)

    @property
    def complaints(self) -> Iterator[tuple[str | None, str]]:
        """For the summary: the id to link to (None: the form as a whole), and the field with its sentence."""
        yield from ((None, str(sentence)) for sentence in self.form_errors)
        for field in self:
            yield from ((anchor(field), _after_label(field, str(sentence))) for sentence in field.errors)


class ChoicesField(SelectMultipleField):
    """Any number of the choices, one checkbox each."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def version_sent(form: Mapping[str, str], name: str = "version") -> int:
    """The version an edit started from, as a form names it; 0, which no row has, for anything else."""
    return key_sent(form.get(name)) or 0


def key_sent(text: str | None) -> int | None:
    """The key that a list sends: None for nothing chosen; 0, which no row has, for what is no key."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def in_words(form: PageForm) -> dict[str, str]:
    """Label → what each field says, as a person reads it: labels of what is chosen, days in French."""
    return {field.label.text: _said(field) for field in form}


def _said(field: Field) -> str:
    if isinstance(field, SelectField):
        return list_fr([choice[1] for choice in field.iter_choices() if choice[2]])
    if isinstance(field, BooleanField):
        return "oui" if field.data else "non"
    if isinstance(field.data, date):
        return date_fr(field.data)
    return "\n".join((field.data or "").strip().splitlines())  # a browser parts lines in its own way


def what_stands(typed: Mapping[str, str], standing: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and value of what somebody else changed meanwhile, beside what was typed; never empty."""
    theirs = [(label, value or "rien") for label, value in standing.items() if value != typed[label]]
    return theirs or [("Ce que vous avez écrit", "déjà enregistré")]


def _after_label(field: Field, sentence: str) -> str:
    return f"{field.label.text}{NBSP}: {sentence[:1].lower()}{sentence[1:]}"


def anchor(field: Field) -> str:
    """The id a link of the summary goes to: of a group, its first option."""
    return f"{field.id}-0" if isinstance(field, RadioField | ChoicesField) else str(field.id)
