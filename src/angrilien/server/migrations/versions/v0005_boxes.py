"""Which recovery boxes of a laptop are the newest."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Say whose they are, and of which key; of those that are there it is not known."""
    op.add_column("device", sa.Column("boxes_inc", sa.Text(), nullable=True))
    op.add_column(
        "device",
        sa.Column("boxes_generation", sa.BigInteger(), nullable=False, server_default="0"),
    )
