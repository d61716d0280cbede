"""The only wiring: settings, database, definitions, mail and clock become a Runtime, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass

from aqss.config import Settings, read_settings
from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.errors import Misconfigured
from aqss.gateways.clock import Clock, SystemClock
from aqss.gateways.files import read_definitions
from aqss.gateways.links import Links
from aqss.gateways.mail import Mailer, mailer_of
from aqss.persistence.readiness import check_database
from aqss.persistence.session import Sessions
from aqss.services.editions import changed_versions


@dataclass(frozen=True)
class Runtime:
    """Everything a page, a job or a command needs from outside the domain."""

    settings: Settings
    sessions: Sessions
    clock: Clock
    catalogue: Catalogue
    mailer: Mailer
    links: Links


def build_runtime(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    mailer: Mailer | None = None,
    catalogue: Catalogue | None = None,
) -> Runtime:
    """What serving needs, from the settings of the environment unless given; all of it checked.

    A ``catalogue`` given has been checked already. Raises :class:`Misconfigured` with every fault of the
    settings; or of the definitions, published versions that changed among them (the lines of ``aqss check``);
    or the one of the database.
    """
    settings = settings or read_settings()
    is_checked = catalogue is not None
    catalogue = catalogue or read_catalogue(settings)
    sessions = Sessions(settings.database_url)
    try:
        check_database(sessions)
        if not is_checked:
            _check_published(sessions, catalogue)
    except Misconfigured:
        sessions.dispose()
        raise
    return Runtime(
        settings=settings,
        sessions=sessions,
        clock=clock or SystemClock(),
        catalogue=catalogue,
        mailer=mailer or mailer_of(settings),
        links=Links(settings.base_url),
    )


def _check_published(sessions: Sessions, catalogue: Catalogue) -> None:
    with sessions.reading() as session:
        problems = changed_versions(session, catalogue)
    if problems:
        raise Misconfigured(tuple(str(problem) for problem in problems))


def read_catalogue(settings: Settings) -> Catalogue:
    """The definitions of the settings' folders. Raises :class:`Misconfigured`, a line for each problem."""
    try:
        files = read_definitions(settings.grids, settings.workflows)
    except OSError as error:
        raise Misconfigured(
            (f"{error.filename} : ce dossier ne peut pas être lu ({error.strerror}). Vérifiez ses droits.",)
        ) from error
    catalogue = load_catalogue(files)
    if not isinstance(catalogue, Catalogue):
        raise Misconfigured(tuple(str(problem) for problem in catalogue))
    return catalogue
