"""Who is asking, and whether the route lets them: a permission is declared on every route.

A centre, structure or assessment where the person holds no role answers as one that does not exist. Services
ask for the same permissions again: a route forgotten here opens nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, make_response, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aqss.domain.access import ANYWHERE, Actor, Permission, Role, Scope, is_allowed
from aqss.domain.errors import NotAllowed, NotSignedIn
from aqss.services.actions.finding import find_centre_of_action
from aqss.services.assessments.finding import find_centre_of
from aqss.services.dossiers.finding import Place as DossierPlace
from aqss.services.dossiers.finding import find_place_of
from aqss.services.proofs.finding import find_centre_of_proof
from aqss.services.sign_ins import CentreRole, SignedIn, close_sign_in, find_actor, touch_sign_in
from aqss.web.transaction import (
    close,
    current_instant,
    current_runtime,
    current_session,
    is_reading,
    settle,
)

log = logging.getLogger(__name__)

_View = TypeVar("_View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Place:
    """What a route is about: one centre, one structure, or no place in particular."""

    centre_id: Scope = ANYWHERE
    structure_id: Scope = ANYWHERE

    def is_known_to(self, actor: Actor) -> bool:
        """Whether the actor holds a role there, or the question names no place."""
        if self == Place():
            return True
        return any(
            grant.role is Role.ADMINISTRATOR
            or (grant.centre_id is not None and grant.centre_id == self.centre_id)
            or (grant.structure_id is not None and grant.structure_id == self.structure_id)
            for grant in actor.grants
        )


@dataclass(frozen=True)
class Declaration:
    """What a route asks of whoever comes: nothing, to be signed in, or a permission over its place.

    ``is_asked_alone``: a page asks it by itself, again and again; that nobody is there may well be.
    """

    is_public: bool = False
    permission: Permission | None = None
    is_asked_alone: bool = False


def _place_of_dossier(found: DossierPlace) -> Place:
    """Its centre, and the structure it was sent to."""
    return Place(centre_id=found.centre_id, structure_id=found.structure_id)


PLACES: dict[str, Callable[[Session, Any], Place]] = {
    "centre_id": lambda _session, key: Place(centre_id=key),
    "structure_id": lambda _session, key: Place(structure_id=key),
    "assessment_id": lambda session, key: Place(centre_id=find_centre_of(session, key)),
    "action_id": lambda session, key: Place(centre_id=find_centre_of_action(session, key)),
    "dossier_id": lambda session, key: _place_of_dossier(find_place_of(session, key)),
    "proof_id": lambda session, key: Place(centre_id=find_centre_of_proof(session, key)),
}
"""Argument of an address → the place it belongs to. The first one that an address holds decides."""


def public(view: _View) -> _View:
    """Declare a route open to everybody."""
    view.access = Declaration(is_public=True)  # type: ignore[attr-defined]
    return view


def signed_in(view: _View) -> _View:
    """Declare a route open to whoever is signed in, even with no role left."""
    view.access = Declaration()  # type: ignore[attr-defined]
    return view


def permitted(permission: Permission, *, is_asked_alone: bool = False) -> Callable[[_View], _View]:
    """Declare the permission a route asks for, over the place its address names.

    ``is_asked_alone``: see :class:`Declaration`; being asked does not keep the session of the person open.
    """

    def declare(view: _View) -> _View:
        view.access = Declaration(permission=permission, is_asked_alone=is_asked_alone)  # type: ignore[attr-defined]
        return view

    return declare


def declaration_of(endpoint: str | None) -> Declaration:
    """What the route under that endpoint declares; an address without route asks for nothing."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "access", Declaration(is_public=True))


def find_person() -> SignedIn | None:
    """Who is signed in, if anybody is."""
    return cast(SignedIn, current_user.person) if current_user.is_authenticated else None


def current_person() -> SignedIn:
    """Who is signed in, with the names of their places. Raises :class:`NotSignedIn`."""
    person = find_person()
    if person is None:
        raise NotSignedIn
    return person


