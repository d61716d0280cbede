"""Joining a sitting from one's own device: the code typed, or the address that a phone reads off a screen."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from aqss.domain.errors import AqssError, NotFound, NotPossibleNow, TooManyAttempts
from aqss.services.attempts import claim_attempt, settle_attempt
from aqss.services.consensus.sessions import attempt_at, clean_code, join
from aqss.web.access import current_actor, signed_in
from aqss.web.accounts.routes import client_address
from aqss.web.errors import tell
from aqss.web.transaction import current_instant, reads_first, writing

blueprint = Blueprint("joining", __name__, url_prefix="/rejoindre")

WRONG = (
    "Ce code n’ouvre aucune séance de votre centre. Vérifiez-le sur l’écran projeté : il change à chaque"
    " séance."
)


@blueprint.get("")
@signed_in
def form() -> ResponseReturnValue:
    """Type the code."""
    return _page("")


@blueprint.get("/<code>")
@signed_in
def read(code: str) -> ResponseReturnValue:
    """The code comes with the address; joining stays a gesture."""
    return _page(clean_code(code))


@blueprint.post("")
@signed_in
@reads_first
def join_session() -> ResponseReturnValue:
    """Follow the sitting of that code; a wrong one counts against whoever tries many."""
    typed = request.form.get("code", "")
    now, actor = current_instant(), current_actor()
    try:
        with writing() as database:
            claimed = claim_attempt(database, attempt_at(actor, client_address()), now)
        with writing() as database:
            assessment_id = join(database, actor, code=typed, now=now)
            settle_attempt(database, claimed)
    except TooManyAttempts as refusal:
        return _refused(typed, refusal, tell(refusal).remedy)
    except (NotFound, NotPossibleNow) as refusal:
        return _refused(typed, refusal, WRONG)
    return redirect(url_for("sitting.phone", assessment_id=assessment_id))


def _refused(typed: str, refusal: AqssError, sentence: str) -> ResponseReturnValue:
    status = 429 if isinstance(refusal, TooManyAttempts) else 422
    return _page(typed[:40], sentence), status


def _page(code: str, problem: str = "") -> str:
    return render_template("consensus/join.html", code=code, problem=problem)
