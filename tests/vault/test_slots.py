"""The slot file: the phrase opens it, nothing else does, and nothing altered passes."""

from __future__ import annotations

import json
import random
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest

from angrilien.errors import KnownError, NotebookDamaged, WrongPassphrase
from angrilien.vault import slots
from angrilien.vault.slots import DEFAULT_KDF, Kdf, Secrets, SlotFile
from helpers.notebooks import CHEAP_KDF

PHRASE = "école où le garçon élève sème"


def test_the_phrase_opens_what_it_made(slot_file: SlotFile, secrets: Secrets) -> None:
    again = SlotFile.parse(slot_file.to_bytes())
    assert again == slot_file
    assert again.open(PHRASE) == secrets
    assert len(secrets.database_key) == len(secrets.vault_key) == 32
    assert secrets.database_key != secrets.vault_key


@pytest.mark.parametrize(
    "typed",
    [
        "ECOLE OU LE GARCON ELEVE SEME",
        "école-où-le-garçon-élève-sème",
        "  Ecole,  où le\tgarçon eleve sème ",
        "e\u0301cole ou\u0300 le garc\u0327on élève sème",
        "ÉCOLE OÙ \uff2c\uff25 GARÇON élève sème",
    ],
)
def test_a_phrase_opens_however_its_words_are_written(
    slot_file: SlotFile, secrets: Secrets, typed: str
) -> None:
    assert slot_file.open(typed) == secrets


@pytest.mark.parametrize(
    "typed", ["", "école", PHRASE + " x", PHRASE[:-1], "école où le garçon sème élève"]
)
def test_another_phrase_opens_nothing(slot_file: SlotFile, typed: str) -> None:
    with pytest.raises(WrongPassphrase):
        slot_file.open(typed)


def test_two_notebooks_of_one_phrase_share_nothing(slot_file: SlotFile, secrets: Secrets) -> None:
    other, opened = SlotFile.create(PHRASE, CHEAP_KDF)
    assert opened.database_key != secrets.database_key
    assert other.vault != slot_file.vault
    mine, theirs = slot_file.slots[0], other.slots[0]
    for name in ("id", "public", "salt", "nonce", "wrapped", "sealed"):
        assert getattr(mine, name) != getattr(theirs, name)


def test_secrets_never_show_in_a_text(slot_file: SlotFile, secrets: Secrets) -> None:
    for key in (secrets.database_key, secrets.vault_key):
        assert key.hex() not in repr(secrets)
        assert repr(key) not in repr(secrets)
        assert key not in slot_file.to_bytes()


def test_the_file_holds_no_name_and_no_word(slot_file: SlotFile) -> None:
    text = slot_file.to_bytes().decode("ascii")
    assert set(json.loads(text.splitlines()[0])) == {
        "v", "vault", "generation", "slots", "recovery",
    }  # fmt: skip
    assert not any(word in text.casefold() for word in ("ecole", "garcon", "claire", "eleve"))


def outcome(data: bytes) -> type[BaseException] | Secrets:
    try:
        return SlotFile.parse(data).open(PHRASE)
    except (WrongPassphrase, NotebookDamaged) as told:
        return type(told)


def test_a_file_altered_at_any_byte_opens_nothing(slot_file: SlotFile) -> None:
    # Without the derivation (which alone takes time), so that every byte is tried in several ways.
    data, hand = slot_file.to_bytes(), random.Random(11)
    for place in range(len(data)):
        for value in {hand.randrange(256), data[place] ^ 1, ord(" "), ord("\n")} - {data[place]}:
            altered = data[:place] + bytes([value]) + data[place + 1 :]
            try:
                read = SlotFile.parse(altered)
            except NotebookDamaged:
                continue
            # What is still readable says something else: its code does not fit any more.
            assert (read.content(), read.mac) != (slot_file.content(), slot_file.mac)
    for place in hand.sample(range(len(data)), 60):
        altered = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert outcome(altered) in (WrongPassphrase, NotebookDamaged)


