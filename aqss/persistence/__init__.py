"""Tables and sessions. Importing this package knows every table (migrations and tests rely on it)."""

from aqss.persistence import (
    accounts,
    actions,
    assessments,
    centres,
    consensus,
    dossiers,
    editions,
    jobs,
    journal,
    mails,
    proofs,
    runs,
)

__all__ = [
    "accounts",
    "actions",
    "assessments",
    "centres",
    "consensus",
    "dossiers",
    "editions",
    "jobs",
    "journal",
    "mails",
    "proofs",
    "runs",
]
