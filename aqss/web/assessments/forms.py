"""What starting and preparing an assessment ask for; grids and people are chosen by checkboxes beside these fields."""

from __future__ import annotations

from wtforms import DateField, RadioField, StringField, TextAreaField

from aqss.services.wording import TRIGGERS
from aqss.web.forms import PageForm

_NO_PATIENT = "Aucun nom ni numéro de patient."


class ScopeForm(PageForm):
    """The words of an assessment: title, objective, trigger, end of the rating."""

    title = StringField("Titre", render_kw={"maxlength": 160})
    objective = TextAreaField(
        "Objectif",
        description=f"En une ou deux phrases : ce que l’équipe veut savoir ou améliorer. {_NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": 2000},
    )
    trigger = RadioField("Déclencheur", choices=list(TRIGGERS.items()), validate_choice=False)
    trigger_note = TextAreaField(
        "Précision sur le déclencheur",
        description=f"Par exemple la date et la nature de l’événement. {_NO_PATIENT}",
        render_kw={"rows": 2, "maxlength": 2000},
    )
    round_ends_on = DateField("Fin de la cotation", description="Quatre semaines laissent le temps à chacun.")
