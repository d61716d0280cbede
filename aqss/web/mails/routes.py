"""Mails in trouble, for administrators: which ones, why, and what to do about each cause."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from aqss.domain.access import Permission
from aqss.services.mails import count_troubled, list_troubled
from aqss.web.access import current_actor, permitted
from aqss.web.mails.words import by_cause
from aqss.web.transaction import current_instant, current_session

blueprint = Blueprint("mails", __name__, url_prefix="/administration")


@blueprint.get("/courriels")
@permitted(Permission.INSTANCE_ADMINISTER)
def troubled() -> ResponseReturnValue:
    """The mails of the instance that have not left, by cause."""
    session, actor, now = current_session(), current_actor(), current_instant()
    shown = list_troubled(session, actor, now)
    total = count_troubled(session, actor, now)
    return render_template("mails/troubled.html", troubles=by_cause(shown), shown=len(shown), total=total)
