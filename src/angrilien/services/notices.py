"""What there is to say about this computer while the notebook is open."""

from __future__ import annotations

from angrilien import crashes, paths
from angrilien.domain.notices import KnownTimes, Notice, NoticeKind, is_clock_doubtful
from angrilien.services import heads
from angrilien.services.cloud_folder import drive_around
from angrilien.services.notebook import Notebook
from angrilien.store import ballast, log, marks


def current(nb: Notebook) -> tuple[Notice, ...]:
    """Return the notices of the moment, the most pressing first."""
    found = []
    now = nb.clock.now()
    if heads.check(nb) is heads.Found.LOST:
        found.append(Notice(kind=NoticeKind.LOST))
    if ballast.is_nearly_full(nb.folder):
        found.append(Notice(kind=NoticeKind.FULL))
    if is_clock_doubtful(now, known_times(nb)):
        found.append(Notice(kind=NoticeKind.CLOCK, at=now))
    drive = drive_around(nb.folder)
    if drive:
        found.append(Notice(kind=NoticeKind.CLOUD, name=drive))
    if crashes.is_new(paths.log_dir(nb.folder)):
        found.append(Notice(kind=NoticeKind.REPORT))
    return tuple(found)


def known_times(nb: Notebook) -> KnownTimes:
    """Return what the notebook knows about the time."""
    with nb.store.read() as connection:
        kept = marks.read(connection)
        last = log.last_at(connection, nb.store.identity.inc)
    certain = nb.programme.keys.issued
    if kept.last_contact is not None and kept.skew is not None:
        certain = max(certain, kept.last_contact - kept.skew)
    return KnownTimes(certain=certain, last_change=last, ahead=nb.ahead())
