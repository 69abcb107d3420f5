"""A random walk: two laptops of one venue and their clones, the server, and what happens to them.

The invariant: what was acknowledged to the person at the laptop is on the server exactly once in
effect, or still counted as to send. It is looked at after each step; at the end of each walk the
road is mended, and then the server has everything that anybody still held, and the laptops of the
venue show the same, to the byte.

10,000 steps by `-m long`; by default a fixed sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import OperationalError

from angrilien import sender
from angrilien.domain.entities import BY_ENTITY
from angrilien.domain.forms import PersonForm
from angrilien.errors import KnownError
from angrilien.server import service as services_of_server
from angrilien.server.sealed import take_file
from angrilien.services import (
    attendance,
    closing,
    copies,
    forks,
    outbox_folder,
    people,
    receipts,
    registration,
    signing,
)
from angrilien.services.notebook import Notebook
from angrilien.services.usb import KeyWriting
from helpers.copies import Original, make_original
from helpers.notebooks import NOON, make_workshop
from helpers.proxy import CLEAR, Fault
from helpers.world import Cloud, Laptop, road_to

CROSS = [[(float(x), float(x % 7)) for x in range(20)]]
DAY = 24 * 3600 * 1000
LAPTOPS = 3
SHOWN = tuple(BY_ENTITY)
"""Entities whose rows the laptops of a venue show alike."""
EFFECTS = ("workshop", "participant", "attendance", "signature", "sheet", "sheet_line")
"""Entities whose rows are compared with the server's."""

numbers = st.integers(0, 2**30)


class Ground:
    """What every walk uses again: the server's process, the road, the folders to copy."""

    def __init__(
        self, template: Path, original: Original, neighbour: Original, folder: Path
    ) -> None:
        self.template, self.original, self.folder = template, original, folder
        self.neighbour = neighbour
        self.agreed = 0
        """Walks at whose end the laptops of a venue were compared."""
        self.cloud = Cloud()
        self.road = road_to(self.cloud)
        """Made anew for each walk: a road does not live for long."""
        self.walks = 0
        self.steps = 0

    def new_folder(self) -> Path:
        self.walks += 1
        self.road.close()
        self.road = road_to(self.cloud)
        made = self.folder / f"walk-{self.walks}"
        made.mkdir()
        return made

    def close(self) -> None:
        self.road.close()
        self.cloud.close()


