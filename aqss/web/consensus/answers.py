"""Between what a sitting's forms send and what services take: the team's answer, and one that was refused."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from aqss.services.consensus.agendas import Matter
from aqss.services.consensus.agreeing import Agreed, Decision
from aqss.services.consensus.screens import Stage
from aqss.web.assessments.answers import Fields, fields_of, fields_sent, submission_of
from aqss.web.forms import version_sent


class Faults(dict[str, list[str]]):
    """Field → its sentences; a field without any has none, and is not added by being looked at."""

    def __missing__(self, field: str) -> list[str]:
        return []


@dataclass(frozen=True)
class AnswerForm:
    """The form of the team's answer as a page shows it: what stands, or what was typed and refused.

    ``theirs``: what somebody else saved meanwhile.
    """

    matter: Matter
    fields: Fields
    why: str
    note: str
    has_dissent: bool
    version: int
    faults: Faults
    theirs: Agreed | None = None


def form_of(stage: Stage) -> AnswerForm | None:
    """The form of the criterion on the screens; None while they show none."""
    current = stage.current
    if current is None:
        return None
    settled = current.settled
    return AnswerForm(
        matter=current.matter,
        fields=fields_of(current.answer),
        why=settled.reason if settled else "",
        note=settled.note if settled else "",
        has_dissent=settled.has_dissent if settled else False,
        version=current.version,
        faults=Faults(),
    )


def refused_form(
    stage: Stage, place: tuple[str, str], faults: Faults, theirs: Agreed | None = None
) -> AnswerForm:
    """The same as it was typed, of the criterion it was typed for, wherever the screens are by now."""
    matter = next(one for one in stage.matters if (one.point.grid, one.point.code) == place)
    return AnswerForm(
        matter=matter,
        fields=fields_sent(request.form),
        why=request.form.get("why", ""),
        note=request.form.get("note", ""),
        has_dissent="dissent" in request.form,
        version=version_sent(request.form),
        faults=faults,
        theirs=theirs,
    )


def decision_sent() -> Decision:
    """The team's answer that the form asks to save."""
    submission = submission_of(fields_sent(request.form))
    return Decision(
        kind=submission.kind or "blank",
        value=submission.value,
        reason=request.form.get("why", ""),
        note=request.form.get("note", ""),
        has_dissent="dissent" in request.form,
    )


def place_sent(name: str = "critere") -> tuple[str, str]:
    """The criterion that a form names: « coordination/A2-05 » is its grid and its code."""
    grid, _, code = request.form.get(name, "").partition("/")
    return grid, code


def places_sent(name: str) -> set[tuple[str, str]]:
    """Those that it names, one a field."""
    return {(grid, code) for grid, _, code in (one.partition("/") for one in request.form.getlist(name))}
