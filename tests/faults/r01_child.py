"""A laptop without a window, to be killed: it acts and sends, and says each act once it is durable.

Started once, it waits for orders (a line of JSON each on its standard input) and gives each order a
process of its own by `fork`, so that a kill costs no second start of Python. Nothing random may be
drawn before the fork: two processes would draw alike.

On its standard output, a line each: ``born RUN PID``, ``ack RUN JSON``, ``failed RUN TEXT``,
``whole RUN``, ``ended RUN``. A line is one write, so what was said before the kill is read whole.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from angrilien.domain.clock import SystemClock
from angrilien.domain.forms import AnonymousForm, PersonForm, WorkshopForm
from angrilien.domain.rows import NoteText, Roster
from angrilien.services import attendance, closing, notes, people, signing, workshops
from angrilien.services.lanes import Lanes
from angrilien.services.notebook import Notebook
from angrilien.services.sending import Sender
from angrilien.store.store import Store
from angrilien.vault.programme import load_programme

CROSS = [[(10.0, 10.0), (90.0, 40.0)], [(90.0, 10.0), (10.0, 40.0)]]
ACTS_BEFORE_CLOSING = 25


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Child:
    """One life: from opening the notebook to the kill."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.run = order["run"]
        self.early = order["early"]
        self.slow = order["slow"]
        self.chance = random.Random(order["seed"])
        self.count = 0
        self.lanes = Lanes()
        self.notebook = self.lanes.store.submit(open_notebook, order).result()
        self.said = self.lanes.store.submit(last_seq, self.notebook).result()
        event.listen(self.notebook.store._engine, "commit", self._on_commit)
        self.sender = Sender(self.lanes, self.notebook, self.notebook.programme)

    def act(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Run a service; only once it has returned is the act said to be done."""
        found, made = self.lanes.store.submit(self._do, verb, args).result()
        if not self.early:
            self._acknowledge(made)
        if not self.sender.busy:
            self.sender.send_now()
        return found

    def _do(self, verb: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, list[Any]]:
        found = verb(self.notebook, *args)
        with self.notebook.store.read() as connection:
            return found, self._new(connection)

    def _new(self, connection: Connection) -> list[Any]:
        """The changes that are not said yet: seq, commit, and what they say of a presence."""
        rows = connection.exec_driver_sql(
            'SELECT c.seq, hex(c."commit"), c.entity, b.shared FROM "change" c'
            " JOIN change_body b USING (inc, seq) WHERE c.inc = ? AND c.seq > ? ORDER BY c.seq",
            (self.notebook.store.identity.inc, self.said),
        ).all()
        return [
            [seq, commit, json.loads(shared).get("state") if entity == "attendance" else None]
            for seq, commit, entity, shared in rows
        ]

    def _acknowledge(self, made: list[Any]) -> None:
        if made:
            self.said = made[-1][0]
            say("ack", self.run, json.dumps(made))

    def _on_commit(self, connection: Connection) -> None:
        """Just before the transaction ends: the broken variant acknowledges here, too early."""
        made = self._new(connection)
        if made and self.early:
            self._acknowledge(made)
        if made and self.slow:
            time.sleep(self.slow)  # a slow disk

    # --- what an animateur does ------------------------------------------------------------------

    def work(self) -> None:
        while True:
            workshop = self.act(new_workshop)
            for _ in range(4):
                self.act(people.add_to_workshop, workshop, self.somebody())
            for _ in range(ACTS_BEFORE_CLOSING):
                self.any_act(workshop)
            roster = self.act(people.add_to_workshop, workshop, self.somebody())
            assert any(row.state == "present" for row in roster.rows)
            self.act(closing.close, workshop, CROSS, 100.0, 50.0)

    def somebody(self) -> PersonForm:
        self.count += 1
        return PersonForm(first_name=f"Vie{self.run}", last_name=f"Acte{self.count}")

    def any_act(self, workshop: str) -> None:
        roster: Roster = self.lanes.store.submit(
            attendance.roster, self.notebook, workshop
        ).result()
        row = self.chance.choice([row for row in roster.rows if row.participant_id])
        line = row.attendance_id
        kind = self.chance.randrange(8)
        if kind < 3:
            self.act(attendance.toggle, workshop, line)
        elif kind < 5:
            self.act(signing.sign, workshop, line, CROSS, 100.0, 50.0)
        elif kind == 5:
            self.act(signing.could_not_sign, workshop, line, "Bras cassé")
        elif kind == 6:
            self.act(attendance.add_anonymous, workshop, AnonymousForm())
        else:
            self.count += 1
            text = NoteText(workshop_id=workshop, done=f"Vie {self.run}, acte {self.count}")
            self.act(notes.keep, text)

    def act_then_send_once(self, statement: int) -> None:
        """Act, then send what waits, and be killed before that statement of the sending."""
        workshop = self.act_unsent(new_workshop)
        self.act_unsent(people.add_to_workshop, workshop, self.somebody())
        left = [statement]

        @event.listens_for(self.notebook.store._engine, "before_cursor_execute")
        def _count(*_: object) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        self.sender.send_now()
        while self.sender.busy:
            time.sleep(0.001)
        problem = self.sender.problem
        say("whole" if problem is None else f"{type(problem).__name__}", self.run)

    def act_unsent(self, verb: Callable[..., Any], *args: Any) -> Any:
        found, made = self.lanes.store.submit(self._do, verb, args).result()
        self._acknowledge(made)
        return found

    def only_send(self) -> None:
        self.sender.send_now()
        while True:
            time.sleep(60)


def open_notebook(order: dict[str, Any]) -> Notebook:
    """Open with the raw key: argon2id would take most of a life."""
    folder = Path(order["folder"])
    store = Store.open(
        folder / "cahier.db",
        bytes.fromhex(order["key"]),
        vault=order["vault"],
        vault_key=order["vault_key"],
    )
    programme = load_programme(Path(order["programme"]))
    return Notebook(store, folder, order["facilitator"], programme, clock=SystemClock())


def last_seq(notebook: Notebook) -> int:
    with notebook.store.read() as connection:
        return notebook.store.position(connection).seq


def new_workshop(notebook: Notebook) -> str:
    form = WorkshopForm(
        title="Mes photos",
        themes=("programme_donnees_personnelles",),
        date=notebook.today().isoformat(),
        start="14 h",
        end="16 h",
        venue_id=notebook.home().id,
    )
    return workshops.plan(notebook, form).workshop_id


def live(order: dict[str, Any]) -> None:
    say("born", order["run"], os.getpid())
    child = Child(order)
    if order["only_send"]:
        child.only_send()
    elif order["statement"] is not None:
        child.act_then_send_once(order["statement"])
    else:
        child.work()


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                live(order)
            except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
                say("failed", order["run"], json.dumps(traceback.format_exc()))
            os._exit(1)
        os.waitpid(pid, 0)
        say("ended", order["run"])


if __name__ == "__main__":
    main()
