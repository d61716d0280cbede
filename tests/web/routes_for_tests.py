"""Routes that only tests have: each fails or writes in one way, to see what the site makes of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, render_template, request, send_file
from flask.typing import ResponseReturnValue

from aqss.bootstrap import Runtime
from aqss.domain.access import Permission
from aqss.persistence.accounts import User
from aqss.web import create_app
from aqss.web.access import current_actor, current_person, permitted, public
from aqss.web.transaction import current_session, reads_first, writing


def app_with(runtime: Runtime, *add: Callable[[Blueprint], object]) -> Flask:
    """The site with a blueprint of tests, declared as any other."""
    blueprint = Blueprint("trials", __name__)
    for adding in add:
        adding(blueprint)
    return create_app(runtime, extra=(blueprint,))


def raising(error: Exception) -> Callable[[Blueprint], object]:
    """``/essai`` raises, whatever the method."""

    def add(blueprint: Blueprint) -> object:
        @blueprint.route("/essai", methods=["GET", "POST"])
        @public
        def trial() -> ResponseReturnValue:
            raise error

        return trial

    return add


def renaming(answer: ResponseReturnValue, error: Exception | None = None) -> Callable[[Blueprint], object]:
    """A POST to ``/essai`` renames the person signed in, then answers or raises."""

    def add(blueprint: Blueprint) -> object:
        @blueprint.post("/essai")
        @permitted(Permission.USE_ACCOUNT)
        def trial() -> ResponseReturnValue:
            current_session().get_one(User, current_actor().user_id).name = request.form["name"]
            current_session().flush()
            if error is not None:
                raise error
            return answer

        return trial

    return add


def showing_a_page_while_writing(blueprint: Blueprint) -> object:
    """A POST to ``/essai`` makes a page while it holds the write lock: what no route may do."""

    @blueprint.post("/essai")
    @permitted(Permission.USE_ACCOUNT)
    def trial() -> ResponseReturnValue:
        current_session().get_one(User, current_actor().user_id)
        return render_template("guide/accessibility.html", version="")

    return trial


def reading_first(blueprint: Blueprint) -> object:
    """A POST to ``/essai`` writes in a transaction of its own, after reading."""

    @blueprint.post("/essai")
    @permitted(Permission.USE_ACCOUNT)
    @reads_first
    def trial() -> ResponseReturnValue:
        person = current_person()
        with writing() as database:
            database.get_one(User, person.actor.user_id).name = request.form["name"]
        return "refusé, mais écrit", 400

    return trial


def sending_a_file(blueprint: Blueprint) -> object:
    """``/essai`` sends a file."""

    @blueprint.get("/essai")
    @public
    def trial() -> ResponseReturnValue:
        return send_file(__file__)

    return trial


def of_a_centre(blueprint: Blueprint) -> object:
    """``/centres/<id>/essai`` asks to lead the centre."""

    @blueprint.get("/essais/<int:centre_id>")
    @permitted(Permission.CENTRE_READ_JOURNAL)
    def trial(centre_id: int) -> ResponseReturnValue:
        return str(centre_id)

    return trial
