"""The mail job: claims due mails (commit), sends each, marks it (commit)."""

from __future__ import annotations

import logging
from datetime import timedelta

from aqss.domain.errors import MailRefused, ServerUnavailable
from aqss.gateways.french import count_fr
from aqss.jobs.turns import Turn
from aqss.services.mails import (
    STALE_AFTER,
    ClaimedMail,
    claim_due,
    count_due,
    has_due,
    mark_refused,
    mark_sent,
    release,
)

log = logging.getLogger(__name__)

BATCH = 20
"""Mails claimed together and sent over one connection."""

LONGEST_BATCH = STALE_AFTER / 4
"""After which the rest of a batch is given back, well before another process may take it over."""


def send_mails(turn: Turn) -> int:
    """Send what is due, batch after batch; how many the server accepted. Nothing due: one reading.

    A server that does not answer ends the pass: its batch is tried again later, as refused.
    """
    sent = 0
    try:
        while _is_some_due(turn):
            batch = _claim(turn)
            accepted, goes_on = _send_batch(turn, batch)
            sent += accepted
            if not batch or not goes_on:
                break
    finally:
        turn.runtime.mailer.close()
    return sent


def tell_mails(turn: Turn) -> str:
    """What a pass would do, in French."""
    with turn.runtime.sessions.reading() as session:
        due = count_due(session, turn.now())
    return f"Courriels à envoyer : {count_fr(due, 'courriel')}."


def _is_some_due(turn: Turn) -> bool:
    if turn.stopping.is_set():
        return False
    with turn.runtime.sessions.reading() as session:
        return has_due(session, turn.now())


def _claim(turn: Turn) -> tuple[ClaimedMail, ...]:
    with turn.runtime.sessions.writing() as session:
        batch = claim_due(session, turn.now(), BATCH)
        session.commit()
    return batch


def _send_batch(turn: Turn, batch: tuple[ClaimedMail, ...]) -> tuple[int, bool]:
    """How many were accepted, and whether the next batch may follow."""
    started = turn.now()
    sent = 0
    down: MailRefused | None = None
    for claimed in batch:
        if down is not None:
            _mark_refused(turn, claimed, down)
        elif turn.stopping.is_set() or not timedelta(0) <= turn.now() - started < LONGEST_BATCH:
            _release(turn, claimed)
        else:
            refusal = _send(turn, claimed)
            sent += refusal is None
            down = refusal if isinstance(refusal, ServerUnavailable) else None
    return sent, down is None


def _send(turn: Turn, claimed: ClaimedMail) -> MailRefused | None:
    try:
        turn.runtime.mailer.send(claimed.mail)
    except MailRefused as refusal:
        log.warning("mail %s not sent: %r", claimed.mail.id, refusal.answer)
        return _mark_refused(turn, claimed, refusal)
    except Exception as error:  # one mail never holds the others back
        log.exception("mail %s not sent", claimed.mail.id)
        return _mark_refused(turn, claimed, MailRefused(f"{type(error).__name__}: {error}", permanent=False))
    turn.settle(lambda session: mark_sent(session, claimed, turn.now()))
    return None


def _mark_refused(turn: Turn, claimed: ClaimedMail, refusal: MailRefused) -> MailRefused:
    turn.settle(lambda session: mark_refused(session, claimed, refusal, turn.now()))
    return refusal


def _release(turn: Turn, claimed: ClaimedMail) -> None:
    turn.settle(lambda session: release(session, claimed))
