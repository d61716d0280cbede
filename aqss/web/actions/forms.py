"""What planning an action, working on it and concluding it ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from aqss.services.actions.criteria import AnsweredCriterion, Key
from aqss.services.actions.drafts import (
    MEASURE_LIMIT,
    MOST_CRITERIA,
    MOST_PEOPLE,
    TITLE_LIMIT,
    WORDS_LIMIT,
    Draft,
)
from aqss.services.actions.moving import NOTE_LIMIT, Conclusion
from aqss.services.actions.offering import Offer
from aqss.services.actions.reading import Person
from aqss.services.actions.words import CRITICALITIES, FEASIBILITIES, IMPACTS, KINDS_TOLD, RESULTS
from aqss.services.assessments.essentials import REASON_LIMIT as WAIVER_LIMIT
from aqss.services.runs.comments import TEXT_LIMIT
from aqss.web.forms import NO_PATIENT, ChoicesField, PageForm, key_sent
from aqss.web.passages import PassageForm

IN_WORDS = "mots"
"""The effect is told in words, not on a criterion."""

TARGET = "cible-"
"""What the field of a criterion's target starts with, before :func:`key_text`."""

_KEY = re.compile(r"([0-9]{1,9}):([A-Za-z][A-Za-z0-9-]{0,79})")


def key_text(key: Key) -> str:
    """A criterion as a form names it: « 12:A2-01 »."""
    return f"{key[0]}:{key[1]}"


def parse_key(text: str) -> Key:
    """What :func:`key_text` wrote; a criterion that no centre has for anything else."""
    found = _KEY.fullmatch(text)
    return (int(found[1]), found[2]) if found else (0, "")


def _marks(words: Mapping[int, str]) -> dict[str, str]:
    return {str(mark): f"{mark} – {told}" for mark, told in words.items()}


def _people(people: Sequence[Person]) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in people]


class ActionForm(PageForm):
    """An action as a person writes it; the targets of its criteria stand beside, one field each."""

    title = StringField(
        "Intitulé",
        description=f"Ce qui sera fait, en commençant par un verbe. {NO_PATIENT}",
        render_kw={"maxlength": TITLE_LIMIT},
    )
    kind = RadioField("Type", choices=dict(KINDS_TOLD), validate_choice=False)
    finding = TextAreaField(
        "Constat",
        description=f"Ce qui a été vu, et ce qui l’explique. {NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": WORDS_LIMIT},
    )
    means = TextAreaField(
        "Moyens",
        description="Temps, matériel, budget, accord à obtenir.",
        render_kw={"rows": 2, "maxlength": WORDS_LIMIT},
    )
    owner_id = SelectField(
        "Pilote",
        coerce=str,
        validate_choice=False,
        description="Une seule personne, qui répond de l’action. Elle ne la clôt pas elle-même.",
    )
    contributors = ChoicesField("Contributeurs", choices=[], coerce=str, validate_choice=False)
    starts_on = DateField("Début", validators=[Optional()])
    due_on = DateField("Échéance", validators=[Optional()])
    criticality = SelectField(
        "Criticité : que risque-t-on si rien ne change ?",
        choices=_marks(CRITICALITIES),
        coerce=str,
        validate_choice=False,
    )
    feasibility = SelectField(
        "Faisabilité : que faut-il pour la faire ?",
        choices=_marks(FEASIBILITIES),
        coerce=str,
        validate_choice=False,
    )
    impact = SelectField(
        "Impact : que change-t-elle une fois faite ?",
        choices=_marks(IMPACTS),
        coerce=str,
        validate_choice=False,
    )
    criteria = ChoicesField("Ce à quoi elle répond", choices=[], coerce=str, validate_choice=False)
    effect_on = RadioField("Ce qui doit changer", choices=[], coerce=str, validate_choice=False)
    effect_measure = StringField(
        "Ce qui est mesuré",
        description="Par exemple : appels perdus par semaine.",
        render_kw={"maxlength": MEASURE_LIMIT},
    )
    effect_from = StringField("Aujourd’hui", render_kw={"maxlength": MEASURE_LIMIT})
    effect_to = StringField("Attendu", render_kw={"maxlength": MEASURE_LIMIT})
    review_on = DateField(
        "À vérifier le",
        validators=[Optional()],
        description="Le jour où l’on regarde si l’effet attendu est là.",
    )

    def offer(self, offer: Offer) -> None:
        """The people to choose among."""
        self.owner_id.choices = [("", "Personne pour l’instant"), *_people(offer.people)]
        self.contributors.choices = _people(offer.people)

    def shown_effects(self, criteria: Sequence[AnsweredCriterion]) -> list[AnsweredCriterion]:
        """The criteria that the effect may be expected of: those the action answers that are scored."""
        asked = {parse_key(text) for text in self.criteria.data or ()}
        return [one for one in criteria if one.key in asked and one.scale.kind != "text"]

    def draft(self, targets: Mapping[str, str]) -> Draft:
        """What the form asks for; ``targets``: what the whole page sent, the targets of criteria in it."""
        on = self.effect_on.data or ""
        is_in_words = on in ("", IN_WORDS)
        return Draft(
            title=self.title.data or "",
            kind=self.kind.data or "",
            finding=self.finding.data or "",
            means=self.means.data or "",
            owner_id=key_sent(self.owner_id.data),
            contributors=[key_sent(text) or 0 for text in _first(self.contributors.data, MOST_PEOPLE)],
            starts_on=self.starts_on.data,
            due_on=self.due_on.data,
            criticality=_mark(self.criticality.data),
            feasibility=_mark(self.feasibility.data),
            impact=_mark(self.impact.data),
            criteria=[parse_key(text) for text in _first(self.criteria.data, MOST_CRITERIA)],
            effect_on=None if is_in_words else parse_key(on),
            effect_measure=(self.effect_measure.data or "") if is_in_words else "",
            effect_from=(self.effect_from.data or "") if is_in_words else "",
            effect_to=(self.effect_to.data or "") if is_in_words else targets.get(f"{TARGET}{on}", ""),
            review_on=self.review_on.data,
        )


