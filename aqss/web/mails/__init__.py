"""Mails that have not left: shown to whoever can do something about it."""
