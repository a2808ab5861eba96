"""Faults that histories found, each kept in as few steps as show it."""

from __future__ import annotations

import random

import pytest

from sonar_core.moments import moment_at
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_desktop.usecases.complete_task import complete_task
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.release_detainee import release_detainee
from tests.simulation import people
from tests.simulation.pc import DAY_MS, ZONE
from tests.simulation.world import World, new_world


def board(world: World, number: int) -> list[bytes]:
    return sorted(world.pcs[number].opened.store.read(lambda reading: reading.board()))


def test_a_board_line_counts_an_access_line_as_unsent_only_until_it_is_held_centrally(ground):
    # Seed 7 of 22 November 2026: the PC that only looked went on saying "saved on this PC".
    with new_world(ground, 0) as world:
        first, second = world.pcs[0], world.add_pc(site=0)
        world.exchange(first)
        world.exchange(second)
        people.look_at(second.desk, random.Random(0))
        assert board(world, 0) != board(world, -1)
        world.exchange(second)
        assert board(world, 0) == board(world, -1)


@pytest.mark.parametrize("since", ["an exchange", "nothing", "a restart"])
def test_a_pc_whose_clock_is_a_year_behind_takes_the_true_time_of_a_release(ground, since):
    # It was judged by the PC's clock alone, and refused as lying a year ahead (decision 20).
    with new_world(ground, 0) as world:
        first = world.pcs[0]
        world.exchange(first)
        (stay,) = first.desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
        now = moment_at(world.now_ms, ZONE)
        first.clock.skew_ms = -365 * DAY_MS
        if since == "an exchange":
            world.exchange(first)
            assert first._link.clock_error_ms() == -365 * DAY_MS
        elif since == "a restart":
            first.restart()
        release_detainee(first.desk, stay.id, "home", released_at=now)
        with pytest.raises(InputError):
            complete_task(first.desk, "", done_at=moment_at(world.now_ms + DAY_MS, ZONE))
