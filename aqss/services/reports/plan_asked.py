"""Which actions a report of a plan is about: kept with the report until it is made, and told in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.actions import Zone
from aqss.gateways.french import NBSP
from aqss.persistence.accounts import User
from aqss.persistence.actions import ActionCriterion
from aqss.persistence.assessments import Sheet
from aqss.services.actions.filters import Filters, Group, Sort, View
from aqss.services.actions.listing import Scope
from aqss.services.actions.words import KINDS, ORIGINS, ZONES
from aqss.services.editions import load_edition

VIEWS: Mapping[View, str] = {
    View.OPEN: "Actions ouvertes",
    View.OVERDUE: "Actions en retard",
    View.TO_REVIEW: "Actions à revoir",
    View.MINE: "Actions de",
    View.OWNERLESS: "Actions sans pilote",
    View.OVER: "Actions terminées",
    View.ALL: "Toutes les actions",
}
"""What a view is called above the actions that it shows; the person's name follows « Actions de »."""


@dataclass(frozen=True)
class Asked:
    """The filters of a list, and who read it: ``View.MINE`` is theirs."""

    filters: Filters = field(default_factory=Filters)
    reader_id: int = 0


def write_asked(asked: Asked) -> str:
    """As :attr:`aqss.persistence.jobs.Report.asked` keeps it."""
    return json.dumps({**asdict(asked.filters), "reader": asked.reader_id}, sort_keys=True)


def read_asked(text: str) -> Asked:
    """The same back; nothing written is the usual filters."""
    if not text:
        return Asked()
    told = json.loads(text)
    reader_id, place, zone = told.pop("reader"), told["place"], told["zone"]
    told |= {"view": View(told["view"]), "sort": Sort(told["sort"]), "group": Group(told["group"])}
    told |= {"place": place and tuple(place), "zone": zone and Zone(zone)}
    return Asked(Filters(**told), reader_id)


def title_of(session: Session, scope: Scope) -> str:
    """« Actions en retard », « Actions de Nora Delmarque »."""
    told = VIEWS[scope.filters.view]
    if scope.filters.view is not View.MINE:
        return told
    return f"{told} {session.get_one(User, scope.asker.user_id).name}"


def narrowings(session: Session, scope: Scope) -> tuple[str, ...]:
    """« Pilote : Nora Delmarque » and the like, one for each filter besides the view."""
    return tuple(f"{heading}{NBSP}: {told}" for heading, told in _narrowings(session, scope))


def _narrowings(session: Session, scope: Scope) -> Iterator[tuple[str, str]]:
    filters, options = scope.filters, scope.options
    if filters.words:
        yield "Recherche", filters.words
    if filters.owner:
        yield "Pilote", options.owners[filters.owner]
    if filters.state:
        yield "Étape", options.states[filters.state].label
    if filters.zone:
        yield "Priorité", ZONES[filters.zone]
    if filters.place:
        yield "Criticité et faisabilité", "{} et {}".format(*filters.place)
    if filters.kind:
        yield "Type", KINDS[filters.kind]
    if filters.module:
        yield "Module", _module_title(session, filters.module)
    if filters.grid:
        known = {one.grid: one.title for one in options.grids}
        yield "Grille", known.get(filters.grid, filters.grid)
    if filters.origin:
        yield "Origine", ORIGINS[filters.origin]


def _module_title(session: Session, module: str) -> str:
    """As the sheets that some action answers name it; its code when none does."""
    edition_id = session.scalar(
        select(Sheet.edition_id)
        .join(ActionCriterion, ActionCriterion.sheet_id == Sheet.id)
        .where(Sheet.module == module)
        .order_by(Sheet.id.desc())
        .limit(1)
    )
    return module if edition_id is None else load_edition(session, edition_id).module_title
