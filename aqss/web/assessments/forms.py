"""What starting, preparing and passing to another step ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from aqss.services.assessments.rounds import DIRECT
from aqss.services.assessments.scope import RATINGS, TITLE_LIMIT, TRIGGERS, WORDS_LIMIT, Scope
from aqss.services.runs.passing import REASON_LIMIT
from aqss.web.forms import NO_PATIENT, ChoicesField, PageForm


class ScopeForm(PageForm):
    """The words of an assessment, and its grids; who rates what is ticked beside them."""

    title = StringField("Titre", render_kw={"maxlength": TITLE_LIMIT})
    objective = TextAreaField(
        "Objectif",
        description=f"En une ou deux phrases : ce que l’équipe veut savoir ou améliorer. {NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": WORDS_LIMIT},
    )
    trigger = RadioField(
        "Déclencheur",
        choices=dict(TRIGGERS),
        validate_choice=False,
    )
    trigger_note = TextAreaField(
        "Précision sur le déclencheur",
        description=f"Par exemple la date et la nature de l’événement. {NO_PATIENT}",
        render_kw={"rows": 2, "maxlength": WORDS_LIMIT},
    )
    round_ends_on = DateField(
        "Fin de la cotation",
        validators=[Optional()],
        description="Quatre semaines laissent le temps à chacun.",
    )
    grids = ChoicesField("Grilles", choices=[], validate_choice=False)
    rating = RadioField(
        "Comment l’équipe cote",
        choices=dict(RATINGS),
        validate_choice=False,
        description=(
            "Ensemble : l’équipe donne une réponse par critère. Chacun d’abord : chaque personne répond"
            " seule, sans voir les réponses des autres, puis l’équipe se met d’accord en séance. Ce choix ne"
            " change plus une fois la cotation ouverte."
        ),
    )
    participants = ChoicesField("Les personnes qui cotent", choices=[], validate_choice=False)

    def scope(
        self,
        assignments: Mapping[str, Sequence[int]],
        participants: Sequence[int] = (),
        *,
        rating: str = DIRECT,
        grids: Sequence[str] = (),
    ) -> Scope:
        """What the form asks for, with who rates; ``rating`` and ``grids``: where the form does not ask."""
        return Scope(
            title=self.title.data or "",
            objective=self.objective.data or "",
            trigger=self.trigger.data or "",
            trigger_note=self.trigger_note.data or "",
            grids=self.grids.data or grids,
            assignments=assignments,
            round_ends_on=self.round_ends_on.data,
            rating=self.rating.data or rating,
            participants=participants,
        )


class ReopenForm(PageForm):
    """Why a closed assessment is reopened: read with its results for ever."""

    reason = TextAreaField(
        "Motif",
        description=f"Ce qu’il faut corriger. Toute l’équipe le lira avec les résultats. {NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": REASON_LIMIT},
    )
