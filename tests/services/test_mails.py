"""Mails: recorded once, claimed by one process, sent, tried again or given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import MailRefused, NotAllowed
from aqss.persistence.mails import Mail
from aqss.persistence.session import Sessions
from aqss.services.mails import (
    LATE_AFTER,
    PAUSES,
    STALE_AFTER,
    MailState,
    claim_due,
    count_due,
    has_due,
    list_troubled,
    mark_refused,
    mark_sent,
    record_mail,
    release,
    state_of,
)
from tests.builders import a_centre, a_user
from tests.clock import FakeClock

LATER = MailRefused("450 later", permanent=False)
NEVER = MailRefused("550 nobody", permanent=True)
ADMINISTRATOR = Actor(1, "Awa", (Grant(Role.ADMINISTRATOR),))


def record(session: Session, now: datetime, **values: Any) -> None:
    context = {"name": "Nadia", "link": "https://aqss.exemple.fr/mot-de-passe/jeton", "expires_at": now}
    record_mail(
        session,
        **{
            "kind": "password-reset",
            "slot": "1",
            "address": "nadia@exemple.fr",
            "context": context,
            "now": now,
            **values,
        },
    )


def only_mail(session: Session) -> Mail:
    session.expire_all()
    return session.scalars(select(Mail)).one()


def refuse(session: Session, clock: FakeClock, refusal: MailRefused = LATER) -> None:
    (claimed,) = claim_due(session, clock.now(), 10)
    mark_refused(session, claimed, refusal, clock.now())


def test_a_recorded_mail_is_rendered_and_due_at_once(session: Session, clock: FakeClock) -> None:
    centre, user = a_centre(session), a_user(session)
    record(session, clock.now(), user_id=user.id, centre_id=centre.id)
    mail = only_mail(session)
    assert "https://aqss.exemple.fr/mot-de-passe/jeton" in mail.body_text
    assert (mail.user_id, mail.centre_id, state_of(mail)) == (user.id, centre.id, MailState.WAITING)
    assert has_due(session, clock.now())


def test_the_same_cause_is_recorded_once(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    clock.advance(hours=1)
    record(session, clock.now())
    assert only_mail(session).created_at == clock.now() - timedelta(hours=1)


@pytest.mark.parametrize("other", [{"slot": "2"}, {"address": "paul@exemple.fr"}])
def test_another_cause_or_another_person_is_another_mail(
    session: Session, clock: FakeClock, other: dict[str, str]
) -> None:
    record(session, clock.now())
    record(session, clock.now(), **other)
    assert count_due(session, clock.now()) == 2


def test_nothing_recorded_is_nothing_due(session: Session, clock: FakeClock) -> None:
    assert not has_due(session, clock.now())
    assert claim_due(session, clock.now(), 10) == ()


def test_a_claimed_mail_is_claimed_by_nobody_else(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    assert len(claim_due(session, clock.now(), 10)) == 1
    assert claim_due(session, clock.now(), 10) == ()
    assert not has_due(session, clock.now())


def test_the_oldest_are_claimed_first_within_the_limit(session: Session, clock: FakeClock) -> None:
    for number in (3, 1, 2):
        record(session, clock.now() + timedelta(minutes=number), slot=str(number), address=f"{number}@a.fr")
    clock.advance(hours=1)
    claimed = claim_due(session, clock.now(), 2)
    assert [one.mail.address for one in claimed] == ["1@a.fr", "2@a.fr"]


def test_a_sent_mail_is_never_due_again(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    (claimed,) = claim_due(session, clock.now(), 10)
    mark_sent(session, claimed, clock.now())
    clock.advance(days=30)
    assert not has_due(session, clock.now())
    assert state_of(only_mail(session)) is MailState.SENT


def test_temporary_refusals_are_tried_again_after_growing_pauses(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    for pause in [*PAUSES, PAUSES[-1]]:
        refuse(session, clock)
        clock.advance(seconds=pause.total_seconds() - 1)
        assert not has_due(session, clock.now())
        clock.advance(seconds=1)
        assert has_due(session, clock.now())
    assert only_mail(session).last_answer == "450 later"
    assert [pause.total_seconds() / 60 for pause in PAUSES] == [1, 5, 15, 60, 240]


def test_a_permanent_refusal_gives_the_mail_up_with_the_answer(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    refuse(session, clock, NEVER)
    clock.advance(days=30)
    assert not has_due(session, clock.now())
    mail = only_mail(session)
    assert (state_of(mail), mail.last_answer) == (MailState.REFUSED, "550 nobody")


def test_an_expired_mail_is_not_sent_and_says_so(session: Session, clock: FakeClock) -> None:
    record(session, clock.now(), expires_at=clock.now() + timedelta(hours=2))
    clock.advance(hours=2)
    assert count_due(session, clock.now()) == 0
    assert claim_due(session, clock.now(), 10) == ()
    mail = only_mail(session)
    assert (state_of(mail), mail.last_answer) == (MailState.EXPIRED, "expired")
    assert not has_due(session, clock.now())


def test_a_mail_refused_until_it_expires_keeps_the_answer(session: Session, clock: FakeClock) -> None:
    record(session, clock.now(), expires_at=clock.now() + timedelta(hours=2))
    refuse(session, clock)
    clock.advance(hours=3)
    claim_due(session, clock.now(), 10)
    mail = only_mail(session)
    assert (state_of(mail), mail.last_answer) == (MailState.EXPIRED, "expired: 450 later")


def test_a_mail_that_has_not_expired_is_sent(session: Session, clock: FakeClock) -> None:
    record(session, clock.now(), expires_at=clock.now() + timedelta(seconds=1))
    assert len(claim_due(session, clock.now(), 10)) == 1


def test_the_claim_of_a_dead_process_is_taken_again_with_the_same_message_id(
    session: Session, clock: FakeClock
) -> None:
    record(session, clock.now())
    (first,) = claim_due(session, clock.now(), 10)
    clock.advance(seconds=STALE_AFTER.total_seconds() - 1)
    assert claim_due(session, clock.now(), 10) == ()
    clock.advance(seconds=1)
    (second,) = claim_due(session, clock.now(), 10)
    assert first.mail == second.mail
    assert (first.attempt, second.attempt) == (1, 2)


def test_a_process_late_to_tell_a_refusal_does_not_touch_the_newer_claim(
    session: Session, clock: FakeClock
) -> None:
    record(session, clock.now())
    (late,) = claim_due(session, clock.now(), 10)
    clock.advance(seconds=STALE_AFTER.total_seconds())
    claim_due(session, clock.now(), 10)
    mark_refused(session, late, NEVER, clock.now())
    release(session, late)
    mail = only_mail(session)
    assert (mail.given_up_at, mail.claimed_at, mail.attempts) == (None, clock.now(), 2)


def test_a_process_late_to_tell_it_was_sent_is_believed(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    (late,) = claim_due(session, clock.now(), 10)
    clock.advance(seconds=STALE_AFTER.total_seconds())
    (newer,) = claim_due(session, clock.now(), 10)
    mark_sent(session, late, clock.now())
    mark_refused(session, newer, NEVER, clock.now())
    assert state_of(only_mail(session)) is MailState.SENT


def test_a_mail_given_back_is_due_and_the_attempt_does_not_count(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    (claimed,) = claim_due(session, clock.now(), 10)
    release(session, claimed)
    assert has_due(session, clock.now())
    assert only_mail(session).attempts == 0


def test_a_clock_put_back_holds_no_mail_for_ever(session: Session, clock: FakeClock) -> None:
    a_year_ahead = clock.now() + timedelta(days=365)
    record(session, a_year_ahead, slot="recorded")
    record(session, clock.now(), slot="claimed")
    (claimed,) = [c for c in claim_due(session, clock.now(), 10) if c.mail.created_at == clock.now()]
    mark_refused(session, claimed, LATER, a_year_ahead)
    assert count_due(session, clock.now() + timedelta(minutes=11)) == 2


def test_a_claim_is_kept_by_who_commits_it(sessions: Sessions, clock: FakeClock) -> None:
    with sessions.writing() as session:
        record(session, clock.now())
        session.commit()
    with sessions.writing() as session:
        claim_due(session, clock.now(), 10)
        session.rollback()
    with sessions.reading() as session:
        assert has_due(session, clock.now())


def troubled(session: Session, clock: FakeClock, **values: Any) -> list[str]:
    return [mail.slot for mail in list_troubled(session, ADMINISTRATOR, clock.now(), **values)]


def test_a_mail_unsent_for_an_hour_is_shown_even_if_never_tried(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    clock.advance(seconds=LATE_AFTER.total_seconds() - 1)
    assert troubled(session, clock) == []
    clock.advance(seconds=1)
    assert troubled(session, clock) == ["1"]


def test_a_mail_given_up_is_shown_at_once_and_for_thirty_days(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    refuse(session, clock, NEVER)
    assert troubled(session, clock) == ["1"]
    clock.advance(days=30)
    assert troubled(session, clock) == []


def test_a_mail_that_left_is_not_shown(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    (claimed,) = claim_due(session, clock.now(), 10)
    mark_sent(session, claimed, clock.now())
    clock.advance(hours=2)
    assert troubled(session, clock) == []


def test_a_coordinator_sees_the_troubled_mails_of_the_centre_and_no_other(
    session: Session, clock: FakeClock
) -> None:
    ours, theirs = a_centre(session), a_centre(session)
    record(session, clock.now(), slot="ours", centre_id=ours.id)
    record(session, clock.now(), slot="theirs", centre_id=theirs.id)
    clock.advance(hours=2)
    coordinator = Actor(1, "Nadia", (Grant(Role.COORDINATOR, centre_id=ours.id),))
    shown = list_troubled(session, coordinator, clock.now(), centre_id=ours.id)
    assert [mail.slot for mail in shown] == ["ours"]
    with pytest.raises(NotAllowed):
        list_troubled(session, coordinator, clock.now(), centre_id=theirs.id)
    with pytest.raises(NotAllowed):
        list_troubled(session, coordinator, clock.now())


def test_a_member_sees_no_troubled_mail(session: Session, clock: FakeClock) -> None:
    centre = a_centre(session)
    member = Actor(1, "Paul", (Grant(Role.MEMBER, centre_id=centre.id),))
    with pytest.raises(NotAllowed):
        list_troubled(session, member, clock.now(), centre_id=centre.id)
