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
from angrilien.services import closing, sending, workshops
from angrilien.ui.printing.sheet import sheet_pdf
from angrilien.ui.widgets import SearchEdit
from angrilien.ui.widgets.signature_pad import SignaturePad

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
            _Player(application, server, out, played).play()
        except Exception as error:  # noqa: BLE001 - the window must close; `run` raises it again
            played.error = error
        application.window.close()

    QTimer.singleShot(0, application.window, begin)


class _Player:
    def __init__(
        self, application: Application, server: ServerProcess, out: Path, played: Played
    ) -> None:
        self._desk = application.desk
        self._server = server
        self._out = out
        self._played = played
        self._hand = Hand(application.window, out)

    def play(self) -> None:
        self._first_start()
        self._hand.wait(self._all_sent, "the registration")
        self._lane(people.prepare_people)
        self._hand.wait(self._send, "the workshop of last week")
        self._cut()
        self._plan()
        self._note_present()
        self._sign()
        self._write_note()
        self._close_sheet()
        self._restore()
        self._hand.press("Aujourd’hui")
        self._hand.picture("aujourdhui-envoye")
        self._played.pictures = self._hand.pictures
        self._played.summary = self._summary()

    def _first_start(self) -> None:
        hand = self._hand
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
        hand.write("Code du lieu", self._server.code(people.VENUE_CODE))
        hand.picture("code-du-lieu")
        hand.press("Commencer")
        hand.page("today")
        hand.picture("aujourdhui-vide")

    def _plan(self) -> None:
        hand = self._hand
        hand.press("Nouvel atelier")
        hand.page("workshop_form")
        hand.write("Titre", people.TITLE)
        hand.press("Protéger ses données personnelles")
        hand.write("Début", "14 h")
        hand.write("Fin", "16 h")
        hand.picture("nouvel-atelier")
        hand.press("Créer l’atelier")
        hand.picture("aujourdhui")
        hand.press("Ouvrir")
        hand.page("roster")
        hand.picture("emargement-vide")

    def _note_present(self) -> None:
        hand = self._hand
        # Seven known people: two letters and Enter. The eighth is new.
        for count, (first_name, _last_name, _year) in enumerate(people.INVENTED[:-1], start=1):
            hand.write("Chercher une personne", first_name[:2])
            hand.enter()
            self._wait_present(count)
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

    def _wait_present(self, count: int) -> None:
        self._hand.wait(lambda: self._workshop().present >= count, f"{count} people present")

    def _sign(self) -> None:
        hand = self._hand
        hand.press("Faire signer")
        hand.page("signing")
        for turn in range(8):
            if turn:
                hand.press_until("C’est moi", lambda: hand.sees(SignaturePad))
            if turn == 3:
                # The network comes back for a moment: what is signed leaves, people go on signing.
                self._server.start()
                hand.wait(self._send, "the first signatures")
                self._cut()
            if turn < 6:
                hand.draw(hand.one(SignaturePad), _signature(turn))
                if turn == 0:
                    hand.picture("signer")
                hand.press("C’est bon")
            elif turn == 6:
                hand.press("Je préfère le papier")
            else:
                hand.press("N’a pas pu signer")
                hand.picture("na-pas-pu-signer")
                hand.press("N’y arrive pas")
                hand.press("Noter")
        hand.press_until("Revenir à la liste", lambda: hand.sees(SearchEdit))
        hand.page("roster")
        hand.picture("emargement")

    def _write_note(self) -> None:
        hand = self._hand
        hand.press("Bilan")
        hand.page("note")
        for label, text in NOTE:
            hand.write(label, text)
        hand.picture("bilan")
        hand.press("C’est fini")
        hand.page("roster")

    def _close_sheet(self) -> None:
        hand = self._hand
        hand.press("Terminer l’atelier")
        hand.page("closing")
        hand.draw(hand.one(SignaturePad), _signature(9))
        hand.picture("terminer")
        hand.press("Terminer l’atelier")
        hand.wait(lambda: self._workshop().state == "closed", "the closed sheet")
        hand.picture("feuille-terminee")
        view = self._lane(closing.sheet, self._workshop().id)
        sheet_pdf(view, self._out / "feuille.pdf")

    def _cut(self) -> None:
        self._server.stop()

    def _restore(self) -> None:
        hand = self._hand
        line = hand.window.line
        hand.wait(lambda: not self._all_sent(), "something to send")
        hand.click(line)
        hand.page("sending")
        hand.picture("a-envoyer")
        self._server.start()
        hand.press("Envoyer maintenant")
        hand.wait(self._all_sent, "the last changes")
        hand.picture("envoye")

    def _summary(self) -> str:
        found = self._server.figures(self._workshop().id)
        if found["held"]:
            raise BugError("the server holds something back")
        return (
            f"{found['participations']} présences, {found['on_screen']} signatures, "
            f"{found['notes']} bilan : reçus {found['received']} fois"
        )

    def _workshop(self) -> Any:
        today = self._lane(workshops.today)
        return next(row for row in today.workshops if row.title == people.TITLE)

    def _send(self) -> bool:
        """Ask for a push, and tell whether all is sent: a person would press F5."""
        watch = self._hand.window.watch
        if watch is not None and not self._all_sent():
            watch.send_now()
        self._hand.settle()
        return self._all_sent()

    def _all_sent(self) -> bool:
        state = self._lane(sending.state)
        return bool(state.has_venue and not state.waiting)

    def _lane(self, service: Callable[..., Any], *args: object) -> Any:
        """Call a service in the store lane, and wait for it as a person waits."""
        future = self._desk.lanes.store.submit(service, self._desk.notebook, *args)
        self._hand.wait(future.done, "the notebook")
        return future.result()

    def _shown_phrase(self) -> str:
        for widget in self._hand.window.findChildren(QWidget):
            said = widget.accessibleName()
            if widget.isVisible() and re.fullmatch(r"[a-z]+( [a-z]+){5}", said):
                return said
        return ""


def _signature(turn: int) -> list[list[tuple[float, float]]]:
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
