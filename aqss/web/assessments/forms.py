"""What starting, preparing and passing to another step ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from aqss.services.assessments.moving import REASON_LIMIT
from aqss.services.assessments.scope import TITLE_LIMIT, TRIGGERS, WORDS_LIMIT, Scope
from aqss.web.forms import ChoicesField, PageForm

_NO_PATIENT = "Aucun nom ni numéro de patient."


class ScopeForm(PageForm):
    """The words of an assessment, and its grids; who rates what is ticked beside them."""

    title = StringField("Titre", render_kw={"maxlength": TITLE_LIMIT})
    objective = TextAreaField(
        "Objectif",
        description=f"En une ou deux phrases : ce que l’équipe veut savoir ou améliorer. {_NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": WORDS_LIMIT},
    )
    trigger = RadioField(
        "Déclencheur",
        choices=dict(TRIGGERS),
        validate_choice=False,
    )
    trigger_note = TextAreaField(
        "Précision sur le déclencheur",
        description=f"Par exemple la date et la nature de l’événement. {_NO_PATIENT}",
        render_kw={"rows": 2, "maxlength": WORDS_LIMIT},
    )
    round_ends_on = DateField(
        "Fin de la cotation",
        validators=[Optional()],
        description="Quatre semaines laissent le temps à chacun.",
    )
    grids = ChoicesField("Grilles", choices=[], validate_choice=False)

    def scope(self, assignments: Mapping[str, Sequence[int]]) -> Scope:
        """What the form asks for, with who rates what."""
        return Scope(
            title=self.title.data or "",
            objective=self.objective.data or "",
            trigger=self.trigger.data or "",
            trigger_note=self.trigger_note.data or "",
            grids=self.grids.data or (),
            assignments=assignments,
            round_ends_on=self.round_ends_on.data,
        )


class MoveForm(PageForm):
    """The word that goes to the journal with a passage."""

    reason = TextAreaField(
        "Un mot pour le journal", description=_NO_PATIENT, render_kw={"rows": 2, "maxlength": REASON_LIMIT}
    )
