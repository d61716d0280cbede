"""Answers to what was refused or failed: a page that says why and keeps what was typed; JSON for scripts."""

from __future__ import annotations

import errno
import logging
import secrets
from math import ceil

from flask import Flask, Response, g, jsonify, make_response, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect

from aqss.domain.errors import AqssError, InvalidInput, NotAllowed, NotSignedIn
from aqss.services.fault_words import word_fault
from aqss.web.access import declaration_of, find_person
from aqss.web.accounts.forms import SignInForm
from aqss.web.askers import wants_json
from aqss.web.errors import (
    BUSY,
    CHANGED_MEANWHILE,
    FAILED,
    FILE_TOO_LARGE,
    FORM_EXPIRED,
    HTTP,
    NO_ROOM,
    NOT_FOUND,
    SESSION_OVER,
    SIGN_IN_FIRST,
    Told,
    tell,
)
from aqss.web.keeping import Kept, kept_from_request
from aqss.web.receiving import is_for_file
from aqss.web.transaction import abandon, current_instant

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk, what is allowed of it, or what one file may take."""

KEPT_HEADERS = ("Allow", "Retry-After")
"""Of the headers of a refusal of HTTP itself, those that its page keeps."""


def register_error_pages(app: Flask) -> None:
    """Give every refusal and failure of the site its answer."""
    app.register_error_handler(AqssError, _refused)
    app.register_error_handler(NotSignedIn, _not_signed_in)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http_refused)
    for busy in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(busy, _busy)
    app.register_error_handler(IntegrityError, _changed_meanwhile)
    app.register_error_handler(OSError, _out_of_room)
    app.register_error_handler(Exception, _failed)


def _refused(error: AqssError) -> Response:
    abandon()
    return _answer(tell(error), error=error)


def _not_signed_in(_error: NotSignedIn) -> Response:
    abandon()
    if wants_json():
        return _answer(_why_sign_in())
    if request.method in ("GET", "HEAD"):
        target = request.full_path.removesuffix("?")
        return make_response(redirect(url_for("accounts.sign_in", next=None if target == "/" else target)))
    return _sign_in_page()


def _not_allowed(error: NotAllowed) -> Response:
    abandon()
    person = find_person()
    log.warning(
        "refused: user %s, %s on %s",
        person.actor.user_id if person else None,
        error.permission,
        request.endpoint,
    )
    place = g.get("place")
    if place is not None and person is not None and not place.is_known_to(person.actor):
        return _answer(NOT_FOUND)
    return _answer(tell(error))


def _form_expired(_error: CSRFError) -> Response:
    abandon()
    log.warning("refused: form without a valid token on %s", request.endpoint)
    if not wants_json() and not declaration_of(request.endpoint).is_public and find_person() is None:
        return _sign_in_page()
    return _answer(FORM_EXPIRED)


def _http_refused(error: HTTPException) -> Response:
    abandon()
    status = error.code or 500
    told = HTTP.get(status) or (HTTP[400] if status < 500 else FAILED)
    if status == FILE_TOO_LARGE.status and is_for_file():
        told = FILE_TOO_LARGE
    response = _answer(told)
    response.status_code = status
    response.headers.extend([header for header in error.get_headers() if header[0] in KEPT_HEADERS])
    return response


def _busy(error: Exception) -> Response:
    abandon()
    log.error("the database does not answer on %s: %s", request.endpoint, error.__cause__ or error)
    return _answer(BUSY)


def _changed_meanwhile(_error: IntegrityError) -> Response:
    abandon()
    log.exception("two changes at once on %s", request.endpoint)
    return _answer(CHANGED_MEANWHILE)


def _out_of_room(error: OSError) -> Response:
    if error.errno not in _NO_ROOM:
        return _failed(error)
    abandon()
    log.error("no room left on the disk on %s: %s", request.endpoint, error)
    return _answer(NO_ROOM)


def _failed(_error: Exception) -> Response:
    abandon()
    incident = secrets.token_hex(4)
    log.exception("incident %s on %s %s", incident, request.method, request.endpoint)
    return _answer(FAILED, incident=incident)


def _answer(told: Told, *, error: AqssError | None = None, incident: str | None = None) -> Response:
    if wants_json():
        response = jsonify(error=_as_json(told, error, incident))
    else:
        response = make_response(_page(told, incident))
    response.status_code = told.status
    if told.wait_until is not None:
        seconds = (told.wait_until - current_instant()).total_seconds()
        response.headers["Retry-After"] = str(max(1, ceil(seconds)))
    elif told.status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _as_json(told: Told, error: AqssError | None, incident: str | None) -> dict[str, object]:
    answer: dict[str, object] = {"title": told.title, "why": told.why, "remedy": told.remedy}
    if isinstance(error, InvalidInput):
        answer["faults"] = [
            {"field": fault.field, "code": fault.code, "message": word_fault(fault)} for fault in error.faults
        ]
    if incident is not None:
        answer["incident"] = incident
    return answer


def _page(told: Told, incident: str | None) -> str:
    return render_template(
        "errors/refusal.html",
        told=told,
        incident=incident,
        kept=kept_from_request(),
        can_retry=told in (BUSY, FORM_EXPIRED),
        without_person=told.status >= 500 and "_login_user" not in g,
    )


def _sign_in_page() -> Response:
    """Signing in where one stands; what was typed is carried through, then offered to be sent again."""
    kept: Kept | None = kept_from_request()
    form = SignInForm(data={"kept": kept.as_text() if kept else ""})
    told = _why_sign_in()
    return make_response(
        render_template("accounts/sign_in.html", form=form, told=told, kept=kept), told.status
    )


def _why_sign_in() -> Told:
    """Whether the browser brings a session that has ended, or none."""
    return SESSION_OVER if "_user_id" in session else SIGN_IN_FIRST
