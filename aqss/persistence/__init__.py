"""Tables and sessions. Importing this package knows every table (migrations and tests rely on it)."""

from aqss.persistence import accounts, assessments, centres, editions, jobs, journal, mails

__all__ = ["accounts", "assessments", "centres", "editions", "jobs", "journal", "mails"]
