from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sonar_core.sync import clock
from tests.core.sync.clinic import NOON

# Up to the year 9999, and clocks that stand before 1970.
walls = st.integers(-(10**12), 253_402_300_799_999)
stamps = st.integers(0, 253_402_300_799_999 << 16).map(lambda number: f"{number:016x}")


@given(stamps, walls)
def test_a_stamp_is_later_than_the_last_whatever_the_wall_clock_did(last, now_ms):
    made = clock.tick(last, now_ms)
    assert made > last
    assert len(made) == 16
    assert clock.milliseconds(made) >= max(now_ms, clock.milliseconds(last))


@given(st.lists(walls, min_size=1, max_size=20))
def test_stamps_of_one_device_only_rise(readings):
    last, made = clock.ZERO, []
    for now_ms in readings:
        last = clock.tick(last, now_ms)
        made.append(last)
    assert made == sorted(set(made))


@given(stamps, stamps, st.integers(0, 253_402_300_799_999))
def test_a_stamp_of_the_far_future_does_not_carry_this_clock_away(last, remote, now_ms):
    after = clock.receive(last, remote, now_ms)
    assert after >= last
    assert after in {last, remote}
    if clock.milliseconds(remote) > now_ms + clock.MAX_AHEAD_MS:
        assert after == last
    elif remote > last:
        assert after == remote


@pytest.mark.parametrize(
    ("ahead_ms", "is_taken"), [(clock.MAX_AHEAD_MS, True), (clock.MAX_AHEAD_MS + 1, False)]
)
def test_five_minutes_ahead_are_taken_and_no_more(ahead_ms, is_taken):
    remote = clock.tick(clock.ZERO, NOON + ahead_ms)
    assert (clock.receive(clock.ZERO, remote, NOON) == remote) is is_taken


def test_within_a_millisecond_the_counter_tells_the_order():
    first = clock.tick(clock.ZERO, NOON)
    assert clock.milliseconds(first) == NOON
    assert clock.tick(first, NOON) == f"{int(first, 16) + 1:016x}"


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "0" * 15,
        "0" * 17,
        "F" * 16,
        "+" + "0" * 15,
        "0x" + "0" * 14,
        "0_" * 8,
        " " * 16,
        "٠" * 16,
    ],
)
def test_what_would_sort_wrongly_is_no_stamp(stamp):
    with pytest.raises(ValueError, match="sixteen lower-case"):
        clock.milliseconds(stamp)
    with pytest.raises(ValueError, match="sixteen lower-case"):
        clock.tick(stamp, NOON)


def test_the_clock_ends_after_the_calendar_does():
    assert clock.tick(clock.ZERO, 253_402_300_799_999) > clock.tick(clock.ZERO, NOON)
    with pytest.raises(ValueError, match="past the year"):
        clock.tick("f" * 16, NOON)
