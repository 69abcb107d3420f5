"""Drives the installed program from outside, as a screen reader does: by the names of things.

    screen_reader.py PICTURES PROGRAM [ARGUMENT...]

It needs a display, a session bus, AT-SPI with its Python binding, and xdotool; nothing of the
program's own. It starts it, goes through the first start with the venue that was installed, waits
for "C'est prêt", holds a workshop with two people who sign, ends the sheet, waits until all is sent
and closes the window. With `--again PHRASE WORDS` before PROGRAM it opens the notebook that is
there, and waits until these words are in sight.

What it sees is said on the standard output, a line each; the phrase too, which opens nothing but
this test's notebook. It ends with 1 where something does not come.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PATIENCE = 90.0
_BUTTONS = {"push button", "button", "toggle button", "check box", "radio button"}
_FIELDS = {"text", "entry", "password text"}
_READ = {"label", "static", "heading", "text", "panel", "filler", "push button", "list item"}


class Lost(Exception):
    """Something did not come; the text says what."""


class Hand:
    """Finds what is shown, and uses it.

    Args:
        program: process of the program.
        pictures: folder for pictures of the display.
    """

    def __init__(self, program: subprocess.Popen[bytes], pictures: Path) -> None:
        self._program = program
        self._pictures = pictures
        self._taken = 0

    def window(self) -> Atspi.Accessible | None:
        """Return the program's window."""
        desktop = Atspi.get_desktop(0)
        for number in range(desktop.get_child_count()):
            found = desktop.get_child_at_index(number)
            if found is not None and found.get_process_id() == self._program.pid:
                return found
        return None

    def things(self) -> Iterator[tuple[Atspi.Accessible, str, str]]:
        """Give (thing, role, name) of all that is shown."""
        root = self.window()
        todo = [root] if root is not None else []
        while todo:
            thing = todo.pop()
            try:
                states = thing.get_state_set()
                role, name = thing.get_role_name(), thing.get_name() or ""
                top = role in ("application", "frame", "window")
                if not top and not states.contains(Atspi.StateType.SHOWING):
                    continue
                children = [
                    thing.get_child_at_index(n) for n in reversed(range(thing.get_child_count()))
                ]
            except Exception:  # noqa: BLE001, S112 - it has just gone
                continue
            yield thing, role, name
            todo += [child for child in children if child is not None]

    def find(self, words: str, roles: set[str], *, wait: float = PATIENCE) -> Atspi.Accessible:
        """Return the thing of these words and roles: the very words before those that begin so.

        Raises:
            Lost: it does not come.
        """
        wanted, end = plain(words), time.monotonic() + wait
        while True:
            found = [
                (plain(name) != wanted, thing)
                for thing, role, name in self.things()
                if role in roles and plain(name).startswith(wanted) and enabled(thing)
            ]
            if found:
                return min(found, key=lambda one: one[0])[1]
            if self._program.poll() is not None:
                raise Lost(f"the program has ended with {self._program.returncode}")
            if time.monotonic() > end:
                raise Lost(f"{words!r}; in sight: {self.names()}")
            time.sleep(0.2)

    def names(self) -> list[str]:
        """Return all that can be read."""
        return [f"{role}: {name}" for _, role, name in self.things() if name]

    def press(self, words: str) -> None:
        """Press a button."""
        button = self.find(words, _BUTTONS)
        button.get_action_iface().do_action(0)
        say(f"pressed {words}")
        time.sleep(0.4)

    def press_until(self, words: str, shown: str) -> None:
        """Press a button as long as it takes to see something: a double click may be a slip.

        Raises:
            Lost: it does not come.
        """
        end = time.monotonic() + PATIENCE
        while True:
            seen = {plain(name): thing for thing, _role, name in self.things()}
            if plain(shown) in seen:
                return
            for name, thing in seen.items():
                if name.startswith(plain(words)) and thing.get_role_name() in _BUTTONS:
                    thing.get_action_iface().do_action(0)
                    say(f"pressed {words}")
                    break
            if time.monotonic() > end:
                raise Lost(f"{shown!r}; in sight: {self.names()}")
            time.sleep(0.7)

    def write(self, label: str, text: str) -> None:
        """Type into a field with the keyboard."""
        field = self.find(label, _FIELDS)
        field.get_component_iface().grab_focus()
        time.sleep(0.2)
        keyboard("key", "ctrl+a")
        keyboard("type", "--delay", "15", text)
        time.sleep(0.3)

    def read(self, pattern: str, *, wait: float = PATIENCE) -> str:
        """Wait for a name that matches; return it.

        Raises:
            Lost: it does not come.
        """
        end = time.monotonic() + wait
        while True:
            for _, _role, name in self.things():
                if re.search(pattern, unicodedata.normalize("NFKC", name)):
                    return name
            if time.monotonic() > end:
                raise Lost(f"{pattern!r}; in sight: {self.names()}")
            time.sleep(0.2)

    def draw(self, turn: int) -> None:
        """Sign in the frame with the mouse."""
        place = self.find("Cadre", {"canvas", "drawing area", "panel", "filler", "image", "label"})
        box = place.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        points = []
        for step in range(40):
            angle = 2 * math.pi * (2 + turn) * step / 39
            x = box.x + box.width * (0.25 + 0.5 * step / 39)
            y = box.y + box.height * (0.5 + 0.25 * math.cos(angle))
            points.append((round(x), round(y)))
        words = ["mousemove", *map(str, points[0]), "mousedown", "1"]
        for x, y in points[1:]:
            words += ["mousemove", str(x), str(y), "sleep", "0.01"]
        keyboard(*words, "mouseup", "1")
        time.sleep(0.5)

    def picture(self, name: str) -> None:
        """Keep a picture of the display."""
        self._taken += 1
        out = self._pictures / f"{self._taken:02d}-{name}.xwd"
        subprocess.run(["xwd", "-root", "-silent", "-out", str(out)], check=False)  # noqa: S603, S607


