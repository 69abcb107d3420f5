"""Who opens this computer: added, removed, a new phrase; nobody else's phrase is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from angrilien.errors import LastSlot, Missing, NotebookDamaged, TooLong, WrongPassphrase
from angrilien.services import animateurs, copies, opening, rekeying
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS
from angrilien.store import rekey
from angrilien.store.copies import paths, slots_of
from angrilien.vault.files import PREVIOUS
from angrilien.vault.slots import SlotFile
from helpers.copies import open_again
from helpers.notebooks import CHEAP_KDF, NOON, PHRASE, make_workshop

SECOND = "galaxie habile iceberg jaguar kayak labial"
THIRD = "magasin nageur oasis palace quitter rabais"


def opened_by(nb: Notebook, phrase: str) -> Notebook:
    return opening.open_notebook(nb.folder, phrase, nb.programme)


def test_the_first_animateur_is_listed(fresh: Notebook) -> None:
    (only,) = animateurs.listed(fresh)
    assert (only.name, only.mine) == ("Claire Martin", True)
    assert abs(only.since - NOON) < 10 * 365 * 24 * 3600 * 1000


def test_each_animateur_opens_by_a_phrase_of_their_own(fresh: Notebook) -> None:
    added = animateurs.add(fresh, "  Ahmed   Benali ", SECOND, kdf=CHEAP_KDF)
    assert added.name == "Ahmed Benali"
    changes = fresh.store.verify()
    fresh.close()
    other = opened_by(fresh, SECOND)
    assert other.facilitator_id == added.facilitator_id
    assert [(a.name, a.mine) for a in animateurs.listed(other)] == [
        ("Ahmed Benali", True),
        ("Claire Martin", False),
    ]
    make_workshop(other)
    assert other.store.verify() > changes
    other.close()
    open_again(fresh.folder, fresh.programme).close()


@pytest.mark.parametrize(("name", "problem"), [("  ", Missing), ("x" * 101, TooLong)])
def test_a_name_that_cannot_be_kept_changes_nothing(
    fresh: Notebook, name: str, problem: type[Exception]
) -> None:
    before = (fresh.folder / SLOTS).read_bytes()
    with pytest.raises(problem):
        animateurs.add(fresh, name, SECOND, kdf=CHEAP_KDF)
    assert (fresh.folder / SLOTS).read_bytes() == before


def test_who_is_removed_opens_nothing_any_more(fresh: Notebook) -> None:
    """Not the notebook, not its safety copies here, not what the files were before."""
    added = animateurs.add(fresh, "Ahmed Benali", SECOND, kdf=CHEAP_KDF)
    third = animateurs.add(fresh, "Zoé Morel", THIRD, kdf=CHEAP_KDF)
    make_workshop(fresh)
    copy = copies.make(fresh)
    former = SlotFile.parse((fresh.folder / SLOTS).read_bytes()).open(SECOND)
    steps: list[tuple[int, int]] = []
    animateurs.remove(fresh, added.slot_id, progress=lambda done, of: steps.append((done, of)))
    assert steps == [(0, 2), (1, 2), (2, 2)]
    assert [a.name for a in animateurs.listed(fresh)] == ["Claire Martin", "Zoé Morel"]
    changes = fresh.store.verify()
    fresh.close()
    with pytest.raises(WrongPassphrase):
        opened_by(fresh, SECOND)
    path = fresh.folder / "copies" / f"{copy.name}.db"
    assert not rekey.opens(path, former.database_key)
    assert not rekey.opens(fresh.folder / DATABASE, former.database_key)
    with pytest.raises(WrongPassphrase):
        SlotFile.parse(slots_of(path).read_bytes()).open(SECOND)
    names = {p.name for p in fresh.folder.rglob("*")}
    assert not {n for n in names if n.endswith((".rekey", ".former", PREVIOUS))}
    # The others' phrases are what they were.
    for phrase in (PHRASE, THIRD):
        again = opened_by(fresh, phrase)
        assert again.store.verify() == changes
        assert [row.sound for row in copies.listed(again)] == [True]
        again.close()
    assert third.facilitator_id != added.facilitator_id


def test_the_last_one_is_not_removed(fresh: Notebook) -> None:
    (only,) = animateurs.listed(fresh)
    with pytest.raises(LastSlot):
        animateurs.remove(fresh, only.slot_id)
    assert animateurs.listed(fresh) == (only,)


def test_a_new_phrase_takes_the_place_of_the_former(fresh: Notebook) -> None:
    mine = fresh.facilitator_id
    animateurs.change_phrase(fresh, SECOND, kdf=CHEAP_KDF)
    make_workshop(fresh)  # the notebook goes on, under the new key
    fresh.close()
    with pytest.raises(WrongPassphrase):
        open_again(fresh.folder, fresh.programme)
    again = opened_by(fresh, SECOND)
    assert again.facilitator_id == mine
    assert [a.mine for a in animateurs.listed(again)] == [True]
    again.close()


def test_another_animateur_gives_a_new_phrase_for_one_forgotten(fresh: Notebook) -> None:
    added = animateurs.add(fresh, "Ahmed Benali", SECOND, kdf=CHEAP_KDF)
    animateurs.change_phrase(fresh, THIRD, slot_id=added.slot_id, kdf=CHEAP_KDF)
    fresh.close()
    with pytest.raises(WrongPassphrase):
        opened_by(fresh, SECOND)
    again = opened_by(fresh, THIRD)
    assert again.facilitator_id == added.facilitator_id
    again.close()
    open_again(fresh.folder, fresh.programme).close()


def test_who_was_removed_cannot_forge_the_slot_file(fresh: Notebook) -> None:
    """They know the vault key, and everybody's public half: not the present database key."""
    added = animateurs.add(fresh, "Ahmed Benali", SECOND, kdf=CHEAP_KDF)
    knows = SlotFile.parse((fresh.folder / SLOTS).read_bytes()).open(SECOND)
    animateurs.remove(fresh, added.slot_id)
    fresh.close()
    path = fresh.folder / SLOTS
    honest = path.read_bytes()
    # A slot of their own among the others, to which the next key would be sealed.
    forged, _ = SlotFile.parse(honest).with_slot(knows, THIRD, CHEAP_KDF)
    path.write_bytes(forged.to_bytes())
    with pytest.raises(NotebookDamaged):
        open_again(fresh.folder, fresh.programme)
    path.write_bytes(honest)
    open_again(fresh.folder, fresh.programme).close()


