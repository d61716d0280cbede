"""The plan of a centre, and of all the centres of a person: list, board, calendar, matrix, table, exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.gateways.drawing import matrix_keys
from aqss.gateways.tables import text_of
from aqss.services.actions.board import MOST_NAMED, read_board, read_matrix
from aqss.services.actions.calendar import MOST_EVENTS, read_month
from aqss.services.actions.columns import plan_columns
from aqss.services.actions.filters import Filters, Group, View
from aqss.services.actions.listing import (
    PAGE_SIZES,
    PlanPage,
    Scope,
    count_views,
    open_scope,
    read_every_row,
    read_plan,
)
from aqss.services.actions.words import ZONES
from aqss.services.exports.plan import plan_csv, plan_xlsx
from aqss.web.access import current_actor, find_person, permitted
from aqss.web.actions.trails import trail_to_plan
from aqss.web.assessments.reports import XLSX
from aqss.web.assessments.trails import trail_to_list
from aqss.web.assessments.words import download_name
from aqss.web.navigation import Trail
from aqss.web.plan import asked, words
from aqss.web.transaction import current_instant, current_session

blueprint = Blueprint("plan", __name__)

_CENTRE = "/centres/<int:centre_id>/plan"

CSV = "text/csv; charset=utf-8"


@blueprint.before_request
def open_the_only_centre() -> ResponseReturnValue | None:
    """Whoever works in a single centre reads its plan: the same page of it, asked the same way."""
    person = find_person()
    if person is None or "centre_id" in (request.view_args or {}) or len(person.centres) != 1:
        return None
    endpoint = words.LIST_OF_CENTRE if request.endpoint == words.LIST_OF_ALL else str(request.endpoint)
    address = url_for(endpoint, centre_id=person.centres[0].centre_id)
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{address}?{query}" if query else address)


@blueprint.get("/plan")
@permitted(Permission.ACTION_READ)
def mine() -> ResponseReturnValue:
    """The actions of every centre where the person works."""
    page = _read_page(None)
    return render_template("plan/list.html", page=page, **_told(page.scope, page.views))


@blueprint.get(_CENTRE)
@permitted(Permission.ACTION_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """The actions of a centre, a page at a time; several may be ticked to be changed at once."""
    page = _read_page(centre_id)
    return render_template("plan/list.html", page=page, **_told(page.scope, page.views))


@blueprint.get("/plan/tableau")
@blueprint.get(f"{_CENTRE}/tableau")
@permitted(Permission.ACTION_READ)
def board(centre_id: int | None = None) -> ResponseReturnValue:
    """A column for each state of the workflow; a card leads to the passages of its action."""
    found = read_board(current_session(), current_actor(), _filters(), current_instant(), centre_id=centre_id)
    return render_template("plan/board.html", found=found, **_told(found.scope))


@blueprint.get("/plan/calendrier")
@blueprint.get(f"{_CENTRE}/calendrier")
@permitted(Permission.ACTION_READ)
def calendar(centre_id: int | None = None) -> ResponseReturnValue:
    """The due days and review days of a month."""
    year, month = asked.month_asked(request.args)
    found = read_month(
        current_session(),
        current_actor(),
        _filters(),
        current_instant(),
        centre_id=centre_id,
        year=year,
        month=month,
    )
    return render_template(
        "plan/calendar.html",
        found=found,
        today=words.this_day(),
        most=MOST_EVENTS,
        **_told(found.scope),
    )


@blueprint.get("/plan/matrice")
@blueprint.get(f"{_CENTRE}/matrice")
@permitted(Permission.ACTION_READ)
def matrix(centre_id: int | None = None) -> ResponseReturnValue:
    """How many actions stand in each place, and which: what to start with."""
    found = read_matrix(
        current_session(), current_actor(), _filters(), current_instant(), centre_id=centre_id
    )
    return render_template(
        "plan/matrix.html", found=found, key=matrix_keys()[0], most=MOST_NAMED, **_told(found.scope)
    )


@blueprint.get("/plan/paqss")
@blueprint.get(f"{_CENTRE}/paqss")
@permitted(Permission.ACTION_READ)
def table(centre_id: int | None = None) -> ResponseReturnValue:
    """Every column of the plan, as its exports and its report have them."""
    page = _read_page(centre_id)
    return render_template(
        "plan/table.html",
        page=page,
        columns=plan_columns(has_centres=centre_id is None),
        text_of=text_of,
        **_told(page.scope, page.views),
    )


@blueprint.get("/plan/export.xlsx")
@blueprint.get(f"{_CENTRE}/export.xlsx")
@permitted(Permission.ACTION_READ)
def workbook(centre_id: int | None = None) -> ResponseReturnValue:
    """The actions that the list shows, on every page of it, as a workbook."""
    scope = _open_scope(centre_id)
    rows = read_every_row(current_session(), scope)
    return _file(plan_xlsx(rows, has_centres=centre_id is None), scope, ".xlsx", XLSX)


@blueprint.get("/plan/export.csv")
@blueprint.get(f"{_CENTRE}/export.csv")
@permitted(Permission.ACTION_READ)
def text_file(centre_id: int | None = None) -> ResponseReturnValue:
    """The same as a CSV file."""
    scope = _open_scope(centre_id)
    rows = read_every_row(current_session(), scope)
    return _file(plan_csv(rows, has_centres=centre_id is None), scope, ".csv", CSV)


def _filters() -> Filters:
    return asked.filters_asked(request.args)


def _open_scope(centre_id: int | None) -> Scope:
    return open_scope(current_session(), current_actor(), _filters(), current_instant(), centre_id=centre_id)


def _read_page(centre_id: int | None) -> PlanPage:
    return read_plan(
        current_session(),
        current_actor(),
        _filters(),
        current_instant(),
        centre_id=centre_id,
        page=asked.number_asked(request.args.get("page", "")),
        size=asked.size_asked(request.args),
    )


def _told(scope: Scope, views: Mapping[View, int] | None = None) -> dict[str, Any]:
    """What every page of a plan offers; see plan/parts.html."""
    centre_id = scope.centre_id
    return {
        "scope": scope,
        "filters": scope.filters,
        "centre_id": centre_id,
        "views": views or count_views(current_session(), scope),
        "here": request.endpoint,
        "trail": _trail(centre_id),
        "asked": asked,
        "words": words,
        "groups": [one for one in Group if one is not Group.CENTRE or centre_id is None],
        "zones": ZONES,
        "sizes": PAGE_SIZES,
        "lines": asked.size_asked(request.args),
    }


def _trail(centre_id: int | None) -> Trail:
    """To the plan; for its list, to what stands above it."""
    is_list = request.endpoint in (words.LIST_OF_CENTRE, words.LIST_OF_ALL)
    if centre_id is not None:
        return trail_to_list(centre_id) if is_list else trail_to_plan(centre_id)
    home = ("Accueil", url_for("home.home"))
    return [home] if is_list else [home, ("Plan d’actions", url_for(words.LIST_OF_ALL))]


def _file(content: bytes, scope: Scope, suffix: str, kind: str) -> ResponseReturnValue:
    response = make_response(content)
    name = download_name("plan-d-actions", scope.centre_name or "", "", current_instant(), suffix)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
