"""The figures of a dossier: targets of its centre, values of its sheet, those of the dossier before."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import InvalidInput, NotAllowed, NotPossibleNow, StaleEdit
from aqss.persistence.assessments import Assessment
from aqss.persistence.dossiers import Dossier
from aqss.services.assessments.rating import Submission, save_answer
from aqss.services.dossiers.parts import parts_of
from aqss.services.dossiers.targets import (
    Figure,
    Filled,
    change_targets,
    read_figures,
    read_filled,
    read_targets,
)
from tests.services.dossiers.scene import (
    NOW,
    TODAY,
    Scene,
    a_dossier,
    change,
    do_tasks,
    faults_of,
    finish_grids,
    go,
    journal,
    workflow_of,
)

GRIDS = ("indicateurs-suivi",)


def a_year(session: Session, scene: Scene, **more: object) -> Dossier:
    dossier = a_dossier(session, scene, "indicateurs-annuels", **more)
    change(session, scene, dossier, period_from=TODAY, period_to=TODAY)
    return dossier


def opened(session: Session, scene: Scene, dossier: Dossier) -> Dossier:
    do_tasks(session, scene, dossier)
    return go(session, scene.coordinator, dossier, "saisie")


def answer(session: Session, scene: Scene, dossier: Dossier, number: str, version: int = 0) -> None:
    sheet = session.scalars(select(Assessment).where(Assessment.dossier_id == dossier.id)).one()
    save_answer(
        session,
        scene.member,
        assessment_id=sheet.id,
        grid="indicateurs-suivi",
        criterion="D1-01",
        submission=Submission("number", number),
        expected_version=version,
        now=NOW,
    )


def figure(session: Session, dossier: Dossier, code: str = "D1-01") -> Figure:
    return next(one for one in read_figures(session, dossier, GRIDS) if one.criterion.criterion == code)


def aim(session: Session, scene: Scene, dossier: Dossier, **targets: str) -> None:
    named = {code.replace("_", "-"): target for code, target in targets.items()}
    aim_at(session, scene.coordinator, dossier, named, dossier.version)


def aim_at(session: Session, actor: Actor, dossier: Dossier, targets: dict[str, str], version: int) -> None:
    change_targets(session, actor, dossier_id=dossier.id, targets=targets, expected_version=version, now=NOW)


def test_before_the_grids_open_the_figures_are_those_they_will_ask_of_the_centre(
    session: Session, scene: Scene
) -> None:
    dossier = a_year(session, scene)
    codes = [one.criterion.criterion for one in read_figures(session, dossier, GRIDS)]
    assert "D1-03" in codes  # dental care
    assert "D1-02" not in codes  # no nursing care
    scene.centre.flags = ["mt", "soins-infirmiers"]
    session.flush()
    assert "D1-02" in [one.criterion.criterion for one in read_figures(session, dossier, GRIDS)]


def test_once_open_they_follow_the_profile_of_the_sheet(session: Session, scene: Scene) -> None:
    dossier = opened(session, scene, a_year(session, scene))
    scene.centre.flags = []
    session.flush()
    assert "D1-03" in [one.criterion.criterion for one in read_figures(session, dossier, GRIDS)]


def test_a_value_stands_beside_its_target_with_the_gap(session: Session, scene: Scene) -> None:
    dossier = a_year(session, scene)
    aim(session, scene, dossier, D1_01="1 200")
    opened(session, scene, dossier)
    assert (figure(session, dossier).target, figure(session, dossier).gap) == (Decimal(1200), None)
    answer(session, scene, dossier, "1150")
    found = figure(session, dossier)
    assert (found.value, found.gap, found.before) == (Decimal(1150), Decimal(-50), None)


def test_what_is_still_to_be_counted_is_told(session: Session, scene: Scene) -> None:
    dossier = a_year(session, scene)
    parts = parts_of(workflow_of(session, scene, dossier))
    aim(session, scene, dossier, D1_01="1200", D1_04="30")
    opened(session, scene, dossier)
    total = len(read_figures(session, dossier, GRIDS))
    assert read_filled(session, dossier, parts) == Filled(0, total, 2)
    answer(session, scene, dossier, "1150")
    assert read_filled(session, dossier, parts) == Filled(1, total, 1)
    assert read_filled(session, dossier, replace(parts, has_period=False)) is None


def test_the_dossier_before_stands_beside(session: Session, scene: Scene) -> None:
    first = opened(session, scene, a_year(session, scene))
    answer(session, scene, first, "1000")
    go(session, scene.coordinator, first, "abandonne")
    following = a_dossier(session, scene, "indicateurs-annuels", previous_id=first.id)
    assert figure(session, following).before == Decimal(1000)


def test_targets_are_replaced_and_the_journal_counts_them(session: Session, scene: Scene) -> None:
    dossier = a_year(session, scene)
    aim(session, scene, dossier, D1_01="1200", D1_04="  ")
    aim(session, scene, dossier, D1_01="1200")
    assert read_targets(session, dossier) == {"D1-01": Decimal(1200)}
    aim(session, scene, dossier, D1_01="", D1_04="30")
    assert read_targets(session, dossier) == {"D1-04": Decimal(30)}
    assert [facts for _, facts in journal(session, "dossier-targets-changed")] == [{"count": 1}, {"count": 2}]


def test_targets_that_somebody_else_set_meanwhile_are_not_replaced_unseen(
    session: Session, scene: Scene
) -> None:
    dossier = a_year(session, scene)
    version = dossier.version
    aim_at(session, scene.manager, dossier, {"D1-01": "1200"}, version)
    with pytest.raises(StaleEdit):
        aim_at(session, scene.coordinator, dossier, {"D1-01": "900"}, version)
    assert read_targets(session, dossier) == {"D1-01": Decimal(1200)}


def test_a_target_follows_the_rules_of_its_scale(session: Session, scene: Scene) -> None:
    dossier = a_year(session, scene)
    with pytest.raises(InvalidInput) as refusal:
        aim(session, scene, dossier, D1_01="douze", D1_04="-5", D1_02="3", INCONNU="1")
    assert faults_of(refusal.value) == [
        ("D1-01", "number-expected"),
        ("D1-04", "number-range"),
        ("D1-02", "unknown-choice"),
        ("INCONNU", "unknown-choice"),
    ]
    assert read_targets(session, dossier) == {}


def test_targets_are_for_who_leads_where_there_are_figures_until_the_end(
    session: Session, scene: Scene
) -> None:
    dossier = a_year(session, scene)
    with pytest.raises(NotAllowed):
        aim_at(session, scene.member, dossier, {}, dossier.version)
    without = a_dossier(session, scene)
    with pytest.raises(NotPossibleNow):
        aim(session, scene, without, D1_01="1")
    opened(session, scene, dossier)
    finish_grids(session, scene, dossier)
    do_tasks(session, scene, dossier)
    go(session, scene.coordinator, dossier, "relecture")
    do_tasks(session, scene, dossier)
    go(session, scene.manager, dossier, "figee")
    with pytest.raises(NotPossibleNow):
        aim(session, scene, dossier, D1_01="1")
    with pytest.raises(NotPossibleNow):
        answer(session, scene, dossier, "5")