def test_a03_the_former_slot_file_put_back_opens_nothing(fresh: Notebook) -> None:
    """A03: a downgrade to yesterday's keys, with today's notebook: said, and nothing is touched."""
    yesterday = (fresh.folder / SLOTS).read_bytes()
    animateurs.change_phrase(fresh, SECOND, kdf=CHEAP_KDF)
    fresh.close()
    today = (fresh.folder / SLOTS).read_bytes()
    (fresh.folder / SLOTS).write_bytes(yesterday)
    before = (fresh.folder / DATABASE).read_bytes()
    with pytest.raises(NotebookDamaged):
        open_again(fresh.folder, fresh.programme)
    assert (fresh.folder / DATABASE).read_bytes() == before
    (fresh.folder / SLOTS).write_bytes(today)
    opened_by(fresh, SECOND).close()


def test_a_slot_file_altered_while_open_is_not_built_upon(fresh: Notebook) -> None:
    path = fresh.folder / SLOTS
    data = path.read_bytes()
    forged = SlotFile.parse(data)
    path.write_bytes(forged.content().replace(b'"generation":1', b'"generation":2') + data[-45:])
    with pytest.raises(NotebookDamaged):
        rekeying.slot_file(fresh)
    path.write_bytes(data)


@pytest.mark.parametrize("cut", ["prepare", "install"])
def test_a_disk_full_leaves_the_former_key(
    fresh: Notebook, monkeypatch: pytest.MonkeyPatch, cut: str, tmp_path: Path
) -> None:
    from angrilien.errors import DiskFull

    copies.make(fresh)
    real = rekey.prepare
    calls: list[int] = []

    def full(*args: object) -> None:
        calls.append(1)
        if cut == "prepare" and len(calls) == 2:
            raise DiskFull
        real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rekey, "prepare", full)
    if cut == "install":
        monkeypatch.setattr(
            rekeying, "save_atomically", lambda *_args: (_ for _ in ()).throw(DiskFull())
        )
    with pytest.raises(DiskFull):
        animateurs.change_phrase(fresh, SECOND, kdf=CHEAP_KDF)
    monkeypatch.undo()
    make_workshop(fresh)
    assert not [p for p in fresh.folder.rglob("*") if p.name.endswith(".rekey")]
    fresh.close()
    open_again(fresh.folder, fresh.programme).close()


def test_a_damaged_copy_is_in_nobody_s_way_and_goes(fresh: Notebook) -> None:
    added = animateurs.add(fresh, "Ahmed Benali", SECOND, kdf=CHEAP_KDF)
    make_workshop(fresh)
    copies.make(fresh)
    (copy,) = paths(fresh.folder)
    copy.write_bytes(bytes(copy.stat().st_size))
    animateurs.remove(fresh, added.slot_id)
    assert not copy.exists()
    assert not slots_of(copy).exists()
    with pytest.raises(WrongPassphrase):
        opened_by(fresh, SECOND)
    fresh.close()
    open_again(fresh.folder, fresh.programme).close()
