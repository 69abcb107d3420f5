"""A forgotten phrase, opened again by two of the programme's custodians (docs/keys.md).

    request   the laptop's boxes and the public half of a slot that is waiting
    step      the same, once the first custodian has opened the outer boxes
    answer    the database key sealed to that slot's public half; nobody sees it

Each is one canonical JSON object, short enough for a QR code. Six words of its request say aloud
that both sides mean the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from angrilien.wire.canonical import BadMessage, b64, dumps, loads, sha256, unb64
from angrilien.wire.ids import read_id

MAX_BYTES: Final = 64 * 1024
MAX_BOXES: Final = 64
SEALED_SIZE: Final = 80
"""Bytes of a 32-byte key in a sealed box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryRequest:
    """What a laptop asks of the custodians.

    Attributes:
        aud: the programme.
        vault, generation: of the slot file whose boxes these are.
        slot: public half of the waiting slot, 32 bytes.
        boxes: as they stand in the slot file.
        opened: "inner key id.base64url of the inner box", once the outer ones are open.
    """

    aud: str
    vault: str
    generation: int
    slot: bytes
    boxes: tuple[str, ...]
    opened: tuple[str, ...] = ()

    def canonical(self) -> bytes:
        """Return the message's bytes."""
        value: dict[str, Any] = {
            "v": 1,
            "kind": "request",
            "aud": self.aud,
            "vault": self.vault,
            "generation": self.generation,
            "slot": b64(self.slot),
            "boxes": list(self.boxes),
        }
        if self.opened:
            value["opened"] = list(self.opened)
        return dumps(value)

    def digest(self) -> bytes:
        """Return the SHA-256 of the request as the laptop made it: both sides say its words."""
        return sha256(replace(self, opened=()).canonical())


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryAnswer:
    """What the custodians answer: only the laptop that asked opens `sealed`."""

    aud: str
    vault: str
    slot: bytes
    sealed: bytes

    def canonical(self) -> bytes:
        """Return the message's bytes."""
        return dumps(
            {
                "v": 1,
                "kind": "answer",
                "aud": self.aud,
                "vault": self.vault,
                "slot": b64(self.slot),
                "sealed": b64(self.sealed),
            }
        )


def read_recovery_request(data: bytes) -> RecoveryRequest:
    """Read a request, or a step of one.

    Raises:
        BadMessage: it is none.
    """
    value = _read(data, "request", {"aud", "vault", "generation", "slot", "boxes"}, {"opened"})
    generation = value["generation"]
    if type(generation) is not int or generation < 1:
        raise BadMessage("not a recovery request")
    return RecoveryRequest(
        aud=value["aud"],
        vault=read_id(value["vault"]),
        generation=generation,
        slot=unb64(value["slot"], 32),
        boxes=_texts(value["boxes"]),
        opened=_texts(value.get("opened", [])),
    )


def read_recovery_answer(data: bytes) -> RecoveryAnswer:
    """Read an answer.

    Raises:
        BadMessage: it is none.
    """
    value = _read(data, "answer", {"aud", "vault", "slot", "sealed"}, set())
    return RecoveryAnswer(
        aud=value["aud"],
        vault=read_id(value["vault"]),
        slot=unb64(value["slot"], 32),
        sealed=unb64(value["sealed"], SEALED_SIZE),
    )


def _read(data: bytes, kind: str, names: set[str], more: set[str]) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise BadMessage("not a recovery message")
    value = loads(data.strip())
    known = {"v", "kind"} | names
    if not known <= set(value) <= known | more or value["v"] != 1 or value["kind"] != kind:
        raise BadMessage("not a recovery message of this kind")
    if not isinstance(value["aud"], str) or len(value["aud"]) > 100:
        raise BadMessage("not a recovery message")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_BOXES:
        raise BadMessage("not recovery boxes")
    if not all(isinstance(text, str) and len(text) <= 400 for text in value):
        raise BadMessage("not recovery boxes")
    return tuple(value)
