"""The journal of a centre, day by day, for those who lead it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.gateways.french import paris
from aqss.services.centres import read_centre
from aqss.services.journal import PAGE_SIZE, read_journal
from aqss.web.access import current_actor, permitted
from aqss.web.centres.ways import way_to_centre
from aqss.web.journal.sentences import Line, line_of
from aqss.web.transaction import current_runtime, current_session

blueprint = Blueprint("journal", __name__)

SUBJECTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "tout": ("Tout", ()),
    "auto-evaluations": ("Auto-évaluations", ("assessment",)),
    "equipe": ("Équipe", ("membership", "invitation")),
    "centre": ("Centre", ("centre",)),
}
"""Filter of an address → its label, and the kinds of subject it keeps."""


@blueprint.get("/centres/<int:centre_id>/journal")
@permitted(Permission.CENTRE_READ_JOURNAL)
def of_centre(centre_id: int) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    chosen = request.args.get("sujet", "")
    chosen = chosen if chosen in SUBJECTS else "tout"
    page = read_journal(
        session,
        actor,
        centre_id,
        page=request.args.get("page", 1, type=int),
        about=SUBJECTS[chosen][1],
    )
    name = read_centre(session, actor, centre_id).description.name
    lines = [line_of(entry, current_runtime().catalogue) for entry in page.entries]
    return render_template(
        "journal/centre.html",
        centre_id=centre_id,
        name=name,
        trail=way_to_centre(centre_id, name),
        days=_by_day(lines),
        page=page,
        first=(page.number - 1) * PAGE_SIZE + 1,
        subjects=SUBJECTS,
        chosen=chosen,
    )


def _by_day(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    """The lines of each day in Paris, in the order given."""
    return [(day, list(found)) for day, found in groupby(lines, key=lambda line: paris(line.at).date())]
