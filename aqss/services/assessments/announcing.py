"""What the team of an assessment is told by mail: that its rating is open or waits for them, and its
synthesis when it closes.

Each person is told once of the first, and once of each closing, whatever happens to the assessment
afterwards, even under another address; reminded once a day at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from aqss.gateways.french import paris
from aqss.gateways.links import Links
from aqss.persistence.accounts import User
from aqss.persistence.assessments import Assessment
from aqss.persistence.centres import Centre
from aqss.persistence.mails import Mail
from aqss.services.assessments.mailed_synthesis import MailedSynthesis
from aqss.services.assessments.rounds import BLIND
from aqss.services.assessments.scope import end_of_round
from aqss.services.mails import record_mail


def announce_rating(
    session: Session, assessment: Assessment, people: Iterable[User], links: Links, now: datetime
) -> None:
    """« La cotation est ouverte »; worthless once the round has ended: then nobody is told."""
    expires_at = end_of_round(assessment)
    if expires_at is not None and expires_at <= now:
        return
    context = {
        "objective": assessment.objective,
        "round_ends_on": assessment.round_ends_on,
        "link": links.assessment(assessment.id),
        "is_blind": assessment.rating == BLIND,
    }
    _tell(session, assessment, people, "rating-open", context, now, expires_at)


def remind_rating(
    session: Session, assessment: Assessment, people: Iterable[User], links: Links, now: datetime
) -> None:
    """« Votre cotation est attendue », to who has not finished rating alone; worthless after the round."""
    expires_at = end_of_round(assessment)
    context = {"round_ends_on": assessment.round_ends_on, "link": links.assessment(assessment.id)}
    day = paris(now).date().isoformat()
    _tell(session, assessment, people, "rating-reminder", context, now, expires_at, on=day)


def announce_synthesis(
    session: Session,
    assessment: Assessment,
    people: Iterable[User],
    synthesis: MailedSynthesis,
    links: Links,
    now: datetime,
) -> None:
    """« Synthèse », to everybody, once for each closing."""
    context = {"synthesis": synthesis, "link": links.synthesis(assessment.id)}
    again = f"closing-{synthesis.rank}"
    _tell(session, assessment, people, "results-available", context, now, None, again)


def _tell(
    session: Session,
    assessment: Assessment,
    people: Iterable[User],
    kind: str,
    context: Mapping[str, object],
    now: datetime,
    expires_at: datetime | None,
    on: str = "",
) -> None:
    """``on``: the day or the closing, for what is told again on another."""
    slot = f"assessment-{assessment.id}" + (f"-{on}" if on else "")
    told = set(session.scalars(select(Mail.user_id).where(Mail.kind == kind, Mail.slot == slot)))
    centre_name = session.scalars(select(Centre.name).where(Centre.id == assessment.centre_id)).one()
    for person in people:
        if person.id in told:
            continue
        record_mail(
            session,
            kind=kind,
            slot=slot,
            address=person.email,
            context={
                **context,
                "assessment_title": assessment.title,
                "centre_name": centre_name,
                "name": person.name,
            },
            now=now,
            user_id=person.id,
            centre_id=assessment.centre_id,
            expires_at=expires_at,
        )
