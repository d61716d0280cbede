"""What the database itself holds true of mails, whoever writes."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from aqss.persistence.mails import Mail
from tests.clock import MONDAY_MORNING
from tests.persistence.refusals import is_refused


def mail(**values: str) -> Mail:
    return Mail(
        **{"address": "awa@exemple.fr", "kind": "rating-open", "slot": "assessment-1", **values},
        subject="Cotation",
        body_text="",
        body_html="",
        created_at=MONDAY_MORNING,
        next_try_at=MONDAY_MORNING,
    )


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({}, True),
        ({"address": "nadia@exemple.fr"}, False),
        ({"kind": "results-available"}, False),
        ({"slot": "assessment-2"}, False),
    ],
)
def test_the_same_cause_makes_one_mail_for_each_address(
    session: Session, values: dict[str, str], refused: bool
) -> None:
    session.add(mail())
    session.flush()
    assert is_refused(session, mail(**values)) is refused
