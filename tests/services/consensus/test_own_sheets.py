"""Rating alone: what each kind of person sees of the round, their own sheet, their finish, and reminders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from aqss.domain.access import Actor
from aqss.domain.errors import NotAllowed, NotFound, NotPossibleNow
from aqss.persistence.accounts import Membership
from aqss.persistence.assessments import Assessment
from aqss.persistence.mails import Mail
from aqss.services.assessments.participants import list_participants
from aqss.services.assessments.sheet_page import SheetPage, read_sheet
from aqss.services.consensus.own_sheets import (
    find_own,
    finish_rating,
    read_own_sheet,
    read_round,
    remind_participants,
    resume_rating,
)
from tests.services.assessments.alone import an_open_round, rate_alone, somebody
from tests.services.assessments.scene import (
    LINKS,
    NOW,
    Scene,
    an_open_assessment,
    journal,
    pass_to,
    statements,
)

NEXT_DAY = NOW + timedelta(days=1)


def own_sheet(
    session: Session, actor: Actor, assessment: Assessment, grid: str = "coordination"
) -> SheetPage:
    return read_own_sheet(session, actor, read_sheet(session, actor, assessment.id, grid, NOW))


def remind(session: Session, actor: Actor, assessment: Assessment, now: datetime = NOW) -> int:
    return remind_participants(session, actor, assessment_id=assessment.id, links=LINKS, now=now)


def reminders(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).where(Mail.kind == "rating-reminder").order_by(Mail.id)))


def leave(session: Session, actor: Actor) -> None:
    session.execute(update(Membership).where(Membership.user_id == actor.user_id).values(disabled_at=NOW))


def said(value: Any) -> list[str]:
    """Every text of a result, however deep."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in said(getattr(value, field.name))]
    if isinstance(value, tuple | list):
        return [text for one in value for text in said(one)]
    return []


