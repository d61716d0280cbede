"""Publishing the catalogue and reading editions back: what was published never changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, update

from aqss.domain.definitions.catalogue import Catalogue, load_catalogue
from aqss.domain.definitions.editions import edition_of, surroundings, workflow_hash
from aqss.domain.errors import Misconfigured, NotFound
from aqss.gateways.published import PublishedFolder
from aqss.persistence.editions import Edition, WorkflowEdition
from aqss.persistence.migrating import upgrade
from aqss.persistence.session import Sessions
from aqss.services.editions import (
    CACHED,
    Change,
    Publication,
    Reason,
    current_editions,
    current_workflow,
    list_editions,
    load_edition,
    load_workflow,
    publish,
    record_of_publication,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

FILES = {
    "grids/profile.yaml": """
flags:
  - {flag: dentaire, label: Activité dentaire}
professions:
  - {profession: medecin, label: Médecin}
""",
    "grids/references.yaml": """
references:
  - {reference: F-CSP, title: Code de la santé publique, legal: true, verified: false}
""",
    "grids/scales.yaml": """
scales:
  - scale: maitrise
    label: Niveau de maîtrise
    kind: levels
    levels:
      - {level: oui, label: Oui, value: 1}
      - {level: partiel, label: En partie, value: 0.50}
      - {level: non, label: Non, value: 0}
""",
    "grids/risques/module.yaml": """
module: risques
title: Risques
purpose: Essai.
grids: [suivi, accueil]
bands:
  - {from: 0, band: a-traiter, label: À traiter}
  - {from: 80, band: maitrise, label: Maîtrisé}
provisional_below: 0.8
""",
    **{
        f"grids/risques/{grid}.yaml": f"""
grid: {grid}
version: 1
module: risques
title: {grid.title()}
purpose: Essai.
scale: maitrise
respondents: [medecin]
sections:
  - section: une
    title: Une section
    criteria:
      - {{criterion: {code}, statement: Un énoncé., weight: 1.5, references: [F-CSP]}}
"""
        for grid, code in (("accueil", "A1"), ("suivi", "S1"))
    },
    "workflows/parcours.yaml": """
workflow: parcours
version: 1
title: Parcours
subject: assessment
states:
  - state: debut
    label: Début
    initial: true
    transitions: [{to: fin, label: Finir, by: [coordinator]}]
  - {state: fin, label: Fin, final: true}
