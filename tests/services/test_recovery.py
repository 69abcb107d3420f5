"""A forgotten phrase: two of three custodians open again what nobody opens any more."""

from __future__ import annotations

import io
import itertools
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from angrilien.errors import (
    AnswerForeign,
    BoxNotYours,
    FileUnreadable,
    NoCustodians,
    NoRequest,
    WrongPassphrase,
)
from angrilien.server import cli as server_cli
from angrilien.services import animateurs, copies, opening, recovery
from angrilien.services.notebook import Notebook
from angrilien.vault.custody import CustodianKey, answer, fingerprint, waits_for
from angrilien.vault.programme import Programme, load_programme
from angrilien.vault.signing import Signer
from angrilien.wire import dsse
from angrilien.wire.canonical import unb64
from angrilien.wire.keys import ListedKey, key_id
from angrilien.wire.recovery import (
    RecoveryAnswer,
    RecoveryRequest,
    read_recovery_answer,
    read_recovery_request,
)
from helpers.notebooks import CHEAP_KDF, NOON, PHRASE, make_notebook, make_programme, make_workshop

NEW = "sabotage tabac ultrason vaccin wagon zeste"
OTHER = "galaxie habile iceberg jaguar kayak labial"


@pytest.fixture(scope="module")
def custodians() -> list[CustodianKey]:
    return sorted((CustodianKey.generate() for _ in range(3)), key=lambda key: key.id)


def with_custodians(programme: Programme, custodians: list[CustodianKey]) -> Programme:
    """The same programme, of which only the list of keys counts here, with recovery keys."""
    root = Signer.generate()
    listed = tuple(
        ListedKey(public=key.public, use="recovery", since=0, until=NOON * 2) for key in custodians
    )
    keys = replace(programme.keys, keys=(*programme.keys.keys, *listed))
    text = keys.canonical()
    return replace(
        programme,
        root=root.public,
        keys=keys,
        keys_text=text.decode("utf-8"),
        keys_signature=root.header(dsse.KEYS, text),
    )


@pytest.fixture(scope="module")
def programme(custodians: list[CustodianKey]) -> Programme:
    return with_custodians(make_programme(), custodians)


@pytest.fixture
def closed(tmp_path: Path, programme: Programme) -> Notebook:
    """A notebook of two animateurs, one of whom will have forgotten; closed."""
    nb = make_notebook(tmp_path, programme=programme)
    make_workshop(nb)
    animateurs.add(nb, "Ahmed Benali", OTHER, kdf=CHEAP_KDF)
    copies.make(nb)
    nb.close()
    return nb


def by_post(message: RecoveryRequest | RecoveryAnswer) -> RecoveryRequest | RecoveryAnswer:
    """What arrives of a message on the other side."""
    data = message.canonical()
    if isinstance(message, RecoveryAnswer):
        return read_recovery_answer(data)
    return read_recovery_request(data)


def answered(request: bytes, first: CustodianKey, second: CustodianKey) -> bytes:
    step = by_post(answer(read_recovery_request(request), first))
    assert isinstance(step, RecoveryRequest)
    done = by_post(answer(step, second))
    assert isinstance(done, RecoveryAnswer)
    return done.canonical()


def test_any_two_of_three_open_it_again(closed: Notebook, custodians: list[CustodianKey]) -> None:
    folder, programme = closed.folder, closed.programme
    for round_, (first, second) in enumerate(itertools.combinations(custodians, 2)):
        phrase = f"{NEW} {round_}"
        start = recovery.begin(folder, phrase, programme, kdf=CHEAP_KDF)
        assert recovery.waiting(folder) == start
        assert len(start.request) < 2_900, "it fits a QR code"
        assert len(start.words.split()) == 6
        request = read_recovery_request(start.request)
        assert waits_for(request) == tuple(sorted({custodians[0].id, custodians[1].id}))
        step = answer(request, first)
        assert isinstance(step, RecoveryRequest)
        assert fingerprint(step) == start.words
        found = recovery.read(folder, answered(start.request, first, second), phrase)
        assert [name for _, name in found.people] == ["Ahmed Benali", "Claire Martin"]
        claire = found.people[1][0]
        nb = recovery.finish(folder, found, claire, programme)
        assert nb.facilitator_id == claire
        assert [(a.name, a.mine) for a in animateurs.listed(nb)] == [
            ("Claire Martin", True),
            ("Ahmed Benali", False),
        ]
        changes = nb.store.verify()
        nb.close()
        assert recovery.waiting(folder) is None
        for opens in (phrase, OTHER):
            again = opening.open_notebook(folder, opens, programme)
            assert again.store.verify() == changes
            assert [row.sound for row in copies.listed(again)] == [True]
            again.close()
        with pytest.raises(WrongPassphrase):
            opening.open_notebook(folder, PHRASE, programme)


def test_one_alone_opens_nothing(closed: Notebook, custodians: list[CustodianKey]) -> None:
    start = recovery.begin(closed.folder, NEW, closed.programme, kdf=CHEAP_KDF)
    request = read_recovery_request(start.request)
    step = answer(request, custodians[0])
    assert isinstance(step, RecoveryRequest)
    with pytest.raises(BoxNotYours):
        answer(replace(step, boxes=()), custodians[0])
    with pytest.raises(BoxNotYours):
        answer(request, custodians[2])  # the inner box only: another has to begin
    with pytest.raises(BoxNotYours):
        answer(request, CustodianKey.generate())


