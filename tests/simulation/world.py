"""One world: a server, its PCs, people and a network, all of it drawn from one seed.

What may happen in it is told in `history.py`.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg

from sonar_core.ids import uuid7
from sonar_desktop.db.errors import NewerRecordError
from sonar_desktop.sync.errors import DivergedError, ExchangeError, OfflineError, RubbishError
from sonar_desktop.usecases.errors import NotHereError
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Actor, Store
from sonar_desktop.vault.device_identity import DeviceIdentity
from tests.journeys.generations import GENERATIONS, acting_as
from tests.memory import memory_folder
from tests.simulation import on_pc, on_server, people, spoiling
from tests.simulation.estate import START_MS, SeededCentral
from tests.simulation.faults import Faults
from tests.simulation.ground import Ground
from tests.simulation.in_turn import in_turn
from tests.simulation.network import Network
from tests.simulation.on_server import must
from tests.simulation.oracle import Oracle, RecordingStore
from tests.simulation.pc import ZONE, Pc, SeededIds, SkewedClock
from tests.simulation.people import DEEDS, MAY_BE_REFUSED, Deed
from tests.simulation.server import SimServer, device_of
from tests.simulation.views import ServerView, server_view

AUTUMN_NIGHT_MS = 1_792_889_400_000
"""25 October 2026, 00:50 UTC: ten minutes later the clocks go back and 01:00 comes again."""
SMALL_PAGES = {
    "sonar_server.service.MAX_FRAME_ROWS": 4,
    "sonar_server.service.PATIENTS_AT_ONCE": 1,
    "sonar_server.store.log.PAGE_ROWS": 7,
    "sonar_desktop.sync.asking._ROWS_A_REQUEST": 6,
}
"""So that a history of a few hundred rows has as many page ends as one of a hundred thousand."""

STRUCK = frozenset({"server_error", "horizon_fell", "device_forked", "scope_revoked"})
"""What the server may be taken to say where answers to others come: the last two when twice."""

AT_FIRST = (
    people.admit,
    people.care_level,
    people.allergy,
    people.order,
    people.new_task,
    people.mark,
)
"""What is on the first record, so that there is something to disagree about."""


@dataclass(kw_only=True)
class World:
    """Everything of one history; `trace` says step by step what happened."""

    ground: Ground
    seed: int
    url: str
    folder: Path
    rng: random.Random = field(init=False)
    faults: Faults = field(init=False)
    oracle: Oracle = field(default_factory=Oracle)
    pcs: list[Pc] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    now_ms: int = START_MS
    most_pcs: int = 3
    touched: set[str] = field(default_factory=set)
    view: ServerView | None = None
    backup_ms: int | None = None
    """When the copy of the server was made that it may be put back to."""
    has_lost: bool = False
    """Whether the server has ever lost anything."""
    _is_inside: int = 0
    _size: tuple[Any, ...] | None = None

    def __post_init__(self) -> None:
        self.rng = rng = random.Random(self.seed)
        SeededCentral.rng = random.Random(f"{self.seed} server")
        self.faults = Faults(rng=rng, interlude=self._interlude)
        self.now_ms = rng.choice((START_MS, START_MS, AUTUMN_NIGHT_MS))
        self.most_pcs = rng.choice((2, 2, 3, 3, 3, 4, 5, 8))
        # Not everybody does everything in every history: rare things then meet more often.
        busy = [deed for deed in DEEDS if deed is people.admit or rng.random() < 0.7]
        self.deeds: list[Deed] = [deed for deed in busy for _ in range(DEEDS[deed])]
        self.server = SimServer(
            estate=self.ground.estate,
            url=self.url,
            faults=self.faults,
            now_ms=lambda: self.now_ms,
        )
        self.server.max_operations = rng.choice((1, 3, 8, 500))
        self.network = Network(server=self.server, faults=self.faults, rng=rng)
        self._eye = psycopg.connect(self.url, autocommit=True)
        first = self.add_pc(site=0)
        self.add_pc(site=0)
        for deed in AT_FIRST:
            deed(first.desk, rng)
        if rng.random() < 0.8:
            for pc in self.pcs:
                self.exchange(pc)

    def close(self) -> None:
        """Let go of all of it."""
        for pc in self.pcs:
            pc.close()
        self.server.close()
        self._eye.close()

    def add_pc(self, *, site: int | None = None) -> Pc:
        """Enrol a new PC: most of them at the first site."""
        rng, estate = self.rng, self.ground.estate
        chosen = estate.sites[(rng.random() < 0.15) if site is None else site]
        number = len(self.pcs)
        identity = DeviceIdentity(rng.randbytes(32), rng.randbytes(32))
        device = device_of(
            identifier=uuid7(self.now_ms, rng.randbytes(10)),
            site=chosen.id,
            name=f"pc{number}",
            sign_public=identity.public.sign,
            now_ms=self.now_ms,
        )
        territory = self.server.enrol(device)
        clock = SkewedClock(lambda: self.now_ms)
        ids = random.Random(f"{self.seed} {number}")
        pc = Pc(
            name=f"pc{number}",
            folder=self.folder / f"pc{number}",
            blank=self.ground.blank,
            clock=clock,
            ids=SeededIds(clock, ids),
            rng=rng,
            actor=Actor(
                user=rng.choice(estate.nurses),
                name="Nurse",
                initials="N",
                role="nurse",
                lease_id=None,
            ),
            record=PcRecord(
                device=device.id,
                incarnation=1,
                site=chosen.id,
                site_name=chosen.name,
                organisation=estate.organisation.id,
                zone=ZONE,
                server_id=estate.organisation.server_id,
                scopes=territory.pulled(),
                identity=identity.stored(),
                lease_public=estate.organisation.lease_public,
                recovery_public=estate.organisation.recovery_public,
            ),
            identity=identity,
            device=device,
            network=self.network,
            faults=self.faults,
            recorded=lambda store: self.recorded(store, f"pc{number}"),
        )
        self.pcs.append(pc)
        self.done["pc enrolled"] += 1
        return pc

    @contextmanager
    def without_server(self) -> Iterator[None]:
        """Do something to the server's database; then it is another, for all that was seen."""
        self._eye.close()
        self.server.close()
        yield
        self.server.restart()
        self._eye = psycopg.connect(self.url, autocommit=True)
        self.view = self._size = None
        self.network.last_answers.clear()

    def recorded(self, store: Store, name: str) -> Store:
        """A PC's store, whose writes the oracle learns of."""
        return RecordingStore(store, self.oracle, name)

    # What rules are made of.

    def say(self, words: str) -> None:
        """Add a line to the history."""
        self.trace.append(f"{len(self.trace):3} {'  ' * self._is_inside}{words}")

    def act(self, pc: Pc, deed: Deed | None = None) -> None:
        """Let whoever sits at a PC do something."""
        deed = deed or self.rng.choice(self.deeds)
        crashes, before = pc.crashes, len(self.oracle.actions)
        is_on_spoilt = bool(pc.spoilt) or self._shows_spoilt(pc)
        self.touched.add(pc.name)
        outcome = ""
        with pc.powered(), acting_as(pc.program):
            try:
                deed(pc.desk, self.rng)
            except InputError as error:
                outcome = f"refused {[field for field, _ in error.problems]}"
                may_be = deed in MAY_BE_REFUSED or is_on_spoilt
                must(may_be, "I16", f"{deed.__name__} was {outcome}")
            except NotHereError:
                if not is_on_spoilt:
                    raise
                outcome = "told that it was not saved"
            except NewerRecordError:
                must(pc.program != GENERATIONS[-1], "I15", "nothing is newer than the newest")
                outcome = "told to update this PC"
        if pc.crashes > crashes:
            outcome = "power cut"
            on_pc.settle_doubt(pc, self.oracle)
        for action in self.oracle.actions[before:]:
            for entry in action.entries:
                entry.is_on_spoilt = is_on_spoilt
        written = len(self.oracle.actions) - before
        self.done[f"did {deed.__name__}"] += written
        self.say(f"{pc.name} {deed.__name__}: {outcome or 'saved' if written else outcome}")

    def _shows_spoilt(self, pc: Pc) -> bool:
        """Whether an entry made on a spoilt row is held back: what it says is on the screen still.

        The row is right again by then, with that entry on top.
        """
        held = pc.rows("SELECT op_id FROM own_op WHERE state = 'held'")
        return any(self.oracle.entered[op_id].is_on_spoilt for (op_id,) in held)

    def exchange(self, pc: Pc) -> ExchangeError | None:
        """Let a PC send and fetch once; what stops it must have a cause."""
        crashes, injected = pc.crashes, self.faults.injected
        self.touched.add(pc.name)
        error: ExchangeError | None = None
        self.say(f"{pc.name} exchanges")
        with pc.powered(), acting_as(pc.program):
            error = pc.exchange()
        outcome = "done" if error is None else f"{type(error).__name__} {_code(error)}"
        if pc.crashes > crashes:
            outcome = "power cut"
            on_pc.settle_doubt(pc, self.oracle)
        self.done["exchanges"] += 1
        self.done[f"exchange: {outcome.strip()}"] += 1
        self.say(f"{pc.name} {outcome}")
        if error is not None:
            is_known = isinstance(error, OfflineError | RubbishError) or _code(error) in STRUCK
            was_disturbed = self.faults.injected > injected
            # Another PC's answer may be of the epoch that this one has not heard of yet.
            is_known = is_known or (self.has_lost and isinstance(error, DivergedError))
            has_cause = (is_known and was_disturbed) or spoiling.freezes(pc, error)
            must(has_cause, "I11", f"{pc.name}: {error!r} {_code(error)}")
        return error

    def _interlude(self) -> None:
        """Somebody acts while an exchange is under way."""
        if self._is_inside >= 2:
            return
        self._is_inside += 1
        try:
            pc = self.rng.choice(self.pcs)
            # It would wait for what waits for it: a twin's transaction, or places all taken.
            twins = [one for one in self.pcs if one.device.id == pc.device.id]
            is_busy = self.server.is_full(pc.device) or any(one.is_exchanging for one in twins)
            if is_busy or self.rng.random() < 0.6:
                self.act(pc)
            else:
                self.exchange(pc)
        finally:
            self._is_inside -= 1

    # Checks.

    def look_at_server(self, *, is_thorough: bool = False) -> ServerView:
        """Read the server's tables if they grew, and check them against what was read before."""
        size = self._eye.execute(
            "SELECT (SELECT count(*) FROM op), (SELECT sum(commit_no) FROM scope)"
        ).fetchone()
        if self.view is not None and size == self._size and not is_thorough:
            return self.view
        self._size = size
        with acting_as(GENERATIONS[-1]):
            view = server_view(self._eye)
            on_server.check_log(view, self.view)
            on_server.check_effects(view, self.oracle, self.servers)
        must(not self.server.mistakes, "I11", f"the server failed: {self.server.mistakes}")
        self.view = view
        return view

    @property
    def servers(self) -> set[str]:
        """What rows that a server made name as their device."""
        return {self.ground.estate.organisation.server_id}

    def check(self) -> None:
        """Check what must hold after every step."""
        view = self.look_at_server()
        for pc in self.pcs:
            if pc.name in self.touched:
                with acting_as(pc.program):
                    on_pc.check_pc(pc, self.oracle, view)
        self.touched.clear()

    def update(self, pc: Pc | None, program: str) -> None:
        """Let a PC, or the server, stop and start as another version of the program."""
        if pc is None:
            self.server.update(program)
        else:
            pc.program = program
            pc.restart()
            self.touched.add(pc.name)
        self.faults.survived["a program updated"] += 1
        self.say(f"{'the server' if pc is None else pc.name} becomes {program}")


def _code(error: ExchangeError) -> str:
    return str(getattr(error, "what", getattr(error, "code", "")))


@contextmanager
def new_world(ground: Ground, seed: int) -> Iterator[World]:
    """Make a world; frames are small, and fetching ahead needs no thread."""

    together = in_turn(random.Random(seed))
    with ExitStack() as stack:
        for name, value in SMALL_PAGES.items():
            stack.enter_context(mock.patch(name, value))
        for module in ("ahead", "exchange"):
            stack.enter_context(mock.patch(f"sonar_desktop.sync.{module}.ahead", together))
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=memory_folder()))
        url = stack.enter_context(ground.database())
        world = World(ground=ground, seed=seed, url=url, folder=Path(folder))
        stack.callback(world.close)
        stack.enter_context(mock.patch("sonar_server.store.log.heads", world.server.heads))
        stack.enter_context(mock.patch("sonar_server.push._log", world.server))
        yield world
