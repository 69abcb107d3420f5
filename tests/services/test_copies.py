"""Safety copies: made and read back, kept by a rule, gone back to; the present is copied first."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from angrilien.domain import copies as rule
from angrilien.errors import CopyDamaged, NotebookDamaged, WrongPassphrase
from angrilien.services import animateurs, copies, heads, opening
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE
from angrilien.store.copies import instant_of, name_of, paths
from helpers.copies import list_people, open_again
from helpers.notebooks import CHEAP_KDF, PHRASE, SetClock, make_workshop

DAY = 24 * 3600 * 1000


def spoil(path: Path, at: float = 0.5) -> None:
    data = bytearray(path.read_bytes())
    place = int(len(data) * at)
    data[place] ^= 0x10
    path.write_bytes(data)


def test_a_copy_holds_everything_and_opens_with_the_phrase(fresh: Notebook, tmp_path: Path) -> None:
    list_people(fresh, make_workshop(fresh), 8)
    made = copies.make(fresh)
    assert (made.sound, made.workshops, made.people) == (True, 1, 8)
    assert copies.listed(fresh) == (made,)
    changes = fresh.store.verify()
    # Taken elsewhere as it is: a copy and its slot file are a notebook.
    place = tmp_path / "elsewhere"
    place.mkdir()
    (path,) = paths(fresh.folder)
    shutil.copy(path, place / DATABASE)
    shutil.copy(path.with_suffix(".json"), place / opening.SLOTS)
    other = open_again(place, fresh.programme)
    assert other.store.verify() == changes
    other.close()


def test_no_copy_where_nothing_was_written(fresh: Notebook) -> None:
    assert copies.make_if_due(fresh)
    assert not copies.make_if_due(fresh)
    make_workshop(fresh)
    assert copies.make_if_due(fresh)
    assert len(copies.listed(fresh)) == 2


def test_the_rule_keeps_seven_days_and_five_weeks() -> None:
    day = [dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC) - dt.timedelta(days=n) for n in range(60)]
    instants = [int(moment.timestamp() * 1000) for moment in day]
    stay = sorted(rule.kept(instants, dt.UTC), reverse=True)
    ages = [(instants[0] - one) // DAY for one in stay]
    # 25/11/2026 is a Wednesday: the newest of each week before it is a Sunday.
    assert ages == [0, 1, 2, 3, 4, 5, 6, 10, 17, 24]


def test_the_rule_keeps_the_newest_of_a_day_and_the_last_three() -> None:
    noon = int(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC).timestamp() * 1000)
    instants = [noon + minutes * 60_000 for minutes in range(6)]
    assert rule.kept(instants, dt.UTC) == set(instants[-3:])
    assert rule.kept([], dt.UTC) == set()


def test_a_laptop_of_1970_loses_no_copy_of_today() -> None:
    today = int(dt.datetime(2026, 11, 25, tzinfo=dt.UTC).timestamp() * 1000)
    assert rule.kept([0, today, today - DAY], dt.UTC) == {0, today, today - DAY}


def test_copies_made_under_a_clock_that_is_behind_stay(fresh: Notebook, clock: SetClock) -> None:
    """The laptop wakes up in 1970: the last three that were made are there."""
    for _ in range(4):
        copies.make(fresh)
        clock.at += 60_000
    clock.at = 0
    made = [copies.make(fresh).name for _ in range(3)]
    assert set(made) <= {row.name for row in copies.listed(fresh)}


def test_copies_that_are_too_many_go(fresh: Notebook, clock: SetClock) -> None:
    for _ in range(5):
        copies.make(fresh)
        clock.at += 60_000
    assert len(copies.listed(fresh)) == 3
    assert len(list((fresh.folder / "copies").iterdir())) == 6


@pytest.mark.parametrize("at", [0.01, 0.5, 0.97])
def test_a_copy_with_a_flipped_bit_is_said_and_not_gone_back_to(fresh: Notebook, at: float) -> None:
    make_workshop(fresh)
    name = copies.make(fresh).name
    spoil(paths(fresh.folder)[0], at)
    assert [row.sound for row in copies.listed(fresh)] == [False]
    before = fresh.store.verify()
    with pytest.raises(CopyDamaged):
        copies.go_back(fresh, name)
    assert fresh.store.verify() == before


def test_r08_going_back_copies_the_present_first(fresh: Notebook, clock: SetClock) -> None:
    """R08: 100 % of the copy's rows, and the present is kept as a copy of its own."""
    list_people(fresh, make_workshop(fresh), 8)
    name = copies.make(fresh).name
    then = fresh.store.verify()
    clock.at += 60_000
    make_workshop(fresh, title="Fait depuis")
    now = fresh.store.verify()
    copies.go_back(fresh, name)
    again = open_again(fresh.folder, fresh.programme)
    assert again.store.verify() == then < now
    kept = copies.listed(again)
    assert [row.workshops for row in kept] == [2, 1]
    # What was written since may be on the server: a new incarnation must begin.
    assert heads.check(again) is heads.Found.PUT_BACK
    make_workshop(again)
    heads.keep(again)
    assert heads.check(again) is heads.Found.PUT_BACK
    again.close()


def test_a_damaged_notebook_is_rescued_from_its_copy(fresh: Notebook) -> None:
    make_workshop(fresh)
    name = copies.make(fresh).name
    changes = fresh.store.verify()
    fresh.close()
    notebook = fresh.folder / DATABASE
    spoil(notebook)
    spoilt = notebook.read_bytes()
    with pytest.raises(NotebookDamaged):
        open_again(fresh.folder, fresh.programme)
    assert notebook.read_bytes() == spoilt
    with pytest.raises(WrongPassphrase):
        copies.offered(fresh.folder, "autre phrase")
    assert [row.name for row in copies.offered(fresh.folder, PHRASE)] == [name]
    copies.rescue(fresh.folder, PHRASE, name, clock=SetClock())
    again = open_again(fresh.folder, fresh.programme)
    assert again.store.verify() == changes
    again.close()
    (aside,) = (fresh.folder / copies.ASIDE).rglob(DATABASE)
    assert aside.read_bytes() == spoilt


def test_somebody_added_since_the_copy_stays(fresh: Notebook) -> None:
    name = copies.make(fresh).name
    animateurs.add(fresh, "Ahmed Benali", "autre phrase de passe", kdf=CHEAP_KDF)
    slots = (fresh.folder / opening.SLOTS).read_bytes()
    copies.go_back(fresh, name)
    assert (fresh.folder / opening.SLOTS).read_bytes() == slots


def test_copies_on_a_usb_key_open_with_the_former_key_after_a_change(
    fresh: Notebook, tmp_path: Path
) -> None:
    key = tmp_path / "USB"
    key.mkdir()
    made = copies.on_key(fresh, key)
    assert paths(fresh.folder) == ()
    assert copies.with_former_key(fresh) == ()
    animateurs.change_phrase(fresh, "une autre phrase de passe", kdf=CHEAP_KDF)
    assert copies.with_former_key(fresh) == (made.made_at,)


def test_a_name_tells_the_instant() -> None:
    assert instant_of(Path(name_of(1_795_604_400_123) + ".db")) == 1_795_604_400_123
