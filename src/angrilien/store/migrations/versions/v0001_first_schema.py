"""The first schema.

Self-contained: its statements stand in the file beside it, apart by blank lines, and do not follow
the present tables, which go on changing.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, index and trigger."""
    text = Path(__file__).with_name("0001_first_schema.sql").read_text(encoding="utf-8")
    connection = op.get_bind()
    for statement in text.strip().split("\n\n"):
        connection.exec_driver_sql(statement)
