"""A photo's key, a sheet's times and head; orders to laptops; venues by order; erasures; pulls."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ADDED = {
    "sheet": {
        "date": sa.Text,
        "starts_at": sa.BigInteger,
        "ends_at": sa.BigInteger,
        "tz": sa.Text,
        "anonymous": sa.BigInteger,
    },
    "sheet_line": {
        "code": sa.Text,
        "after_the_fact": sa.Boolean,
        "title": sa.Text,
        "facilitators": sa.Text,
        "venue": sa.Text,
        "address": sa.Text,
        "commune": sa.Text,
    },
}


def upgrade() -> None:
    """Name the photo's column what it is (none was made); add what orders and sheets need."""
    op.alter_column("photo", "salt", new_column_name="key")
    op.add_column(
        "programme",
        sa.Column("compacted", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.add_column(
        "device_venue",
        sa.Column("first_order", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.add_column("device_venue", sa.Column("end_order", sa.BigInteger(), nullable=True))
    op.create_table(
        "device_order",
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.id"], name="fk_device_order_device_id_device"
        ),
        sa.PrimaryKeyConstraint("device_id", "number", name="pk_device_order"),
    )
    op.create_table(
        "bundle",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "number", name="pk_bundle"),
    )
    op.create_table(
        "erased",
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "entity_id", name="pk_erased"),
    )
    op.add_column(
        "programme", sa.Column("applied", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("change", sa.Column("given", sa.BigInteger(), nullable=True))
    # What is applied already is given in the order in which it was stored.
    op.execute("UPDATE change SET given = server_seq WHERE held IS NULL")
    op.execute("UPDATE programme SET applied = server_seq")
    op.create_index("ix_change_inc_given", "change", ["inc", "given"])
    for table, columns in _ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind(), nullable=True))
