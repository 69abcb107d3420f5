"""What one run of the application learns of the road and of the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from angrilien.services.notebook import Notebook
from angrilien.services.poison import Suspects
from angrilien.store import facts
from angrilien.sync.jobs import Job
from angrilien.sync.policy import BatchSize

BATCH_SIZE: Final = "batch size"
"""Fact: what the road lets through, as `BatchSize.to_text` writes it."""


@dataclass(slots=True)
class Memory:
    """What one run of the application learns of the road and of the server.

    Attributes:
        size: how large a batch passes; kept in the file, for the next run.
        ratio: compressed bytes for each byte of text.
        suspects: where the line is that the server stumbles over.
        offers_failed: times that the server failed over what is offered again (`offering`).
        has_heard: whether the server answered in this run.
        offsets: bytes of each photo that the server holds (`services.photos`).
    """

    size: BatchSize = field(default_factory=BatchSize)
    ratio: float = 0.2
    suspects: Suspects = field(default_factory=Suspects)
    offers_failed: int = 0
    has_heard: bool = False
    offsets: dict[str, int] = field(default_factory=dict)
    _kept: str = BatchSize().to_text()

    def remember(self, nb: Notebook) -> None:
        """Take up what an earlier run of the application learned of the road."""
        with nb.store.read() as connection:
            text = facts.get(connection, BATCH_SIZE)
        if text:
            self.size.remember(text)
            self._kept = text

    def keep(self, nb: Notebook) -> None:
        """Keep for the next run what was learned since."""
        text = self.size.to_text()
        if text != self._kept:
            with nb.store.write() as connection:
                facts.put(connection, BATCH_SIZE, text)
            self._kept = text

    def learn(self, job: Job) -> None:
        """Take note of how well a batch was compressed; one of a few lines says little."""
        if job.plain > 10_000:
            self.ratio = min(max(len(job.body) / job.plain, 0.02), 1.0)