""",
}


def catalogue_with(*changes: tuple[str, str, str], without: tuple[str, ...] = ()) -> Catalogue:
    """The catalogue above, where in the named file a text is replaced by another."""
    files = {path: content for path, content in FILES.items() if path not in without}
    for path, before, after in changes:
        assert before in files[path]
        files[path] = files[path].replace(before, after)
    loaded = load_catalogue({path: content.encode() for path, content in files.items()})
    assert isinstance(loaded, Catalogue), loaded
    return loaded


REWORDED = ("grids/risques/suivi.yaml", "Un énoncé.", "Un autre énoncé.")
NEXT_VERSION = ("grids/risques/suivi.yaml", "version: 1", "version: 2")
OTHER_BAND = ("grids/risques/module.yaml", "from: 80", "from: 75")


@pytest.fixture
def put(sessions):
    """Publish a catalogue in a transaction of its own."""

    def publish_and_commit(catalogue: Catalogue) -> Publication:
        with sessions.writing() as session:
            publication = publish(session, catalogue, NOW)
            session.commit()
        return publication

    return publish_and_commit


def current(sessions):
    with sessions.reading() as session:
        return current_editions(session)


def test_each_grid_and_workflow_is_published_once(put):
    assert put(catalogue_with()).changes == (
        Change("grid", "suivi", 1, Reason.VERSION),
        Change("grid", "accueil", 1, Reason.VERSION),
        Change("workflow", "parcours", 1, Reason.VERSION),
    )
    assert put(catalogue_with()) == Publication()


def test_publishing_again_writes_nothing(put, sessions):
    put(catalogue_with())
    statements = []
    event.listen(sessions.write_engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    put(catalogue_with())
    assert not [text for text in statements if text.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_editions_are_offered_in_the_order_of_the_catalogue(put, sessions):
    put(catalogue_with())
    assert [(e.grid, e.version, e.module, e.title) for e in current(sessions)] == [
        ("suivi", 1, "risques", "Suivi"),
        ("accueil", 1, "risques", "Accueil"),
    ]


def test_a_new_order_is_followed_without_a_new_edition(put, sessions):
    put(catalogue_with())
    assert (
        put(catalogue_with(("grids/risques/module.yaml", "suivi, accueil", "accueil, suivi"))).changes == ()
    )
    assert [edition.grid for edition in current(sessions)] == ["accueil", "suivi"]


def test_an_edition_reads_back_as_it_was_published(put, sessions):
    catalogue = catalogue_with()
    put(catalogue)
    (suivi, _accueil) = current(sessions)
    with sessions.reading() as session:
        content = load_edition(session, suivi.id)
        workflow = load_workflow(session, current_workflow(session, "parcours").id)
    assert content == edition_of(catalogue, "suivi")
    assert str(content.grid.criteria[0].weight) == "1.5"
    assert workflow == catalogue.workflows["parcours"]


def test_a_new_version_becomes_current_and_the_old_one_stays(put, sessions):
    put(catalogue_with())
    old = current(sessions)[0]
    assert put(catalogue_with(REWORDED, NEXT_VERSION)).changes == (
        Change("grid", "suivi", 2, Reason.VERSION),
    )
    new = current(sessions)[0]
    assert (new.grid, new.version) == ("suivi", 2)
    with sessions.reading() as session:
        assert load_edition(session, old.id).grid.criteria[0].statement == "Un énoncé."
        assert load_edition(session, new.id).grid.criteria[0].statement == "Un autre énoncé."


def test_the_editions_of_a_grid_are_listed_the_latest_first_with_the_current_one_marked(put, sessions):
    put(catalogue_with())
    put(catalogue_with(REWORDED, NEXT_VERSION))
    with sessions.reading() as session:
        new, old = list_editions(session, "suivi")
        assert list_editions(session, "inconnue") == ()
    assert (new.version, new.is_current) == (2, True)
    assert (old.version, old.is_current) == (1, False)
    assert (old.hash, old.published_at) == (edition_of(catalogue_with(), "suivi").hash, NOW)


def test_a_published_version_that_changed_in_its_file_is_refused_and_nothing_is_written(put, sessions):
    put(catalogue_with())
    before = current(sessions)
    publication = put(catalogue_with(REWORDED, ("grids/risques/accueil.yaml", "version: 1", "version: 2")))
    (problem,) = publication.problems
    assert str(problem).startswith("grids/risques/suivi.yaml:3:10: GRID-014 ")
    assert "version: 2" in problem.message
    assert publication.changes == ()
    assert current(sessions) == before


def test_a_published_workflow_that_changed_in_its_file_is_refused(put):
    put(catalogue_with())
    (problem,) = put(catalogue_with(("workflows/parcours.yaml", "Début", "Départ"))).problems
    assert str(problem).startswith("workflows/parcours.yaml:3:10: WF-020 ")


def test_a_changed_band_makes_a_new_edition_of_the_same_version(put, sessions):
    put(catalogue_with())
    old = current(sessions)
    assert put(catalogue_with(OTHER_BAND)).changes == (
        Change("grid", "suivi", 1, Reason.SURROUNDINGS),
        Change("grid", "accueil", 1, Reason.SURROUNDINGS),
    )
    new = current(sessions)
    assert [edition.version for edition in new] == [1, 1]
    with sessions.reading() as session:
        assert load_edition(session, old[0].id).bands[1].from_ == 80
        assert load_edition(session, new[0].id).bands[1].from_ == 75


def test_files_put_back_as_they_were_bring_the_earlier_edition_back(put, sessions):
    put(catalogue_with())
    before = current(sessions)
    put(catalogue_with(OTHER_BAND))
    assert {change.reason for change in put(catalogue_with()).changes} == {Reason.BACK}
    assert current(sessions) == before


def test_a_reference_once_verified_makes_no_new_edition(put):
    put(catalogue_with())
    verified = catalogue_with(("grids/references.yaml", "verified: false", "verified: true"))
    assert put(verified) == Publication()


def test_a_grid_without_a_file_is_no_longer_offered_and_can_still_be_read(put, sessions):
    put(catalogue_with())
    gone = current(sessions)[0]
    without = catalogue_with(
        ("grids/risques/module.yaml", "suivi, accueil", "accueil"), without=("grids/risques/suivi.yaml",)
    )
    assert put(without).changes == (Change("grid", "suivi", 1, Reason.WITHDRAWN),)
    assert [edition.grid for edition in current(sessions)] == ["accueil"]
    with sessions.reading() as session:
        assert load_edition(session, gone.id).grid.grid == "suivi"


def test_an_unknown_edition_or_workflow_is_not_found(put, sessions):
    put(catalogue_with())
    with sessions.reading() as session:
        for ask in (
            lambda: load_edition(session, 999),
            lambda: load_workflow(session, 999),
            lambda: current_workflow(session, "autre"),
        ):
            with pytest.raises(NotFound):
                ask()


def test_a_content_that_its_hash_denies_is_not_served(put, sessions):
    put(catalogue_with())
    with sessions.writing() as session:
        session.execute(update(Edition).where(Edition.grid == "suivi").values(hash="0" * 64))
        session.commit()
    with sessions.reading() as session, pytest.raises(Misconfigured, match="abîmée"):
        load_edition(session, current(sessions)[0].id)


def test_a_session_asks_for_editions_once_however_many_it_uses(put, sessions):
    put(catalogue_with())
    put(catalogue_with(OTHER_BAND))
    with sessions.reading() as session:
        numbers = session.scalars(select(Edition.id)).all()
        parcours = session.scalars(select(WorkflowEdition.id)).one()
        for number in numbers:
            load_edition(session, number)
        load_workflow(session, parcours)
    statements = []
    event.listen(sessions.read_engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    with sessions.reading() as session:
        for number in (*numbers, *numbers):
            load_edition(session, number)
            load_workflow(session, parcours)
    assert len(numbers) == 4
    assert len([text for text in statements if text.startswith("SELECT")]) == 2


def test_two_databases_with_the_same_numbers_keep_their_own_editions(put, sessions, empty_database_url):
    put(catalogue_with())
    other = Sessions(empty_database_url)
    upgrade(other)
    with other.writing() as session:
        publish(session, catalogue_with(OTHER_BAND), NOW)
        session.commit()
    (first, _), (second, _) = current(sessions), current(other)
    assert first.id == second.id
    with sessions.reading() as one, other.reading() as two:
        assert load_edition(one, first.id).bands[1].from_ == 80
        assert load_edition(two, second.id).bands[1].from_ == 75
    other.dispose()


def test_what_is_published_is_recorded_for_who_checks_files_without_a_database(put, sessions):
    put(catalogue_with())
    catalogue = catalogue_with(NEXT_VERSION, OTHER_BAND)
    put(catalogue)
    folders = PublishedFolder("/grids", "1"), PublishedFolder("/workflows", "2")
    with sessions.reading() as session:
        record = record_of_publication(session, catalogue, *folders)
    assert (record.grids_folder, record.workflows_folder) == folders
    assert set(record.grids) == {("accueil", 1), ("suivi", 1), ("suivi", 2)}
    assert record.grids["suivi", 2] == edition_of(catalogue, "suivi").grid_hash
    assert record.workflows == {("parcours", 1): workflow_hash(catalogue.workflows["parcours"])}
    assert record.surroundings == surroundings(catalogue)


def test_the_editions_read_longest_ago_make_room_for_others(put, sessions):
    put(catalogue_with())
    with sessions.writing() as session:
        first = session.scalars(select(WorkflowEdition)).one()
        copied = {name: getattr(first, name) for name in ("hash", "content", "position", "published_at")}
        for version in range(2, CACHED + 2):
            session.add(WorkflowEdition(workflow="parcours", version=version, is_current=False, **copied))
        session.commit()
    with sessions.reading() as session:
        numbers = session.scalars(select(WorkflowEdition.id).order_by(WorkflowEdition.id)).all()
        oldest, used_again, *others, last = numbers
        for number in (oldest, used_again, *others):
            load_workflow(session, number)
        load_workflow(session, used_again)
        load_workflow(session, last)
    assert contents_read(sessions, used_again, last) == 0
    assert contents_read(sessions, oldest) == 1


def contents_read(sessions, *numbers):
    """How many contents a new session fetches to load these workflows."""
    statements = []
    with sessions.reading() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *told: statements.append(told[2]))
        for number in numbers:
            load_workflow(session, number)
    return sum("content" in text for text in statements)
