"""A PC is killed at every place where something leaves its disk, or where that is frozen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sonar_core.moments import HOUR_MS
from sonar_core.sync.breaker import MOST_ROWS
from sonar_core.sync.keeping import KEEP_DAYS
from sonar_core.sync.retirement import AFTER_HOURS
from sonar_desktop.db.writer import Priority
from sonar_desktop.usecases.acting import Signing, now
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_server import freezes
from sonar_server.central import wall_clock_ms
from sonar_server.operators import Word
from sonar_server.retiring import retire_due
from sonar_server.store import incidents
from tests.journeys.fault_points import FREEZING, LETTING_GO
from tests.journeys.test_killed_at_fault_points import Scene, killed_at
from tests.journeys.test_two_rooms import admit

MONTH_MS = KEEP_DAYS * 24 * HOUR_MS
WORD = Word("A. Reid", "looked at")


_STAY = "SELECT id, version, body FROM {} WHERE hex(episode) = ? "
STAY = f"{_STAY.format('record')} UNION ALL {_STAY.format('version')} ORDER BY 1, 2"
OWN = "SELECT op_seq, payload FROM own_op ORDER BY op_seq"
SAFE = "INSERT OR REPLACE INTO safe_point (op_seq, server_ms, own_ms) VALUES (?, ?, ?)"
Disk = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]
"""A stay's rows and the PC's own operations."""


class Leaving(Scene):
    """Room A knows of a stay that leaves, and of somebody in custody with many notes."""

    def fill(self) -> None:
        self.a.open()
        self.staying = admit(self.a).episode
        for number in range(2 * MOST_ROWS):
            signing = Signing(episode=self.staying, performed_at=now(self.a.desk))
            write_note(self.a.desk, Noting(signing=signing, text=f"note {number}"))
        self.a.exchange()
        self.a.opened.close()

    def prepare(self) -> tuple[str, Disk]:
        """Have a stay leave the log, heard of by A, all of whose entries were safe a month ago."""
        self.a.open()
        episode = admit(self.a).episode
        release_detainee(self.a.desk, episode, "home")
        self.a.exchange()
        with self.central() as central:
            later = wall_clock_ms() + AFTER_HOURS * HOUR_MS
            assert retire_due(replace(central, now_ms=lambda: later)) == 1
        self.a.exchange()
        held = self.disk(episode)
        assert all(held)
        self.was_safe(held[1][-1][0], wall_clock_ms() - MONTH_MS)
        self.a.opened.close()
        return episode, held

    def was_safe(self, op_seq: int, at_ms: int) -> None:
        """As if it had been noted then how far A's operations are safe."""
        line = (op_seq, at_ms, at_ms)
        self.a.opened._database.write(
            Priority.SYNC, lambda connection: connection.exec_driver_sql(SAFE, line).close()
        )

    def disk(self, episode: str) -> Disk:
        stay = episode.replace("-", "").upper()
        return self.a.opened._database.read(
            lambda connection: (
                connection.exec_driver_sql(STAY, (stay, stay)).all(),
                connection.exec_driver_sql(OWN).all(),
            )
        )

    def check_rest(self) -> None:
        """All goes on: it exchanges, its sums are those of its rows, an entry is sent."""
        signing = Signing(episode=self.staying, performed_at=now(self.a.desk))
        write_note(self.a.desk, Noting(signing=signing, text="and on"))
        self.a.exchange()
        assert self.a.opened.sync.waiting().operations == 0
        for cursor in self.a.opened.sync.cursors():
            stored = self.a.opened.sync.digest(cursor.scope)
            assert stored == self.a.opened.sync.recomputed_digest(cursor.scope)

    def happened(self) -> list[str]:
        with self.central() as central:
            return [one.kind for one in central.database.run(incidents.incidents)]


@pytest.fixture(scope="module")
def scene(organisation, tmp_path_factory) -> Iterator[Leaving]:
    made = Leaving(organisation, tmp_path_factory.mktemp("scene"))
    made.fill()
    yield made
    made.close()


def each(points: list[str]) -> list[pytest.param]:
    return [pytest.param(point, id=f"{n} {point}") for n, point in enumerate(points, 1)]


@pytest.mark.parametrize("point", each(LETTING_GO))
def test_a_stay_and_what_was_acknowledged_go_whole_or_not_at_all(scene, point):
    episode, (stay, own) = scene.prepare()
    killed_at(scene.run_client(scene.a, "", point), point)
    scene.a.open()
    try:
        left, kept = scene.disk(episode)
        assert left in (stay, [])
        assert kept in (own, [])
        scene.a.exchange()
        assert scene.disk(episode)[0] == []
        scene.check_rest()
    finally:
        scene.a.opened.close()


@pytest.mark.parametrize("point", each(FREEZING))
def test_a_freeze_keeps_everything_until_it_is_lifted(scene, point):
    episode, (stay, _) = scene.prepare()
    is_of_lifting = point.startswith("lift")
    if is_of_lifting:
        scene.run_client(scene.a, "", None, is_wrong=True)
        with scene.central() as central:
            assert freezes.lift(central, scene.a.pc.device, WORD) == 1
    killed_at(scene.run_client(scene.a, "", point, is_wrong=True), point)
    scene.a.open()
    try:
        assert scene.disk(episode)[0] == stay
        with scene.a.exchanging(scene.a.address) as exchange:
            exchange.run()
        is_frozen = scene.a.opened.sync.position().is_removal_frozen
        assert is_frozen is (point not in {FREEZING[0], *FREEZING[-2:]})
        assert (scene.disk(episode)[0] == stay) is (is_frozen or point == FREEZING[-2])
        if is_frozen:
            assert scene.happened()[-1] == freezes.FROZEN
            with scene.central() as central:
                assert freezes.lift(central, scene.a.pc.device, WORD) == 1
        for _ in range(2):
            scene.a.exchange()
        assert scene.disk(episode)[0] == []
        scene.check_rest()
    finally:
        scene.a.opened.close()


def test_these_are_the_points_of_letting_go(scene):
    episode, _ = scene.prepare()
    passed = [line.removeprefix("at ") for line in scene.run_client(scene.a, "", None)]
    steps = ("let_go", "settle", "push", "purge")
    assert sorted(one for one in passed if one.startswith(steps)) == sorted(LETTING_GO)
    scene.a.open()
    assert scene.disk(episode) == ([], [])
    scene.check_rest()
    scene.a.opened.close()


def test_these_are_the_points_of_a_freeze(scene):
    scene.prepare()
    passed = scene.run_client(scene.a, "", None, is_wrong=True)
    with scene.central() as central:
        freezes.lift(central, scene.a.pc.device, WORD)
    passed += scene.run_client(scene.a, "", None, is_wrong=True)
    found = {line.removeprefix("at ") for line in passed}
    assert {one for one in found if one.startswith(("let_go 2", "report", "lift"))} == set(FREEZING)
    scene.a.open()
    scene.a.exchange()
    scene.check_rest()
    scene.a.opened.close()
