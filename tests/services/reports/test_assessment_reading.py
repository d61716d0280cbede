"""Who may read the report of an assessment, what reading costs, and when it is another report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.definitions.grids import Flag, Profession, ProfileFile
from aqss.domain.errors import NotFound, NotPossibleNow
from aqss.persistence.accounts import Membership
from aqss.services.reports.assessment import REPORT, content_hash, document_html, read_report
from aqss.services.reports.kinds import Sources
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    an_assessment,
    an_edition,
    close,
    publish,
    rate,
    statements,
)
from tests.services.reports.story import (
    DUTIES,
    a_closed_assessment,
    a_rated_assessment,
    report_of,
    with_references,
)


def renamed(catalogue: Catalogue) -> Catalogue:
    """The catalogue after what describes people and places was renamed, and its modules withdrawn."""
    profile = ProfileFile(
        flags=(Flag(flag="dentaire", label="Soins dentaires"),),
        professions=(Profession(profession="medecin", label="Docteur"),),
    )
    return replace(catalogue, profile=profile, modules=())


class TestReading:
    def test_a_stranger_finds_no_report(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        for actor in (scene.stranger, scene.administrator):
            with pytest.raises(NotFound):
                report_of(session, actor, small_catalogue, assessment)

    def test_there_is_no_report_before_results_may_be_read(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = an_assessment(session, scene)
        with pytest.raises(NotPossibleNow):
            report_of(session, scene.member, small_catalogue, assessment)

    def test_other_assessments_and_more_grids_cost_no_more_queries(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        alone = a_rated_assessment(session, scene, "hygiene", answers={"HY-1": "oui"})
        wide = a_rated_assessment(session, scene, "coordination", "hygiene", "mesures")
        for assessment in (alone, wide):
            report_of(session, scene.member, small_catalogue, assessment)
        counts = set()
        for others in (1, 20):
            for _ in range(others):
                a_rated_assessment(session, scene)
            for assessment in (alone, wide):
                session.expire_all()
                with statements(session) as seen:
                    report_of(session, scene.member, small_catalogue, assessment)
                counts.add(len(seen))
        assert len(counts) == 1, counts


class TestHash:
    def test_the_same_content_is_made_once(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_closed_assessment(session, scene, NOW)
        first = report_of(session, scene.member, small_catalogue, assessment)
        later = report_of(session, scene.manager, small_catalogue, assessment, NOW + timedelta(days=9))
        assert content_hash(first) == content_hash(later)

    def test_nothing_that_happens_later_changes_the_report_of_a_closed_assessment(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        slow = a_rated_assessment(session, scene, now=NOW - timedelta(days=100), title="Lente")
        scene.centre.flags = ["dentaire"]
        assessment = a_closed_assessment(session, scene, NOW)
        before = report_of(session, scene.member, small_catalogue, assessment)
        assert before.profile == ("Dentaire",)
        assert before.participation.professions == (("Profession non précisée", 1),)

        close(session, scene, slow, NOW + timedelta(days=1))
        scene.centre.name, scene.centre.town, scene.centre.finess = "Autre nom", "Ailleurs", "240000001"
        scene.centre.flags = []
        membership = session.scalars(select(Membership).where(Membership.user_id == scene.member.user_id))
        membership.one().professions = ["infirmier"]
        content = an_edition("nouvelle", {"s": [{"criterion": "NO-1"}]})
        changes = {
            "flags": (Flag(flag="dentaire", label="Soins dentaires"),),
            "bands": (*content.bands[:2], content.bands[2].model_copy(update={"label": "Excellent"})),
        }
        publish(session, content.model_copy(update=changes))
        session.flush()
        session.expire_all()

        later = report_of(
            session, scene.manager, renamed(small_catalogue), assessment, NOW + timedelta(days=400)
        )
        assert document_html(later).encode() == document_html(before).encode()
        assert content_hash(later) == content_hash(before)

    def test_whether_a_reference_is_verified_stays_live_even_then(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        publish(session, DUTIES)
        assessment = a_rated_assessment(session, scene, "devoirs", answers={})
        close(session, scene, assessment)
        told = [
            report_of(session, scene.member, catalogue, assessment)
            for catalogue in (small_catalogue, with_references(small_catalogue))
        ]
        assert [any(one.is_verified for one in content.citations) for content in told] == [False, True]
        assert content_hash(told[0]) != content_hash(told[1])

    def test_another_answer_comment_day_or_assessment_is_another_report(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        content = report_of(session, scene.member, small_catalogue, assessment)
        hashes = [content_hash(content), content_hash(replace(content, assessment_id=assessment.id + 1))]
        rate(session, scene.member, assessment, "CO-1", "oui")
        hashes.append(content_hash(report_of(session, scene.member, small_catalogue, assessment)))
        rate(session, scene.member, assessment, "CO-1", "oui", comment="Vu ensemble.")
        hashes.append(content_hash(report_of(session, scene.member, small_catalogue, assessment)))
        tomorrow = NOW + timedelta(days=1)
        hashes.append(content_hash(report_of(session, scene.member, small_catalogue, assessment, tomorrow)))
        assert len(set(hashes)) == 5

    def test_the_job_writes_the_document_that_was_asked_for(
        self, session: Session, scene: Scene, small_catalogue: Catalogue
    ) -> None:
        assessment = a_rated_assessment(session, scene)
        content = report_of(session, scene.member, small_catalogue, assessment)
        body = REPORT.build(session, assessment.id, Sources(small_catalogue, LINKS, NOW))
        assert body.content_hash == content_hash(content)
        assert body.html == document_html(content)
        assert REPORT.centre_of(session, assessment.id) == scene.centre.id

    @pytest.mark.parametrize("unknown", [0, -1, 999, 2**40])
    def test_there_is_no_report_of_an_unknown_assessment(
        self, session: Session, scene: Scene, small_catalogue: Catalogue, unknown: int
    ) -> None:
        with pytest.raises(NotFound):
            REPORT.centre_of(session, unknown)
        with pytest.raises(NotFound):
            read_report(session, scene.member, small_catalogue, unknown, NOW)


def test_closing_keeps_what_the_team_read(session: Session, scene: Scene, small_catalogue: Catalogue) -> None:
    assessment = a_rated_assessment(session, scene)
    before = report_of(session, scene.member, small_catalogue, assessment)
    close(session, scene, assessment)
    assert report_of(session, scene.member, small_catalogue, assessment).modules == before.modules
