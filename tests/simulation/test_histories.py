"""The fixed budget of seeds: each is a whole history of people, PCs, a server and mishaps."""

from __future__ import annotations

import pytest

from tests.simulation.history import STEPS, run_history

BUDGET = 40
"""Histories of one run of the suite: about a minute of two cores."""


@pytest.mark.parametrize("seed", range(BUDGET))
def test_nothing_that_was_entered_is_lost_or_merged_into_what_nobody_wrote(ground, seed):
    history = run_history(ground, seed, STEPS)
    assert history.operations > 0


def test_a_seed_is_one_history(ground):
    first, again = (run_history(ground, 7, STEPS) for _ in range(2))
    assert first.trace == again.trace
    assert first.reached == again.reached
    assert first.digests == again.digests


def test_another_seed_is_another_history(ground):
    assert run_history(ground, 1, 5).trace != run_history(ground, 2, 5).trace
