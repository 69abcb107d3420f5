"""The server's own tables; those of the change log's entities are in `projected`.

Times are milliseconds UTC. Nothing here is a person's name but what stands in `change.private`.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field

from angrilien.server.base import ServerModel

NEW = "new"
"""`change.held` of a line that is stored and not yet applied."""


class ProgrammeRow(ServerModel, table=True):
    """The one row that tells whose database this is. `epoch` changes at each restore."""

    __tablename__ = "programme"

    id: int = Field(primary_key=True)
    aud: str = Field(sa_type=Text)
    epoch: str = Field(sa_type=Text)
    made_at: int = Field(sa_type=BigInteger)
    server_seq: int = Field(sa_type=BigInteger, default=0)
    """Last number given to a stored change: raised inside its transaction, so commit-ordered."""
    applied: int = Field(sa_type=BigInteger, default=0)
    """The same for those that are applied, in the order in which other laptops are given them."""
    compacted: int = Field(sa_type=BigInteger, default=0)
    """How many rows were erased when the database was last written anew without them."""


class VenueRow(ServerModel, table=True):
    """A venue of the programme's list."""

    __tablename__ = "venue"

    id: str = Field(primary_key=True, sa_type=Text)
    code: str = Field(sa_type=Text, unique=True)
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    commune: str = Field(sa_type=Text)
    insee: str = Field(sa_type=Text)
    postal_code: str = Field(sa_type=Text)
    address: str = Field(sa_type=Text)
    siret: str = Field(sa_type=Text)
    zone: str = Field(sa_type=Text)
    level: str = Field(sa_type=Text, default="complet")
    """Privacy level: "complet" or "pseudonyme"."""


class RegistrationCode(ServerModel, table=True):
    """A code du lieu: one use, one venue, until a date. The code itself is not kept."""

    __tablename__ = "registration_code"

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    venue_id: str = Field(foreign_key="venue.id", sa_type=Text)
    made_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    used_at: int | None = Field(default=None, sa_type=BigInteger)
    used_by: str | None = Field(default=None, sa_type=Text)
    """The device that used it; its row comes in the same transaction."""
    made_by: str | None = Field(default=None, sa_type=Text)
    """Id of the access key that fetched it (`ListedAccessKey.id`); None where a command made it."""


class Device(ServerModel, table=True):
    """A registered laptop."""

    __tablename__ = "device"

    id: str = Field(primary_key=True, sa_type=Text)
    app: str = Field(sa_type=Text)
    made_at: int = Field(sa_type=BigInteger)
    """When its vault was made, by its own clock."""
    registered_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
    last_contact: int = Field(sa_type=BigInteger)
    last_push: int | None = Field(default=None, sa_type=BigInteger)
    boxes: str = Field(sa_type=Text)
    """Recovery boxes of its database key, a JSON list."""
    boxes_inc: str | None = Field(default=None, sa_type=Text)
    """The incarnation that sent them; absent where that is not known."""
    boxes_generation: int = Field(default=0, sa_type=BigInteger)
    """Generation of the slot file whose boxes these are; 0 where that is not known."""
    certificate: str = Field(sa_type=Text)
    certificate_sig: str = Field(sa_type=Text)


class DeviceKey(ServerModel, table=True):
    """A public key of a device: the first, and those vouched for from it."""

    __tablename__ = "device_key"

    id: str = Field(primary_key=True, sa_type=Text)
    device_id: str = Field(foreign_key="device.id", index=True, sa_type=Text)
    public: bytes = Field(sa_type=LargeBinary)
    since: int = Field(sa_type=BigInteger)


class Incarnation(ServerModel, table=True):
    """One life of a laptop's database, and how far its changes are held."""

    __tablename__ = "incarnation"

    id: str = Field(primary_key=True, sa_type=Text)
    device_id: str = Field(foreign_key="device.id", index=True, sa_type=Text)
    key_id: str = Field(foreign_key="device_key.id", sa_type=Text)
    ack: int = Field(default=0, sa_type=BigInteger)
    chain: bytes = Field(sa_type=LargeBinary)
    """Chain value at `ack`."""
    backed_up: int = Field(default=0, sa_type=BigInteger)
    ord: int = Field(default=0, sa_type=BigInteger)
    """Last order that the laptop said it had applied."""
    former: str | None = Field(default=None, sa_type=Text)
    """The incarnation whose key vouched for this one; absent for a laptop's first."""
    common: int | None = Field(default=None, sa_type=BigInteger)
    """Seq of the former one up to which its log is this one's too."""
    vouched_at: int | None = Field(default=None, sa_type=BigInteger)


