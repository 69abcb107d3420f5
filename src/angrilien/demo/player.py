"""The demonstration without a screen: one whole workshop, played through the real widgets.

At L’Angri’lien: first start, a planned workshop, eight people present of whom six sign on the
screen, one on paper and one could not, one présence sans nom, the bilan, the closed sheet; the
network cut twice and back twice; then the server's own figures are read back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from angrilien.app import Application
from angrilien.demo import people
from angrilien.demo.hand import Hand
from angrilien.demo.server_process import ServerProcess
from angrilien.errors import BugError
from angrilien.services import attendance, closing, sending, workshops
from angrilien.services.training import INVENTED
from angrilien.ui.printing.sheet import sheet_pdf
from angrilien.ui.widgets import SearchEdit
from angrilien.ui.widgets.signature_pad import SignaturePad

ON_SCREEN = 6
SHEET = "feuille.pdf"
NOTE = (
    ("Ce qui a été fait", "Mots de passe, cookies, réglages du téléphone."),
    ("Ce qui était difficile", "Retrouver ses mots de passe."),
    ("La prochaine fois", "Revoir les réglages ensemble."),
)


@dataclass(slots=True)
class Played:
    """What a demonstration left.

    Attributes:
        summary: the figures that the server holds, in words.
        pictures: of the screens passed.
        error: why it ended early, None if it did not.
    """

    summary: str = ""
    pictures: list[Path] = field(default_factory=list)
    error: Exception | None = None


def play(application: Application, server: ServerProcess, out: Path, played: Played) -> None:
    """Show the window, play the workshop in it, and close it."""
    application.start()

    def begin() -> None:
        try:
            player = Player(application, server, out)
            played.summary = player.play()
            played.pictures = player.hand.pictures
        except Exception as error:  # noqa: BLE001 - the window must close; `run` raises it again
            played.error = error
        application.window.close()

    QTimer.singleShot(0, application.window, begin)


class Player:
    """Plays a workshop step by step; each step waits until it is durable.

    Args:
        application: the real one, its window shown.
        server: made, and running.
        out: for the pictures.
    """

    def __init__(self, application: Application, server: ServerProcess, out: Path) -> None:
        self.hand = Hand(application.window, out)
        self._desk = application.desk
        self._server = server
        self._out = out
        self._workshop_id = ""

    def play(self) -> str:
        """Play the whole workshop; return the summary."""
        self.first_start()
        self.hand.wait(self.all_sent, "the registration")
        self.lane(people.prepare_people)
        self.hand.wait(self.send, "the workshop of last week")
        self._server.stop()
        self.plan()
        self.note_present()
        self.begin_signing()
        self.sign(0, 3)
        # The network comes back for a moment: what is signed leaves, people go on signing.
        self._server.start()
        self.hand.wait(self.send, "the first signatures")
        self._server.stop()
        self.sign(3, 8)
        self.write_note()
        self.close_sheet()
        self.restore()
        self.hand.press("Aujourd’hui")
        self.hand.picture("aujourdhui-envoye")
        return self.summary()

    def first_start(self) -> str:
        """D0, with the venue's code; return the phrase de passe."""
        hand = self.hand
        hand.page("first_start")
        hand.picture("premier-lancement")
        hand.write("Votre nom", people.ANIMATEUR)
        hand.press("Continuer")
        hand.wait(self._shown_phrase, "the phrase de passe")
        phrase = self._shown_phrase()
        hand.picture("phrase-de-passe")
        hand.press("C’est noté")
        hand.write("Votre phrase de passe", phrase)
        hand.picture("phrase-recopiee")
        hand.press("Continuer")
        hand.write("Votre code secret", people.CODE_SECRET)
        hand.write("Encore une fois", people.CODE_SECRET)
        hand.picture("code-secret")
        hand.press("Continuer")
        hand.write("Code du lieu", self._server.code(people.VENUE_CODE))
        hand.picture("code-du-lieu")
        hand.press("Commencer")
        hand.page("today")
        hand.picture("aujourdhui-vide")
        return phrase

    def unlock(self, phrase: str) -> None:
        """D0b, then today's workshop, where it was left."""
        self.hand.page("unlock")
        self.hand.write("Votre phrase de passe", phrase)
        self.hand.press("Ouvrir")
        self.hand.page("today")
        self.hand.press("Ouvrir")
        self.hand.page("roster")

    def plan(self) -> None:
        """D3, then D4."""
        hand = self.hand
        hand.press("Nouvel atelier")
        hand.page("workshop_form")
        hand.write("Titre", people.TITLE)
        hand.press("Protéger ses données personnelles")
        hand.write("Jour", "aujourd’hui")
        start, end = self.lane(people.hours_now)
        hand.write("Début", start)
        hand.write("Fin", end)
        hand.picture("nouvel-atelier")
        hand.press("Créer l’atelier")
        hand.picture("aujourdhui")
        hand.press("Ouvrir")
        hand.page("roster")
        hand.picture("emargement-vide")

    def note_present(self) -> None:
        """Note eight people and one sans nom."""
        hand = self.hand
        # Seven known people: two letters and Enter. The eighth is new.
        for count, (first_name, _last_name, _year) in enumerate(INVENTED[:-1], start=1):
            hand.write("Chercher une personne", first_name[:2])
            hand.enter()
            self.wait_present(count)
        hand.press("Nouvelle personne")
        hand.page("person_form")
        hand.write("Prénom", "Yvette")
        hand.write("Nom", "Garcia")
        hand.picture("nouvelle-personne")
        hand.press("Noter la présence")
        hand.page("roster")
        hand.press("Sans nom")
        hand.picture("sans-nom")
        hand.press("Ajouter cette présence")
        hand.picture("emargement-presents")

    def wait_present(self, count: int) -> None:
        """Wait until so many are noted."""
        self.hand.wait(lambda: self.workshop().present >= count, f"{count} people present")

    def begin_signing(self) -> None:
        """Hand the laptop round."""
        self.hand.press("Faire signer")
        self.hand.page("signing")

    def sign(self, first: int, last: int) -> None:
        """Have the people of these turns sign: six on the screen, one on paper, one cannot."""
        hand = self.hand
        for turn in range(first, last):
            hand.press_again("C’est moi", lambda: hand.sees(SignaturePad))
            if turn < ON_SCREEN:
                hand.draw(hand.one(SignaturePad), scrawl(turn))
                if turn == 0:
                    hand.picture("signer")
                hand.press("C’est bon")
            elif turn == ON_SCREEN:
                hand.press("Je préfère le papier")
            else:
                hand.press("N’a pas pu signer")
                hand.picture("na-pas-pu-signer")
                hand.press("N’y arrive pas")
                hand.press("Noter")
        if last == len(INVENTED):
            hand.press_again("Revenir à la liste", lambda: hand.sees(SearchEdit))
            hand.page("roster")
            hand.picture("emargement")

    def write_note(self) -> None:
        """D6."""
        hand = self.hand
        hand.press("Bilan")
        hand.page("note")
        for label, text in NOTE:
            hand.write(label, text)
        hand.picture("bilan")
        hand.press("C’est fini")
        hand.page("roster")

    def close_sheet(self) -> None:
        """Terminer l’atelier, and the sheet as PDF."""
        hand = self.hand
        hand.press("Terminer l’atelier")
        hand.page("closing")
        hand.draw(hand.one(SignaturePad), scrawl(9))
        hand.picture("terminer")
        hand.press("Terminer l’atelier")
        hand.wait(lambda: self.workshop().state == "closed", "the closed sheet")
        hand.picture("feuille-terminee")
        view = self.lane(closing.sheet, self.workshop().id)
        sheet_pdf(view, self._out / SHEET)

    def restore(self) -> None:
        """The network comes back, and all is sent."""
        hand = self.hand
        line = hand.window.line
        hand.wait(lambda: not self.all_sent(), "something to send")
        hand.click(line)
        hand.page("sending")
        hand.picture("a-envoyer")
        self._server.start()
        hand.press("Envoyer maintenant")
        hand.wait(self.all_sent, "the last changes")
        hand.wait(lambda: line.words.tone == "sent", "the line of sending")
        hand.picture("envoye")

    def summary(self) -> str:
        """Return what the server holds of the workshop, in words."""
        found = self._server.figures(self.workshop().id)
        if found["held"]:
            raise BugError("the server holds something back")
        return (
            f"{found['participations']} présences, {found['on_screen']} signatures, "
            f"{found['notes']} bilan : reçus {found['received']} fois"
        )

    def workshop(self) -> Any:
        """Return the workshop's row."""
        if not self._workshop_id:
            # Found once by its title: midnight may pass while the workshop is played.
            held = self.lane(workshops.today).workshops
            self._workshop_id = next(row.id for row in held if row.title == people.TITLE)
        return self.lane(attendance.roster, self._workshop_id).workshop

    def send(self) -> bool:
        """Ask for a push, and tell whether all is sent: a person would press F5."""
        watch = self.hand.window.watch
        if watch is not None and not self.all_sent():
            watch.send_now()
        self.hand.settle()
        return self.all_sent()

    def all_sent(self) -> bool:
        """Tell whether the server has acknowledged everything."""
        state = self.lane(sending.state)
        return bool(state.has_venue and not state.waiting)

    def lane(self, service: Callable[..., Any], *args: object) -> Any:
        """Call a service in the store lane, and wait for it as a person waits."""
        future = self._desk.lanes.store.submit(service, self._desk.notebook, *args)
        self.hand.wait(future.done, "the notebook")
        return future.result()

    def _shown_phrase(self) -> str:
        for widget in self.hand.window.findChildren(QWidget):
            said = widget.accessibleName()
            if widget.isVisible() and re.fullmatch(r"[a-z]+( [a-z]+){5}", said):
                return said
        return ""


def scrawl(turn: int) -> list[list[tuple[float, float]]]:
    """Return an invented scrawl, another one at each turn, in fractions of the frame."""
    loops, slant = 2 + turn % 4, 0.15 + 0.05 * (turn % 3)
    points = []
    for step in range(90):
        t = step / 89
        angle = 2 * math.pi * loops * t
        x = 0.2 + 0.5 * t + 0.05 * math.sin(angle)
        y = 0.5 + slant * math.cos(angle + turn) * (1 - 0.5 * t)
        points.append((x, y))
    if turn == 2:
        # A cross is a signature too.
        return [[(0.4, 0.3), (0.5, 0.6)], [(0.5, 0.3), (0.4, 0.6)]]
    return [points]
