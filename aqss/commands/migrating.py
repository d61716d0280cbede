"""``aqss migrate``: the database at the revision this version expects, and the catalogue published."""

from __future__ import annotations

from aqss.bootstrap import read_catalogue
from aqss.config import Settings, read_settings
from aqss.domain.errors import Misconfigured
from aqss.gateways.clock import SystemClock
from aqss.gateways.files import read_definitions
from aqss.gateways.published import PublishedRecord, folder_as_it_is, write_published
from aqss.persistence.migrating import expected_revision, upgrade
from aqss.persistence.readiness import told_as_faults
from aqss.persistence.session import Sessions
from aqss.services.editions import Change, Publication, Reason, publish, record_of_publication

_WORDS = {"grid": "Grille", "workflow": "Parcours"}

_SENTENCES = {
    Reason.VERSION: "version {version} publiée.",
    Reason.SURROUNDINGS: "nouvelle édition de la version {version} (échelle, seuils, libellés ou références"
    " changés). Ce qui est en cours garde la précédente.",
    Reason.BACK: "la version {version} redevient celle des nouvelles auto-évaluations.",
    Reason.WITHDRAWN: "plus de fichier. La version {version} reste pour ce qui l’utilise.",
}


def migrate() -> int:
    """Do both, and say so. Status 1, no edition written, when a published version changed in its file."""
    settings = read_settings()
    catalogue = read_catalogue(settings)
    folders = (
        folder_as_it_is(settings.grids, read_definitions(settings.grids, None)),
        folder_as_it_is(settings.workflows, read_definitions(None, settings.workflows)),
    )
    sessions = Sessions(settings.database_url)
    try:
        with told_as_faults(sessions):
            print(_tell_revisions(upgrade(sessions)))
            with sessions.writing() as session:
                publication = publish(session, catalogue, SystemClock().now())
                record = record_of_publication(session, catalogue, *folders)
                session.commit()
    finally:
        sessions.dispose()
    if not publication.problems:
        _note(settings, record)
    return _tell(publication)


def _note(settings: Settings, record: PublishedRecord) -> None:
    try:
        write_published(settings.published, record)
    except OSError as error:
        raise Misconfigured(
            (f"{settings.published} : ce fichier ne peut pas être écrit ({error.strerror}).",)
        ) from error


def _tell_revisions(applied: tuple[str, ...]) -> str:
    if not applied:
        return f"Base de données : déjà à la révision {expected_revision()}."
    return f"Base de données : mise à jour faite ({', '.join(applied)})."


def _tell(publication: Publication) -> int:
    if publication.problems:
        print(*publication.problems, sep="\n")
        print("Aucune édition n’a été publiée.")
        return 1
    for change in publication.changes:
        print(_tell_change(change))
    if not publication.changes:
        print("Éditions : rien de nouveau.")
    return 0


def _tell_change(change: Change) -> str:
    sentence = _SENTENCES[change.reason].format(version=change.version)
    return f"{_WORDS[change.kind]} {change.name} : {sentence}"