class Walk(RuleBasedStateMachine):
    """One walk."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.folder = self.ground.new_folder()
        self.cloud, self.road = self.ground.cloud, self.ground.road
        self.pictures = 0
        self.laptops: list[Laptop] = []
        self.backups: list[Path] = []
        self.keys: list[Path] = []
        self.receipts: list[bytes] = []
        self.went_back = False
        """Whether a laptop went back to a copy: what only it and a server's backup had may be gone
        with both, and stay on its neighbour."""

    # --- what is there --------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        self.cloud.begin(self.ground.template, self.folder / "server")
        self.road.fault = CLEAR
        self.road.exchanges.clear()
        programme = self.cloud.local.programme
        laptop = Laptop.make(self.ground.original, self.folder / "laptop", self.road.url, programme)
        registration.set_code(laptop.notebook, self.cloud.local.code())
        # Given before any backup: no return of the server forgets that it was.
        self.second_code = self.cloud.local.code()
        self.laptops.append(laptop)
        self._note(laptop)

    def _laptop(self, number: int) -> Laptop:
        return self.laptops[number % len(self.laptops)]

    def _new_path(self) -> Path:
        self.pictures += 1
        return self.folder / f"disk-{self.pictures}"

    def _note(self, laptop: Laptop) -> None:
        """Take note of what the laptop now holds: each act there was acknowledged to somebody."""
        laptop.known |= set(laptop.rows().commits.values())

    def _act(self, laptop: Laptop, verb: Callable[..., Any], *args: Any) -> Any:
        try:
            made = verb(laptop.notebook, *args)
        except KnownError:
            made = None  # a refusal said in words: nothing was acknowledged
        self._note(laptop)
        return made

    # --- what people do -------------------------------------------------------------------------

    @rule(which=numbers)
    def plan(self, which: int) -> None:
        laptop = self._laptop(which)
        self._act(laptop, lambda nb: make_workshop(nb, title=f"Atelier {which}"))

    @rule(which=numbers, pick=numbers)
    def note_somebody(self, which: int, pick: int) -> None:
        laptop = self._laptop(which)
        workshop = self._pick(laptop.table("workshop"), pick)
        if workshop:
            form = PersonForm(first_name=f"Prénom {pick % 50}", last_name=f"Nom {pick % 7}")
            self._act(laptop, people.add_to_workshop, workshop, form)

    @rule(which=numbers, pick=numbers)
    def toggle(self, which: int, pick: int) -> None:
        self._on_line(which, pick, attendance.toggle)

    @rule(which=numbers, pick=numbers)
    def sign(self, which: int, pick: int) -> None:
        self._on_line(
            which, pick, lambda nb, w, line: signing.sign(nb, w, line, CROSS, 300.0, 100.0)
        )

    def _on_line(self, which: int, pick: int, verb: Callable[..., Any]) -> None:
        laptop = self._laptop(which)
        lines = laptop.table("attendance")
        line = self._pick(lines, pick)
        if line:
            self._act(laptop, verb, lines[line]["workshop_id"], line)

    @rule(which=numbers, pick=numbers)
    def undo(self, which: int, pick: int) -> None:
        laptop = self._laptop(which)
        workshop = self._pick(laptop.table("workshop"), pick)
        if workshop:
            self._act(laptop, attendance.undo, workshop)

    @rule(which=numbers, pick=numbers)
    def close_sheet(self, which: int, pick: int) -> None:
        laptop = self._laptop(which)
        present = [r for r in laptop.table("attendance").values() if r["state"] == "present"]
        workshop = self._pick({row["workshop_id"]: row for row in present}, pick)
        if workshop:
            self._act(laptop, closing.close, workshop, CROSS, 300.0, 100.0)

    @staticmethod
    def _pick(rows: dict[str, Any], number: int) -> str:
        return sorted(rows)[number % len(rows)] if rows else ""

    # --- the road -------------------------------------------------------------------------------

    @rule(which=numbers)
    def send(self, which: int) -> None:
        self._round(self._laptop(which), CLEAR)

    @rule(which=numbers, size=st.integers(0, 700), reset=st.booleans())
    def request_is_cut(self, which: int, size: int, reset: bool) -> None:
        self._round(self._laptop(which), Fault(request_bytes=size, reset=reset))

    @rule(which=numbers, size=st.integers(0, 900), reset=st.booleans())
    def answer_is_cut(self, which: int, size: int, reset: bool) -> None:
        self._round(self._laptop(which), Fault(answer_bytes=size, reset=reset))

    @rule(which=numbers)
    def portal_answers(self, which: int) -> None:
        page = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
        )
        self._round(self._laptop(which), Fault(instead=page))

    def _round(self, laptop: Laptop, fault: Fault) -> None:
        self.road.fault = fault
        problem = laptop.round()
        self.road.fault = CLEAR
        if problem is None:
            laptop.seen = self.cloud.rolled_back
        self._note(laptop)

    # --- without a connection of one's own ------------------------------------------------------

    @rule(which=numbers)
    def key_is_written(self, which: int) -> None:
        laptop, place = self._laptop(which), self._new_path()
        place.mkdir()

        def write(nb: Notebook) -> str:
            writing = KeyWriting(nb, place)
            while not (told := writing.step(nb)).name:
                pass
            return told.name

        name = self._act(laptop, write)
        if name:
            self.keys.append(place / name)

    @precondition(lambda self: self.keys)
    @rule(pick=numbers)
    def key_is_imported(self, pick: int) -> None:
        """Any key ever written: the newest, an older one, the same again."""
        local = self.cloud.local
        local.clock.instant += 60_000
        with self.keys[pick % len(self.keys)].open("rb") as stream:
            self.receipts.append(take_file(local.service, stream).receipt)

    @precondition(lambda self: self.receipts)
    @rule(which=numbers, pick=numbers)
    def receipt_is_read(self, which: int, pick: int) -> None:
        """Any receipt ever written, by any laptop."""
        receipt = self.receipts[pick % len(self.receipts)]
        self._act(self._laptop(which), receipts.read_file, receipt)

    @rule(which=numbers, cut=st.sampled_from([None, 0, 300, 900]), answered=st.booleans())
    def lid_is_shut(self, which: int, cut: int | None, answered: bool) -> None:
        """What is unsent is left, and brought by a sender without a key; then it is opened."""
        laptop = self._laptop(which)
        outbox_folder.leave(laptop.notebook)
        self._note(laptop)
        laptop.close()
        self.cloud.local.clock.instant += 60_000
        self.road.fault = Fault(answer_bytes=cut) if answered else Fault(request_bytes=cut)
        assert sender.main(["--once", "--data-dir", str(laptop.folder)]) == 0
        self.road.fault = CLEAR
        laptop.reopen_after_end()

    # --- what happens to the laptop -------------------------------------------------------------

    @rule(
        which=numbers, moment=st.sampled_from(["idle", "before", "after"]), skip=st.integers(0, 3)
    )
    def killed(self, which: int, moment: str, skip: int) -> None:
        """The process dies: idle, or at a moment of an exchange; what is on the disk is left."""
        laptop = self._laptop(which)
        path, left = self._new_path(), [skip]

        def picture(at: str) -> None:
            if at == moment and not path.exists():
                if not left[0]:
                    laptop.picture(path)
                left[0] -= 1

        if moment != "idle":
            laptop.client.image = picture
            laptop.round()
            laptop.client.image = None
        if not path.exists():
            laptop.picture(path)
        laptop.reopen(path)

    @rule(which=numbers)
    def opened_again(self, which: int) -> None:
        self._laptop(which).reopen()

    @rule(which=numbers, hours=st.sampled_from([-490_000, -24, -1, 1, 24, 90_000]))
    def clock_jumps(self, which: int, hours: int) -> None:
        clock = self._laptop(which).clock
        clock.at = min(max(clock.at + hours * 3_600_000, 0), NOON + 4_000 * DAY)

    @rule(which=numbers)
    def safety_copy(self, which: int) -> None:
        self._act(self._laptop(which), copies.make)

    @rule(which=numbers, pick=numbers)
    def back_to_a_copy(self, which: int, pick: int) -> None:
        laptop = self._laptop(which)
        listed = copies.listed(laptop.notebook)
        if listed:
            self.went_back = True
            copies.go_back(laptop.notebook, listed[pick % len(listed)].name)
            laptop.reopen()
            # Somebody chose it: what only this disk held is in the copy that was made before.
            laptop.known = set()
            self._note(laptop)

    @precondition(lambda self: len(self.laptops) == 1)
    @rule()
    def neighbour(self) -> None:
        """A second laptop comes to the café, with a code of its own."""
        programme = self.cloud.local.programme
        folder = self.folder / "neighbour"
        laptop = Laptop.make(self.ground.neighbour, folder, self.road.url, programme)
        registration.set_code(laptop.notebook, self.second_code)
        self.laptops.append(laptop)
        self._note(laptop)

    @precondition(lambda self: len(self.laptops) < LAPTOPS)
    @rule(which=numbers)
    def cloned(self, which: int) -> None:
        laptop = self._laptop(which)
        path = laptop.picture(self._new_path())
        twin = Laptop(path, laptop.notebook.programme, laptop.clock)
        twin.seen = laptop.seen
        self.laptops.append(twin)
        self._note(twin)

    # --- what happens to the server -------------------------------------------------------------

    @rule()
    def server_saved(self) -> None:
        self.backups.append(self.cloud.save(self._new_path()))

    @precondition(lambda self: self.backups)
    @rule(pick=numbers)
    def server_rolled_back(self, pick: int) -> None:
        self.cloud.roll_back(self.backups[pick % len(self.backups)])

    @rule()
    def server_restarted(self) -> None:
        self.cloud.restart()

    @rule(which=numbers)
    def server_stores_and_does_not_apply(self, which: int) -> None:
        """Its database stops in between; another process finds what is stored."""
        with pytest.MonkeyPatch.context() as patch:

            def stops(*_args: object) -> None:
                raise OperationalError("", {}, Exception())

            patch.setattr(services_of_server, "apply_new", stops)
            self._round(self._laptop(which), CLEAR)
        self.cloud.restart()

    # --- what always holds ----------------------------------------------------------------------

    @invariant()
    def nothing_is_lost(self) -> None:
        self.ground.steps += 1
        if not self.laptops:
            return
        there = {
            bytes(commit): where
            for commit, where in self.cloud.rows('SELECT "commit", inc FROM change')
        }
        for laptop in self.laptops:
            rows = laptop.rows()
            here = set(rows.commits.values())
            assert laptop.known <= here, "an acknowledged act left the laptop"
            waiting = rows.waiting
            state = laptop.sender_state()
            assert state.waiting - state.again == len(waiting)
            if laptop.seen == self.cloud.rolled_back:
                assert here <= set(there) | waiting, "neither on the server nor counted as to send"

    def teardown(self) -> None:
        try:
            if self.laptops:
                self._come_home()
        finally:
            for laptop in self.laptops:
                laptop.close()
            self.cloud.leave()

    def _come_home(self) -> None:
        """The road is mended, nobody does anything: the server then has what anybody held."""
        self.road.fault = CLEAR
        for laptop in self.laptops:
            for _ in range(12):
                if laptop.round() is None and not laptop.sender_state().waiting:
                    break
            else:
                raise AssertionError(f"a laptop does not come home: {laptop.sender.problem!r}")
        commits = [bytes(row[0]) for row in self.cloud.rows('SELECT "commit" FROM change')]
        held = self.cloud.rows("SELECT entity, held FROM change WHERE held IS NOT NULL")
        assert not [row for row in held if row[1] != "frozen"], held
        for laptop in self.laptops:
            laptop.notebook.store.verify()
            assert laptop.known <= set(laptop.rows().commits.values())
            assert set(laptop.rows().commits.values()) <= set(commits)
        devices = {laptop.notebook.store.identity.dev for laptop in self.laptops}
        if len(devices) > 1 and self.went_back and self.cloud.rolled_back:
            return
        for name in EFFECTS:
            self._effects(name)
        if len(devices) == len(self.laptops) > 1:
            self._agree()

    def _agree(self) -> None:
        """The laptops of the venue show the same, to the byte."""
        for laptop in (*self.laptops, *self.laptops):
            assert laptop.round() is None
        first, *others = ({name: one.table(name) for name in SHOWN} for one in self.laptops)
        for other in others:
            for name in SHOWN:
                assert first[name] == other[name], f"{name} is another one"
        self.ground.agreed += 1

    def _effects(self, name: str) -> None:
        """Each row of a laptop has its one effect on the server, and says what a laptop says."""
        there = {row[0]: row for row in self.cloud.rows(f'SELECT id FROM "{name}"')}
        here: dict[str, list[dict[str, Any]]] = {}
        for laptop in self.laptops:
            for row_id, row in laptop.table(name).items():
                here.setdefault(row_id, []).append(row)
        assert set(here) <= set(there), f"a {name} without effect"
        if len(self.laptops) == 1:
            # What a safety copy lacked came back; and nothing stands there that nobody made.
            assert set(here) == set(there), f"a {name} on one side only"
        shown = {"workshop": "state, title", "attendance": "state, mode"}.get(name)
        if shown:
            for row_id, *values in self.cloud.rows(f'SELECT id, {shown} FROM "{name}"'):
                said = [[row[k.strip()] for k in shown.split(",")] for row in here.get(row_id, [])]
                assert not said or list(values) in said, (name, values, said)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("original"))


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("neighbour"))


@pytest.fixture
def ground(
    server_template: Path, original: Original, neighbour: Original, tmp_path: Path
) -> Iterator[Ground]:
    made = Ground(server_template, original, neighbour, tmp_path)
    yield made
    made.close()


def walk(ground: Ground, *, walks: int, steps: int) -> int:
    """Take some walks of some steps; return how many steps were taken."""
    kind = type("Walk", (Walk,), {"ground": ground})
    before = ground.steps
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return ground.steps - before


def test_nothing_is_lost_nothing_is_twice(ground: Ground) -> None:
    assert walk(ground, walks=8, steps=30) > 60
    assert ground.agreed


@pytest.mark.long
def test_ten_thousand_steps(ground: Ground) -> None:
    taken = 0
    while taken < 10_000:
        taken += walk(ground, walks=200, steps=60)
    print(f"{taken} steps")


def test_without_a_new_incarnation_acts_are_lost(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """†: laptops that go on under the numbers of a copy that was put back."""
    monkeypatch.setattr(forks, "begin_if_put_back", lambda _nb: None)
    monkeypatch.setattr(forks, "begin_at_opening", lambda _nb: None)
    monkeypatch.setattr("angrilien.services.answers._diverges", lambda _nb, _answer: False)
    with pytest.raises(AssertionError):
        walk(ground, walks=40, steps=40)
