"""The third schema: what the sending remembers, the photos' files, what stands at a sheet's head.

Self-contained: the statements stand in the folder beside it, a file for each subject in the order
of their names, apart by blank lines.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns, and name the photo's key what it is; no row is changed."""
    connection = op.get_bind()
    for path in sorted(Path(__file__).with_name("0003").glob("*.sql")):
        for statement in path.read_text(encoding="utf-8").strip().split("\n\n"):
            connection.exec_driver_sql(statement)
