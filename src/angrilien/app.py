"""The application's one composition root: paths, logs, settings, window, notebook, lanes."""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import logging
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLibraryInfo,
    QLocale,
    QLockFile,
    QObject,
    QTimer,
    QTranslator,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from angrilien import crashes, logs, paths, processes, provision
from angrilien.crashes import Crashes
from angrilien.domain.clock import SystemClock
from angrilien.errors import (
    AlreadyOpen,
    DiskFull,
    FolderReadOnly,
    KnownError,
    Mistake,
    OpenElsewhere,
    Way,
)
from angrilien.processes import LOCKED, command_line
from angrilien.services import opening, programme, training_folder
from angrilien.services.lanes import Lanes
from angrilien.services.programme import Programme
from angrilien.settings import Settings
from angrilien.ui import icons, looks, theme
from angrilien.ui.desk import Desk
from angrilien.ui.main_window import MainWindow
from angrilien.ui.one_instance import Bell, Heard, ring
from angrilien.ui.pages.training import begin_training
from angrilien.ui.words import button_text, problem_text

__all__ = ["LOCKED", "Application", "Options", "command_line", "run"]

LOCK: str = "angrilien.lock"
"""File in the data folder that says that somebody works with it."""

_LEAST_ROOM: int = 64 << 10
"""Bytes of free room below which a lock that cannot be written is a full disk."""

# Imported in the store lane while the passphrase is typed: SQL and the network come with them.
_LATER = (
    "angrilien.services.workshops",
    "angrilien.services.attendance",
    "angrilien.services.signing",
    "angrilien.services.people",
    "angrilien.services.notes",
    "angrilien.services.notices",
    "angrilien.services.drafts",
    "angrilien.services.closing",
    "angrilien.services.sending",
    "angrilien.services.registration",
    "angrilien.services.code_secret",
    "angrilien.services.shelters",
)
_log = logging.getLogger(__name__)


class AlreadyShown(Exception):
    """Another instance has this folder, and has come to the front: there is nothing left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line chose.

    Attributes:
        data_dir: folder of the notebook; the system's own place without it.
        programme: file of the programme; the one shipped without it.
        command: what starts this application again after a full lock, `sys.argv[0]` first; without
            it a full lock only ends the process.
        locked: it starts again after a full lock, and says so.
        training: it is the training, in a folder of its own below `data_dir`.
        profile: file of the venue's profile; those laid by an installer without it.
    """

    data_dir: Path | None = None
    programme: Path | None = None
    command: tuple[str, ...] = ()
    locked: bool = False
    training: bool = False
    profile: Path | None = None


class _AfterFirstPaint(QObject):
    """Calls once a window has painted itself for the first time.

    What is imported in another thread meanwhile takes Python's lock from the painting.
    """

    def __init__(self, window: QWidget, call: Callable[[], None]) -> None:
        super().__init__(window)
        self._call = call
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint, and let it be done."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._call)
        return False


