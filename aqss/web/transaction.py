"""One transaction per request, for every route: what a person asked for is done whole, or not at all.

A request opens its session at its first use: a reading one for GET, HEAD and routes marked
:func:`reads_first`, a writing one for the others. It is committed once the view has answered with a status
under 400, before the answer leaves; a refusal rolls it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar, cast

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session

from aqss.bootstrap import Runtime

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_View = TypeVar("_View", bound=Callable[..., object])


def current_runtime() -> Runtime:
    """The runtime the site was made with."""
    return cast(Runtime, current_app.extensions["aqss"])


def current_instant() -> datetime:
    """Now (UTC), the same all along one request."""
    if "instant" not in g:
        g.instant = current_runtime().clock.now()
    return cast(datetime, g.instant)


def reads_first(view: _View) -> _View:
    """Mark a route whose long work (a password's hash) happens outside a writing transaction.

    Its :func:`current_session` only reads, whatever the method; it writes within :func:`writing`.
    """
    view.reads_first = True  # type: ignore[attr-defined]
    return view


def current_session() -> Session:
    """The session of this request."""
    if "session" not in g:
        sessions = current_runtime().sessions
        g.session = sessions.reading() if is_reading() else sessions.writing()
    return cast(Session, g.session)


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction of its own, committed on leaving: for :func:`reads_first` routes."""
    with current_runtime().sessions.writing() as session:
        yield session
        session.commit()


def settle(response: Response) -> Response:
    """Commit what the view did, or roll it back when it answered with an error."""
    if response.status_code >= 400:
        abandon()
    elif is_writing():
        g.session.commit()
    return response


def abandon() -> None:
    """Undo what this request wrote so far; from now on its session only reads, to tell why.

    A view calls it before it makes a page in answer to a POST: nobody waits to write while a page is made.
    """
    close()
    g.abandoned = True


def close(_error: BaseException | None = None) -> None:
    """Give the connection back; what was not committed is rolled back."""
    session = g.pop("session", None)
    if session is not None:
        session.close()


def is_writing() -> bool:
    """Whether this request holds a writing session: never while a page is made."""
    return "session" in g and not is_reading()


def is_reading() -> bool:
    """Whether the session of this request cannot write."""
    if request.method in READING_METHODS or "abandoned" in g:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "reads_first", False)
