"""A real encrypted notebook for tests, with a cheap key derivation and invented people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nacl.public import PrivateKey

from angrilien.domain.forms import PersonForm, WorkshopForm
from angrilien.domain.rows import FirstStart
from angrilien.services import attendance, opening, people, workshops
from angrilien.services.notebook import Notebook
from angrilien.vault.programme import Programme
from angrilien.vault.signing import Signer
from angrilien.vault.slots import Kdf
from angrilien.wire import dsse
from angrilien.wire.keys import KeyList, ListedKey

PHRASE = "abandon bambin cadeau dauphin ecarter fabuleux"
CODE_SECRET = "937406"
CHEAP_KDF = Kdf(ops=1, memory=8 << 20)
NOON = 1_795_604_400_000
"""Wednesday 25 November 2026, 12 h in Paris."""


@dataclass(slots=True)
class SetClock:
    """A clock that a test sets; it advances by one millisecond at each look."""

    at: int = NOON

    def now(self) -> int:
        self.at += 1
        return self.at


def make_programme(aud: str = "essai", server: str = "") -> Programme:
    """A programme of its own, whose private keys nobody keeps."""
    root, signing, box = Signer.generate(), Signer.generate(), PrivateKey.generate()
    keys = KeyList(
        aud=aud,
        number=1,
        issued=NOON,
        keys=(
            ListedKey(public=signing.public, use="sign", since=0, until=NOON * 2),
            ListedKey(public=bytes(box.public_key), use="box", since=0, until=NOON * 2),
        ),
    )
    text = keys.canonical()
    return Programme(
        aud=aud,
        server=server,
        root=root.public,
        keys=keys,
        keys_text=text.decode("utf-8"),
        keys_signature=root.header(dsse.KEYS, text),
    )


def make_notebook(
    folder: Path,
    *,
    clock: SetClock | None = None,
    programme: Programme | None = None,
    venue_code: str = "",
) -> Notebook:
    """A new notebook of "Claire Martin" in `folder`, opened."""
    return opening.create(
        folder / "data",
        FirstStart(
            name="Claire Martin",
            passphrase=PHRASE,
            venue_code=venue_code,
            code_secret=CODE_SECRET,
        ),
        programme or make_programme(),
        clock=clock or SetClock(),
        kdf=CHEAP_KDF,
    )


def make_workshop(nb: Notebook, *, title: str = "Protéger ses données", date: str = "") -> str:
    """A workshop of today from 14 h to 16 h; returns its id."""
    form = WorkshopForm(
        title=title,
        themes=("programme_donnees_personnelles",),
        date=date or nb.today().isoformat(),
        start="14 h",
        end="16 h",
        venue_id=nb.home().id,
    )
    return workshops.plan(nb, form).workshop_id


NAMES = (
    ("Odette", "Lefèvre"),
    ("Henri", "Vidal"),
    ("Ginette", "Martin"),
    ("Jean-Paul", "Moreau"),
    ("Thérèse", "Roux"),
    ("Colette", "Dupont"),
    ("Georges", "Blanc"),
    ("Simone", "Fabre"),
    ("Yvette", "Garcia"),
    ("Monique", "Le Goff"),
)


def add_people(nb: Notebook, workshop_id: str, count: int = 8) -> list[str]:
    """Invented people on a workshop's list, expected; returns their attendance ids by name."""
    for first, last in NAMES[:count]:
        people.add_to_workshop(nb, workshop_id, PersonForm(first_name=first, last_name=last))
    for row in attendance.roster(nb, workshop_id).rows:
        attendance.toggle(nb, workshop_id, row.attendance_id)
    nb.history.forget(workshop_id)
    return [row.attendance_id for row in attendance.roster(nb, workshop_id).rows]
