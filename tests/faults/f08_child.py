"""`angrilien-server` with a mistake in it: it fails over one row, whatever it comes with.

The row's id stands in the file that ANGRILIEN_TEST_POISON names; no file, no mistake.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from angrilien.server.cli import main
from angrilien.server.service import Service
from angrilien.wire.push import decode_push

sound = Service.push


def spoilt(self: Service, body: bytes, *args: Any, **more: Any) -> Any:
    path = Path(os.environ["ANGRILIEN_TEST_POISON"])
    poison = path.read_text() if path.exists() else ""
    if any(line.entity_id == poison for line in decode_push(body).lines):
        raise RuntimeError("a mistake of the server's")
    return sound(self, body, *args, **more)


Service.push = spoilt  # type: ignore[method-assign]
sys.exit(main(sys.argv[1:]))
