"""Housekeeping: what no longer serves is deleted, once an hour, by one process."""

from __future__ import annotations

from aqss.jobs.turns import Turn
from aqss.services.accounts import purge_accounts
from aqss.services.invitations import purge_invitations
from aqss.services.journal import purge_journal
from aqss.services.reports.making import purge_reports, report_path


def keep_house(turn: Turn) -> int:
    """Delete ended sessions, old traces, refused attempts, dead links, and old reports with their files."""
    with turn.runtime.sessions.writing() as session:
        purge_accounts(session, turn.now())
        purge_invitations(session, turn.now())
        purge_journal(session, turn.now())
        hashes = purge_reports(session, turn.now())
        session.commit()
    for content_hash in hashes:
        report_path(turn.runtime.settings.reports, content_hash).unlink(missing_ok=True)
    return len(hashes)


def tell_house(_turn: Turn) -> str:
    """What a pass would do, in French."""
    return "Ménage : connexions finies, tentatives refusées, liens périmés et anciens rapports."
