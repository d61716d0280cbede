"""Adding a task, saying who does it and by when: one form and one page, whatever it is a task of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Optional

from aqss.domain.errors import InvalidInput
from aqss.services.runs.tasks import LABEL_LIMIT, TaskLine
from aqss.services.teams import list_team
from aqss.web.forms import NO_PATIENT, PageForm, key_sent
from aqss.web.navigation import Trail
from aqss.web.transaction import current_session


class Given(TypedDict):
    """Who does it, by when."""

    owner_id: int | None
    due_on: date | None


class AssignForm(PageForm):
    """Who does a task, and by when."""

    owner = SelectField("Qui s’en charge", coerce=str, validate_choice=False)
    due_on = DateField("Pour le", validators=[Optional()])

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """The people to choose among."""
        self.owner.choices = [("", "Personne en particulier"), *((str(key), name) for key, name in people)]

    def given(self) -> Given:
        """What it says; raises :class:`InvalidInput` where a field, which told why already, says nothing."""
        if not self.validate():
            raise InvalidInput(())
        return {"owner_id": key_sent(self.owner.data), "due_on": self.due_on.data}


class TaskForm(AssignForm):
    """A task that people add."""

    label = StringField("Tâche", description=NO_PATIENT, render_kw={"maxlength": LABEL_LIMIT})


@dataclass(frozen=True)
class Place:
    """Where the page of a task stands. ``remove``: the address that takes the task away, if it may be."""

    centre_id: int
    trail: Trail
    save: str
    back: str
    remove: str | None = None


def assign_page(line: TaskLine, place: Place, form: AssignForm | None = None) -> str:
    """``form``: one that was refused; None shows the task as it stands."""
    if form is None:
        form = AssignForm(data={"owner": str(line.owner_id or ""), "due_on": line.due_on})
    people = {one.id: one.name for one in list_team(current_session(), place.centre_id)}
    if line.owner_id is not None:
        people.setdefault(line.owner_id, line.owner_name or "")  # whoever left may keep it
    form.offer(people.items())
    return render_template("tasks/assign.html", line=line, place=place, form=form)


def save_assigned(
    assign: Callable[[Given], object], find: Callable[[], tuple[TaskLine, Place]]
) -> ResponseReturnValue:
    """Say it as it was sent, or show the page again with what is wrong; ``find``: what the page needs."""
    form = AssignForm(request.form)
    try:
        assign(form.given())
    except InvalidInput as refusal:
        form.refuse(refusal)
        return assign_page(*find(), form), 422
    _, place = find()
    flash("C’est noté.")
    return redirect(place.back)
