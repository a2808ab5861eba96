"""Client and server are killed with SIGKILL at every numbered place, and nothing comes of it.

After each: what is stored is whole user actions; then a restart and an exchange to rest, and
nothing acknowledged is lost, nothing is applied twice, and all sides hold the same bytes.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from sonar_core.bodies import fields_of
from sonar_core.ids import to_bytes
from sonar_desktop.db.opened import Opened
from sonar_desktop.sync.errors import CutOffError, OfflineError, RubbishError
from sonar_desktop.usecases.ports import Actor
from sonar_server.central import Central, open_central, wall_clock_ms
from sonar_server.store.database import Database
from tests.journeys.conftest import Centre
from tests.journeys.fault_client import KINDS
from tests.journeys.fault_points import CLIENT, FIRST_SYNC, SERVER
from tests.journeys.killed_client import NURSE
from tests.journeys.nursery import Nursery
from tests.journeys.rig import HandClock, Room, furnish
from tests.journeys.test_two_rooms import admit, agree
from tests.postgres import BlankOrganisation, for_superuser

KIND = "admission"
COLLEAGUE = Actor(
    user="0192d3a4-0000-7000-8000-00000000000b",
    name="Sam Bright",
    initials="SB",
    role="nurse",
    lease_id=None,
)
CUT = (OfflineError, CutOffError, RubbishError)
Actions = dict[str, tuple[int, ...]]
"""Numbers of the operations of each user action."""


class ForkedServer:
    """The product's server, started from a process that has its modules loaded."""

    def __init__(self, nursery: Nursery, url: str, data: Path, port: int = 0) -> None:
        self.arm = data / "arm"
        run = ["run", "--database-url", url, "--data", str(data), "--port", str(port)]
        self._lines = nursery.start({"arguments": run, "arm": str(self.arm)})
        self._pid = int(next(self._lines).removeprefix("pid "))
        self.address = next(self._lines).removeprefix("serving ")

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def end(self) -> list[str]:
        """What it said until its end."""
        return list(self._lines)


