"""A reply that is lost, a session that ends, an account that closes in the middle of a grid."""

from __future__ import annotations

import random
from uuid import UUID

import pytest
from sqlalchemy import func, select

from aqss.persistence.accounts import Membership, User
from aqss.persistence.journal import JournalEntry
from aqss.services.sign_ins import close_all_sign_ins
from tests.builders import PASSWORD
from tests.campaign.conftest import CODES, Desk
from tests.campaign.counting import Tried
from tests.campaign.rows import cases
from tests.sheets import OpenSheet
from tests.web.assessments.scene import grid_url, save, stored

SAVE = "Enregistrer les réponses"
CHOICES = ("oui", "partiel", "non", "nsp", "na")
SHEETS = 2
"""The team's and one's own: see ``sheet`` in conftest.py."""


@pytest.mark.campaign("F22")
def test_an_answer_sent_again_after_a_lost_reply_is_saved_once(
    desk: Desk, sheet: OpenSheet, tried: Tried
) -> None:
    """By the page's script, one criterion; or by the page, without a script."""
    draw, count = random.Random(22), cases("F22", among=SHEETS)
    for number in range(count):
        code, value, comment = draw.choice(CODES), draw.choice(CHOICES), f"Avis {number}"
        before = sheet.row(code)
        version, noted = before.version if before else 0, count_noted(desk)
        fields = {"reason": "Aucune équipe", "comment": comment}
        page = desk.site.get(sheet.url)
        replies = []
        for _ in range(draw.randint(2, 4)):
            if number % 2:
                replies.append(sheet.save(desk.site, code, value, version=version, **fields))
            else:
                typed = {f"{code}-{name}": text for name, text in {**fields, "value": value}.items()}
                replies.append(desk.site.submit(page, SAVE, typed).notices)
        assert all(reply == replies[0] for reply in replies)
        after = sheet.row(code)
        assert (after.version, after.comment) == (version + 1, comment)
        assert count_noted(desk) == noted + sheet.is_noted
        tried()


@pytest.mark.campaign("F22")
def test_a_write_known_by_its_name_is_answered_as_the_first_time_whatever_came_after(
    desk: Desk, sheet: OpenSheet, tried: Tried
) -> None:
    draw, count = random.Random(2222), cases("F22", among=SHEETS)
    for number in range(count):
        code = draw.choice(CODES)
        before = sheet.row(code)
        version = before.version if before else 0
        typed = {"comment": f"Avis {number}", "write": str(UUID(int=draw.getrandbits(128), version=4))}
        status, first = sheet.save(desk.site, code, "oui", version=version, **typed)
        for later in range(draw.randint(0, 6)):
            sheet.save(desk.site, code, ("non", "nsp")[later % 2], version=version + 1 + later)
        standing, noted = sheet.row(code), count_noted(desk)
        again, told = sheet.save(desk.site, code, "oui", version=version, **typed)
        assert (status, again) == (200, 200)
        assert [told[name] for name in ("value", "comment", "version", "shown")] == [
            first[name] for name in ("value", "comment", "version", "shown")
        ]
        assert (sheet.row(code), count_noted(desk)) == (standing, noted)
        tried()


def count_noted(desk: Desk) -> int:
    query = select(func.count()).select_from(JournalEntry).where(JournalEntry.verb == "answer-saved")
    with desk.runtime.sessions.reading() as session:
        return session.scalar(query) or 0


@pytest.mark.campaign("F16")
def test_what_was_typed_when_the_session_ended_is_saved_after_signing_in(
    desk: Desk, sheet: OpenSheet, tried: Tried
) -> None:
    draw, count = random.Random(16), cases("F16", among=SHEETS)
    for number in range(count):
        code, value = draw.choice(CODES), draw.choice(CHOICES)
        typed = {
            f"{code}-value": value,
            f"{code}-comment": f"Avis {number}",
            f"{code}-reason": "Aucune équipe",
        }
        page = desk.site.get(sheet.url)
        end_session(desk, draw)
        page = desk.site.submit(page, SAVE, typed, 401)
        signed_in = {"email": desk.team.member.email, "password": PASSWORD}
        page = desk.site.submit(page, "Se connecter", signed_in)
        assert desk.site.submit(page, "Envoyer de nouveau").notices
        assert sheet.row(code).comment == f"Avis {number}"
        tried()


def end_session(desk: Desk, draw: random.Random) -> None:
    """By time, or because it was closed from elsewhere."""
    if draw.random() < 0.5:
        desk.runtime.clock.advance(hours=draw.uniform(2.1, 20))  # type: ignore[attr-defined]
        return
    with desk.runtime.sessions.writing() as session:
        close_all_sign_ins(session, desk.team.member.id)
        session.commit()


@pytest.mark.campaign("F17")
def test_who_is_shut_out_while_saving_saves_nothing_more(desk: Desk, tried: Tried) -> None:
    draw, count = random.Random(17), cases("F17")
    for number in range(count):
        code = draw.choice(CODES)
        before = stored(desk.runtime, desk.key, code)
        version = before.version if before else 0
        assert save(desk.site, desk.key, code, "oui", version=version, comment=f"Avis {number}")[0] == 200
        kept = stored(desk.runtime, desk.key, code)
        shut = draw.choice([User, Membership])
        set_disabled(desk, shut, is_disabled=True)
        status, _ = save(desk.site, desk.key, code, "non", version=kept.version)
        assert status == (401 if shut is User else 404)
        assert desk.site.client.get(grid_url(desk.key)).status_code == (302 if shut is User else 404)
        assert stored(desk.runtime, desk.key, code) == kept
        set_disabled(desk, shut, is_disabled=False)
        desk.site.sign_in(desk.team.member)
        tried()


def set_disabled(desk: Desk, shut: type[User] | type[Membership], *, is_disabled: bool) -> None:
    """The account of the member, or their place in the team."""
    column = User.id if shut is User else Membership.user_id
    with desk.runtime.sessions.writing() as session:
        row = session.scalars(select(shut).where(column == desk.team.member.id)).one()
        row.disabled_at = desk.runtime.clock.now() if is_disabled else None
        session.commit()
