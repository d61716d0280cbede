"""Asking for a passage of what follows a workflow: made, or the page again with what holds it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from aqss.domain.errors import InvalidInput, InvalidTransition
from aqss.gateways.links import Links
from aqss.services.runs.passing import REASON_LIMIT
from aqss.web.forms import NO_PATIENT, PageForm, version_sent
from aqss.web.transaction import abandon, current_instant, current_runtime

Moved_co = TypeVar("Moved_co", covariant=True)


class PassageForm(PageForm):
    """The word that goes to the journal with a passage."""

    reason = TextAreaField(
        "Un mot pour le journal",
        description=NO_PATIENT,
        render_kw={"rows": 2, "maxlength": REASON_LIMIT},
    )


class Pass(Protocol[Moved_co]):
    """Makes the passage; see :func:`aqss.services.runs.passing.pass_to` for what it raises."""

    def __call__(self, *, expected_version: int, now: datetime, links: Links, reason: str) -> Moved_co: ...


def make_passage(
    form: PassageForm,
    move: Pass[Moved_co],
    page: Callable[[int], str],
    done: Callable[[Moved_co], ResponseReturnValue],
) -> ResponseReturnValue:
    """``page``: the one that asked for it, to be shown again with the version that was sent."""
    version = version_sent(request.form)
    try:
        moved = move(
            expected_version=version,
            now=current_instant(),
            links=current_runtime().links,
            reason=form.reason.data or "",
        )
    except InvalidInput as refusal:
        form.refuse(refusal)
        return page(version), 422
    except InvalidTransition as refusal:
        if refusal.reason != "guards":
            raise
        abandon()
        return page(version), 409
    return done(moved)
