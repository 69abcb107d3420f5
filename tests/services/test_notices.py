"""The notices of an opened notebook: its clock, its folder; and that they refuse nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from angrilien.domain.notices import NoticeKind
from angrilien.services import notices
from angrilien.services.notebook import Notebook
from angrilien.store import marks
from helpers.copies import make_original, open_again
from helpers.notebooks import NOON, SetClock, make_workshop

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


def kinds(nb: Notebook) -> list[NoticeKind]:
    return [notice.kind for notice in notices.current(nb)]


@pytest.mark.parametrize("at", [5 * DAY, 2_100_000_000_000])
def test_1970_and_2036_are_said_and_refuse_nothing(
    fresh: Notebook, clock: SetClock, at: int
) -> None:
    assert kinds(fresh) == []
    clock.at = at
    assert make_workshop(fresh)
    (notice,) = notices.current(fresh)
    assert notice.kind is NoticeKind.CLOCK
    assert abs(notice.at - at) < MINUTE
    # What was written then does not accuse the clock once it is right again.
    clock.at = NOON + DAY
    assert kinds(fresh) == []


def test_a_gap_measured_at_a_contact_is_said_until_the_clock_is_put_right(
    fresh: Notebook, clock: SetClock
) -> None:
    fresh.measured(2 * MINUTE)
    assert kinds(fresh) == []
    fresh.measured(-40 * MINUTE)
    assert kinds(fresh) == [NoticeKind.CLOCK]
    clock.at += 40 * MINUTE
    assert kinds(fresh) == []


def test_a_clock_before_what_the_server_has_said_is_doubted(
    fresh: Notebook, clock: SetClock
) -> None:
    with fresh.store.write() as connection:
        marks.put(connection, last_contact=NOON + 30 * DAY, skew=0)
    clock.at = NOON + 10 * DAY
    assert kinds(fresh) == [NoticeKind.CLOCK]
    clock.at = NOON + 31 * DAY
    assert kinds(fresh) == []


def test_r10_a_folder_in_a_cloud_drive_is_named_and_not_refused(tmp_path: Path) -> None:
    original = make_original(tmp_path / "a")
    folder = original.copy(tmp_path / "Nextcloud")
    nb = open_again(folder, original.programme)
    try:
        (notice,) = notices.current(nb)
        assert (notice.kind, notice.name) == (NoticeKind.CLOUD, "Nextcloud")
        assert make_workshop(nb)
    finally:
        nb.close()
