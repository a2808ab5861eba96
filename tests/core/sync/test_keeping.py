from __future__ import annotations

import pytest

from sonar_core.moments import HOUR_MS
from sonar_core.sync.keeping import KEEP_DAYS, RULE, Clocks, is_kept_long_enough, is_to_be_noted

SAFE = Clocks(server_ms=1_795_000_000_000, own_ms=1_000_000_000_000)
DAY_MS = 24 * HOUR_MS


def later(server_ms: int, own_ms: int) -> Clocks:
    return Clocks(SAFE.server_ms + server_ms, SAFE.own_ms + own_ms)


def test_the_rule_says_its_own_length():
    assert f"acknowledged/{KEEP_DAYS}d/1" == RULE


@pytest.mark.parametrize(
    ("server_ms", "own_ms", "may_go"),
    [
        (KEEP_DAYS * DAY_MS, KEEP_DAYS * DAY_MS, True),
        (KEEP_DAYS * DAY_MS - 1, KEEP_DAYS * DAY_MS, False),
        (KEEP_DAYS * DAY_MS, KEEP_DAYS * DAY_MS - 1, False),
        (3650 * DAY_MS, 0, False),
        (0, 3650 * DAY_MS, False),
        (40 * DAY_MS, -3650 * DAY_MS, False),
    ],
)
def test_an_operation_goes_when_both_clocks_say_so(server_ms, own_ms, may_go):
    assert is_kept_long_enough(SAFE, later(server_ms, own_ms)) is may_go


@pytest.mark.parametrize(
    ("server_ms", "due"), [(0, False), (DAY_MS - 1, False), (DAY_MS, True), (-1, True)]
)
def test_what_is_safe_is_noted_once_a_day(server_ms, due):
    assert is_to_be_noted(SAFE, later(server_ms, 0)) is due
    assert is_to_be_noted(None, SAFE)
