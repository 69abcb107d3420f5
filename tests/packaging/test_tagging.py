"""A venue's profile laid over an installer: what differs is the profile and the checksum."""

from __future__ import annotations

import importlib.util
import shutil
import struct
import sys
from pathlib import Path

import pytest

from angrilien.server.tagging import BEGIN, END, NoPlace, patches, stream, tag
from angrilien.wire.profile import find_text
from helpers.bench import dearer

sys.path.insert(0, str(Path(__file__).parent))
from windows_tools import ROOT, checksum_of, program

PROFILE = b"ANGRILIEN-VENUE-1:" + b"Zm9v" * 150 + b":ANGRILIEN-END"
ROOM = 993
CHECKSUM = 0x80 + 24 + 64


def installer(before: bytes = b"x" * 70_001, after: bytes = b"signature") -> bytes:
    return program(extra=before + BEGIN + bytes(ROOM) + END + after, checksum=True)


def differing(one: bytes, other: bytes) -> set[int]:
    assert len(one) == len(other)
    return {n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b}


@pytest.mark.parametrize("odd", [b"x" * 70_001, b"x" * 70_000], ids=["odd", "even"])
def test_only_the_place_and_the_checksum_change(tmp_path: Path, odd: bytes) -> None:
    base = installer(odd)
    out = tmp_path / "venue.exe"
    tag(base, PROFILE, out)
    made = out.read_bytes()
    begin = base.index(BEGIN) + len(BEGIN)
    allowed = {*range(begin, begin + len(PROFILE)), *range(CHECKSUM, CHECKSUM + 4)}
    assert differing(base, made) <= allowed
    assert made[begin : begin + len(PROFILE)] == PROFILE
    assert struct.unpack_from("<I", made, CHECKSUM)[0] == checksum_of(made, CHECKSUM)


def test_the_application_finds_the_profile_where_it_was_laid(tmp_path: Path) -> None:
    out = tmp_path / "venue.exe"
    tag(installer(), PROFILE, out)
    assert find_text(out.read_bytes()) == PROFILE.decode()


def test_a_program_without_checksum_stays_without(tmp_path: Path) -> None:
    base = program(extra=BEGIN + bytes(ROOM) + END)
    tag(base, PROFILE, tmp_path / "venue.exe")
    made = (tmp_path / "venue.exe").read_bytes()
    assert made[CHECKSUM : CHECKSUM + 4] == bytes(4)
    assert PROFILE in made


def test_a_server_streams_what_a_file_would_hold(tmp_path: Path) -> None:
    base = tmp_path / "base.exe"
    base.write_bytes(installer(b"y" * 3_000_000))
    tag(base, PROFILE, tmp_path / "venue.exe")
    pieces = list(stream(base, PROFILE))
    assert b"".join(pieces) == (tmp_path / "venue.exe").read_bytes()
    assert max(len(piece) for piece in pieces) <= 1 << 20
    assert patches(base, PROFILE) == patches(base.read_bytes(), PROFILE)


@pytest.mark.parametrize(
    ("base", "profile"),
    [
        (program(), PROFILE),
        (b"no program" + BEGIN + bytes(ROOM) + END, PROFILE),
        (installer().replace(BEGIN + b"\0\0", BEGIN + b"\0A"), PROFILE),
        (installer().replace(END, b""), PROFILE),
        (installer(), PROFILE + b"A" * ROOM),
        (installer(), PROFILE + END),
    ],
    ids=["no place", "no program", "taken", "no end", "too long", "closes the place"],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    tmp_path: Path, base: bytes, profile: bytes
) -> None:
    with pytest.raises(NoPlace):
        tag(base, profile, tmp_path / "venue.exe")
    assert list(tmp_path.iterdir()) == []


def test_a_second_venue_is_not_laid_over_the_first(tmp_path: Path) -> None:
    out = tmp_path / "venue.exe"
    tag(installer(), PROFILE, out)
    with pytest.raises(NoPlace):
        tag(out, PROFILE, tmp_path / "other.exe")


def test_the_command_makes_one_for_each_profile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("tag_exe", ROOT / "packaging/venue/tag_exe.py")
    assert spec is not None
    assert spec.loader is not None
    command = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(command)
    base = tmp_path / "angrilien.exe"
    base.write_bytes(installer())
    profiles = [tmp_path / f"CAF-{n}.angrilien-venue" for n in (1, 2)]
    for path in profiles:
        path.write_bytes(PROFILE + b"\n")
    assert command.main([str(base), str(tmp_path / "out"), *map(str, profiles)]) == 0
    assert capsys.readouterr().out.split() == ["angrilien-CAF-1.exe", "angrilien-CAF-2.exe"]
    made = (tmp_path / "out" / "angrilien-CAF-2.exe").read_bytes()
    assert find_text(made) == PROFILE.decode()


def test_laying_costs_what_copying_costs(tmp_path: Path) -> None:
    base = tmp_path / "base.exe"
    base.write_bytes(installer(b"z" * 10_000_000))
    runs = {
        "tag": lambda: tag(base, PROFILE, tmp_path / "venue.exe"),
        "copy": lambda: shutil.copyfile(base, tmp_path / "copy.exe"),
    }
    assert dearer(runs, 6, at_most=2.0) <= 2.0