def test_the_answer_serves_only_who_asked(
    closed: Notebook, custodians: list[CustodianKey], tmp_path: Path
) -> None:
    folder, programme = closed.folder, closed.programme
    start = recovery.begin(folder, NEW, programme, kdf=CHEAP_KDF)
    good = answered(start.request, custodians[0], custodians[1])
    with pytest.raises(WrongPassphrase):
        recovery.read(folder, good, "une autre phrase")
    for wrong in (b"", b"{}", start.request, good[:-20]):
        with pytest.raises(AnswerForeign):
            recovery.read(folder, wrong, NEW)
    # Asked again, with another phrase: what answers the first request opens nothing.
    recovery.begin(folder, NEW + " bis", programme, kdf=CHEAP_KDF)
    with pytest.raises(AnswerForeign):
        recovery.read(folder, good, NEW + " bis")
    recovery.give_up(folder)
    with pytest.raises(NoRequest):
        recovery.read(folder, good, NEW)
    # The notebook is what it was all along.
    again = opening.open_notebook(folder, PHRASE, programme)
    again.close()


def test_nobody_who_is_not_of_this_computer(
    closed: Notebook, custodians: list[CustodianKey]
) -> None:
    folder, programme = closed.folder, closed.programme
    start = recovery.begin(folder, NEW, programme, kdf=CHEAP_KDF)
    found = recovery.read(folder, answered(start.request, *custodians[:2]), NEW)
    with pytest.raises(AnswerForeign):
        recovery.finish(folder, found, "01990000-0000-7000-8000-0000000000d1", programme)
    opening.open_notebook(folder, PHRASE, programme).close()


def test_a_programme_without_custodians_says_so(tmp_path: Path) -> None:
    nb = make_notebook(tmp_path)
    nb.close()
    with pytest.raises(NoCustodians):
        recovery.begin(nb.folder, NEW, nb.programme, kdf=CHEAP_KDF)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"v":1}', b"x" * 100_000, b'{"kdf":{"memory":1099511627776,"ops":3}}']
)
def test_a_file_that_is_no_custodian_key(data: bytes) -> None:
    with pytest.raises(FileUnreadable):
        CustodianKey.from_file(data, "phrase")


def test_a_custodian_key_opens_with_its_phrase_only() -> None:
    key = CustodianKey.generate()
    data = key.to_file("la phrase du gardien", CHEAP_KDF)
    assert CustodianKey.from_file(data, "La phrase  du gardien") == key
    assert key.private not in data
    with pytest.raises(WrongPassphrase):
        CustodianKey.from_file(data, "une autre")
    hostile = json.loads(data)
    hostile["kdf"]["memory"] = 1 << 40
    with pytest.raises(FileUnreadable):
        CustodianKey.from_file(json.dumps(hostile, separators=(",", ":")).encode(), "une autre")


# --- on the command line --------------------------------------------------------------------------


class CommandLine:
    """`angrilien-server` in this process; what is typed goes to its standard input."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *args: object, typed: str = "", code: int = 0) -> str:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        self._capsys.readouterr()
        ended = server_cli.main([str(arg) for arg in args])
        said = self._capsys.readouterr()
        assert ended == code, said.err
        return said.out if code == 0 else said.err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    # The cost of a phrase is tested elsewhere.
    real = CustodianKey.to_file
    monkeypatch.setattr(CustodianKey, "to_file", lambda key, phrase: real(key, phrase, CHEAP_KDF))
    return CommandLine(monkeypatch, capsys)


def test_the_custodians_do_their_parts_on_the_command_line(
    run: CommandLine, tmp_path: Path
) -> None:
    data = tmp_path / "server"
    run("programme", "new", "--data", data, "--aud", "essai")
    publics: list[Any] = []
    for number in range(3):
        said = run(
            "recovery", "keygen", "--out", tmp_path / f"gardien{number}.key",
            typed=f"phrase {number}\nphrase {number}\n",
        )  # fmt: skip
        publics.append(said.split()[-1])
    root = data / "root.key"
    assert "liste de clés n° 2" in run(
        "recovery", "enlist", *publics, "--root", root, "--data", data
    )
    programme = load_programme(data / "programme.json")
    nb = make_notebook(tmp_path, programme=programme)
    nb.close()
    start = recovery.begin(nb.folder, NEW, programme, kdf=CHEAP_KDF)
    asked = tmp_path / "demande"
    asked.write_bytes(start.request)
    assert start.words in run("recovery", "show", asked)
    order = sorted(range(3), key=lambda number: key_id(unb64(publics[number])))
    part, done = tmp_path / "part", tmp_path / "reponse"

    def give(source: Path, target: Path, who: int, words: str = start.words, code: int = 0) -> str:
        return run(
            "recovery", "open", source, "--key", tmp_path / f"gardien{who}.key",
            "--out", target, "--words", words, "--data", data,
            typed=f"phrase {who}\n", code=code,
        )  # fmt: skip

    assert "N’ouvrez rien" in give(asked, part, order[0], words="d’autres mots", code=1)
    assert not part.exists()
    assert "second gardien" in give(asked, part, order[0])
    assert "n’ouvre pas" in give(part, done, order[0], code=1)
    assert "Réponse écrite" in give(part, done, order[1])
    found = recovery.read(nb.folder, done.read_bytes(), NEW)
    again = recovery.finish(nb.folder, found, found.people[0][0], programme)
    assert again.store.verify() == 1
    again.close()
