"""A programme is who its root key says; lists only rise; certificates are its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from angrilien.errors import BadProgramme, FileUnreadable
from angrilien.vault.programme import Programme, load_programme
from angrilien.vault.signing import BadSignature, Signer, verify
from angrilien.wire import dsse
from angrilien.wire.canonical import BadMessage, b64
from angrilien.wire.ids import new_id
from angrilien.wire.keys import Certificate, KeyList, ListedKey

NOW = 1_795_604_400_000
ROOT, SIGNING, NEXT, OTHER_ROOT = (Signer.generate() for _ in range(4))


def keys(number: int, *signers: Signer, aud: str = "essai", withdrawn: bool = False) -> str:
    return (
        KeyList(
            aud=aud,
            number=number,
            issued=NOW,
            keys=tuple(
                ListedKey(public=s.public, use="sign", since=0, until=NOW, withdrawn=withdrawn)
                for s in signers
            ),
        )
        .canonical()
        .decode()
    )


def written(text: str, signer: Signer = ROOT, **changed: Any) -> str:
    value = {
        "aud": "essai",
        "server": "https://programme.invalid/",
        "root": b64(ROOT.public),
        "keys": text,
        "keys_sig": signer.header(dsse.KEYS, text.encode()),
    }
    return json.dumps({**value, **changed})


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    path = tmp_path / "programme.json"
    path.write_text(written(keys(3, SIGNING)), encoding="utf-8")
    return load_programme(path)


def test_a_programme_is_read_and_written_alike(programme: Programme, tmp_path: Path) -> None:
    assert programme.aud == "essai"
    assert programme.server == "https://programme.invalid"
    assert programme.keys.find(SIGNING.id, "sign") is not None
    again = tmp_path / "again.json"
    again.write_text(programme.to_json(), encoding="utf-8")
    assert load_programme(again) == programme


def test_the_programme_that_comes_with_the_application_is_sound() -> None:
    shipped = load_programme()
    assert shipped.keys.number >= 1
    assert shipped.keys.aud == shipped.aud


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{}", '"x"', "[" * 100_000,
        written(keys(1, SIGNING), root="AA"),
        written(keys(1, SIGNING), root=7),
        written(keys(1, SIGNING), server=7),
        written(keys(1, SIGNING), keys=7),
        written(keys(1, SIGNING), keys_sig=""),
        written(keys(1, SIGNING), keys_sig=ROOT.header(dsse.DEVICE, keys(1, SIGNING).encode())),
        written(keys(1, SIGNING), OTHER_ROOT),
        written(keys(1, SIGNING), root=b64(OTHER_ROOT.public)),
        written(keys(1, SIGNING, aud="autre")),
        written(keys(1, SIGNING), keys=keys(1, NEXT)),
        written("{}"),
        written(keys(1, SIGNING), keys="\ud800"),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_a_programme_that_its_root_did_not_sign_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "programme.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadProgramme):
        load_programme(path)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "nothing.json", tmp_path, tmp_path / "bytes.json"):
        with pytest.raises(FileUnreadable):
            load_programme(path)


def test_a_newer_list_is_taken_and_a_lower_number_is_not(programme: Programme) -> None:
    newer = keys(4, NEXT)
    taken = programme.newer(newer, ROOT.header(dsse.KEYS, newer.encode()))
    assert taken.keys.number == 4
    assert taken.keys.find(NEXT.id, "sign") is not None
    for number in (1, 2, 3):
        older = keys(number, NEXT)
        assert programme.newer(older, ROOT.header(dsse.KEYS, older.encode())) is programme
    back = keys(3, SIGNING)
    assert taken.newer(back, ROOT.header(dsse.KEYS, back.encode())) is taken


@pytest.mark.parametrize("signer", [OTHER_ROOT, SIGNING], ids=["another root", "a listed key"])
def test_a_list_that_the_root_did_not_sign_is_refused(programme: Programme, signer: Signer) -> None:
    newer = keys(9, NEXT)
    with pytest.raises(BadProgramme):
        programme.newer(newer, signer.header(dsse.KEYS, newer.encode()))
    with pytest.raises(BadProgramme):
        programme.newer(newer, f"{ROOT.id}, {b64(signer.sign(dsse.KEYS, newer.encode()))}")
    other = keys(9, NEXT, aud="autre")
    with pytest.raises(BadProgramme):
        programme.newer(other, ROOT.header(dsse.KEYS, other.encode()))


def certificate(aud: str = "essai") -> str:
    return (
        Certificate(
            aud=aud, dev=new_id(), key=b"k" * 32, inc=new_id(), since=0, issued=NOW,
            venues=((new_id(), "CAF-49008", 0),),
        )
        .canonical()
        .decode()
    )  # fmt: skip


def test_a_certificate_is_that_of_this_programme_by_a_listed_key(programme: Programme) -> None:
    text = certificate()
    read = programme.check_certificate(text, SIGNING.header(dsse.DEVICE, text.encode()))
    assert read.venues[0][1] == "CAF-49008"
    for header in (
        "", NEXT.header(dsse.DEVICE, text.encode()), ROOT.header(dsse.DEVICE, text.encode()),
        SIGNING.header(dsse.ANSWER, text.encode()), SIGNING.header(dsse.DEVICE, b"{}"),
    ):  # fmt: skip
        with pytest.raises(BadSignature):
            programme.check_certificate(text, header)
    other = certificate(aud="autre")
    with pytest.raises(BadMessage):
        programme.check_certificate(other, SIGNING.header(dsse.DEVICE, other.encode()))


def test_a_withdrawn_key_proves_nothing_any_more(programme: Programme) -> None:
    text = certificate()
    header = SIGNING.header(dsse.DEVICE, text.encode())
    newer = keys(4, SIGNING, withdrawn=True)
    later = programme.newer(newer, ROOT.header(dsse.KEYS, newer.encode()))
    with pytest.raises(BadSignature):
        later.check_certificate(text, header)


def test_a_signature_holds_for_its_bytes_its_type_and_its_key_only() -> None:
    signature = SIGNING.sign(dsse.PUSH, b"payload")
    verify(SIGNING.public, dsse.PUSH, b"payload", signature)
    forged = bytes([signature[0] ^ 1]) + signature[1:]
    for public, kind, payload, shown in (
        (NEXT.public, dsse.PUSH, b"payload", signature),
        (SIGNING.public, dsse.ANSWER, b"payload", signature),
        (SIGNING.public, dsse.PUSH, b"payloae", signature),
        (SIGNING.public, dsse.PUSH, b"payload", forged),
        (SIGNING.public, dsse.PUSH, b"payload", b""),
        (b"", dsse.PUSH, b"payload", signature),
        (b"\x00" * 32, dsse.PUSH, b"payload", signature),
    ):
        with pytest.raises(BadSignature):
            verify(public, kind, payload, shown)


def test_a_key_pair_comes_back_from_its_seed_and_never_shows_it() -> None:
    assert replace(SIGNING).public == SIGNING.public
    assert Signer(SIGNING.seed).id == SIGNING.id
    assert SIGNING.seed.hex() not in repr(SIGNING)
    assert repr(SIGNING.seed) not in repr(SIGNING)