def current_actor() -> Actor:
    """The actor to hand to services. Raises :class:`NotSignedIn`."""
    return current_person().actor


def may(permission: Permission | str, *, centre_id: Scope = ANYWHERE, structure_id: Scope = ANYWHERE) -> bool:
    """Whether the person may do that there: what a page asks before it shows a button."""
    person = find_person()
    return person is not None and is_allowed(
        person.actor, Permission(permission), centre_id=centre_id, structure_id=structure_id
    )


def centre_here() -> CentreRole | None:
    """The centre that the page is about, as the person knows it: what every page of a centre shows on top."""
    person, place = find_person(), g.get("place")
    if person is None or place is None:
        return None
    return next((centre for centre in person.centres if centre.centre_id == place.centre_id), None)


CARRIED = ("invitation",)
"""What signing in keeps of the cookie session: the link just opened, for who has to sign in to accept it."""


def remember(token: str) -> None:
    """Sign in on this browser: a new cookie session, with a new form token."""
    carried = {key: session[key] for key in CARRIED if key in session}
    session.clear()
    session.update(carried)
    close()  # a reading session opened before the sign-in does not see it
    person = find_actor(current_session(), token, current_instant())
    login_user(_Holder(token, person))


def forget(database: Session) -> None:
    """Sign out on this browser, and end the session it was in."""
    token = session.get("_user_id")
    session.clear()
    g.pop("_login_user", None)
    if token:
        close_sign_in(database, token, current_instant())


def guard(app: Flask) -> None:
    """Put every route of the site behind its declaration and in its transaction.

    Raises :class:`LookupError` for a route without a declaration.
    """
    login = LoginManager()
    login.session_protection = None  # the database decides which session is open
    login.user_loader(_find_holder)
    login.init_app(app, add_context_processor=False)
    for endpoint, view in app.view_functions.items():
        if not isinstance(getattr(view, "access", None), Declaration):
            raise LookupError(f"{endpoint}: declare @public, @signed_in or @permitted(…) on this route")
        app.view_functions[endpoint] = _guarded(view)


class _Holder(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows of a person: the token in the cookie, of which the database keeps a hash."""

    def __init__(self, token: str, person: SignedIn) -> None:
        self.token = token
        self.person = person

    def get_id(self) -> str:
        return self.token


def _find_holder(token: str) -> _Holder | None:
    try:
        return _Holder(token, find_actor(current_session(), token, current_instant()))
    except NotSignedIn:
        return None


def _guarded(view: Callable[..., Any]) -> Callable[..., Response]:
    @wraps(view)
    def run(**arguments: Any) -> Response:
        _check(view.access, arguments)  # type: ignore[attr-defined]
        return settle(make_response(current_app.ensure_sync(view)(**arguments)))

    return run


def _check(declared: Declaration, arguments: dict[str, Any]) -> None:
    if declared.is_public:
        return
    person = current_person()
    if not declared.is_asked_alone:
        _touch(person)
    if declared.permission is None:
        return
    place = _place_of(arguments)
    g.place = place
    if not is_allowed(
        person.actor, declared.permission, centre_id=place.centre_id, structure_id=place.structure_id
    ):
        raise NotAllowed(declared.permission)


def _place_of(arguments: dict[str, Any]) -> Place:
    for name, find_place in PLACES.items():
        if name in arguments:
            return find_place(current_session(), arguments[name])
    return Place()


def _touch(person: SignedIn) -> None:
    now = current_instant()
    if not person.is_touch_due(now):
        return
    if not is_reading():
        touch_sign_in(current_session(), person.sign_in_id, now)
        return
    try:
        with current_runtime().sessions.hurried() as database:
            touch_sign_in(database, person.sign_in_id, now)
            database.commit()
    except OperationalError:
        log.info("session %s not noted as seen: the database takes no writing now", person.sign_in_id)
