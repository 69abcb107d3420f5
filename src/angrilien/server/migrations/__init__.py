"""Alembic migrations of the server's database, each self-contained."""
