from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_desktop.sync.backoff import FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS, BackOff

PCS = 1000


@given(
    chances=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=80),
    asked=st.floats(0, 1e6),
)
def test_a_pause_is_jitter_up_to_a_doubling_limit_on_top_of_what_the_server_asks(chances, asked):
    drawn = iter(chances)
    backoff = BackOff(chance=lambda: next(drawn))
    for failures, chance in enumerate(chances):
        limit = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2**failures)
        floor = min(asked, LONGEST_RETRY_SECONDS)
        pause = backoff.failed(asked)
        assert floor <= pause <= floor + limit
        assert pause == pytest.approx(floor + limit * chance)


def test_what_went_well_begins_anew():
    backoff = BackOff(chance=lambda: 0.5)
    pauses = [backoff.failed() for _ in range(9)]
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 30.0]
    backoff.went_well()
    assert backoff.failed() == 1.0


@pytest.mark.parametrize("asked", [0.0, 2.0])
def test_a_thousand_pcs_that_come_back_after_an_outage_are_spread(asked):
    """After minutes without a server, no second of the next minute has a crowd."""
    chance = random.Random(7).random
    returns = Counter()
    for _ in range(PCS):
        backoff = BackOff(chance=chance, failures=10)
        returns[int(backoff.failed(asked))] += 1
    assert len(returns) == LONGEST_RETRY_SECONDS
    assert max(returns.values()) < 3 * PCS / LONGEST_RETRY_SECONDS
