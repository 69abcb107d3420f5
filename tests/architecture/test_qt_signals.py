"""Qt for Python survives many emissions: a version once aborted the process after some 500."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import threading
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

class Sender(QObject):
    told = Signal(int, object)

class Receiver(QObject):
    def __init__(self):
        super().__init__()
        self.total = 0

    @Slot(int, object)
    def on_told(self, number, what):
        self.total += number

app = QCoreApplication([])
direct, queued = Receiver(), Receiver()
sender = Sender()
sender.told.connect(direct.on_told)
sender.told.connect(queued.on_told, Qt.ConnectionType.QueuedConnection)
for _ in range(2_500):
    sender.told.emit(1, {"row": 1})
# As the lanes do: emitted by another thread, received by this one.
thread = threading.Thread(target=lambda: [sender.told.emit(1, ["row"]) for _ in range(2_500)])
thread.start()
while thread.is_alive():
    app.processEvents()
thread.join()
for _ in range(100):
    app.processEvents()
print(queued.total, direct.total)
"""


def test_5000_emissions_survive() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[0] == "5000"
