"""Faults that histories found, each kept in as few steps as show it."""

from __future__ import annotations

import random

from tests.simulation import people
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
