"""Tables and sessions. Importing this package knows every table (migrations and tests rely on it)."""

from aqss.persistence import accounts, assessments, centres, consensus, editions, jobs, journal, mails, proofs

__all__ = [
    "accounts",
    "assessments",
    "centres",
    "consensus",
    "editions",
    "jobs",
    "journal",
    "mails",
    "proofs",
]
