"""What the team of an assessment is told by mail, and what nobody is told twice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.persistence.accounts import User
from aqss.persistence.assessments import Assessment
from aqss.persistence.mails import Mail
from aqss.services.assessments.announcing import announce_rating, announce_synthesis
from tests.builders import a_bare_synthesis
from tests.services.assessments.scene import LINKS, NOW, Scene, an_assessment


@pytest.fixture
def assessment(session: Session, scene: Scene) -> Assessment:
    return an_assessment(session, scene, "hygiene", round_ends_on=date(2026, 3, 28))


@pytest.fixture
def member(session: Session, scene: Scene) -> User:
    return session.get_one(User, scene.member.user_id)


@pytest.fixture
def colleague(session: Session, scene: Scene) -> User:
    return session.get_one(User, scene.colleague.user_id)


def told(session: Session, kind: str) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))


def test_an_open_rating_is_announced_with_its_link_its_objective_and_its_end(
    session: Session, scene: Scene, assessment: Assessment, member: User
) -> None:
    announce_rating(session, assessment, [member], LINKS, NOW)
    (mail,) = told(session, "rating-open")
    assert (mail.address, mail.user_id, mail.centre_id) == (member.email, member.id, scene.centre.id)
    for words in (
        "Mehdi Médecin",
        "Campagne 2026",
        "Centre des Lilas",
        "Situer nos pratiques.",
        "samedi 28 mars 2026",
        LINKS.assessment(assessment.id),
    ):
        assert words in mail.body_text


def test_an_announced_rating_is_worthless_once_its_round_has_ended(
    session: Session, assessment: Assessment, member: User
) -> None:
    announce_rating(session, assessment, [member], LINKS, NOW)
    (mail,) = told(session, "rating-open")
    assert mail.expires_at == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_a_rating_without_an_end_is_announced_without_one(
    session: Session, assessment: Assessment, member: User
) -> None:
    assessment.round_ends_on = None
    announce_rating(session, assessment, [member], LINKS, NOW)
    (mail,) = told(session, "rating-open")
    assert mail.expires_at is None


@pytest.mark.parametrize(
    ("now", "count"),
    [(datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC), 1), (datetime(2026, 3, 28, 23, tzinfo=UTC), 0)],
)
def test_nobody_is_told_of_a_rating_once_its_round_has_ended(
    session: Session, assessment: Assessment, member: User, now: datetime, count: int
) -> None:
    announce_rating(session, assessment, [member], LINKS, now)
    assert len(told(session, "rating-open")) == count


def test_the_synthesis_is_sent_with_its_link_and_for_ever(
    session: Session, assessment: Assessment, member: User
) -> None:
    announce_synthesis(session, assessment, [member], a_bare_synthesis(1), LINKS, NOW)
    (mail,) = told(session, "results-available")
    assert LINKS.synthesis(assessment.id) in mail.body_text
    assert (mail.expires_at, mail.slot) == (None, f"assessment-{assessment.id}-closing-1")


def test_the_synthesis_of_each_closing_is_sent_once(
    session: Session, assessment: Assessment, member: User
) -> None:
    for rank in (1, 1, 2, 2):
        announce_synthesis(session, assessment, [member], a_bare_synthesis(rank), LINKS, NOW)
    assert len(told(session, "results-available")) == 2


def test_each_person_is_told_once_of_each_even_under_another_address(
    session: Session, assessment: Assessment, member: User, colleague: User
) -> None:
    announce_rating(session, assessment, [member], LINKS, NOW)
    member.email = "mehdi.autre@exemple.fr"
    announce_rating(session, assessment, [member, colleague], LINKS, NOW)
    assert [mail.user_id for mail in told(session, "rating-open")] == [member.id, colleague.id]
    announce_synthesis(session, assessment, [member], a_bare_synthesis(1), LINKS, NOW)
    assert [mail.user_id for mail in told(session, "results-available")] == [member.id]


def test_another_assessment_is_announced_apart(
    session: Session, scene: Scene, assessment: Assessment, member: User
) -> None:
    for one in (assessment, an_assessment(session, scene, "hygiene")):
        announce_rating(session, one, [member], LINKS, NOW)
    assert len(told(session, "rating-open")) == 2
