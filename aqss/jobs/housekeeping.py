"""Housekeeping: what no longer serves is deleted, once an hour, by one process."""

from __future__ import annotations

from datetime import timedelta

from aqss.gateways.proof_files import list_older, remove_content
from aqss.jobs.turns import Turn
from aqss.services.accounts import purge_accounts
from aqss.services.assessments.cutting import cut_old_names
from aqss.services.invitations import purge_invitations
from aqss.services.journal import purge_journal
from aqss.services.proofs.keeping import list_unused
from aqss.services.reports.making import purge_reports, report_path

PROOFS_SETTLE_IN = timedelta(days=1)
"""A file sent is shown as a proof within this, or its sending was refused or cut short."""


def keep_house(turn: Turn) -> int:
    """Delete ended sessions, old traces, refused attempts, dead links, old reports, files without proof.

    Names are cut from old blind ratings; and what was deleted, here or when an assessment closed, leaves
    SQLite's log too.
    """
    with turn.runtime.sessions.writing() as session:
        purge_accounts(session, turn.now())
        purge_invitations(session, turn.now())
        purge_journal(session, turn.now())
        cut_old_names(session, turn.now())
        hashes = purge_reports(session, turn.now())
        session.commit()
    turn.runtime.sessions.empty_log()
    for content_hash in hashes:
        report_path(turn.runtime.settings.reports, content_hash).unlink(missing_ok=True)
    return len(hashes) + _sweep_proofs(turn)


def _sweep_proofs(turn: Turn) -> int:
    """Asked again while nobody else writes: a file may have found a proof meanwhile."""
    folder, sessions = turn.runtime.settings.proofs, turn.runtime.sessions
    stored = list(list_older(folder, turn.now() - PROOFS_SETTLE_IN))
    with sessions.reading() as session:
        unused = list_unused(session, stored)
    if not unused:
        return 0
    with sessions.writing() as session:
        swept = list_unused(session, unused)
        for content_hash in swept:
            remove_content(folder, content_hash)
    return len(swept)


def tell_house(_turn: Turn) -> str:
    """What a pass would do, in French."""
    return "Ménage : connexions finies, tentatives refusées, liens périmés, vieilles cotations et rapports."
