"""Who may read, edit, work on and pass on a dossier; who does not even know that it exists."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from aqss.domain.access import Permission
from aqss.domain.errors import NotAllowed, NotFound, NotPossibleNow
from aqss.services.dossiers.finding import (
    Place,
    find_place_of,
    get_dossier,
    get_editable,
    get_passable,
    get_worked_on,
    named_dates,
    require_running,
    roles_of,
)
from tests.services.dossiers.scene import NOW, Scene, a_dossier, go


def test_the_team_reads_it_and_nobody_else_knows_of_it(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    assert get_dossier(session, scene.member, dossier.id, Permission.DOSSIER_READ) is dossier
    for actor in (scene.stranger, scene.helper, scene.administrator):
        with pytest.raises(NotFound):
            get_dossier(session, actor, dossier.id, Permission.DOSSIER_READ)


@pytest.mark.parametrize("key", [0, -1, 2**40, 999_999])
def test_there_is_none_under_such_a_key(session: Session, scene: Scene, key: int) -> None:
    with pytest.raises(NotFound):
        get_dossier(session, scene.coordinator, key, Permission.DOSSIER_READ)
    assert find_place_of(session, key) == Place(None, None)


def test_a_member_edits_none(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    with pytest.raises(NotAllowed):
        get_editable(session, scene.member, dossier.id)
    assert get_editable(session, scene.manager, dossier.id)[0] is dossier


def test_it_is_edited_while_its_state_allows_it(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    go(session, scene.coordinator, dossier, "abandonne")
    with pytest.raises(NotPossibleNow):
        get_editable(session, scene.coordinator, dossier.id)
    with pytest.raises(NotPossibleNow):
        get_worked_on(session, scene.coordinator, dossier.id)
    with pytest.raises(NotPossibleNow):
        require_running(dossier)


def test_who_is_in_charge_and_who_works_on_it_may_work(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, owner_id=scene.member.user_id, people=[scene.colleague.user_id])
    for actor in (scene.member, scene.colleague, scene.manager):
        assert get_worked_on(session, actor, dossier.id)[0] is dossier
    alone = a_dossier(session, scene)
    with pytest.raises(NotAllowed):
        get_worked_on(session, scene.colleague, alone.id)


def test_a_structure_reads_it_once_it_was_sent(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui")
    dossier.structure_id = scene.structure.id
    session.flush()
    with pytest.raises(NotFound):
        get_passable(session, scene.helper, dossier.id)
    assert find_place_of(session, dossier.id) == Place(scene.centre.id, None)
    dossier.sent_at = NOW
    session.flush()
    assert get_passable(session, scene.helper, dossier.id)[0] is dossier
    assert find_place_of(session, dossier.id) == Place(scene.centre.id, scene.structure.id)
    with pytest.raises(NotFound):
        get_dossier(session, scene.helper, dossier.id, Permission.DOSSIER_READ)  # not as a team does


def test_what_somebody_is_for_it(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene, "demande-appui", owner_id=scene.member.user_id)
    assert roles_of(scene.member, dossier) == {"member", "owner"}
    assert roles_of(scene.coordinator, dossier) == {"coordinator"}
    assert roles_of(scene.helper, dossier) == frozenset()
    dossier.structure_id, dossier.sent_at = scene.structure.id, NOW
    assert roles_of(scene.helper, dossier) == {"structure"}
    assert roles_of(scene.stranger, dossier) == frozenset()
    dossier.owner_id = scene.stranger.user_id  # in charge once, and gone since
    assert roles_of(scene.stranger, dossier) == frozenset()


def test_the_named_date_of_a_dossier_is_the_end_of_its_year(session: Session, scene: Scene) -> None:
    dossier = a_dossier(session, scene)
    assert named_dates(dossier) == {}
    dossier.year_ends_on = date(2026, 6, 30)
    assert named_dates(dossier)["year-end"].isoformat() == "2026-06-30T22:00:00+00:00"