class Application:
    """What lives as long as the process: the lock, the lanes, the desk and the window.

    Args:
        qt: the Qt application.
        options: of the command line.

    Raises:
        AlreadyShown: another instance has the folder and has come to the front.
        KnownError: the folder is in use or cannot be written, the programme's file is no such file.
    """

    def __init__(self, qt: QApplication, options: Options) -> None:
        self._options = options
        data = paths.data_dir(options.data_dir)
        self.folder = training_folder.folder_in(data) if options.training else data
        try:
            paths.make_private_dir(self.folder)
        except OSError as error:
            raise FolderReadOnly from error
        self._lock = _locked(self.folder)
        self._bell = Bell(self.folder)
        if options.training:
            self._wipe()
        self._log = logs.start(paths.log_dir(self.folder))
        self._crashes = Crashes(paths.log_dir(self.folder))
        self._crashes.start()
        try:
            chosen = programme.load(options.programme)
        except KnownError:
            self._let_go()
            raise
        # The training is read as large, and in the same colours, as all the rest.
        self.settings = Settings(data)
        looks.apply(qt, self.settings)
        self.lanes = Lanes()
        place = provision.Found()
        if options.training:
            chosen = replace(chosen, server="")
        else:
            place = _place(options, chosen)
        self.desk = Desk(self.lanes, chosen, self.folder, training=options.training, place=place)
        self.window = MainWindow(self.desk, self.settings)
        self._bell.rung.connect(self.window.come_forward)
        self.window.ended.connect(self._on_ended)
        self.window.training_asked.connect(self._on_training_asked)
        self.has_ended = False

    def start(self) -> None:
        """Show the first window, and have the rest imported once it is painted."""
        if self._options.training:
            self.window.show()
            begin_training(self.window)
            return
        self.window.navigate("unlock" if opening.exists(self.folder) else "first_start")
        self.window.show()
        if not opening.exists(self.folder) and self.desk.place.problem is not None:
            self.window.say_problem(self.desk.place.problem)
        if self._options.locked:
            self.window.say(self.window.tr("Le cahier s’est fermé tout seul. Rien n’est perdu."))
        if crashes.is_new(paths.log_dir(self.folder)):
            self.window.offer_report()
        _AfterFirstPaint(self.window, self._import_later)

    def _import_later(self) -> None:
        self.lanes.store.submit(import_later)

    def close(self) -> None:
        """Close the window, the notebook and the lanes, and let go of the folder."""
        self.window.close()
        self.window.deleteLater()
        self._let_go()
        gc.unfreeze()

    def _on_training_asked(self) -> None:
        """Open the training beside this window, in a process and a folder of its own."""
        command = self._options.command or command_line()
        try:
            processes.start_beside(processes.for_training(command))
        except OSError:
            _log.exception("the training could not be started")
            self.window.say_problem(Mistake())
        else:
            self.window.say(self.window.tr("L’entraînement s’ouvre dans une autre fenêtre."))

    def _on_ended(self) -> None:
        """Leave the event loop, whatever else is open: the key must leave the memory."""
        self.has_ended = True
        QApplication.quit()

    def _wipe(self) -> None:
        training_folder.wipe(self.folder, spare=(LOCK,))

    def _let_go(self) -> None:
        self._bell.close()
        self._crashes.stop()
        logs.stop(self._log)
        if self._options.training:
            # What cannot be removed cannot be read either: the next training tries again.
            with contextlib.suppress(KnownError):
                self._wipe()
        self._lock.unlock()


def run(options: Options, *, begin: Callable[[Application], None] = Application.start) -> int:
    """Run the application until its window is closed.

    Args:
        options: of the command line.
        begin: shows the first window; the demonstration shows it in its own way.

    Returns:
        0, also when the one that is open already came to the front in its place; 1 if it could not
        start: the sentence that says why is shown and printed.
    """
    qt = QApplication.instance()
    if not isinstance(qt, QApplication):
        qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Angrilien")
    qt.setDesktopFileName("angrilien")
    qt.setWindowIcon(QIcon(str(paths.resource("icons/angrilien.svg"))))
    _keep_memory_to_itself()
    translators = speak_french(qt)
    application = _made(qt, options)
    if isinstance(application, int):
        return application
    beat = _heed_interrupts(application.window)
    try:
        with mistakes_told(application.window):
            begin(application)
            code = int(qt.exec())
    finally:
        ended = application.has_ended
        beat.stop()
        application.close()
        del application, beat
        _delete_now()
        icons.forget()
        for translator in translators:
            qt.removeTranslator(translator)
    if ended and options.command:
        training = options.training
        again = processes.for_training(options.command) if training else options.command
        processes.start_again(again)
    return code


def _made(qt: QApplication, options: Options) -> Application | int:
    """Return the application, or the code with which the process ends in its place."""
    while True:
        try:
            return Application(qt, options)
        except AlreadyShown:
            return 0
        except KnownError as error:
            theme.apply(qt)
            if not _tell(error):
                return 1


@contextlib.contextmanager
def mistakes_told(window: MainWindow) -> Iterator[None]:
    """Have what a slot raises written in the log, and said: stderr is nobody's on a laptop."""
    before = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.error("the window made a mistake", exc_info=(kind, error, trace))
        window.desk.relay.post(functools.partial(window.say_problem, Mistake()))

    sys.excepthook = tell
    try:
        yield
    finally:
        sys.excepthook = before