class Scene:
    """One server, room A that is killed and room B that looks on, for all points in turn."""

    def __init__(self, organisation: BlankOrganisation, folder: Path) -> None:
        self.folder = folder
        data = folder / "server"
        data.mkdir()
        organisation.keys.save(data / "server-keys.json")
        self.url = organisation.copy()
        self.clients = Nursery("tests.journeys.fault_client", folder / "clients.log")
        self.servers = Nursery("tests.journeys.fault_server", folder / "servers.log")
        self.server = ForkedServer(self.servers, self.url, data)
        self.centre = Centre(organisation, self.url, data, self.server)  # type: ignore[arg-type]
        self.b = self.furnish("B", COLLEAGUE)
        for thread in (self.b.opened._database._writer, self.b.opened._database._reader):
            thread._thread.name = f"session-{thread._thread.name}"  # as vigilance.py lets them stay
        admit(self.b)
        self.b.exchange()
        self.new = self.furnish("new", NURSE)
        self.new.opened.close()
        self.a = self.furnish("A", NURSE)
        self.a.exchange()
        self.sizes = {kind: self._size(kind) for kind in ["note", *KINDS]}
        self.a.exchange()
        self.a.opened.close()

    @contextmanager
    def central(self) -> Iterator[Central]:
        database = Database(self.url)
        try:
            yield open_central(database, self.centre.organisation.keys)
        finally:
            database.close()

    def furnish(self, name: str, person: Actor) -> Room:
        clock = HandClock(wall_clock_ms())
        return furnish(self.folder / name, self.server.address, self.centre.code(), person, clock)

    def _size(self, kind: str) -> int:
        before = own_actions(self.a.opened)
        KINDS[kind](self.a.desk)
        ((_, new),) = own_actions(self.a.opened).items() - before.items()
        return len(new)

    def start_server(self) -> None:
        port = int(self.server.address.rpartition(":")[2])
        self.server = ForkedServer(self.servers, self.url, self.centre.data, port)
        self.centre.serving = self.server  # type: ignore[assignment]

    def something_to_fetch(self) -> None:
        """A note and an order of B's, one for each scope."""
        KINDS["note"](self.b.desk)
        KINDS["order"](self.b.desk)
        self.b.exchange()

    def before(self, kind: str) -> Actions:
        """What A did until now, which is enough to do an action of this kind."""
        self.a.clock.wall_ms += 10  # no two actions at one moment, as by any other clock
        self.a.open()
        if kind == "strike-out":
            KINDS["note"](self.a.desk)
        done = own_actions(self.a.opened)
        self.a.opened.close()
        return done

    def run_client(
        self, room: Room, kind: str, kill_at: str | None, *, is_wrong: bool = False
    ) -> list[str]:
        task = {
            "folder": str(room.folder),
            "key": room.dek.exposed().hex(),
            "salt": room.dek.cipher_salt.hex(),
            "address": self.server.address,
            "kind": kind,
            "kill_at": kill_at,
            "is_wrong": is_wrong,
        }
        return list(self.clients.start(task))

    def not_yet_synced(self, name: str) -> Room:
        """A PC that is enrolled and holds nothing, its store closed."""
        folder = self.folder / name.replace(":", "")
        shutil.copytree(self.new.folder, folder)
        copy = dataclasses.replace(self.new, folder=folder)
        copy.opened.close()
        return copy

    def central_actions(self, room: Room) -> Actions:
        """Of one PC, from the server's own tables."""
        with psycopg.connect(for_superuser(self.url)) as connection:
            rows = connection.execute(
                "SELECT op_seq, header FROM op WHERE device = %s ORDER BY op_seq",
                [to_bytes(room.pc.device)],
            ).fetchall()
        found: Actions = {}
        for number, header in rows:
            action = str(fields_of(header)["txn_id"])
            found[action] = (*found.get(action, ()), number)
        return found

    def check_whole(self, kind: str, said: list[str], before: Actions) -> None:
        """After a kill: whole user actions alone, and all that was said to be saved or held."""
        own, central = own_actions(self.a.opened), self.central_actions(self.a)
        new = [numbers for action, numbers in own.items() if action not in before]
        assert [len(numbers) for numbers in new] in ([], [self.sizes[kind]])
        if "saved" in said:
            assert len(new) == 1
        for action, numbers in central.items():
            assert numbers == own[action]
        self.check_effects()

    def check_effects(self) -> None:
        """On the server each operation that was applied has its one row, no other has."""
        with psycopg.connect(for_superuser(self.url)) as connection:
            effects = Counter(
                dict(
                    connection.execute(
                        "SELECT op_id, count(*) FROM record WHERE kind <> 'Conflict' GROUP BY op_id"
                    ).fetchall()
                )
            )
            applied = connection.execute(
                "SELECT op_id FROM op WHERE verdict IN ('applied', 'merged', 'conflict')"
            ).fetchall()
            verdicts = connection.execute("SELECT DISTINCT verdict FROM op").fetchall()
        for (op_id,) in applied:
            assert effects.pop(op_id) == 1
        # What is left was put there by the server itself.
        assert not set(effects) & {op_id for (op_id,) in applied}
        assert verdicts == [("applied",)]

    def check_rest(self) -> None:
        """Exchange to rest; then nothing waits, nothing is missing and all agree."""
        self.a.exchange()
        self.b.exchange()
        assert self.a.opened.sync.waiting().operations == 0
        own = own_actions(self.a.opened)
        assert self.central_actions(self.a) == own
        numbers = [number for action in own.values() for number in action]
        assert numbers == list(range(1, len(numbers) + 1))
        self.check_effects()
        agree(self.centre, self.a, self.b)

    def close(self) -> None:
        self.server.kill()
        self.server.end()
        self.clients.close()
        self.servers.close()
        for room in (self.a, self.b, self.new):
            room.close()


