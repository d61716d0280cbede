"""What starting, changing and working on a dossier ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from aqss.gateways.french import NBSP
from aqss.services.dossiers.changing import Words
from aqss.services.dossiers.interviews import CONSENTS, WHO_LIMIT, Told
from aqss.services.dossiers.parts import Parts
from aqss.services.dossiers.starting import PURPOSE_LIMIT, TITLE_LIMIT, Start
from aqss.services.dossiers.targets import Figure
from aqss.services.runs.comments import TEXT_LIMIT
from aqss.web.forms import NO_PATIENT, ChoicesField, PageForm, key_sent
from aqss.web.proofs.forms import AgainForm, ProofForm

Choices = Iterable[tuple[int, str]]
"""Keys and names of people, structures…"""


class PeopleForm(PageForm):
    """Who is in charge of a dossier, and who works on it."""

    title = StringField("Titre", render_kw={"maxlength": TITLE_LIMIT})
    purpose = TextAreaField(
        "Objet",
        description=f"À quoi ce dossier doit servir. {NO_PATIENT}",
        render_kw={"rows": 4, "maxlength": PURPOSE_LIMIT},
    )
    owner = SelectField("Qui le mène", coerce=str, validate_choice=False)
    people = ChoicesField("Qui y travaille", choices=[], validate_choice=False)

    def offer_team(self, team: Choices) -> None:
        """The people to choose among."""
        people = [(str(key), name) for key, name in team]
        self.owner.choices = [("", "Encore personne"), *people]
        self.people.choices = people

    @property
    def people_ids(self) -> tuple[int, ...]:
        return tuple(key_sent(text) or 0 for text in self.people.data or ())


class StartForm(PeopleForm):
    """A new dossier; the workflow was chosen on the page before, and the dossier it follows, if any."""

    workflow = HiddenField()
    previous = HiddenField()

    def start(self) -> Start:
        """What is asked for."""
        return Start(
            workflow=self.workflow.data or "",
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            owner_id=key_sent(self.owner.data),
            people=self.people_ids,
        )


class WordsForm(PeopleForm):
    """What is told of a dossier."""

    period_from = DateField("Premier jour de la période", validators=[Optional()])
    period_to = DateField("Dernier jour de la période", validators=[Optional()])
    year_ends_on = DateField(
        "Date où l’année doit être close",
        validators=[Optional()],
        description="Le dernier jour pour rendre les chiffres.",
    )
    structure = SelectField("Structure d’appui", coerce=str, validate_choice=False)

    def fit(self, parts: Parts) -> None:
        """Drop the fields that its workflow has no use of."""
        if not parts.has_request:
            del self.structure
        if not parts.has_period:
            del self.period_from, self.period_to, self.year_ends_on

    def offer_structures(self, structures: Choices, *, is_settled: bool) -> None:
        """The structures that the centre may ask; ``is_settled``: it was sent, to that one for good."""
        named = [(str(key), name) for key, name in structures]
        self.structure.choices = named if is_settled else [("", "Choisir"), *named]
        if is_settled:
            self.structure.description = (
                "La demande est envoyée\u00a0: elle reste adressée à cette structure."
            )

    def words(self) -> Words:
        """What is asked for."""
        return Words(
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            owner_id=key_sent(self.owner.data),
            people=self.people_ids,
            period_from=self.period_from.data,
            period_to=self.period_to.data,
            year_ends_on=self.year_ends_on.data,
            structure_id=key_sent(self.structure.data),
        )


class NoteForm(PageForm):
    """A note of the team."""

    text = TextAreaField(
        "Nouvelle note",
        description=f"Lue par l’équipe du centre. {NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": TEXT_LIMIT},
    )


class MessageForm(PageForm):
    """A message between the centre and the structure it asked."""

    text = TextAreaField(
        "Nouveau message",
        id="message",
        description=f"Lu par l’équipe du centre et par la structure d’appui. {NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": TEXT_LIMIT},
    )


class SheetForm(PageForm):
    """One more sheet of a dossier."""

    title = StringField(
        "Nom de la fiche",
        description=f"Par exemple «{NBSP}Parcours n°{NBSP}2{NBSP}». {NO_PATIENT}",
        render_kw={"maxlength": TITLE_LIMIT},
    )


class DocumentForm(ProofForm):
    """A document of a dossier, by file or by address."""

    document = SelectField("Ce que c’est", coerce=str, validate_choice=False)

    def offer_documents(self, expected: Sequence[str]) -> None:
        """Those expected, and another."""
        self.document.choices = documents_offered(expected)


class AgainDocumentForm(AgainForm):
    """A proof that the centre has already."""

    document = SelectField("Ce que c’est", coerce=str, validate_choice=False)

    def offer_documents(self, expected: Sequence[str]) -> None:
        """Those expected, and another."""
        self.document.choices = documents_offered(expected)


def documents_offered(expected: Sequence[str]) -> list[tuple[str, str]]:
    """The documents a proof may be, in the order of the workflow."""
    return [("", "Un autre document"), *((one, one) for one in expected)]


class InterviewForm(PageForm):
    """Somebody met, without a name."""

    held_on = DateField("Date de l’entretien", validators=[Optional()])
    who = StringField(
        "Fonction de la personne",
        description=f"Et son organisme, jamais son nom{NBSP}: «{NBSP}adjointe à la santé, mairie{NBSP}».",
        render_kw={"maxlength": WHO_LIMIT},
    )
    consent = RadioField("Accord de la personne", choices=dict(CONSENTS), validate_choice=False)
    is_recorded = BooleanField("L’entretien est enregistré")
    erased_on = DateField(
        "Enregistrement effacé le",
        validators=[Optional()],
        description="Dès qu’il est transcrit. La date dit qu’il n’en reste rien.",
    )
    wishes_contact = BooleanField("La personne souhaite être associée à la suite")

    def told(self) -> Told:
        """What is told of the interview."""
        return Told(
            held_on=self.held_on.data,
            who=self.who.data or "",
            consent=self.consent.data or "none",
            is_recorded=bool(self.is_recorded.data),
            erased_on=self.erased_on.data,
            wishes_contact=bool(self.wishes_contact.data),
        )


class TargetsForm(PageForm):
    """One field a figure, named after its criterion: see :func:`targets_form`."""

    def targets(self) -> dict[str, str]:
        """Criterion → what was typed."""
        return {field.short_name: field.data or "" for field in self}


def targets_form(figures: Sequence[Figure]) -> type[TargetsForm]:
    """The form of those figures."""
    fields = {
        figure.criterion.criterion: StringField(
            figure.criterion.statement,
            description=f"En {figure.scale.unit}." if figure.scale.unit else "",
            render_kw={"inputmode": "decimal", "maxlength": 40},
        )
        for figure in figures
    }
    return type("TargetsForm", (TargetsForm,), fields)


class PartnerForm(PageForm):
    """An organisation of the directory."""

    name = StringField("Nom de l’organisme", render_kw={"maxlength": 160})
    kind = StringField(
        "Ce qu’il fait",
        description="Par exemple «\u00a0hôpital\u00a0», «\u00a0PMI\u00a0».",
        render_kw={"maxlength": 80},
    )
    contact = StringField(
        "Interlocuteur", description="Sa fonction, ou le service à demander.", render_kw={"maxlength": 160}
    )
    phone = StringField("Téléphone", render_kw={"maxlength": 40, "inputmode": "tel", "autocomplete": "off"})
    email = StringField(
        "Adresse électronique", render_kw={"maxlength": 254, "inputmode": "email", "autocomplete": "off"}
    )
    address = TextAreaField("Adresse postale", render_kw={"rows": 2, "maxlength": 2000})
    note = TextAreaField("À savoir", description=NO_PATIENT, render_kw={"rows": 3, "maxlength": 2000})