def speak_french(qt: QApplication) -> list[QTranslator]:
    """Have Qt's own words said in French, whatever the system's language; return what says them."""
    french = QLocale(QLocale.Language.French, QLocale.Country.France)
    QLocale.setDefault(french)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translator = QTranslator(qt)
    if translator.load(french, "qtbase", "_", folder):
        qt.installTranslator(translator)
        return [translator]
    return []


def _place(options: Options, programme: Programme) -> provision.Found:
    """Look for the venue's profile; a programme named on the command line has none laid for it."""
    if options.programme is not None and options.profile is None:
        return provision.Found()
    return provision.find(programme, SystemClock().now(), chosen=options.profile)


def _locked(folder: Path) -> QLockFile:
    """Take the folder for this process alone.

    Raises:
        AlreadyShown: another one has it, and has come to the front.
        OpenElsewhere: another one has it, in another session.
        AlreadyOpen: another one has it and does not answer.
        DiskFull, FolderReadOnly: the lock cannot be written.
    """
    lock = QLockFile(str(folder / LOCK))
    # A lock is stale only when its process is gone, however long a workshop lasts.
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        return lock
    if lock.error() != QLockFile.LockError.LockFailedError:
        raise DiskFull if _is_full(folder) else FolderReadOnly
    heard = ring(folder)
    if heard is Heard.HERE:
        raise AlreadyShown
    if heard is Heard.ELSEWHERE:
        raise OpenElsewhere
    # The one that had it may have ended meanwhile; or its lock came from a laptop of another name,
    # which Qt never takes for dead. The system refuses to remove the lock of a living process.
    if lock.tryLock(0) or (lock.removeStaleLockFile() and lock.tryLock(0)):
        return lock
    raise AlreadyOpen


def _is_full(folder: Path) -> bool:
    """Tell whether a disk has no room for a file of some bytes."""
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False


def _keep_memory_to_itself() -> None:
    """Leave no picture of the memory on the disk if the process dies: the key is in it.

    Windows keeps none unless it is told to; POSIX may.
    """
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX only

        _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def import_later() -> None:
    """Import what opening needs, and take all that is loaded out of the garbage collector's sight.

    What is there by then stays to the end. Looked through at each full collection, whichever
    thread brings it about, it stops the window for over 100 ms (decision 017).
    """
    for name in _LATER:
        importlib.import_module(name)
    gc.freeze()


def _tell(error: KnownError) -> bool:
    """Show why the application does not start, and print it for who called it from a terminal.

    Returns:
        Whether it is to be tried once more: no other way can be gone without a window.
    """
    text = problem_text(error)
    # A windowed program on Windows has none.
    if sys.stderr is not None:
        sys.stderr.write(text + "\n")
    if QApplication.platformName() == "offscreen":
        return False
    box = QMessageBox(QMessageBox.Icon.Information, "Angrilien", text)
    box.addButton(box.tr("Fermer"), QMessageBox.ButtonRole.RejectRole)
    again = None
    if error.way is Way.RETRY:
        again = box.addButton(button_text(error), QMessageBox.ButtonRole.AcceptRole)
    box.exec()
    return again is not None and box.clickedButton() is again


def _heed_interrupts(window: MainWindow) -> QTimer:
    """Let Ctrl+C in a terminal close the window: Python sees a signal only when it runs.

    The window is closed by the event loop, so that a signal which comes before it is not lost.
    """

    def heed(_number: int, _frame: object) -> None:
        QTimer.singleShot(0, window, window.close)

    signal.signal(signal.SIGINT, heed)
    signal.signal(signal.SIGTERM, heed)
    beat = QTimer()
    beat.timeout.connect(_nothing)
    beat.start(500)
    return beat


def _delete_now() -> None:
    """Delete what was told to go, while Qt is there: at Python's own end it may crash.

    Python empties its modules in no order of ours; a widget that outlives the application there
    ends the process with a fault (PySide6 6.11, after the panel of reasons was open).
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _nothing() -> None:
    """Give Python a moment to see its signals."""