def test_a_cut_or_foreign_file_is_damaged(slot_file: SlotFile) -> None:
    data = slot_file.to_bytes()
    for cut in range(0, len(data) - 1, 7):
        assert outcome(data[:cut]) is NotebookDamaged
    for foreign in (b"", b"{}", b"[]\n", b"\x00" * 900, b"\xff\xfe", b"{" * 100_000, data * 2):
        assert outcome(foreign) is NotebookDamaged


def altered(slot_file: SlotFile, **changed: Any) -> bytes:
    """The file with fields of its first slot changed, under its own authentication code."""
    content, code = slot_file.to_bytes().splitlines()
    value = json.loads(content)
    value["slots"][0].update(changed)
    return json.dumps(value).encode() + b"\n" + code + b"\n"


@pytest.mark.parametrize(
    "kdf",
    [
        {"alg": "argon2id13", "ops": 1, "memory": 1 << 40},
        {"alg": "argon2id13", "ops": 10**9, "memory": 8 << 20},
        {"alg": "argon2id13", "ops": 1, "memory": 1 << 20},
        {"alg": "argon2id13", "ops": 0, "memory": 8 << 20},
        {"alg": "argon2id13", "ops": -1, "memory": 8 << 20},
        {"alg": "argon2i", "ops": 1, "memory": 8 << 20},
        {"alg": "argon2id13", "ops": True, "memory": 8 << 20},
        {"alg": "argon2id13", "ops": "1", "memory": 8 << 20},
        {},
        [],
    ],
    ids=repr,
)  # fmt: skip
def test_hostile_derivation_parameters_are_refused_before_anything_is_derived(
    slot_file: SlotFile, kdf: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def derived(*args: object, **kwargs: object) -> bytes:
        pytest.fail("a key was derived")

    monkeypatch.setattr(slots.argon2id, "kdf", derived)
    tracemalloc.start()
    try:
        with pytest.raises(NotebookDamaged):
            SlotFile.parse(altered(slot_file, kdf=kdf)).open(PHRASE)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_cheaper_derivation_under_the_same_wrapped_key_opens_nothing(
    slot_file: SlotFile,
) -> None:
    assert outcome(altered(slot_file, kdf={"alg": "argon2id13", "ops": 2, "memory": 8 << 20})) in (
        WrongPassphrase, NotebookDamaged,
    )  # fmt: skip


def test_our_own_parameters_are_those_decided_on() -> None:
    assert Kdf(ops=3, memory=128 << 20) == DEFAULT_KDF
    DEFAULT_KDF.check()


def test_a_slot_put_in_from_another_notebook_is_noticed(slot_file: SlotFile) -> None:
    intruder, _secrets = SlotFile.create("une autre phrase", CHEAP_KDF)
    for put_in in (
        replace(slot_file, slots=(*slot_file.slots, *intruder.slots)),
        replace(slot_file, slots=intruder.slots),
        replace(slot_file, slots=(), mac=slot_file.mac),
    ):
        assert outcome(put_in.to_bytes()) in (NotebookDamaged, WrongPassphrase)
        with pytest.raises(KnownError):
            SlotFile.parse(put_in.to_bytes()).open("une autre phrase")


def test_a_database_key_sealed_by_somebody_else_is_noticed(slot_file: SlotFile) -> None:
    # Anyone can seal a key of their own to a public key: a sealed box proves no sender.
    from nacl.public import PublicKey, SealedBox

    public = slot_file.slots[0].public
    forged = replace(slot_file.slots[0], sealed=SealedBox(PublicKey(public)).encrypt(b"k" * 32))
    assert outcome(replace(slot_file, slots=(forged,)).to_bytes()) is NotebookDamaged


def test_an_older_generation_under_the_same_code_is_noticed(slot_file: SlotFile) -> None:
    assert outcome(replace(slot_file, generation=2).to_bytes()) is NotebookDamaged
    assert outcome(replace(slot_file, recovery=("box",)).to_bytes()) is NotebookDamaged
