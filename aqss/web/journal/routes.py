"""The journal, day by day: of a centre, for those who lead it; of the instance, for its administrators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.gateways.french import paris
from aqss.services.centres import read_centre
from aqss.services.journal import PAGE_SIZE, JournalPage, Named, read_instance_journal, read_journal
from aqss.web.access import current_actor, permitted
from aqss.web.centres.ways import way_to_centre
from aqss.web.journal.sentences import Line, line_of
from aqss.web.transaction import current_runtime, current_session

blueprint = Blueprint("journal", __name__)
administration = Blueprint("instance_journal", __name__, url_prefix="/administration")

Subjects = Mapping[str, tuple[str, tuple[str, ...]]]
"""Filter of an address → its label, and the kinds of subject it keeps."""

SUBJECTS: Subjects = {
    "tout": ("Tout", ()),
    "auto-evaluations": ("Auto-évaluations", ("assessment",)),
    "actions": ("Plan d’actions", ("action",)),
    "dossiers": ("Dossiers", ("dossier",)),
    "equipe": ("Équipe", ("membership", "invitation")),
    "centre": ("Centre", ("centre",)),
}

INSTANCE_SUBJECTS: Subjects = {
    "tout": ("Tout", ()),
    "lieux": ("Centres et structures", ("centre", "structure")),
    "personnes": ("Personnes", ("membership", "invitation", "account")),
    "sessions": ("Connexions", ("account",)),
}

PAGES: Mapping[str, tuple[str, str]] = {
    "assessment": ("assessments.overview", "assessment_id"),
    "action": ("actions.action", "action_id"),
    "dossier": ("dossiers.dossier", "dossier_id"),
    "centre": ("centres.centre", "centre_id"),
    "structure": ("structures.structure", "structure_id"),
}
"""What an entry is about → its page, and the name of its key in the address."""


@blueprint.get("/centres/<int:centre_id>/journal")
@permitted(Permission.CENTRE_READ_JOURNAL)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """What was done in the centre but rating, by subject and page; an unknown subject is everything."""
    session, actor = current_session(), current_actor()
    chosen = _chosen(SUBJECTS)
    page = read_journal(session, actor, centre_id, page=_page_asked(), about=SUBJECTS[chosen][1])
    name = read_centre(session, actor, centre_id).description.name
    return render_template(
        "journal/centre.html",
        centre_id=centre_id,
        name=name,
        trail=way_to_centre(centre_id, name),
        **_told(page, SUBJECTS, chosen),
    )


@administration.get("/journal")
@permitted(Permission.INSTANCE_ADMINISTER)
def journal() -> ResponseReturnValue:
    """What was done to accounts and places; sessions are a subject apart, or they would hide the rest."""
    chosen = _chosen(INSTANCE_SUBJECTS)
    page = read_instance_journal(
        current_session(),
        current_actor(),
        page=_page_asked(),
        about=INSTANCE_SUBJECTS[chosen][1],
        sessions=chosen == "sessions",
    )
    return render_template("journal/instance.html", **_told(page, INSTANCE_SUBJECTS, chosen))


def _chosen(subjects: Subjects) -> str:
    asked = request.args.get("sujet", "")
    return asked if asked in subjects else "tout"


def _page_asked() -> int:
    return request.args.get("page", 1, type=int)


def _told(page: JournalPage, subjects: Subjects, chosen: str) -> dict[str, Any]:
    """What both pages show of a page of the journal."""
    lines = [line_of(entry, current_runtime().catalogue) for entry in page.entries]
    return {
        "days": _by_day(lines),
        "page": page,
        "first": (page.number - 1) * PAGE_SIZE + 1,
        "subjects": subjects,
        "chosen": chosen,
        "page_of": _page_of,
    }


def _page_of(about: Named) -> str:
    endpoint, key = PAGES[about.kind]
    keys: dict[str, Any] = {key: about.key}
    return url_for(endpoint, **keys)


def _by_day(lines: Iterable[Line]) -> list[tuple[date, list[Line]]]:
    """The lines of each day in Paris, in the order given; those without an hour at its end, by name.

    Their place among the others would tell the hour.
    """
    return [
        (day, sorted(found, key=lambda line: (False, "") if line.has_hour else (True, line.who)))
        for day, found in groupby(lines, key=lambda line: paris(line.at).date())
    ]