class DeviceVenue(ServerModel, table=True):
    """A venue that a device may write for, kept with its dates."""

    __tablename__ = "device_venue"

    device_id: str = Field(primary_key=True, foreign_key="device.id", sa_type=Text)
    venue_id: str = Field(primary_key=True, foreign_key="venue.id", sa_type=Text)
    since: int = Field(primary_key=True, sa_type=BigInteger)
    until: int | None = Field(default=None, sa_type=BigInteger)
    home: bool
    first_order: int = Field(default=0, sa_type=BigInteger)
    """The order that gave it; 0: the registration."""
    end_order: int | None = Field(default=None, sa_type=BigInteger)
    """The order that took it away: what the laptop wrote without knowing of it still counts."""


class DeviceOrder(ServerModel, table=True):
    """An order of the programme to a laptop, as it was signed."""

    __tablename__ = "device_order"

    device_id: str = Field(primary_key=True, foreign_key="device.id", sa_type=Text)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    """From 1, rising."""
    kind: str = Field(sa_type=Text)
    given_at: int = Field(sa_type=BigInteger)
    payload: str = Field(sa_type=Text)
    signature: str = Field(sa_type=Text)


class BundleRow(ServerModel, table=True):
    """What the programme published, as it was signed."""

    __tablename__ = "bundle"

    scope: str = Field(primary_key=True, sa_type=Text)
    """Empty for everybody, else a venue's id."""
    number: int = Field(primary_key=True, sa_type=BigInteger)
    published_at: int = Field(sa_type=BigInteger)
    payload: str = Field(sa_type=Text)
    signature: str = Field(sa_type=Text)


class ErasedRow(ServerModel, table=True):
    """A row that an erasure names: what comes of it later is kept as its commit alone."""

    __tablename__ = "erased"

    entity: str = Field(primary_key=True, sa_type=Text)
    entity_id: str = Field(primary_key=True, sa_type=Text)
    at: int = Field(sa_type=BigInteger)


class ChangeRow(ServerModel, table=True):
    """A received change, as it came. Only `held`, `chain` and a computed base are set later.

    `shared` and `private` are absent where they did not travel.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_entity_id_entity", "entity_id", "entity"),
        Index("uq_change_server_seq", "server_seq", unique=True),
        Index("ix_change_held", "held"),
        Index("ix_change_inc_given", "inc", "given"),
    )

    inc: str = Field(primary_key=True, foreign_key="incarnation.id", sa_type=Text)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    schema_version: int = Field(sa_type=BigInteger)
    entity: str = Field(sa_type=Text)
    entity_id: str = Field(sa_type=Text)
    op: str = Field(sa_type=Text)
    base_inc: str | None = Field(default=None, sa_type=Text)
    base_seq: int | None = Field(default=None, sa_type=BigInteger)
    base_named: bool
    """The line named its base. Otherwise it is the laptop's own previous revision of the row,
    written here once the change is chained (before, a line that is still missing may be it)."""
    at: int = Field(sa_type=BigInteger)
    tz: str = Field(sa_type=Text)
    clock: str = Field(sa_type=Text)
    hlc: int = Field(sa_type=BigInteger)
    author: str = Field(sa_type=Text)
    salt: bytes | None = Field(default=None, sa_type=LargeBinary)
    shared: str | None = Field(default=None, sa_type=Text)
    private: str | None = Field(default=None, sa_type=Text)
    private_digest: bytes | None = Field(default=None, sa_type=LargeBinary)
    commit: bytes = Field(sa_type=LargeBinary)
    chain: bytes | None = Field(default=None, sa_type=LargeBinary)
    """Absent above a gap."""
    received_at: int = Field(sa_type=BigInteger)
    server_seq: int = Field(sa_type=BigInteger)
    ord: int = Field(sa_type=BigInteger)
    held: str | None = Field(default=None, sa_type=Text)
    """Why it is not applied; absent once it is."""
    given: int | None = Field(default=None, sa_type=BigInteger)
    """Its number among what is applied; a laptop of the same venue says the last one it has."""


class SheetReceiptRow(ServerModel, table=True):
    """The programme's receipt of a sealed sheet."""

    __tablename__ = "sheet_receipt"

    sheet_id: str = Field(primary_key=True, sa_type=Text)
    device_id: str = Field(foreign_key="device.id", index=True, sa_type=Text)
    inc: str = Field(foreign_key="incarnation.id", sa_type=Text)
    digest: str = Field(sa_type=Text)
    date: int = Field(sa_type=BigInteger)
    key: str = Field(sa_type=Text)
    signature: bytes = Field(sa_type=LargeBinary)


class AccessKey(ServerModel, table=True):
    """A technician's access key. The key itself is not kept."""

    __tablename__ = "access_key"

    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    name: str = Field(sa_type=Text, unique=True)
    """Of what it is for, as whoever made it calls it."""
    made_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
    last_used: int | None = Field(default=None, sa_type=BigInteger)
