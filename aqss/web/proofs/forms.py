"""What giving a proof asks for."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import DateField, FileField, SelectField, StringField
from wtforms.validators import Optional

from aqss.domain.file_names import file_stem
from aqss.gateways.french import short_date_fr
from aqss.services.proof_uses import ShownProof
from aqss.services.proofs.adding import TITLE_LIMIT, URL_LIMIT, Description
from aqss.web.forms import NO_PATIENT, PageForm


class ProofForm(PageForm):
    """A file or an address, with what it is and how long it is worth something."""

    file = FileField(
        "Fichier",
        description=(
            "PDF, image PNG, JPEG ou WebP, document de bureautique sans macros, 10\u00a0Mo au plus. Ni nom,"
            " ni numéro, ni photo de patient."
        ),
        render_kw={"accept": ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp"},
    )
    url = StringField(
        "Ou adresse d’une page",
        description="Par exemple celle d’un document partagé\u00a0: https://…",
        render_kw={
            "maxlength": URL_LIMIT,
            "inputmode": "url",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )
    title = StringField(
        "Titre",
        description=f"Ce que la preuve montre. Sans titre, un fichier garde son nom. {NO_PATIENT}",
        render_kw={"maxlength": TITLE_LIMIT},
    )
    dated_on = DateField("Date de la preuve", validators=[Optional()])
    valid_until = DateField(
        "Valable jusqu’au",
        validators=[Optional()],
        description="Son dernier jour, si elle doit être renouvelée\u00a0: une attestation, un contrôle.",
    )

    def description(self, file_name: str | None = None) -> Description:
        """What the form says of the proof; the name of its file stands for a title that is not written."""
        title = (self.title.data or "").strip() or (file_stem(file_name) if file_name is not None else "")
        return Description(title, self.dated_on.data, self.valid_until.data)


class AgainForm(PageForm):
    """One of the proofs that the centre has already."""

    proof = SelectField("Preuve", coerce=str, validate_choice=False)

    def offer(self, proofs: Sequence[ShownProof]) -> None:
        """The proofs to choose among."""
        offered = [(str(one.id), f"{one.title} ({short_date_fr(one.dated_on)})") for one in proofs]
        self.proof.choices = [("", "Choisir"), *offered]

    @property
    def proof_id(self) -> int:
        """The proof chosen; 0, which none has, for anything else."""
        text = self.proof.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
