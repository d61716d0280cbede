"""The site: Flask lives in this package only. :func:`create_app` makes it from a runtime."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from aqss.bootstrap import Runtime
from aqss.gateways import french
from aqss.web import transaction, words
from aqss.web.access import centre_here, find_person, guard, may
from aqss.web.accounts import invitations, own
from aqss.web.accounts import routes as accounts
from aqss.web.actions import routes as actions
from aqss.web.actions import words as action_words
from aqss.web.administration import routes as administration
from aqss.web.assessments import evolution, participation, rating, reopening, reports, results, synthesis
from aqss.web.assessments import profile as assessment_profile
from aqss.web.assessments import routes as assessments
from aqss.web.assessments import tasks as assessment_tasks
from aqss.web.assessments import words as assessment_words
from aqss.web.catalogue import routes as catalogue
from aqss.web.centres import projects
from aqss.web.centres import routes as centres
from aqss.web.centres import words as centre_words
from aqss.web.consensus import joining, sitting
from aqss.web.consensus import words as consensus_words
from aqss.web.dossiers import documents as dossier_documents
from aqss.web.dossiers import filling as dossier_parts
from aqss.web.dossiers import partners
from aqss.web.dossiers import routes as dossiers
from aqss.web.dossiers import words as dossier_words
from aqss.web.dossiers import working as dossier_work
from aqss.web.error_pages import register_error_pages
from aqss.web.forms import anchor
from aqss.web.guide import routes as guide
from aqss.web.headers import register_headers
from aqss.web.health import routes as health
from aqss.web.home import routes as home
from aqss.web.journal import routes as journal
from aqss.web.mails import routes as mails
from aqss.web.mails import words as mail_words
from aqss.web.navigation import main_menu
from aqss.web.people import routes as people
from aqss.web.plan import bulk as plan_bulk
from aqss.web.plan import effects as plan_effects
from aqss.web.plan import reports as plan_reports
from aqss.web.plan import routes as plan
from aqss.web.plan import words as plan_words
from aqss.web.proofs import routes as proofs
from aqss.web.proofs import words as proof_words
from aqss.web.receiving import register_receiving
from aqss.web.static_files import register_static_files
from aqss.web.structures import routes as structures

BLUEPRINTS = (
    home.blueprint,
    accounts.blueprint,
    invitations.blueprint,
    own.blueprint,
    actions.blueprint,
    assessments.blueprint,
    assessment_profile.blueprint,
    assessment_tasks.blueprint,
    rating.blueprint,
    participation.blueprint,
    sitting.blueprint,
    joining.blueprint,
    dossiers.blueprint,
    dossier_work.blueprint,
    dossier_documents.blueprint,
    dossier_parts.blueprint,
    partners.blueprint,
    projects.blueprint,
    centres.blueprint,
    structures.blueprint,
    people.of_centre,
    people.of_structure,
    people.of_instance,
    journal.blueprint,
    journal.administration,
    administration.blueprint,
    mails.blueprint,
    results.blueprint,
    synthesis.blueprint,
    reopening.blueprint,
    reports.blueprint,
    evolution.blueprint,
    proofs.blueprint,
    plan.blueprint,
    plan_bulk.blueprint,
    plan_reports.blueprint,
    plan_effects.blueprint,
    catalogue.blueprint,
    guide.blueprint,
    health.blueprint,
)
"""Every noun of the site. Its routes declare what they ask for: :mod:`aqss.web.access`."""

WORDS = (
    french.FILTERS,
    words.FILTERS,
    action_words.FILTERS,
    assessment_words.FILTERS,
    consensus_words.FILTERS,
    centre_words.FILTERS,
    dossier_words.FILTERS,
    mail_words.FILTERS,
    proof_words.FILTERS,
    plan_words.FILTERS,
)
"""What templates put values into words with; a name belongs to one of them only."""

LARGEST_REQUEST = 4 * 1024 * 1024
"""Bytes: a grid of 500 criteria with a comment on each."""


def create_app(runtime: Runtime, extra: Sequence[Blueprint] = ()) -> Flask:
    """The site, ready to be served; ``extra`` blueprints join it under the same rules."""
    app = Flask(__name__, static_folder=None)
    app.extensions["aqss"] = runtime
    is_https = runtime.settings.base_url.startswith("https://")
    _configure(app, runtime, is_https=is_https)
    register_receiving(app)
    CSRFProtect(app)
    register_headers(app, is_https=is_https)
    register_static_files(app)
    for blueprint in (*BLUEPRINTS, *extra):
        app.register_blueprint(blueprint)
    register_error_pages(app)
    guard(app)
    app.teardown_request(transaction.close)
    if is_https:  # hence behind one server that ends HTTPS and tells who asks
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=0)  # type: ignore[method-assign]
    return app


class KeyConverter(IntegerConverter):
    """A row's key in an address: a number that a database can hold, else there is no such page."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, min=1, max=2**31 - 1)


def _add_filters(app: Flask) -> None:
    """Raises ValueError where two tables give one name: the second would speak for the first."""
    known: set[str] = set()
    for filters in WORDS:
        if twice := known & filters.keys():
            raise ValueError(f"filters named twice: {sorted(twice)}")
        known |= filters.keys()
        app.jinja_env.filters.update(filters)


def _configure(app: Flask, runtime: Runtime, *, is_https: bool) -> None:
    app.config.update(
        STARTED_AT=runtime.clock.now(),
        SECRET_KEY=runtime.settings.secret_key,
        SESSION_COOKIE_NAME="__Host-aqss" if is_https else "aqss",
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,  # a token lasts as long as the session it is bound to
        WTF_CSRF_SSL_STRICT=False,  # pages send no referrer; the token and SameSite cookies stand
    )
    app.url_map.converters["int"] = KeyConverter
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    _add_filters(app)
    app.jinja_env.globals.update(
        anchor=anchor, centre_here=centre_here, find_person=find_person, main_menu=main_menu, may=may
    )
    app.jinja_env.globals.update(idle_limit=words.IDLE_LIMIT_FR, session_rule=words.SESSION_RULE)
