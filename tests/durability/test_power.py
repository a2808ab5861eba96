"""R1 and R2: the power goes at any moment, and all that was said to be on disk is there."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from sonar_desktop.usecases.errors import KnownError
from tests.durability.power import Disk, cuts, put_down
from tests.durability.recorded import Event, Said, Sync, record
from tests.durability.saving_pc import LostError, check_nothing_is_lost, furnish

ROUNDS = 24
STATES = 40
STATES_IN_SOAK = 5_000

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """The folder as it was before anything was recorded."""
    folder = tmp_path_factory.mktemp("kept") / "pc"
    furnish(folder)
    return folder


@pytest.fixture(scope="module")
def events(kept, tmp_path_factory) -> list[Event]:
    folder = tmp_path_factory.mktemp("recorded")
    shutil.copytree(kept, folder / "pc")
    return record(folder / "pc", ROUNDS, folder / "trace")


def play(
    kept: Path, events: list[Event], moments: list[int], scratch: Path, chance: random.Random
) -> list[str]:
    """Cut the power after so many events each; return what was lost, at which event."""
    disk = Disk(kept)
    lost = []
    done = 0
    for cut in moments:
        for event in events[done:cut]:
            disk.play(event)
        done = cut
        folder = scratch / "pc"
        put_down(disk.left(chance), folder)
        try:
            check_nothing_is_lost(folder, disk.said, kept)
        except (LostError, KnownError) as error:
            lost.append(f"event {cut}: {type(error).__name__}: {error}")
        shutil.rmtree(folder)
    return lost


@pytest.mark.parametrize(
    "states",
    [
        pytest.param(STATES, id="forty"),
        pytest.param(STATES_IN_SOAK, id="five thousand", marks=pytest.mark.soak),
    ],
)
def test_r2_no_state_that_a_power_cut_can_leave_lacks_what_was_said(kept, events, states, tmp_path):
    chance = random.Random(1)
    assert play(kept, events, cuts(events, states, chance), tmp_path, chance) == []


def test_the_first_entry_of_a_pc_survives_with_its_side_journal(kept, events, tmp_path):
    said = events.index(Said("note 1")) + 1
    assert play(kept, events, [said] * STATES, tmp_path, random.Random(3)) == []


def test_a_disk_whose_syncs_do_nothing_is_seen_to_lose(kept, events, tmp_path):
    unsafe = [event for event in events if not isinstance(event, Sync)]
    chance = random.Random(2)
    moments = cuts(unsafe, STATES, chance)
    assert len(play(kept, unsafe, moments, tmp_path, chance)) > STATES // 2