def own_actions(opened: Opened) -> Actions:
    query = "SELECT txn_id, op_seq FROM own_op ORDER BY op_seq"
    rows = opened._database.read(lambda connection: connection.exec_driver_sql(query).all())
    found: dict[str, tuple[int, ...]] = {}
    for action, number in rows:
        found[action] = (*found.get(action, ()), number)
    return found


@pytest.fixture(scope="module")
def scene(organisation, tmp_path_factory) -> Iterator[Scene]:
    made = Scene(organisation, tmp_path_factory.mktemp("scene"))
    yield made
    made.close()


def places(points: list[str]) -> list[pytest.param]:
    """Each point once with one kind of user action, and in a soak with every kind."""
    once = [(point, KIND) for point in points]
    rest = [(point, kind) for point in points for kind in KINDS if kind != KIND]
    return [
        pytest.param(*case, id=f"{points.index(case[0]) + 1} {case[0]} ({case[1]})", marks=marks)
        for cases, marks in ((once, ()), (rest, pytest.mark.soak))
        for case in cases
    ]


def killed_at(said: list[str], point: str) -> None:
    assert said[-2:] == [f"at {point}", "ended -9"]


@pytest.mark.parametrize(("point", "kind"), places(CLIENT))
def test_a_client_killed_anywhere_comes_back_with_everything(scene, point, kind):
    scene.something_to_fetch()
    before = scene.before(kind)
    said = scene.run_client(scene.a, kind, point)
    scene.a.open()
    try:
        killed_at(said, point)
        scene.check_whole(kind, said, before)
        scene.check_rest()
    finally:
        scene.a.opened.close()


@pytest.mark.parametrize(
    "point", [pytest.param(p, id=f"{n} {p}") for n, p in enumerate(FIRST_SYNC, 1)]
)
def test_a_first_sync_killed_anywhere_goes_on_where_it_was(scene, point):
    copy = scene.not_yet_synced(point)
    killed_at(scene.run_client(copy, "", point), point)
    copy.open()
    try:
        copy.exchange()
        scene.b.exchange()
        agree(scene.centre, copy, scene.b)
    finally:
        copy.opened.close()


@pytest.mark.parametrize(("point", "kind"), places(SERVER))
def test_a_server_killed_anywhere_loses_and_repeats_nothing(scene, point, kind):
    scene.something_to_fetch()
    before = scene.before(kind)
    scene.a.open()
    try:
        KINDS[kind](scene.a.desk)
        scene.server.arm.write_text(point)
        with pytest.raises(CUT):
            scene.a.exchange()
        said = scene.server.end()
        scene.start_server()
        killed_at(said, point)
        scene.check_whole(kind, ["saved"], before)
        scene.check_rest()
    finally:
        scene.a.opened.close()


def test_these_are_all_the_points_of_a_client(scene):
    scene.something_to_fetch()
    said = scene.run_client(scene.a, KIND, None)
    passed = [line.removeprefix("at ") for line in said if line.startswith("at ")]
    assert sorted(passed) == sorted(CLIENT)
    assert said[-1] == "ended 0"
    scene.a.open()
    scene.check_rest()
    scene.a.opened.close()


def test_a_first_sync_passes_by_these_points(scene):
    room = scene.not_yet_synced("for its points")
    passed = {line.removeprefix("at ") for line in scene.run_client(room, "", None)}
    assert passed >= set(FIRST_SYNC)


def test_these_are_all_the_points_of_a_server(scene):
    scene.something_to_fetch()
    scene.a.open()
    KINDS[KIND](scene.a.desk)
    scene.server.arm.write_text("")
    scene.a.exchange()
    scene.server.kill()
    said = scene.server.end()
    scene.start_server()
    scene.check_rest()
    scene.a.opened.close()
    passed = [line.removeprefix("at ") for line in said if line.startswith("at ")]
    assert sorted(passed) == sorted(SERVER)
