"""What the system says of the network: it came back, or there is none."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot
from PySide6.QtNetwork import QNetworkInformation

Reachability = QNetworkInformation.Reachability


class Information(Protocol):
    """The part of QNetworkInformation that is used."""

    @property
    def reachabilityChanged(self) -> SignalInstance:
        """Tell how far one gets from now on."""

    def reachability(self) -> Reachability:
        """Return how far one gets."""


def system_information() -> QNetworkInformation | None:
    """Return what the system knows of the network, None where it tells nothing."""
    QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability)
    return QNetworkInformation.instance()


class NetworkWatch(QObject):
    """A hint and nothing more: "online" is a network, not yet the Internet.

    A network that comes back makes one try at once, however far away the next one was. Where the
    system tells nothing, the tries keep the pace of `sync.policy`, which may wait for hours: the
    line never says when the next one is, and F5 makes one. Trying more often from here would undo
    what that pace is for, a whole region's laptops that come back together.

    Args:
        information: of the system, None where there is none.
    """

    came_back = Signal()
    """There is a network again."""
    changed = Signal()
    """`is_absent` may have changed."""

    def __init__(self, information: Information | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reachability = Reachability.Unknown
        if information is not None:
            self._reachability = information.reachability()
            information.reachabilityChanged.connect(self._on_reachability)

    @property
    def is_absent(self) -> bool:
        """Tell whether the system itself reports that there is no network."""
        return self._reachability == Reachability.Disconnected

    @Slot(object)
    def _on_reachability(self, reachability: Reachability) -> None:
        before, self._reachability = self._reachability, reachability
        self.changed.emit()
        if reachability == Reachability.Online and before != Reachability.Online:
            self.came_back.emit()