def fields_of(draft: Draft) -> dict[str, object]:
    """The values of :class:`ActionForm` that show a draft."""
    on = draft.effect_on
    return {
        **{name: getattr(draft, name) for name in ("title", "kind", "finding", "means")},
        **{name: getattr(draft, name) for name in ("starts_on", "due_on", "review_on")},
        **{name: str(getattr(draft, name)) for name in ("criticality", "feasibility", "impact")},
        "owner_id": "" if draft.owner_id is None else str(draft.owner_id),
        "contributors": [str(user_id) for user_id in draft.contributors],
        "criteria": [key_text(key) for key in draft.criteria],
        "effect_on": IN_WORDS if on is None else key_text(on),
        "effect_measure": draft.effect_measure,
        "effect_from": "" if on else draft.effect_from,
        "effect_to": "" if on else draft.effect_to,
    }


def _first(chosen: Sequence[str] | None, most: int) -> Sequence[str]:
    """No more of what was sent than it takes to refuse it: a page offers far fewer."""
    return tuple(dict.fromkeys(chosen or ()))[: most + 2]


def _mark(text: str | None) -> int:
    """0, which is no mark, for anything but one digit."""
    return int(text) if text in ("1", "2", "3", "4") else 0


class ProgressForm(PageForm):
    """How much of an action without steps is done."""

    progress = IntegerField(
        "Avancement, en %",
        validators=[Optional()],
        render_kw={"min": 0, "max": 100, "step": 5, "inputmode": "numeric"},
    )


class CommentForm(PageForm):
    """A word on an action, that its team reads."""

    text = TextAreaField(
        "Votre commentaire", description=NO_PATIENT, render_kw={"rows": 3, "maxlength": TEXT_LIMIT}
    )


class ConclusionForm(PassageForm):
    """A closing also asks for the result."""

    result = RadioField("Résultat", choices=dict(RESULTS), validate_choice=False)
    result_note = TextAreaField(
        "Ce qui le montre",
        description=f"La mesure, avant et après. {NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": NOTE_LIMIT},
    )

    def conclusion(self) -> Conclusion:
        """What the person who closes says of the action."""
        return Conclusion(self.result.data or "", self.result_note.data or "")


class WaiverForm(PageForm):
    """Why an essential criterion that is not met has no action."""

    reason = TextAreaField(
        "Motif",
        description=f"Toute l’équipe le lira avec les résultats. {NO_PATIENT}",
        render_kw={"rows": 3, "maxlength": WAIVER_LIMIT},
    )
