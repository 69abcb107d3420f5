"""Corrections carry a commitment (no laptop made one before); incarnations that follow another."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the projection of corrections anew (it was empty), and add who vouched for whom."""
    op.drop_table("amendment")
    op.create_table(
        "amendment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sheet_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("facilitator_id", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("signature_id", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("signature_digest", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("rev_inc", sa.Text(), nullable=False),
        sa.Column("rev_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
    )
    op.create_index("ix_amendment_sheet_id", "amendment", ["sheet_id"])
    op.add_column("incarnation", sa.Column("former", sa.Text(), nullable=True))
    op.add_column("incarnation", sa.Column("common", sa.BigInteger(), nullable=True))
    op.add_column("incarnation", sa.Column("vouched_at", sa.BigInteger(), nullable=True))
