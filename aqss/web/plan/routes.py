"""The plan of a centre, and of all the centres of a person: list, board, calendar, matrix, table, exports."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.domain.actions import Zone
from aqss.gateways.drawing import action_matrix, matrix_keys
from aqss.gateways.tables import text_of
from aqss.services.actions.board import MOST_NAMED, read_board, read_matrix
from aqss.services.actions.calendar import MOST_EVENTS, read_month
from aqss.services.actions.columns import PLAN_COLUMNS
from aqss.services.actions.filters import Filters, Group
from aqss.services.actions.listing import PAGE_SIZES, PlanPage, Scope, open_scope, read_every_row, read_plan
from aqss.services.actions.words import ZONES
from aqss.services.exports.plan import plan_csv, plan_xlsx
from aqss.web.access import current_actor, permitted
from aqss.web.actions.trails import trail_to_plan
from aqss.web.assessments.reports import XLSX
from aqss.web.assessments.trails import trail_to_list
from aqss.web.assessments.words import download_name
from aqss.web.plan import asked, words
from aqss.web.transaction import current_instant, current_session

blueprint = Blueprint("plan", __name__)

_CENTRE = "/centres/<int:centre_id>/plan"

CSV = "text/csv; charset=utf-8"


@blueprint.get("/plan")
@permitted(Permission.ACTION_READ)
def mine() -> ResponseReturnValue:
    """The actions of every centre where the person works."""
    return render_template(
        "plan/list.html", page=_read_page(None), trail=[("Accueil", url_for("home.home"))], **_told(None)
    )


@blueprint.get(_CENTRE)
@permitted(Permission.ACTION_READ)
def of_centre(centre_id: int) -> ResponseReturnValue:
    """The actions of a centre, a page at a time; several may be ticked to be changed at once."""
    return render_template(
        "plan/list.html", page=_read_page(centre_id), trail=trail_to_list(centre_id), **_told(centre_id)
    )


@blueprint.get(f"{_CENTRE}/tableau")
@permitted(Permission.ACTION_READ)
def board(centre_id: int) -> ResponseReturnValue:
    """A column for each state of the workflow; a card leads to the passages of its action."""
    found = read_board(current_session(), current_actor(), _filters(), current_instant(), centre_id=centre_id)
    return render_template(
        "plan/board.html", found=found, scope=found.scope, trail=trail_to_plan(centre_id), **_told(centre_id)
    )


@blueprint.get(f"{_CENTRE}/calendrier")
@permitted(Permission.ACTION_READ)
def calendar(centre_id: int) -> ResponseReturnValue:
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
        scope=found.scope,
        today=words.this_day(),
        most=MOST_EVENTS,
        trail=trail_to_plan(centre_id),
        **_told(centre_id),
    )


@blueprint.get(f"{_CENTRE}/matrice")
@permitted(Permission.ACTION_READ)
def matrix(centre_id: int) -> ResponseReturnValue:
    """How many actions stand in each place, and which: what to start with."""
    found = read_matrix(
        current_session(), current_actor(), _filters(), current_instant(), centre_id=centre_id
    )
    return render_template(
        "plan/matrix.html",
        found=found,
        scope=found.scope,
        picture=action_matrix(found.rows, ZONES),
        keys=matrix_keys(),
        most=MOST_NAMED,
        trail=trail_to_plan(centre_id),
        **_told(centre_id),
    )


@blueprint.get(f"{_CENTRE}/paqss")
@permitted(Permission.ACTION_READ)
def table(centre_id: int) -> ResponseReturnValue:
    """Every column of the plan, as its exports and its report have them."""
    return render_template(
        "plan/table.html",
        page=_read_page(centre_id),
        columns=PLAN_COLUMNS,
        text_of=text_of,
        trail=trail_to_plan(centre_id),
        **_told(centre_id),
    )


@blueprint.get(f"{_CENTRE}/export.xlsx")
@permitted(Permission.ACTION_READ)
def workbook(centre_id: int) -> ResponseReturnValue:
    """The actions that the list shows, on every page of it, as a workbook."""
    scope = _open_scope(centre_id)
    return _file(plan_xlsx(read_every_row(current_session(), scope)), scope, ".xlsx", XLSX)


@blueprint.get(f"{_CENTRE}/export.csv")
@permitted(Permission.ACTION_READ)
def text_file(centre_id: int) -> ResponseReturnValue:
    """The same as a CSV file."""
    scope = _open_scope(centre_id)
    return _file(plan_csv(read_every_row(current_session(), scope)), scope, ".csv", CSV)


def _filters() -> Filters:
    return asked.filters_asked(request.args)


def _open_scope(centre_id: int) -> Scope:
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


def _told(centre_id: int | None) -> dict[str, Any]:
    """What every page of a plan offers."""
    groups = [one for one in Group if one is not Group.CENTRE or centre_id is None]
    return {
        "centre_id": centre_id,
        "asked": asked,
        "words": words,
        "groups": groups,
        "zones": ZONES,
        "sizes": PAGE_SIZES,
        "lines": asked.size_asked(request.args),
        "zone_order": tuple(Zone),
    }


def _file(content: bytes, scope: Scope, suffix: str, kind: str) -> ResponseReturnValue:
    response = make_response(content)
    name = download_name("plan-d-actions", scope.centre_name or "", "", current_instant(), suffix)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
