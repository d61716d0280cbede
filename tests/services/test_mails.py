"""Mails: recorded once, claimed by one process, sent, tried again or given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.domain.access import Actor, Grant, Role
from aqss.domain.errors import MailRefused, NotAllowed
from aqss.domain.mail_answers import Cause
from aqss.gateways.links import Links
from aqss.persistence.accounts import Invitation
from aqss.persistence.mails import Mail
from aqss.persistence.session import Sessions
from aqss.services.invitations import invite_from_command
from aqss.services.mails import (
    LATE_AFTER,
    PAUSES,
    STALE_AFTER,
    MailState,
    claim_due,
    count_due,
    count_troubled,
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
RATING = {
    "name": "Nadia",
    "centre_name": "Centre du Lac",
    "assessment_title": "Campagne 2026",
    "objective": "Faire le point",
    "round_ends_on": None,
    "is_blind": False,
    "link": "https://aqss.exemple.fr/",
}
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


def bodies(session: Session) -> tuple[str, str]:
    mail = only_mail(session)
    return mail.body_text, mail.body_html


def test_what_a_mail_said_is_forgotten_once_it_is_sent(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    (claimed,) = claim_due(session, clock.now(), 10)
    mark_sent(session, claimed, clock.now())
    assert bodies(session) == ("", "")
    mail = only_mail(session)
    assert (mail.address, mail.subject) == ("nadia@exemple.fr", "Choisir un nouveau mot de passe pour aqss")


def test_what_a_mail_said_is_forgotten_once_it_is_given_up(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    refuse(session, clock, NEVER)
    assert bodies(session) == ("", "")


def test_what_a_mail_said_is_forgotten_once_it_has_expired(session: Session, clock: FakeClock) -> None:
    record(session, clock.now(), expires_at=clock.now() + timedelta(hours=2))
    clock.advance(hours=2)
    claim_due(session, clock.now(), 10)
    assert bodies(session) == ("", "")


def test_a_mail_that_may_still_leave_keeps_what_it_says(session: Session, clock: FakeClock) -> None:
    record(session, clock.now(), expires_at=clock.now() + timedelta(days=2))
    said = bodies(session)
    assert all("/mot-de-passe/jeton" in body for body in said)
    refuse(session, clock)
    assert bodies(session) == said
    clock.advance(minutes=1)
    (claimed,) = claim_due(session, clock.now(), 10)
    assert (claimed.mail.text, claimed.mail.html) == said
    release(session, claimed)
    assert bodies(session) == said


def test_a_mail_given_up_by_one_process_and_sent_by_another_is_sent_whole(
    session: Session, clock: FakeClock
) -> None:
    record(session, clock.now())
    (late,) = claim_due(session, clock.now(), 10)
    clock.advance(seconds=STALE_AFTER.total_seconds())
    refuse(session, clock, NEVER)
    assert "/mot-de-passe/jeton" in late.mail.text, "its claim holds what it sends"
    mark_sent(session, late, clock.now())
    assert (state_of(only_mail(session)), bodies(session)) == (MailState.SENT, ("", ""))


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


def test_a_mail_given_up_is_settled_once_a_later_one_of_its_kind_reached_the_address(
    session: Session, clock: FakeClock
) -> None:
    record(session, clock.now())
    refuse(session, clock, NEVER)
    record(session, clock.now(), slot="another kind", kind="rating-open", context=RATING)
    record(session, clock.now(), slot="somebody else", address="paul@exemple.fr")
    for claimed in claim_due(session, clock.now(), 10):
        mark_sent(session, claimed, clock.now())
    assert troubled(session, clock) == ["1"]
    record(session, clock.now(), slot="2")
    assert troubled(session, clock) == ["1"], "recorded is not received"
    (claimed,) = claim_due(session, clock.now(), 10)
    mark_sent(session, claimed, clock.now())
    assert troubled(session, clock) == []


def test_a_mail_of_another_centre_settles_nothing(session: Session, clock: FakeClock) -> None:
    ours, theirs = a_centre(session), a_centre(session)
    record(session, clock.now(), centre_id=ours.id)
    refuse(session, clock, NEVER)
    record(session, clock.now(), slot="2", centre_id=theirs.id)
    (claimed,) = claim_due(session, clock.now(), 10)
    mark_sent(session, claimed, clock.now())
    assert troubled(session, clock) == ["1"]


@pytest.mark.parametrize("ended", ["accepted_at", "revoked_at"])
def test_the_mail_of_an_invitation_that_is_over_is_settled(
    session: Session, clock: FakeClock, links: Links, ended: str
) -> None:
    made = invite_from_command(
        session, email="nadia@exemple.fr", role=Role.ADMINISTRATOR, now=clock.now(), links=links
    )
    refuse(session, clock, NEVER)
    assert troubled(session, clock) == [str(made.invitation_id)]
    setattr(session.get_one(Invitation, made.invitation_id), ended, clock.now())
    session.flush()
    assert troubled(session, clock) == []


def test_a_mail_in_trouble_is_told_with_its_cause_and_without_what_it_says(
    session: Session, clock: FakeClock
) -> None:
    centre = a_centre(session, name="Centre du Lac")
    record(session, clock.now(), centre_id=centre.id)
    refuse(session, clock)
    clock.advance(seconds=LATE_AFTER.total_seconds())
    refuse(session, clock, MailRefused("ConnectionRefusedError: no", permanent=False))
    (told,) = list_troubled(session, ADMINISTRATOR, clock.now())
    assert (told.address, told.kind, told.slot) == ("nadia@exemple.fr", "password-reset", "1")
    assert (told.centre_id, told.centre_name) == (centre.id, "Centre du Lac")
    assert (told.recorded_at, told.attempts) == (clock.now() - LATE_AFTER, 2)
    assert (told.next_try_at, told.given_up_at) == (clock.now() + PAUSES[1], None)
    assert (told.state, told.cause, told.answer) == (
        MailState.WAITING,
        Cause.SERVER_SILENT,
        "ConnectionRefusedError: no",
    )
    assert "jeton" not in repr(told)


def test_a_mail_given_up_has_no_next_try(session: Session, clock: FakeClock) -> None:
    record(session, clock.now())
    refuse(session, clock, NEVER)
    (told,) = list_troubled(session, ADMINISTRATOR, clock.now())
    assert (told.next_try_at, told.given_up_at) == (None, clock.now())
    assert (told.state, told.cause) == (MailState.REFUSED, Cause.ADDRESS_REFUSED)


def test_a_mail_that_nobody_tries_any_more_is_held_back_by_the_job_process(
    session: Session, clock: FakeClock
) -> None:
    record(session, clock.now())
    refuse(session, clock)
    clock.advance(hours=1)
    assert [told.cause for told in list_troubled(session, ADMINISTRATOR, clock.now())] == [Cause.NOT_TRIED]
    claim_due(session, clock.now(), 10)
    assert [told.cause for told in list_troubled(session, ADMINISTRATOR, clock.now())] == [Cause.LATER]


def test_mails_in_trouble_are_counted_whole_and_listed_latest_first_within_a_limit(
    session: Session, clock: FakeClock
) -> None:
    for number in range(3):
        record(session, clock.now() + timedelta(seconds=number), slot=str(number))
    clock.advance(hours=2)
    assert count_troubled(session, ADMINISTRATOR, clock.now()) == 3
    assert troubled(session, clock, limit=2) == ["2", "1"]


def test_only_an_administrator_counts_the_mails_in_trouble(session: Session, clock: FakeClock) -> None:
    coordinator = Actor(1, "Nadia", (Grant(Role.COORDINATOR, centre_id=a_centre(session).id),))
    with pytest.raises(NotAllowed):
        count_troubled(session, coordinator, clock.now())


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
