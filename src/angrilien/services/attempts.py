"""What came of each exchange with the programme, remembered for whoever helps."""

from __future__ import annotations

from typing import Final

from angrilien.domain.sending import Attempt
from angrilien.errors import KnownError, NoConnection, NotOurServer, ServerStumbled, TooManyTries
from angrilien.services.notebook import Notebook
from angrilien.store import attempts
from angrilien.sync.client import Outcome
from angrilien.sync.jobs import Job
from angrilien.sync.trust import AuthorityUnknown, CertificateElsewhere, CertificateOutOfDate

ANSWERED: Final = "answered"
REFUSED: Final = "refused"
_BY_STATUS: Final = {413: "too_large", 429: "busy", 502: "unreachable", 503: "busy",
                     504: "unreachable"}  # fmt: skip
_BY_PROBLEM: Final[dict[type[KnownError], str]] = {
    NoConnection: "no_connection",
    NotOurServer: "not_ours",
    ServerStumbled: "stumbled",
    TooManyTries: "busy",
    AuthorityUnknown: "authority_unknown",
    CertificateElsewhere: "certificate_elsewhere",
    CertificateOutOfDate: "certificate_out_of_date",
}


def of(job: Job, outcome: Outcome, *, at: int, milliseconds: int) -> Attempt:
    """Return what came of a job: only counts, and words from a list of ours."""
    lines = job.last - job.first + 1 if job.last else 0
    return Attempt(
        at=at,
        kind=job.kind,
        lines=lines,
        size=len(job.body),
        outcome=_word(outcome),
        status=outcome.status,
        milliseconds=milliseconds,
    )


def keep(nb: Notebook, made: list[Attempt]) -> None:
    """Write down some attempts, and forget them in memory (in the store lane)."""
    some, made[:] = list(made), []
    if some:
        with nb.store.write() as connection:
            attempts.note(connection, some)


def _word(outcome: Outcome) -> str:
    if outcome.answer is not None:
        return REFUSED if outcome.answer.refused else ANSWERED
    by_problem = _BY_PROBLEM.get(type(outcome.problem or NotOurServer()), REFUSED)
    return _BY_STATUS.get(outcome.status, by_problem)
