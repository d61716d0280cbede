"""The demonstration is always the same for the same numbers, and holds together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aqss.domain.access import Role
from aqss.domain.definitions.catalogue import Catalogue
from aqss.domain.errors import Misconfigured
from aqss.domain.geography import FICTIONAL_REGION
from aqss.persistence.accounts import Membership, User
from aqss.persistence.assessments import Answer, Assessment, Sheet
from aqss.persistence.centres import Centre, Structure
from aqss.persistence.session import Sessions
from aqss.services.assessments.freezing import freeze
from aqss.services.assessments.scores import check_scores
from aqss.services.demonstration.campaigns import plan_campaigns
from aqss.services.demonstration.loading import (
    REFERENCE_DAY,
    has_centres,
    load_demonstration,
)
from aqss.services.demonstration.published import read_published
from aqss.services.demonstration.region import MAIL_DOMAIN, plan_centre
from aqss.services.editions import Publication


def load(session: Session, catalogue: Catalogue, *, centres: int, years: int) -> None:
    published = read_published(session, tuple(catalogue.grids))
    load_demonstration(
        session, published, centres=centres, years=years, password_hash="hash", advance=lambda: None
    )


@pytest.fixture
def loaded(sessions: Sessions, published: Publication, catalogue: Catalogue) -> Iterator[Session]:
    with sessions.writing() as session:
        load(session, catalogue, centres=7, years=2)
        yield session


def test_the_same_numbers_give_the_same_region() -> None:
    assert [plan_centre(number) for number in range(50)] == [plan_centre(number) for number in range(50)]
    assert plan_campaigns(4, 2, REFERENCE_DAY) == plan_campaigns(4, 2, REFERENCE_DAY)


def test_a_region_of_thirty_six_centres_has_every_kind_of_profile() -> None:
    centres = [plan_centre(number) for number in range(36)]
    assert len({centre.name for centre in centres}) == 36
    assert len({centre.flags for centre in centres}) >= 5
    assert len({centre.kind for centre in centres}) >= 4
    assert len({centre.finess for centre in centres}) == 36


def test_some_coordinators_follow_several_centres() -> None:
    places = Counter(
        person.email
        for number in range(12)
        for person in plan_centre(number).team
        if person.role is Role.COORDINATOR
    )
    assert set(places.values()) == {1, 2, 3}


def test_every_score_row_is_what_the_answers_give(loaded: Session) -> None:
    assessments = loaded.scalars(select(Assessment.id)).all()
    assert len(assessments) == 2 + 1 + 6 * 2 * 3
    assert [difference for key in assessments for difference in check_scores(loaded, key)] == []


def test_assessments_are_closed_or_running_in_every_state(loaded: Session) -> None:
    states = Counter(loaded.scalars(select(Assessment.state)))
    assert {"close", "cotation", "accord", "validation", "preparation"} <= set(states)
    assert states["close"] > sum(states.values()) / 2


def test_an_assessment_is_closed_exactly_when_its_state_says_so(loaded: Session) -> None:
    rows = loaded.execute(select(Assessment.state, Assessment.closed_at)).all()
    assert all((row.closed_at is not None) == (row.state == "close") for row in rows)


def test_a_closed_assessment_keeps_what_closing_would_have_kept(loaded: Session) -> None:
    assessments = loaded.scalars(select(Assessment)).all()
    assert all((one.frozen is not None) == (one.closed_at is not None) for one in assessments)
    for one in assessments:
        if one.frozen is not None:
            kept = one.frozen
            freeze(loaded, one)
            assert one.frozen == kept
            assert one.frozen["participation"]["people"] > 0


def test_people_of_each_role_can_be_found_and_nobody_has_a_real_address(loaded: Session) -> None:
    assert set(loaded.scalars(select(Membership.role))) == {"member", "coordinator", "manager", "structure"}
    assert loaded.scalar(select(func.count()).where(User.is_administrator)) == 1
    assert all(email.endswith(MAIL_DOMAIN) for email in loaded.scalars(select(User.email)))


def test_every_place_is_in_the_fictional_region(loaded: Session) -> None:
    assert set(loaded.scalars(select(Centre.region))) == {FICTIONAL_REGION}
    assert all(regions == [FICTIONAL_REGION] for regions in loaded.scalars(select(Structure.regions)))
    assert loaded.scalar(select(func.count()).select_from(Structure)) == 3


def test_a_sheet_being_rated_is_partly_answered(loaded: Session) -> None:
    running = loaded.scalars(select(Assessment.id).where(Assessment.state == "cotation")).first()
    counts = loaded.execute(
        select(Sheet.id, Sheet.finished_at, func.count(Answer.criterion))
        .outerjoin(Answer, Answer.sheet_id == Sheet.id)
        .where(Sheet.assessment_id == running)
        .group_by(Sheet.id)
    ).all()
    assert {row.finished_at is not None for row in counts} == {True, False}
    assert {bool(row[2]) for row in counts if row.finished_at is None} == {True, False}


def test_rows_added_afterwards_do_not_meet_numbers_already_taken(loaded: Session) -> None:
    centre = loaded.get_one(Centre, 1)
    last = loaded.scalar(select(func.max(User.id)))
    user = User(email="apres@exemple.fr", name="Après", created_at=centre.created_at)
    loaded.add(user)
    loaded.flush()
    assert user.id > last


def test_a_database_without_published_grids_is_refused(sessions: Sessions, catalogue: Catalogue) -> None:
    with sessions.writing() as session, pytest.raises(Misconfigured):
        read_published(session, tuple(catalogue.grids))


def test_a_database_that_holds_centres_is_recognised(
    sessions: Sessions, published: Publication, catalogue: Catalogue
) -> None:
    with sessions.writing() as session:
        assert not has_centres(session)
        load(session, catalogue, centres=1, years=1)
        assert has_centres(session)
