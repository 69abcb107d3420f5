"""The file for another calendar, read back by the rules of RFC 5545."""

from __future__ import annotations

from dataclasses import replace

from angrilien.domain.rows import VenueRow, WorkshopRow
from angrilien.reports.ics import ics
from helpers.notebooks import NOON

ROW = WorkshopRow(
    id="01990000-0000-7000-8000-000000000001",
    title="Écrire, lire; et « envoyer »\\ : des photos à toute la famille par téléphone 📱📱📱📱",
    date="2026-11-25",
    starts_at=NOON,
    ends_at=NOON + 7_200_000,
    tz="Europe/Paris",
    state="planned",
    themes=(),
    level=None,
    venue=VenueRow(id="v", name="L’Angri’lien", address="1 rue du Bourg, 49000 Angrie"),
    facilitators=("Claire Martin",),
    after_the_fact=False,
    notes="Odette apporte ses papiers",
)


def read(data: bytes) -> list[tuple[str, str]]:
    """Unfold and split, as RFC 5545 says."""
    assert data.endswith(b"\r\n")
    whole = data.replace(b"\r\n ", b"").decode("utf-8")
    lines = [line.partition(":") for line in whole.split("\r\n")[:-1]]
    return [(name, value) for name, _, value in lines]


def plain(value: str) -> str:
    out, signs = "", iter(value)
    for sign in signs:
        out += {"n": "\n", "N": "\n"}.get(then := next(signs), then) if sign == "\\" else sign
    return out


def test_a_workshop_is_read_back() -> None:
    data = ics([ROW], NOON)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    for line in data.split(b"\r\n"):
        line.decode("utf-8")  # no character is folded in two
    found = dict(read(data))
    assert plain(found["SUMMARY"]) == ROW.title
    assert plain(found["LOCATION"]) == "L’Angri’lien, 1 rue du Bourg, 49000 Angrie"
    assert (found["DTSTART"], found["DTEND"]) == ("20261125T110000Z", "20261125T130000Z")
    assert (found["UID"], found["STATUS"]) == (f"{ROW.id}@angrilien", "CONFIRMED")


def test_it_names_nobody() -> None:
    text = ics([ROW], NOON).replace(b"\r\n ", b"").decode("utf-8")
    assert "Claire" not in text
    assert "Odette" not in text


def test_a_title_cannot_make_a_line_of_its_own() -> None:
    data = ics([replace(ROW, title="un\r\nEND:VCALENDAR\nATTENDEE:x")], NOON)
    assert [name for name, _ in read(data)].count("END") == 2
    assert "ATTENDEE" not in dict(read(data))


def test_a_cancelled_one_says_so_and_none_is_an_empty_calendar() -> None:
    assert dict(read(ics([replace(ROW, state="cancelled")], NOON)))["STATUS"] == "CANCELLED"
    assert [name for name, _ in read(ics([], NOON))] == ["BEGIN", "VERSION", "PRODID", "END"]
