"""Between what a sitting's forms send and what services take; and those forms once they were refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import request

from aqss.domain.errors import InvalidInput
from aqss.services.consensus.agendas import Matter, TypedMinutes
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

    ``theirs``: what somebody else saved meanwhile. ``is_proposed``: what stood before the second round, to be
    agreed on again.
    """

    matter: Matter
    fields: Fields
    why: str
    note: str
    has_dissent: bool
    version: int
    faults: Faults
    theirs: Agreed | None = None
    is_proposed: bool = False


def form_of(stage: Stage) -> AnswerForm | None:
    """The form of the criterion on the screens; None while they show none, or it is voted on again."""
    current = stage.current
    if current is None or current.second.is_open:
        return None
    aside = current.second.set_aside
    stands = aside or current.settled
    return AnswerForm(
        matter=current.matter,
        fields=fields_of(aside.answer if aside else current.answer),
        why=stands.reason if stands else "",
        note=stands.note if stands else "",
        has_dissent=stands.has_dissent if stands else False,
        version=current.version,
        faults=Faults(),
        is_proposed=aside is not None,
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


def round_sent() -> datetime | None:
    """When the second round that a form shows was opened; None where it shows none, or it cannot be read."""
    try:
        return datetime.fromisoformat(request.form.get("tour", ""))
    except ValueError:
        return None


def places_sent(name: str) -> set[tuple[str, str]]:
    """Those that it names, one a field."""
    return {(grid, code) for grid, _, code in (one.partition("/") for one in request.form.getlist(name))}


@dataclass(frozen=True)
class AgendaForm:
    """The agenda's form as it was sent and refused; untouched, what stands is shown.

    ``typed`` and ``shown`` by field, « minutes » or « coordination/A2-05 »: what was written, over what.
    ``ticked``: « ajouter coordination/A2-05 ».
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    faults: Faults = field(default_factory=Faults)


def minutes_sent() -> tuple[TypedMinutes, dict[tuple[str, str], TypedMinutes]]:
    """The minutes of the sitting, and of each criterion (grid, code)."""
    of_each = {}
    for name in request.form:
        grid, slash, code = name.partition("/")
        if slash and not name.startswith(_SHOWN):
            of_each[grid, code] = _minutes(name)
    return _minutes("minutes"), of_each


def refused_agenda(refusal: InvalidInput, faults: Faults) -> AgendaForm:
    """What was typed; what somebody else wrote meanwhile is, from now on, what was shown."""
    shown = {name.removeprefix(_SHOWN): one for name, one in request.form.items() if name.startswith(_SHOWN)}
    theirs = {one.field: str(one.facts[0]) for one in refusal.faults if one.code == "minutes-changed"}
    ticks = (f"{name} {one}" for name in ("ajouter", "retirer") for one in request.form.getlist(name))
    return AgendaForm(request.form, {**shown, **theirs}, frozenset(ticks), faults)


_SHOWN = "vu:"


def _minutes(name: str) -> TypedMinutes:
    return TypedMinutes(request.form.get(name, ""), request.form.get(_SHOWN + name))
