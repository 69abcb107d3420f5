"""A photo's record carries the key of its picture."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Name the column what it is: no laptop made a photo before."""
    op.alter_column("photo", "salt", new_column_name="key")
