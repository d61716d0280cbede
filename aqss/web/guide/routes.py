"""Pages open to everybody, before signing in too: the method in short, and the accessibility statement."""

from __future__ import annotations

from fractions import Fraction

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from aqss import __version__
from aqss.gateways import drawing
from aqss.web.access import public
from aqss.web.guide.example import ANSWERS, TALLY, example_standing
from aqss.web.transaction import current_runtime

blueprint = Blueprint("guide", __name__)


@blueprint.get("/guide")
@public
def guide() -> ResponseReturnValue:
    """The method; its worked example falls in the bands of the first module of the catalogue."""
    modules = current_runtime().catalogue.modules
    return render_template(
        "guide/guide.html",
        modules=modules,
        answers=ANSWERS,
        tally=TALLY,
        one_less=Fraction(TALLY.rated - 1, TALLY.concerned),
        standing=example_standing(modules[0]) if modules else None,
        drawing=drawing,
    )


@blueprint.get("/accessibilite")
@public
def accessibility() -> ResponseReturnValue:
    """What was tested and what was not: no conformity is claimed without an audit."""
    return render_template("guide/accessibility.html", version=__version__)
