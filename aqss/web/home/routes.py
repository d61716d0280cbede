"""The first page: what awaits the person who is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from aqss.web.access import current_person, signed_in

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@signed_in
def home() -> ResponseReturnValue:
    return render_template("home/home.html", person=current_person())