def keyboard(*words: str) -> None:
    """Use the keyboard and the mouse of the display."""
    subprocess.run(["xdotool", *words], check=True)  # noqa: S603, S607


def enabled(thing: Atspi.Accessible) -> bool:
    """Tell whether something can be used."""
    return bool(thing.get_state_set().contains(Atspi.StateType.ENABLED))


def plain(text: str) -> str:
    """Return a text with plain spaces and signs."""
    return unicodedata.normalize("NFKC", text.replace("&", "")).replace("’", "'").casefold()


def say(text: str) -> None:
    """Tell what was done."""
    print(text, flush=True)


def first_start(hand: Hand) -> None:
    """Begin a notebook: nothing of a code is typed."""
    hand.write("Votre nom", "Claire Martin")
    hand.picture("premier-lancement")
    hand.press("Continuer")
    phrase = hand.read(r"^[a-z]+( [a-z]+){5}$")
    say(f"phrase {phrase}")
    hand.press("C’est noté")
    hand.write("Votre phrase de passe", phrase)
    hand.press("Continuer")
    hand.write("Votre code secret", "937406")
    hand.write("Encore une fois", "937406")
    hand.press("Continuer")
    hand.picture("votre-lieu")
    hand.press("Commencer")
    say(f"said {hand.read('^C’est prêt')}")
    hand.picture("pret")


def workshop(hand: Hand) -> None:
    """Hold a workshop with two people who sign."""
    hand.press("Nouvel atelier")
    hand.write("Titre", "Premiers pas")
    hand.press("Protéger ses données personnelles")
    hand.press("Créer l’atelier")
    hand.press("Ouvrir")
    for first, last in (("Odette", "Lefevre"), ("Henri", "Vidal")):
        hand.press("Nouvelle personne")
        hand.write("Prénom", first)
        hand.write("Nom", last)
        hand.press("Noter la présence")
    hand.picture("presences")
    hand.press("Faire signer")
    for turn in range(2):
        hand.press_until("C’est moi", "Cadre pour signer")
        hand.draw(turn)
        hand.picture(f"signature-{turn + 1}")
        hand.press("C’est bon")
    hand.press_until("Revenir à la liste", "Terminer l’atelier")
    hand.picture("signes")
    hand.press_until("Terminer l’atelier", "Cadre pour signer")
    hand.draw(3)
    hand.picture("terminer")
    hand.press("Terminer l’atelier")
    say(f"said {hand.read('[Tt]out est envoyé|^Envoyé')}")
    hand.picture("envoye")


def again(hand: Hand, phrase: str, words: str) -> None:
    """Open the notebook that is there, and wait for these words."""
    hand.write("Votre phrase de passe", phrase)
    hand.press("Ouvrir")
    say(f"said {hand.read(re.escape(words))}")
    hand.picture("rouvert")


def main() -> int:
    """Drive the program; return 0 where all came."""
    words = sys.argv[1:]
    pictures = Path(words.pop(0))
    pictures.mkdir(parents=True, exist_ok=True)
    phrase = wanted = ""
    if words[0] == "--again":
        phrase, wanted, words = words[1], words[2], words[3:]
    environment = os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_ACCESSIBILITY": "1"}
    program = subprocess.Popen(words, env=environment)  # noqa: S603 - the program to try
    hand = Hand(program, pictures)
    code = 1
    try:
        if phrase:
            again(hand, phrase, wanted)
        else:
            first_start(hand)
            workshop(hand)
        code = 0
    except Lost as error:
        hand.picture("perdu")
        say(f"waited in vain for {error}")
    program.terminate()
    try:
        ended = program.wait(timeout=30)
    except subprocess.TimeoutExpired:
        program.kill()
        ended = program.wait()
    say(f"ended {ended}")
    return code or int(ended != 0)


if __name__ == "__main__":
    sys.exit(main())