def test_who_leads_sees_how_far_each_person_is_and_their_own_sheets(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    found = read_round(session, scene.coordinator, assessment.id, NOW)
    assert [(line.participant.name, line.progress.done, line.progress.whole) for line in found.lines] == [
        ("Camille Coordination", 0, 4),
        ("Inès Infirmière", 0, 4),
        ("Mehdi Médecin", 1, 4),
    ]
    assert found.own is not None
    assert found.own.participant.name == "Camille Coordination"
    assert (found.is_open, found.finished, found.expected, found.late) == (True, 0, 3, 3)
    assert found.leaders == ("Camille Coordination",)


@pytest.mark.parametrize("who", ["member", "manager"])
def test_nobody_else_sees_how_far_others_are(session: Session, scene: Scene, who: str) -> None:
    assessment = an_open_round(session, scene, people=[scene.member, scene.colleague])
    rate_alone(session, scene.colleague, assessment, "CO-1", "oui")
    found = read_round(session, getattr(scene, who), assessment.id, NOW)
    assert found.lines == ()
    assert "Inès Infirmière" not in said(found)
    assert (found.own is not None) == (who == "member")


def test_the_round_of_an_assessment_that_is_not_theirs_is_not_found(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    for actor in (scene.stranger, scene.administrator):
        with pytest.raises(NotFound):
            read_round(session, actor, assessment.id, NOW)


def test_who_has_finished_is_counted_among_those_still_there(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    finish_rating(session, scene.member, assessment_id=assessment.id, now=NOW)
    leave(session, scene.colleague)
    found = read_round(session, scene.coordinator, assessment.id, NOW)
    assert (found.finished, found.expected, found.late, len(found.lines)) == (1, 2, 1, 3)


def test_a_round_is_over_once_closed_and_reminds_nobody(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    pass_to(session, scene.coordinator, assessment, "accord")
    found = read_round(session, scene.coordinator, assessment.id, NOW)
    assert (found.is_open, found.late) == (False, 0)


def test_the_round_is_the_same_queries_whoever_takes_part(session: Session, scene: Scene) -> None:
    def ran(assessment: Assessment) -> int:
        read_round(session, scene.coordinator, assessment.id, NOW)
        with statements(session) as seen:
            read_round(session, scene.coordinator, assessment.id, NOW)
        return len(seen)

    small = ran(an_open_round(session, scene, people=[scene.member]))
    people = [somebody(session, scene, f"Médecin {n}", "medecin") for n in range(9)]
    large = an_open_round(session, scene, "coordination", "hygiene", people=people)
    for person in people:
        rate_alone(session, person, large, "CO-1", "oui")
    assert ran(large) == small <= 5


def test_an_own_sheet_holds_what_one_answered_and_nothing_of_the_others(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui", comment="Le mien.")
    rate_alone(session, scene.colleague, assessment, "CO-1", "non", comment="Le sien.")
    rate_alone(session, scene.colleague, assessment, "CO-3", "non", comment="Encore le sien.")
    page = own_sheet(session, scene.member, assessment)
    assert (page.is_own, page.can_rate, page.is_started, page.resume_at) == (True, True, True, "CO-2")
    lines = {line.criterion.criterion: line for part in page.sections for line in part.lines}
    assert (lines["CO-1"].answer.level, lines["CO-1"].version, lines["CO-1"].saved_at) == ("oui", 1, NOW)
    assert (lines["CO-3"].answer.kind, lines["CO-3"].version, lines["CO-3"].saved_at) == ("blank", 0, None)
    assert "Le mien." in said(page)
    assert not {"Le sien.", "Encore le sien.", "Inès Infirmière"} & {*said(page)}
    assert (page.standing.tally.score, page.active, page.finished) == (None, (), None)


def test_what_is_asked_of_one_comes_apart_from_the_other_criteria(session: Session, scene: Scene) -> None:
    people = [somebody(session, scene, f"Médecin {n}", "medecin") for n in range(4)]
    assessment = an_open_round(session, scene, people=[*people, scene.colleague])
    page = own_sheet(session, scene.colleague, assessment)

    def codes(parts: Any) -> dict[str, list[str]]:
        return {part.section.section: [line.criterion.criterion for line in part.lines] for part in parts}

    assert codes(page.sections) == {"concertation": ["CO-3"]}
    assert codes(page.others) == {"fonction": ["CO-1", "CO-2"], "concertation": ["CO-5"]}
    assert page.resume_at == "CO-3"


def test_who_is_not_asked_sees_no_answer_and_who_leads(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, people=[scene.member])
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    for actor in (scene.manager, scene.coordinator, scene.colleague):
        page = own_sheet(session, actor, assessment)
        assert (page.is_own, page.can_rate, page.leaders) == (False, False, ("Camille Coordination",))
        assert {line.answer.kind for part in page.sections for line in part.lines} == {"blank"}


@pytest.mark.parametrize("state", ["accord", "preparation"])
def test_outside_the_round_the_page_is_the_team_s_only_to_be_read(
    session: Session, scene: Scene, state: str
) -> None:
    assessment = an_open_round(session, scene)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    assessment.state = state
    session.flush()
    page = own_sheet(session, scene.member, assessment)
    assert (page.is_own, page.can_rate, page.is_started) == (False, False, False)
    assert {line.answer.kind for part in page.sections for line in part.lines} == {"blank"}


def test_the_team_s_page_of_a_direct_rating_is_left_as_it_is(session: Session, scene: Scene) -> None:
    assessment = an_open_assessment(session, scene)
    page = read_sheet(session, scene.member, assessment.id, "coordination", NOW)
    assert (page.rating, page.can_rate) == ("direct", True)
    assert read_own_sheet(session, scene.member, page) == page


def test_an_own_sheet_is_the_same_queries_whoever_else_rates(session: Session, scene: Scene) -> None:
    def ran(assessment: Assessment) -> int:
        own_sheet(session, scene.member, assessment)
        session.expunge_all()
        with statements(session) as seen:
            own_sheet(session, scene.member, assessment)
        return len(seen)

    small = ran(an_open_round(session, scene, people=[scene.member]))
    people = [scene.member, *(somebody(session, scene, f"Médecin {n}", "medecin") for n in range(6))]
    large = an_open_round(session, scene, people=people)
    for person in people:
        rate_alone(session, person, large, "CO-1", "oui")
    assert ran(large) == small


def test_a_person_declares_their_rating_finished_and_takes_it_back(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    for _ in range(2):
        finish_rating(session, scene.member, assessment_id=assessment.id, now=NOW)
    finished = {one.name: one.finished_at for one in list_participants(session, assessment.id)}
    assert finished == {"Mehdi Médecin": NOW, "Inès Infirmière": None, "Camille Coordination": None}
    for _ in range(2):
        resume_rating(session, scene.member, assessment_id=assessment.id, now=NOW)
    assert {one.finished_at for one in list_participants(session, assessment.id)} == {None}
    assert [entry.facts for entry in journal(session, "participation-finished")] == [{}]
    assert [entry.user_id for entry in journal(session, "participation-resumed")] == [scene.member.user_id]


def test_a_rating_declared_finished_may_still_be_corrected_while_the_round_is_open(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    finish_rating(session, scene.member, assessment_id=assessment.id, now=NOW)
    rate_alone(session, scene.member, assessment, "CO-1", "oui")
    assert read_round(session, scene.coordinator, assessment.id, NOW).finished == 1


Gesture = Callable[..., None]


@pytest.mark.parametrize("gesture", [finish_rating, resume_rating])
def test_nobody_finishes_outside_the_round_nor_without_being_asked(
    session: Session, scene: Scene, gesture: Gesture
) -> None:
    assessment = an_open_round(session, scene, people=[scene.member])
    with pytest.raises(NotAllowed):
        gesture(session, scene.coordinator, assessment_id=assessment.id, now=NOW)
    with pytest.raises(NotFound):
        gesture(session, scene.stranger, assessment_id=assessment.id, now=NOW)
    pass_to(session, scene.coordinator, assessment, "accord")
    with pytest.raises(NotPossibleNow):
        gesture(session, scene.member, assessment_id=assessment.id, now=NOW)


def test_who_has_not_finished_is_reminded_once_a_day(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, round_ends_on=date(2026, 3, 28))
    finish_rating(session, scene.coordinator, assessment_id=assessment.id, now=NOW)
    assert remind(session, scene.coordinator, assessment) == 2
    assert remind(session, scene.coordinator, assessment) == 0
    assert remind(session, scene.coordinator, assessment, NEXT_DAY) == 2
    mails = reminders(session)
    assert [mail.user_id for mail in mails] == [scene.colleague.user_id, scene.member.user_id] * 2
    assert {mail.expires_at for mail in mails} == {datetime(2026, 3, 28, 23, tzinfo=UTC)}
    assert [entry.facts for entry in journal(session, "participants-reminded")] == [{"count": 2}] * 2
    first = mails[0]
    for words in (
        "Bonjour Inès Infirmière",
        "Campagne 2026",
        "Centre des Lilas",
        "samedi 28 mars 2026",
        LINKS.assessment(assessment.id),
        "J’ai terminé",
    ):
        assert words in first.body_text
        assert words in first.body_html
    assert "attendue" in first.subject


def test_a_reminder_tells_nothing_of_what_was_answered(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, people=[scene.member, scene.colleague])
    rate_alone(session, scene.member, assessment, "CO-1", "partiel", comment="Secret.")
    remind(session, scene.coordinator, assessment)
    one, other = ((m.body_text + m.body_html).replace("Inès Infirmière", "X") for m in reminders(session))
    assert one == other.replace("Mehdi Médecin", "X")
    assert "Secret." not in one


def test_a_reminder_without_an_end_of_round_has_no_date_and_never_expires(
    session: Session, scene: Scene
) -> None:
    assessment = an_open_round(session, scene)
    remind(session, scene.coordinator, assessment)
    mail = reminders(session)[0]
    assert mail.expires_at is None
    assert "jusqu’au" not in mail.body_text


def test_a_round_whose_last_day_is_past_reminds_nobody_in_vain(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene, round_ends_on=NOW.date())
    with pytest.raises(NotPossibleNow):
        remind(session, scene.coordinator, assessment, NEXT_DAY)
    assert reminders(session) == []


def test_who_has_left_is_not_reminded(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    leave(session, scene.member)
    assert remind(session, scene.coordinator, assessment) == 2
    assert scene.member.user_id not in [mail.user_id for mail in reminders(session)]


def test_only_who_leads_reminds_and_only_while_the_round_is_open(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    for actor in (scene.member, scene.manager):
        with pytest.raises(NotAllowed):
            remind(session, actor, assessment)
    with pytest.raises(NotPossibleNow):
        remind(session, scene.coordinator, an_open_assessment(session, scene))
    pass_to(session, scene.coordinator, assessment, "accord")
    with pytest.raises(NotPossibleNow):
        remind(session, scene.coordinator, assessment)
    assert reminders(session) == []


def test_who_leads_is_told_every_answer_given_and_a_bar_that_ends(session: Session, scene: Scene) -> None:
    people = [somebody(session, scene, f"Médecin {n}", "medecin") for n in range(4)]
    assessment = an_open_round(session, scene, people=[*people, scene.colleague])
    for criterion in ("CO-1", "CO-3"):  # only CO-3 is asked of her
        rate_alone(session, scene.colleague, assessment, criterion, "oui")
    finish_rating(session, people[0], assessment_id=assessment.id, now=NOW)
    session.execute(update(Membership).where(Membership.user_id == people[1].user_id).values(disabled_at=NOW))
    rate_alone(session, people[2], assessment, "CO-1", "oui")
    found = read_round(session, scene.coordinator, assessment.id, NOW)
    lines = {line.participant.name: line for line in found.lines}
    nurse, doctor = lines["Inès Infirmière"], lines["Médecin 2"]
    assert [(one.given, one.asked) for one in (nurse, doctor)] == [(2, 4), (1, 4)]
    assert (nurse.progress.done, nurse.progress.whole) == (2, 4)
    assert [line.participant.name for line in found.unfinished] == [
        "Inès Infirmière",
        "Médecin 2",
        "Médecin 3",
    ]


def test_a_bar_never_goes_over_its_end(session: Session, scene: Scene) -> None:
    people = [somebody(session, scene, f"Médecin {n}", "medecin") for n in range(4)]
    assessment = an_open_round(session, scene, people=[*people, scene.colleague])
    for criterion in ("CO-1", "CO-3"):
        rate_alone(session, scene.colleague, assessment, criterion, "oui")
    (nurse, *_) = read_round(session, scene.coordinator, assessment.id, NOW).lines
    assert (nurse.given, nurse.asked, nurse.progress.done, nurse.progress.whole) == (2, 1, 1, 1)


def test_one_s_own_sheets_are_found_while_the_round_is_open(session: Session, scene: Scene) -> None:
    assessment = an_open_round(session, scene)
    own = find_own(session, scene.member, assessment.id)
    assert own is not None
    assert own.participant.user_id == scene.member.user_id
    assert find_own(session, scene.manager, assessment.id) is None
    pass_to(session, scene.coordinator, assessment, "accord")
    assert find_own(session, scene.member, assessment.id) is None
