from __future__ import annotations

import pytest

from sonar_core.sync.breaker import MOST_PERCENT, MOST_ROWS, tripped_by


@pytest.mark.parametrize(
    ("before", "after", "trips"),
    [
        (100, 100, False),
        (100, 100 - MOST_ROWS, False),
        (100, 99 - MOST_ROWS, True),
        (10_000, 10_000 - 100 * MOST_PERCENT, False),
        (10_000, 9_999 - 100 * MOST_PERCENT, True),
        (MOST_ROWS, 0, False),
        (MOST_ROWS + 1, 0, True),
        (0, 50, False),
    ],
)
def test_it_trips_beyond_both_a_number_and_a_share(before, after, trips):
    assert bool(tripped_by({"Note": before}, {"Note": after})) is trips


def test_each_kind_is_counted_by_itself():
    before = {"Task": 100, "Note": 100, "Flag": 100}
    assert tripped_by(before, {"Flag": 100}) == ("Note", "Task")
