"""By which access key a registration code was fetched."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Say it of codes made from now on; of those that are there it is not known."""
    op.add_column("registration_code", sa.Column("made_by", sa.Text(), nullable=True))
