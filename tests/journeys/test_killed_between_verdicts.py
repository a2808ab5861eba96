"""A PC is killed around each of the two transactions that keep the verdicts of one full batch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sonar_core.sync.messages import MAX_OPERATIONS
from sonar_desktop.db.opened import Opened
from sonar_desktop.sync.portions import _AT_ONCE
from sonar_desktop.usecases.ports import Standing
from tests.journeys.fault_points import VERDICTS
from tests.journeys.rig import Room
from tests.journeys.test_killed_at_fault_points import Scene, killed_at, own_actions
from tests.journeys.test_killed_while_letting_go import each
from tests.journeys.test_server_put_back import note
from tests.journeys.test_two_rooms import admit, agree

ENTRIES = _AT_ONCE + 20
KEPT = dict(zip(VERDICTS, (0, _AT_ONCE, _AT_ONCE, ENTRIES), strict=True))
"""How many operations of the batch have their verdict on the disk."""
LAST = "SELECT state FROM own_op ORDER BY op_seq DESC LIMIT ?"


class Batch(Scene):
    """Room A, in which more entries wait than one transaction keeps verdicts of."""

    def fill(self) -> None:
        assert _AT_ONCE < ENTRIES < MAX_OPERATIONS, "one batch, two transactions"
        self.a.open()
        self.stay = admit(self.a).episode
        self.a.exchange()
        for number in range(ENTRIES):
            note(self.a, self.stay, f"note {number}")
        self.a.opened.close()

    def copied(self, name: str) -> Room:
        """The same disk for each point: the server answers again what it has judged."""
        folder = self.folder / name.replace(":", "")
        shutil.copytree(self.a.folder, folder)
        copy = replace(self.a, folder=folder)
        copy.opened.close()
        return copy

    def standings(self, room: Room) -> list[Standing]:
        seen = room.opened.store.read(lambda look: look.of_episode(self.stay, ("Note",)))
        return [one.standing for one in seen]


def judged(opened: Opened) -> list[bool]:
    """Of the batch's operations in their order, whether the verdict is here."""
    states = opened._database.read(
        lambda connection: connection.exec_driver_sql(LAST, (ENTRIES,)).scalars().all()
    )
    return [state == "acked" for state in reversed(states)]


@pytest.fixture(scope="module")
def scene(organisation, tmp_path_factory) -> Iterator[Batch]:
    made = Batch(organisation, tmp_path_factory.mktemp("scene"))
    made.fill()
    yield made
    made.close()


@pytest.mark.parametrize("point", each(VERDICTS))
def test_what_has_no_verdict_yet_is_sent_again_and_nothing_is_said_of_it_before(scene, point):
    room = scene.copied(point)
    killed_at(scene.run_client(room, "", point), point)
    room.open()
    try:
        assert scene.central_actions(room) == own_actions(room.opened), "the server has judged all"
        kept = KEPT[point]
        assert judged(room.opened) == [True] * kept + [False] * (ENTRIES - kept)
        told = {Standing.CENTRAL: kept, Standing.LOCAL: ENTRIES - kept}
        assert {one: scene.standings(room).count(one) for one in told} == told
        assert room.opened.sync.waiting().operations == ENTRIES - kept
        for one in (room, scene.b):
            one.exchange()
        assert room.opened.sync.waiting().operations == 0
        assert scene.standings(room) == [Standing.CENTRAL] * ENTRIES
        assert scene.central_actions(room) == own_actions(room.opened)
        scene.check_effects()
        agree(scene.centre, room, scene.b)
    finally:
        room.opened.close()


def test_these_are_the_points_between_verdicts(scene):
    room = scene.copied("for its points")
    passed = [line.removeprefix("at ") for line in scene.run_client(room, "", None)]
    assert [one for one in passed if one.startswith("settle")] == VERDICTS
