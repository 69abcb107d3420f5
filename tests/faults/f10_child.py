"""`angrilien-server` that kills itself before one statement of the next push.

The number of the statement stands in the file that ANGRILIEN_TEST_STATEMENT names; it is taken away
as the push begins. No file, no kill.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from angrilien.server.cli import main
from angrilien.server.service import Service

sound = Service.push
left: list[int] = []


@event.listens_for(Engine, "before_cursor_execute")
def _count(*_: object) -> None:
    if left:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1


def spoilt(self: Service, *args: Any, **more: Any) -> Any:
    path = Path(os.environ["ANGRILIEN_TEST_STATEMENT"])
    if path.exists():
        left[:] = [int(path.read_text())]
        path.unlink()
    try:
        return sound(self, *args, **more)
    finally:
        left.clear()


Service.push = spoilt  # type: ignore[method-assign]
sys.exit(main(sys.argv[1:]))
