"""Settings: declared once, read from a file that is never trusted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from angrilien import settings
from angrilien.settings import ALL, FILE, SCHEME, TEXT_PERCENT, TILE_NAMES, Settings


def test_a_value_chosen_is_there_at_the_next_start(tmp_path: Path) -> None:
    assert Settings(tmp_path).set(TEXT_PERCENT, 160)
    again = Settings(tmp_path)
    assert again.get(TEXT_PERCENT) == 160
    assert again.get(SCHEME) == "system"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[1, 2]",
        '{"text_percent": 400, "scheme": "pink"}',
        '{"text_percent": "160"}',
        '{"text_percent": true}',
        "[" * 100_000,
        "\x00\x01",
    ],
)
def test_a_file_that_says_nothing_usable_gives_the_defaults(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    found = Settings(tmp_path)
    assert [found.get(setting) for setting in ALL] == [s.default for s in ALL]


def test_names_of_a_newer_version_are_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"of_tomorrow": 3}', encoding="utf-8")
    Settings(tmp_path).set(SCHEME, "dark")
    assert json.loads((tmp_path / FILE).read_text("utf-8")) == {"of_tomorrow": 3, "scheme": "dark"}


def test_a_value_that_is_not_offered_is_our_own_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="text_percent"):
        Settings(tmp_path).set(TEXT_PERCENT, 99)


def test_every_setting_is_declared_with_a_default_that_it_offers() -> None:
    assert len({setting.name for setting in ALL}) == len(ALL)
    assert all(setting.accepts(setting.default) and setting.title for setting in ALL)


def test_a_disk_that_refuses_the_file_does_not_stop_the_choice(tmp_path: Path) -> None:
    (tmp_path / "in_the_way").write_text("a file where a folder should be", encoding="utf-8")
    found = settings.Settings(tmp_path / "in_the_way")
    assert not found.set(TEXT_PERCENT, 130)
    assert found.get(TEXT_PERCENT) == 130


def test_two_windows_keep_what_each_has_chosen(tmp_path: Path) -> None:
    one, other = Settings(tmp_path), Settings(tmp_path)
    one.set(TEXT_PERCENT, 160)
    other.set(TILE_NAMES, "short")
    found = Settings(tmp_path)
    assert (found.get(TEXT_PERCENT), found.get(TILE_NAMES)) == (160, "short")
