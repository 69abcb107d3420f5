"""`angrilien-server` with a rule that is wrong, as the file ANGRILIEN_TEST_RULE says.

- refuse: a person of that name is held
- stumble: the server fails over a person of that name
- drop (†): a person of that name is refused and forgotten, and the answer is a good one
- no file: the rule is right
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from angrilien.domain.entities import Participant
from angrilien.server import api, projections
from angrilien.server.base import table
from angrilien.server.cli import main
from angrilien.server.permits import VENUE_NOT_YOURS, Permits
from angrilien.server.tables import ChangeRow

api.RETRY_SECONDS = 0.5  # type: ignore[misc] - an hour, for this test
NAME = "Refusée"
right, kept = Permits.refuse, projections._hold


def rule() -> str:
    path = Path(os.environ["ANGRILIEN_TEST_RULE"])
    return path.read_text() if path.exists() else ""


def wrong(self: Permits, inc: str, order: int, record: Any) -> str | None:
    if isinstance(record, Participant) and record.last_name == NAME and rule():
        if rule() == "stumble":
            raise RuntimeError("a mistake of the server's")
        return VENUE_NOT_YOURS
    return right(self, inc, order, record)


def forgetful(session: Any, code: str | None, numbers: Any) -> None:
    numbers = list(numbers)
    if code is not None and rule() == "drop":
        session.connection().execute(
            delete(table(ChangeRow)).where(col(ChangeRow.server_seq).in_(numbers))
        )
        return
    kept(session, code, numbers)


Permits.refuse = wrong  # type: ignore[method-assign]
projections._hold = forgetful
sys.exit(main(sys.argv[1:]))
