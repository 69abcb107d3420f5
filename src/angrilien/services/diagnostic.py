"""What the technician needs to know of a computer, in one text that is read before it leaves.

It holds no personal data by the way it is made: a value is a number, a truth, a day, or a string
that this code declares `Plain`; of a folder only the names that we gave ourselves; of the settings
only those that offer a choice. The log and the report of the last mistake follow the same rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from angrilien import crashes, paths
from angrilien.domain.clock import Clock, SystemClock
from angrilien.logs import Plain
from angrilien.services import selftest
from angrilien.services.notebook import Notebook
from angrilien.services.opening import DATABASE, SLOTS, UNFINISHED
from angrilien.services.programme import Programme
from angrilien.settings import ALL, FILE, Settings
from angrilien.store import counts, log, marks

Value = int | bool | dt.datetime | Plain | None
OURS: Final = (
    DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", UNFINISHED, SLOTS, f"{SLOTS}.previous",
    "tete.json", "ballast.bin", "essais.json", FILE, selftest.LOCK,
)  # fmt: skip
"""Files whose names are ours; any other is only counted."""
FOLDERS: Final = ("copies", "blobs", "logs", "outbox", "mis-de-cote")
LONGEST_LOG: Final = 64 << 10


def of_folder(
    folder: Path, programme: Path | Programme | None = None, *, clock: Clock | None = None
) -> str:
    """Return the text for a folder whose notebook stays closed.

    Args:
        folder: the data folder; it may be absent.
        programme: the programme, or its file; the one shipped without it.
        clock: the computer's without it.
    """
    return _text(folder, programme, None, clock or SystemClock())


def of_notebook(nb: Notebook) -> str:
    """Return the text for an opened notebook: how much there is of everything, too."""
    return _text(nb.folder, nb.programme, nb, nb.clock)


def save(file: Path, text: str) -> None:
    """Write the text into a new file.

    Raises:
        OSError: it cannot be, or is there already.
    """
    with file.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _text(
    folder: Path, programme: Path | Programme | None, nb: Notebook | None, clock: Clock
) -> str:
    report = crashes.last(paths.log_dir(folder))
    parts = [
        ("Dernier problème", report.splitlines() or ["aucun"]),
        (
            "Vérifications",
            [c.line() for c in selftest.run(folder, programme=programme, clock=clock)],
        ),
        ("Dossier", list(_files(folder))),
        ("Réglages", list(_settings(folder))),
        ("Cahier", list(_notebook(nb)) if nb is not None else ["fermé"]),
        ("Journal", _journal(paths.log_dir(folder))),
    ]
    lines = ["Angrilien, informations techniques"]
    for title, found in parts:
        lines += ["", title, *(f"  {line}" for line in found)]
    return "\n".join(_printable(line) for line in lines) + "\n"


def _line(name: str, value: Value) -> str:
    """Return one line; a value of a kind that may hold what somebody typed is refused."""
    if isinstance(value, bool):
        said = "oui" if value else "non"
    elif value is None:
        said = "jamais"
    elif isinstance(value, dt.datetime):
        said = value.isoformat(timespec="seconds")
    elif type(value) in (int, Plain):
        said = str(value)
    else:
        raise TypeError("a value that is not declared plain")
    return f"{name}\u00a0: {said}"


def _files(folder: Path) -> Iterator[str]:
    others = 0
    try:
        found = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError:
        yield "absent"
        return
    for path in found:
        if path.name in OURS and path.is_file():
            yield _line(f"{path.name} (octets)", path.stat().st_size)
        elif path.name in FOLDERS and path.is_dir():
            inside = [file for file in path.rglob("*") if file.is_file()]
            yield _line(f"{path.name}/ (fichiers)", len(inside))
            yield _line(f"{path.name}/ (octets)", sum(file.stat().st_size for file in inside))
        else:
            others += 1
    yield _line("autres", others)


def _settings(folder: Path) -> Iterator[str]:
    settings = Settings(folder)
    for setting in ALL:
        value = settings.get(setting)
        if setting.choices:
            # One of those that we offer ourselves.
            yield _line(setting.name, value if isinstance(value, int) else Plain(value))
        else:
            yield _line(f"{setting.name} (choisi)", value != setting.default)


def _notebook(nb: Notebook) -> Iterator[str]:
    identity = nb.store.identity
    with nb.store.read() as connection:
        kept = marks.read(connection)
        waiting = marks.sending_state(connection, identity.inc)
        last_change = log.last_at(connection, identity.inc)
        rows = counts.rows(connection)
        pragmas = counts.pragmas(connection)
    yield _line("ordinateur", Plain(identity.dev))
    yield _line("incarnation", Plain(identity.inc))
    for name, setting in pragmas.items():
        yield _line(name, Plain(setting))
    yield _line("reçu par le programme jusqu’à", kept.ack)
    yield _line("sauvegardé jusqu’à", kept.backed_up)
    yield _line("à envoyer", waiting.waiting)
    yield _line("le plus ancien à envoyer", _moment(waiting.oldest_waiting))
    yield _line("refusés ou gardés de côté", kept.held)
    yield _line("dernier ordre", kept.last_order)
    yield _line("autorisation retirée", kept.revoked)
    yield _line("inscrit", bool(kept.cert))
    yield _line("code du lieu écrit", bool(kept.venue_code))
    yield _line("dernier contact", _moment(kept.last_contact))
    yield _line("dernier envoi", _moment(kept.last_sent))
    yield _line("dernier essai manqué", kept.last_try_failed)
    yield _line("avance de l’horloge (ms)", kept.skew)
    yield _line("horloge", Plain(nb.stamp().clock))
    yield _line("dernier changement", _moment(last_change or None))
    yield _line("liste de clés", nb.programme.keys.number)
    for name, count in rows.items():
        yield _line(f"lignes {name}", count)


def _moment(instant: int | None) -> dt.datetime | None:
    """Return an instant as a datetime, None for none and for one out of all calendars."""
    if instant is None:
        return None
    try:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=instant)
    except OverflowError:
        return None


def _journal(folder: Path) -> list[str]:
    """Return the end of the log, whole lines; `logs` keeps it free of what people typed."""
    try:
        data = (folder / "angrilien.log").read_bytes()
    except OSError:
        return ["aucun"]
    kept = data[-LONGEST_LOG:]
    lines = kept.decode("utf-8", "replace").splitlines()
    return (lines[1:] if len(kept) < len(data) else lines) or ["aucun"]


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() or c in "\u00a0\u202f" else "\ufffd" for c in line)
