"""What closing keeps of the place, its people and the catalogue."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from aqss.domain.definitions.grids import Flag, Profession
from aqss.persistence.accounts import Membership
from aqss.services.assessments.freezing import (
    NO_PROFESSION,
    Labels,
    activities_of,
    labels_of,
    participation_of,
    read_circumstances,
    read_grids_in_modules,
)
from aqss.services.assessments.reopening import reopen_assessment
from tests.services.assessments.scene import (
    COORDINATION,
    NOW,
    Scene,
    an_edition,
    an_open_assessment,
    close,
    publish,
    rate,
)
from tests.services.assessments.voices import a_blind_assessment, agree, participants, say, validate

LABELS = Labels(
    {"dentaire": "Dentaire", "antennes": "Antennes"}, {"medecin": "Médecin", "accueil": "Accueil"}
)


def test_an_open_assessment_is_told_as_things_are(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    assert assessment.frozen is None
    scene.centre.name, scene.centre.town = "Centre des Iris", "Périgueux"
    found = read_circumstances(session, assessment)
    assert (found.centre_name, found.town) == ("Centre des Iris", "Périgueux")
    assert read_grids_in_modules(session, assessment) == {"soins": 2, "outils": 1}


def test_a_closed_one_keeps_its_place_its_people_and_the_size_of_its_modules(
    session: Session, scene: Scene
) -> None:
    scene.centre.finess = "240000001"
    assessment = an_open_assessment(session, scene, "hygiene")
    rate(session, scene.colleague, assessment, "HY-1", "oui")
    close(session, scene, assessment)
    kept = read_circumstances(session, assessment), dict(read_grids_in_modules(session, assessment))
    assert kept[0].participation.professions == (("Infirmier", 1),)
    assert (kept[0].centre_name, kept[0].finess) == ("Centre des Lilas", "240000001")
    scene.centre.name, scene.centre.town, scene.centre.finess = "Autre", "Ailleurs", None
    session.execute(delete(Membership).where(Membership.user_id == scene.colleague.user_id))
    publish(session, an_edition("nouvelle", {"s": [{"criterion": "NO-1"}]}))
    session.flush()
    session.expire_all()
    assert (read_circumstances(session, assessment), dict(read_grids_in_modules(session, assessment))) == kept


def test_no_name_and_no_number_of_a_person_is_kept(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    rate(session, scene.colleague, assessment, "HY-1", "oui")
    close(session, scene, assessment)
    assert assessment.frozen is not None
    assert set(assessment.frozen) == {
        "centre_name",
        "town",
        "finess",
        "activities",
        "participation",
        "grids_in_modules",
    }
    assert set(assessment.frozen["participation"]) == {"people", "professions"}
    assert scene.colleague.name not in str(assessment.frozen)


def test_an_assessment_closed_before_anything_was_kept_is_told_as_things_are(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    close(session, scene, assessment)
    assessment.frozen = None
    scene.centre.name = "Centre des Iris"
    session.flush()
    session.expire_all()
    assert read_circumstances(session, assessment).centre_name == "Centre des Iris"


def test_labels_are_those_the_assessment_began_with_and_for_the_rest_those_of_today(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_assessment(session, scene, "hygiene")
    session.execute(
        select(Membership).where(Membership.user_id == scene.colleague.user_id)
    ).scalar_one().professions = ["infirmier", "sage-femme"]
    rate(session, scene.colleague, assessment, "HY-1", "oui")
    content = an_edition("autre", {"s": [{"criterion": "AU-1"}]}, version=2)
    named = (("infirmier", "IDE"), ("sage-femme", "Sage-femme"))
    professions = tuple(Profession(profession=name, label=label) for name, label in named)
    publish(session, content.model_copy(update={"professions": professions}))
    told = read_circumstances(session, assessment).participation.professions
    assert told == (("Infirmier", 1), ("Sage-femme", 1))


def test_of_two_editions_that_name_a_thing_differently_the_first_is_heard() -> None:
    content = an_edition("autre", {"s": [{"criterion": "AU-1"}]})
    flags = (Flag(flag="dentaire", label="Soins dentaires"), Flag(flag="mt", label="Médecine"))
    labels = labels_of([COORDINATION, content.model_copy(update={"flags": flags})])
    assert labels.flags == {"dentaire": "Dentaire", "mt": "Médecine"}


def test_activities_keep_the_order_of_the_profile_and_leave_out_what_no_grid_asks_about() -> None:
    assert activities_of(["antennes", "inconnu", "dentaire"], LABELS) == ("Antennes", "Dentaire")


@pytest.mark.parametrize(
    ("people", "professions"),
    [
        ([], ()),
        ([["medecin"], ["accueil"], ["medecin"]], (("Médecin", 2), ("Accueil", 1))),
        ([["medecin", "accueil"]], (("Accueil", 1), ("Médecin", 1))),
        ([[], ["inconnue"], ["medecin", "inconnue"]], (("Médecin", 1), (NO_PROFESSION, 2))),
    ],
)
def test_people_are_counted_by_profession_the_most_numerous_first(
    people: list[list[str]], professions: tuple[tuple[str, int], ...]
) -> None:
    found = participation_of(people, LABELS)
    assert (found.people, found.professions) == (len(people), professions)


def test_after_a_blind_rating_those_who_rated_or_said_they_had_finished_took_part(
    session: Session, scene: Scene
) -> None:
    blind = a_blind_assessment(session, scene, 4)
    say(session, blind, "CO-1", "oui", ("blank", ""), ("unknown", ""))
    participants(session, blind)[3].finished_at = NOW
    agree(session, blind, "CO-1", "oui")
    before = read_circumstances(session, blind).participation
    assert before.people == 3  # the second has answered nothing, and said nothing
    validate(session, scene, blind)
    assert read_circumstances(session, blind).participation == before
    reopen_assessment(
        session,
        scene.manager,
        assessment_id=blind.id,
        reason="Une erreur.",
        expected_version=blind.version,
        now=NOW,
    )
    assert read_circumstances(session, blind).participation == before  # names are cut: as it was then
