"""A PC is killed at every step in which the copy of a revoked scope leaves its disk.

What was entered is on the server or on the disk after each; the copy goes all the same, and comes
back whole when it is granted again.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sonar_core.records.kinds import ScopeKind
from sonar_core.sync.grants import CopyState
from sonar_desktop.db.withdrawing import _AT_ONCE
from sonar_desktop.usecases.list_board import list_board
from sonar_server import granting
from tests.journeys.fault_points import WITHDRAWING
from tests.journeys.test_grants import everything_gone, held
from tests.journeys.test_killed_at_fault_points import Scene, killed_at, own_actions
from tests.journeys.test_killed_while_letting_go import each
from tests.journeys.test_two_rooms import admit, agree

KIND = "note"


class Withdrawing(Scene):
    """Room A, whose clinical records are revoked: of more people than go in one transaction."""

    def fill(self) -> None:
        self.a.open()
        for _ in range(_AT_ONCE + 1):
            admit(self.a)
        self.a.exchange()
        self.a.opened.close()

    def say(self, *, is_granted: bool) -> None:
        with self.central() as central:
            device = granting.device_named(central, self.a.pc.device)
            granting.say_of_device(central, device, ScopeKind.CLINICAL, is_granted=is_granted)

    def prepare(self) -> int:
        """Have everything here again, and the word said that revokes it; return how many rows."""
        self.say(is_granted=True)
        self.a.open()
        for _ in range(2):
            self.a.exchange()
        count = held(self.a)[ScopeKind.CLINICAL]
        assert len(list_board(self.a.desk).rows) > _AT_ONCE
        self.a.opened.close()
        self.say(is_granted=False)
        return count

    def check_withdrawn(self) -> None:
        """It goes to its end, and the server has every entry."""
        self.a.exchange()
        everything_gone(self.a, ScopeKind.CLINICAL)
        assert list_board(self.a.desk).rows == ()
        assert self.a.opened.sync.waiting().operations == 0
        assert self.central_actions(self.a) == own_actions(self.a.opened)
        self.check_effects()

    def check_back(self) -> None:
        """Granted again, all of it is here as on a PC from which nothing was ever revoked."""
        self.say(is_granted=True)
        for room in (self.a, self.b, self.a):
            room.exchange()
        agree(self.centre, self.a, self.b)
        assert list_board(self.a.desk).rows == list_board(self.b.desk).rows


@pytest.fixture(scope="module")
def scene(organisation, tmp_path_factory) -> Iterator[Withdrawing]:
    made = Withdrawing(organisation, tmp_path_factory.mktemp("scene"))
    made.fill()
    yield made
    made.close()


def expected_after(point: str) -> CopyState:
    """What becomes of the copy where the client ended."""
    begun, ended = (WITHDRAWING.index(f"{step}: after COMMIT") for step in ("let_go", "let_go 4"))
    at = WITHDRAWING.index(point)
    if at >= ended:
        return CopyState.GONE
    return CopyState.GOING if at >= begun else CopyState.REVOKED


@pytest.mark.parametrize("point", each(WITHDRAWING))
def test_a_revoked_copy_goes_to_its_end_and_takes_nothing_along_that_was_entered(scene, point):
    before = scene.prepare()
    said = scene.run_client(scene.a, KIND, point)
    killed_at(said, point)
    assert "saved" in said
    scene.a.open()
    try:
        (state,) = scene.a.opened.sync.revoked().values()
        assert state is expected_after(point)
        if state is CopyState.REVOKED:
            assert held(scene.a)[ScopeKind.CLINICAL] == before
        assert scene.central_actions(scene.a) == own_actions(scene.a.opened)
        scene.check_withdrawn()
        scene.check_back()
    finally:
        scene.a.opened.close()


def test_these_are_the_points_of_a_withdrawal(scene):
    scene.prepare()
    passed = [line.removeprefix("at ") for line in scene.run_client(scene.a, KIND, None)]
    assert [one for one in passed if one.startswith("let_go")] == WITHDRAWING
    scene.a.open()
    try:
        scene.check_withdrawn()
        scene.check_back()
    finally:
        scene.a.opened.close()
