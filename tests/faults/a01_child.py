"""A person at the real application: every field gets a canary; then things break on purpose (A01).

Arguments: the data folder, the programme's file, the file of the canaries, the session (of
SESSIONS), and what is broken on purpose ("" for nothing).
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, qWarning
from PySide6.QtTest import QTest
from sqlalchemy import text

from angrilien import app, logs
from angrilien.demo.hand import Hand
from angrilien.demo.player import Player, scrawl
from angrilien.domain.forms import PersonForm, WorkshopForm
from angrilien.domain.rows import FirstStart, NoteText
from angrilien.services import (
    amending,
    animateurs,
    attendance,
    copies,
    notes,
    opening,
    people,
    registration,
    signing,
    workshops,
)
from angrilien.ui.widgets import SearchEdit
from angrilien.ui.widgets.keypad import Keypad
from angrilien.ui.widgets.signature_pad import SignaturePad

FOLDER, PROGRAMME, TYPED = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
SESSION, BROKEN = sys.argv[4], sys.argv[5]
canaries: dict[str, str] = json.loads(TYPED.read_text("utf-8"))
log = logging.getLogger("angrilien.a01")


def note(name: str, value: str) -> None:
    """Take note of a secret that the application has made: it is a canary too."""
    canaries[name] = value
    TYPED.write_text(json.dumps(canaries), encoding="utf-8")


def begin_notebook(hand: Hand, player: Player) -> None:
    """Type in D0 and D3."""
    said = canaries
    hand.write("Votre nom", said["animateur"])
    hand.press("Continuer")
    hand.wait(player._shown_phrase, "the phrase")
    phrase = player._shown_phrase()
    note("phrase", phrase)
    hand.press("C’est noté")
    hand.write("Votre phrase de passe", said["wrong phrase"])
    hand.press("Continuer")
    hand.write("Votre phrase de passe", phrase)
    hand.press("Continuer")
    hand.write("Votre code secret", said["code secret"])
    hand.write("Encore une fois", said["wrong code secret"])
    hand.press("Continuer")
    hand.write("Encore une fois", said["code secret"])
    hand.press("Continuer")
    hand.write("Code du lieu", said["wrong code"])
    hand.press("Commencer")
    hand.write("Code du lieu", said["venue code"])
    hand.press("Commencer")
    hand.page("today")
    plan(hand)


def correct(hand: Hand) -> None:
    """Type in D13: the sheet that has just ended is corrected."""
    said = canaries
    hand.press("Corriger la feuille")
    hand.page("amend")
    hand.write("Nom", said["corrected last name"])
    hand.write("Prénom", said["corrected first name"])
    hand.write("Arrivée", said["wrong hour"])
    hand.write("Pourquoi", said["reason of a correction"])
    hand.draw(hand.one(SignaturePad), scrawl(4))
    hand.press("Signer la correction")  # that is no hour: it is said
    hand.write("Arrivée", "14h05")
    hand.press("Signer la correction")
    hand.page("closing")


def add_animateur(hand: Hand, player: Player) -> None:
    """Type in D12: somebody more opens this computer."""
    said = canaries
    hand.press("Aide")
    hand.page("help")
    hand.click(hand.window.page.doors["animateurs"])  # type: ignore[union-attr]
    hand.page("animateurs")
    hand.press("Ajouter une personne")
    hand.write("Son nom", said["other animateur"])
    hand.press("Continuer")
    hand.wait(player._shown_phrase, "the other phrase")
    phrase = player._shown_phrase()
    note("other phrase", phrase)
    hand.press("C’est noté")
    hand.write("La phrase de passe", said["wrong phrase"])
    hand.press("Continuer")
    hand.write("La phrase de passe", phrase)
    hand.press("Continuer")
    hand.write("Votre code secret", said["other code secret"])
    hand.write("Encore une fois", said["other code secret"])
    hand.press("Ajouter")
    hand.wait(lambda: len(player.lane(animateurs.listed)) == 2, "the other animateur")


def first(hand: Hand, player: Player) -> None:
    """Type in every field of every screen."""
    begin_notebook(hand, player)
    note_people(hand)
    sign_and_end(hand)
    correct(hand)
    add_animateur(hand, player)


def plan(hand: Hand) -> None:
    """Type in D3, with a date that is none."""
    said = canaries
    hand.press("Nouvel atelier")
    hand.page("workshop_form")
    hand.write("Titre", said["title"])
    hand.write("Jour", said["wrong date"])
    hand.press("Protéger ses données personnelles")
    hand.press("Plus")
    hand.write("Notes", said["workshop notes"])
    hand.press("Créer l’atelier")  # the date is none: it is said, and what was typed is kept
    hand.write("Jour", "aujourd’hui")
    hand.write("Début", "14h")
    hand.write("Fin", "16h")
    hand.press("Créer l’atelier")
    hand.page("today")
    hand.press("Ouvrir")
    hand.page("roster")


def note_people(hand: Hand) -> None:
    """Type in D4 and D4b: somebody, somebody else who stays a draft, a search."""
    said = canaries
    hand.press("Nouvelle personne")
    hand.page("person_form")
    hand.write("Prénom", said["first name"])
    hand.write("Nom", said["last name"])
    hand.write("Commune", said["wrong commune"])
    hand.write("Téléphone", said["phone"])
    hand.press("Noter la présence")  # no such commune: it is said
    hand.write("Commune", "")
    hand.press("Noter la présence")
    hand.page("roster")
    hand.press("Nouvelle personne")
    hand.page("person_form")
    hand.write("Prénom", said["draft of a person"])
    hand.press("Retour")
    hand.page("roster")
    hand.write("Chercher une personne", said["searched"])
    hand.write("Chercher une personne", "")


def sign_and_end(hand: Hand) -> None:
    """Type in D4a and D6, and end the workshop."""
    said = canaries
    hand.press("Faire signer")
    hand.page("signing")
    hand.press_again("C’est moi", lambda: hand.sees(SignaturePad))
    hand.draw(hand.one(SignaturePad), scrawl(1))
    hand.press("Recommencer")
    hand.press("N’a pas pu signer")
    hand.write("Autre raison", said["reason"])
    hand.press("Noter")
    hand.press_again("Revenir à la liste", lambda: hand.sees(SearchEdit))
    hand.page("roster")

    hand.press("Bilan")
    hand.page("note")
    for label, name in (
        ("Ce qui a été fait", "note done"),
        ("Ce qui était difficile", "note hard"),
        ("La prochaine fois", "note next"),
    ):
        hand.write(label, said[name])
    hand.press("C’est fini")
    hand.page("roster")
    hand.press("Terminer l’atelier")
    hand.page("closing")
    hand.draw(hand.one(SignaturePad), scrawl(9))
    hand.press("Terminer l’atelier")
    hand.settle()


def open_again(hand: Hand, *wrong: str) -> None:
    """Open, after some wrong phrases."""
    hand.page("unlock")
    for name in (*wrong, "phrase"):
        hand.write("Votre phrase de passe", canaries[name])
        hand.press("Ouvrir le cahier")
    hand.page("today")


def broken(hand: Hand, player: Player) -> None:
    """Open, and break everything."""
    open_again(hand)
    break_everything(hand)


def lock_and_open(hand: Hand) -> None:
    """Lock the screen, and open it with a wrong code and the right one."""
    guard = hand.window.guard
    assert guard is not None
    guard.lock()
    hand.wait(lambda: hand.sees(Keypad), "the locked screen")
    for name in ("wrong code secret", "code secret"):
        hand.settle()
        QTest.keyClicks(hand.one(Keypad), canaries[name])
    hand.wait(lambda: not hand.sees(Keypad), "the open screen")


def killed(hand: Hand, player: Player) -> None:
    """Do the same and all the rest, look at what leaves, and be killed while typing."""
    open_again(hand, "wrong phrase", "other wrong phrase")
    lock_and_open(hand)
    player.lane(copies.make)
    print(*player.lane(refusals), sep="\n", flush=True)
    break_everything(hand)
    hand.press("Aide")
    hand.page("help")
    hand.click(hand.window.page.doors["technical"])  # type: ignore[union-attr]
    hand.page("technical")
    print(hand.window.page.text.toPlainText())  # type: ignore[union-attr]
    hand.press("Aujourd’hui")
    hand.press("Atelier imprévu")
    hand.page("roster")
    hand.press("Bilan")
    hand.page("note")
    hand.write("Ce qui a été fait", canaries["killed note"])
    hand.wait(lambda: not hand.window.page._draft_pause.isActive(), "the draft")  # type: ignore[union-attr]
    hand.settle()


def refusals(nb: Any) -> list[str]:
    """Return what the texts of errors say that refuse what was typed, of every kind there is."""
    name = canaries["in an exception"]
    workshop = workshops.today(nb).next or workshops.today(nb).workshops
    tried: list[Callable[[], object]] = [
        lambda: opening.check_first_start(FirstStart(name=name * 20, passphrase=name)),
        lambda: opening.check_first_start(FirstStart(name=name, passphrase=name, venue_code=name)),
        lambda: opening.compare_passphrases(f"{name} bambin", f"{name} cadeau"),
        lambda: opening.open_notebook(FOLDER, f"{name} bambin", nb.programme),
        lambda: opening.create(FOLDER, FirstStart(name=name, passphrase=name), nb.programme),
        lambda: workshops.plan(nb, WorkshopForm(title=name * 40, date=name, start=name, end=name)),
        lambda: workshops.cancel(nb, name),
        lambda: people.add_to_workshop(nb, name, PersonForm(first_name=name)),
        lambda: people.add_to_workshop(
            nb, workshop[0].id, PersonForm(first_name=name * 40, commune=name, birth_year=name)
        ),
        lambda: attendance.toggle(nb, name, name),
        lambda: notes.keep(nb, NoteText(workshop_id=name, done=name)),
        lambda: notes.keep(nb, NoteText(workshop_id=name, done=name * 5000)),
        lambda: registration.set_code(nb, name),
        lambda: animateurs.add(nb, name * 30, name),
        lambda: amending.check(nb, name, amending.Correction(number=1, reason=name)),
        lambda: signing.could_not_sign(nb, name, name, name),
    ]
    said = []
    for attempt in tried:
        try:
            attempt()
        except Exception as error:  # noqa: BLE001 - whatever it is, its text is looked at
            said += [str(error), repr(error), *traceback.format_exception(error)]
        else:
            said.append("accepted")
    return said


def break_everything(hand: Hand) -> None:
    """Raise in every place where something of ours runs, with names in the texts."""
    name = canaries["in an exception"]

    def in_lane(notebook: object) -> None:
        raise RuntimeError(f"no such person: {name}")

    def in_sql(notebook: object) -> None:
        with notebook.store.write() as connection:  # type: ignore[attr-defined]
            connection.execute(
                text("INSERT INTO draft (key, text, at) VALUES (:a, :b, 1), (:a, :b, 2)"),
                {"a": name, "b": name},
            )

    def in_a_wrong_table(notebook: object) -> None:
        with notebook.store.write() as connection:  # type: ignore[attr-defined]
            connection.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": name})

    def in_slot() -> None:
        try:
            {}[name]
        except KeyError as error:
            raise ValueError(name) from error

    class Overridden(QObject):
        def event(self, event: QEvent) -> bool:
            raise ValueError(name)

    class Late:
        def __del__(self) -> None:
            raise ValueError(name)

    desk = hand.window.desk
    for what in (in_lane, in_sql, in_a_wrong_table):
        desk.ask(what)
        hand.settle()
    QTimer.singleShot(0, hand.window, in_slot)
    hand.settle()
    thread = threading.Thread(target=in_slot, name=name)
    thread.start()
    thread.join()
    Late()
    overridden = Overridden()
    QCoreApplication.postEvent(overridden, QEvent(QEvent.Type.User))
    hand.settle()
    log.warning("somebody called %s", name)
    log.error(RuntimeError(name))
    with contextlib.suppress(Exception):
        attendance.toggle(desk.notebook, name, name)
    log.warning("lines %(who)s", {"who": name})
    log.warning("wrongly %d written", name)


SESSIONS = {"first": first, "broken": broken, "killed": killed}


def sabotage() -> None:
    """Break the promises named, so that the search must find something."""
    if "log" in BROKEN:
        logs.SafeFormatter.format = logging.Formatter.format  # type: ignore[method-assign]
    if "report" in BROKEN:
        logs.safe_exception = lambda error: "".join(traceback.format_exception(error))
    if "temporary" in BROKEN:
        (Path(os.environ["TMPDIR"]) / "feuille.txt").write_text(canaries["first name"].upper())


def begin(application: app.Application) -> None:
    def run() -> None:
        try:
            hand = Hand(application.window, FOLDER)
            player = Player(application, None, FOLDER)  # type: ignore[arg-type]
            SESSIONS[SESSION](hand, player)
        except BaseException:  # noqa: BLE001 - whatever it is, the test must see it
            (TYPED.parent / "why.txt").write_text(traceback.format_exc(), encoding="utf-8")
            os._exit(3)
        if SESSION == "killed":
            os.kill(os.getpid(), 9)
        application.window.close()

    qWarning("the child begins")
    application.start()
    QTimer.singleShot(0, application.window, run)


if __name__ == "__main__":
    sabotage()
    sys.exit(app.run(app.Options(data_dir=FOLDER, programme=PROGRAMME), begin=begin))
