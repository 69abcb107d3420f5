"""One change of the log: its head, its body, its commit and its place in the chain.

    commit = SHA-256( SHA-256(shared) ‖ SHA-256(salt ‖ private) )
    chain  = SHA-256( previous chain ‖ SHA-256(head) ‖ commit )
    the chain starts from SHA-256( inc, 16 bytes ‖ device public key, 32 bytes )

`head` is the canonical JSON of all columns of the change but commit and chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from json.encoder import encode_basestring as _quoted

from angrilien.wire.canonical import sha256
from angrilien.wire.ids import id_bytes

SCHEMA = 1
"""Version of the entities' shape (`domain.entities`)."""
SALT_SIZE = 16

Revision = tuple[str, int]
"""A revision *is* a change id: (inc, seq)."""


@dataclass(slots=True, kw_only=True, unsafe_hash=True)  # frozen, it would take four times as long
class Head:
    """What a change says of itself. Nobody changes one.

    Attributes:
        inc, seq: the change's id: the laptop's incarnation, and its number in it, from 1.
        schema: version of the entity's shape.
        entity, entity_id: what it is about.
        op: "put" (the body is the whole row).
        base: the revision it replaces, None for a new row.
        at: the laptop's wall clock, milliseconds UTC: the animateur's claim.
        tz: the IANA zone it was captured in.
        clock: "ok", "unchecked" or "jumped".
        hlc: hybrid logical clock, milliseconds × 1000 + counter; mostly just `at` × 1000.
        author: id of the facilitator who was at the laptop.
    """

    inc: str
    seq: int
    schema: int
    entity: str
    entity_id: str
    op: str
    base: Revision | None
    at: int
    tz: str
    clock: str
    hlc: int
    author: str

    def canonical(self) -> bytes:
        """Return the canonical JSON that the chain covers.

        Its fields were checked where they came from: a line that was read, or this laptop's own.
        """
        # Spelt out, because the chain needs one for each change: a dictionary that is sorted and
        # encoded takes five times as long. A test compares the two.
        base = "" if self.base is None else f'"base":[{_quoted(self.base[0])},{self.base[1]}],'
        return (
            f'{{"at":{self.at},"author":{_quoted(self.author)},{base}'
            f'"clock":{_quoted(self.clock)},"entity":{_quoted(self.entity)},'
            f'"entity_id":{_quoted(self.entity_id)},"hlc":{self.hlc},"inc":{_quoted(self.inc)},'
            f'"op":{_quoted(self.op)},"schema":{self.schema},"seq":{self.seq},'
            f'"tz":{_quoted(self.tz)}}}'
        ).encode()


@dataclass(slots=True, kw_only=True, unsafe_hash=True)  # as `Head`
class Body:
    """The full row as two canonical JSON texts, and the salt that hides the private one."""

    salt: bytes
    shared: str
    private: str

    def private_digest(self) -> bytes:
        """Return SHA-256(salt ‖ private)."""
        return sha256(self.salt, self.private.encode("utf-8"))

    def commit(self) -> bytes:
        """Return the change's commit."""
        return commit_of(self.shared, self.private_digest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change as it is kept: `body` is None once erased, purged or folded."""

    head: Head
    commit: bytes
    chain: bytes
    body: Body | None


def commit_of(shared: str, private_digest: bytes) -> bytes:
    """Return the commit from the shared text and the digest of the salted private text."""
    return sha256(sha256(shared.encode("utf-8")), private_digest)


def next_chain(previous: bytes, head: Head, commit: bytes) -> bytes:
    """Return the chain value of a change that follows `previous`."""
    return sha256(previous, sha256(head.canonical()), commit)


def genesis(inc: str, device_key: bytes) -> bytes:
    """Return the chain value before the first change of an incarnation."""
    return sha256(id_bytes(inc), device_key)
