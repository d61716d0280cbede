"""Signing in and out, forgotten passwords, invitations, and one's own account."""
