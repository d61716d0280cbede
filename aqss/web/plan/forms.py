"""What changing several actions at once asks for."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import DateField, IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from aqss.domain.errors import Fault, InvalidInput
from aqss.persistence.accounts import User
from aqss.services.actions.bulk import MOST_WEEKS, Change, Gesture
from aqss.web.forms import PageForm
from aqss.web.plan.asked import number_asked

NOBODY = "personne"

GESTURES = {
    Gesture.OWNER.value: "Changer le pilote",
    Gesture.DUE.value: "Fixer l’échéance",
    Gesture.SHIFT.value: "Décaler l’échéance",
    Gesture.START.value: "Lancer les actions",
}


class BulkForm(PageForm):
    """A gesture, and the value that goes with it."""

    gesture = RadioField("Ce qui change", choices=GESTURES, validate_choice=False)
    owner = SelectField(
        "Nouveau pilote", coerce=str, validate_choice=False, description="Si vous changez le pilote."
    )
    due_on = DateField("Nouvelle échéance", validators=[Optional()], description="Si vous fixez l’échéance.")
    weeks = IntegerField(
        "Décalage, en semaines",
        validators=[Optional()],
        description="Si vous la décalez. Un nombre négatif l’avance.",
        render_kw={"min": -MOST_WEEKS, "max": MOST_WEEKS, "inputmode": "numeric"},
    )

    def offer(self, team: Sequence[User]) -> None:
        """The people to choose among."""
        people = [(str(one.id), one.name) for one in team]
        self.owner.choices = [("", "Choisir"), *people, (NOBODY, "Personne pour l’instant")]

    def change(self) -> Change:
        """What the form asks for; raises :class:`InvalidInput` on what it lacks, or cannot be read."""
        if self.gesture.data not in GESTURES:
            raise InvalidInput((Fault("gesture", "required"),))
        gesture = Gesture(self.gesture.data)
        if gesture is Gesture.OWNER and not self.owner.data:
            raise InvalidInput((Fault("owner", "required"),))
        for wanted, name in ((Gesture.DUE, "due_on"), (Gesture.SHIFT, "weeks")):
            if gesture is wanted and self[name].data is None:
                raise InvalidInput(() if self[name].errors else (Fault(name, "required"),))
        chosen = self.owner.data or NOBODY
        return Change(
            gesture,
            owner_id=None if chosen == NOBODY else number_asked(chosen),
            due_on=self.due_on.data,
            weeks=self.weeks.data or 0,
        )
