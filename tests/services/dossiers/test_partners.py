"""The directory of a centre's partners."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.domain.errors import InvalidInput, NotAllowed, NotFound, StaleEdit
from aqss.persistence.dossiers import Partner
from aqss.services.dossiers import partners
from aqss.services.dossiers.partners import (
    Described,
    add_partner,
    change_partner,
    get_partner,
    list_partners,
    remove_partner,
)
from tests.services.assessments.scene import statements
from tests.services.dossiers.scene import NOW, Scene, faults_of, journal

HOSPITAL = Described(
    "Hôpital de Bergerac", "hôpital", "Cadre des urgences", "05 00 00 00 00", "Urgences@Exemple.FR", "1 rue"
)


def add(session: Session, scene: Scene, described: Described = HOSPITAL) -> Partner:
    return add_partner(session, scene.coordinator, centre_id=scene.centre.id, described=described, now=NOW)


def change(session: Session, scene: Scene, partner: Partner, described: Described, version: int) -> None:
    change_partner(
        session,
        scene.manager,
        centre_id=scene.centre.id,
        partner_id=partner.id,
        described=described,
        expected_version=version,
        now=NOW,
    )


def test_what_somebody_else_told_of_a_partner_meanwhile_is_not_replaced_unseen(
    session: Session, scene: Scene
) -> None:
    partner = add(session, scene)
    change(session, scene, partner, Described("Hôpital du Lac", phone="05 11"), 1)
    with pytest.raises(StaleEdit):
        change(session, scene, partner, Described("Hôpital du Lac", phone="05 22"), 1)
    assert (partner.phone, partner.version) == ("05 11", 2)


def test_a_partner_is_added_corrected_and_taken_out(session: Session, scene: Scene) -> None:
    partner = add(session, scene)
    assert (partner.email, partner.updated_at) == ("urgences@exemple.fr", NOW)
    key, place = partner.id, {"centre_id": scene.centre.id, "now": NOW}
    change(session, scene, partner, Described("Hôpital du Lac"), 1)
    assert (partner.name, partner.kind) == ("Hôpital du Lac", "")
    remove_partner(session, scene.coordinator, partner_id=key, **place)  # type: ignore[arg-type]
    assert list_partners(session, scene.member, scene.centre.id).total == 0
    assert journal(session, "partner-added") == [(scene.coordinator.user_id, {"name": "Hôpital de Bergerac"})]
    assert journal(session, "partner-changed") == [(scene.manager.user_id, {"name": "Hôpital du Lac"})]
    assert journal(session, "partner-removed") == [(scene.coordinator.user_id, {"name": "Hôpital du Lac"})]


def test_partners_are_found_by_words_accents_aside_a_page_at_a_time(session: Session, scene: Scene) -> None:
    add(session, scene)
    for number in range(60):
        add(session, scene, Described(f"Cabinet {number:02}", note="Près de la gare"))
    found = list_partners(session, scene.member, scene.centre.id, search="HOPITAL bergerac")
    assert [one.name for one in found.lines] == ["Hôpital de Bergerac"]
    last = list_partners(session, scene.member, scene.centre.id, search="gare", page=9)
    assert (last.total, last.number, last.count, len(last.lines)) == (60, 2, 2, 10)
    with statements(session) as seen:
        list_partners(session, scene.member, scene.centre.id)
    assert len(seen) <= 2


def test_every_fault_is_told_at_once(session: Session, scene: Scene) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(session, scene, Described(" ", email="pas une adresse", note="284058812345612"))
    with pytest.raises(InvalidInput) as named:
        add(session, scene, Described("Cabinet", email="284058812345612@exemple.fr"))
    assert faults_of(named.value) == [("email", "patient-identifier")]
    assert faults_of(refusal.value) == [
        ("name", "required"),
        ("email", "email"),
        ("note", "patient-identifier"),
    ]


def test_there_is_a_limit(session: Session, scene: Scene) -> None:
    session.add_all(
        Partner(centre_id=scene.centre.id, name=f"P {n}", updated_at=NOW)
        for n in range(partners.MOST_PARTNERS)
    )
    session.flush()
    with pytest.raises(InvalidInput) as refusal:
        add(session, scene)
    assert faults_of(refusal.value) == [("name", "too-many")]


def test_the_team_reads_who_leads_edits_and_another_centre_finds_nothing(
    session: Session, scene: Scene
) -> None:
    partner = add(session, scene)
    with pytest.raises(NotAllowed):
        get_partner(session, scene.member, scene.centre.id, partner.id)
    for actor in (scene.stranger, scene.helper, scene.administrator):
        with pytest.raises(NotAllowed):
            list_partners(session, actor, scene.centre.id)
    elsewhere = scene.stranger.grants[0].centre_id or 0
    with pytest.raises(NotFound):
        get_partner(session, scene.stranger, elsewhere, partner.id)
    for key in (0, 2**40, 999_999):
        with pytest.raises(NotFound):
            get_partner(session, scene.coordinator, scene.centre.id, key)
