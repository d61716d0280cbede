"""Revisions of the database (Alembic). ``aqss migrate`` applies them; ``__main__`` writes a new one."""
