from __future__ import annotations

import subprocess
import sys
import time
from zoneinfo import ZoneInfo

import pytest

from sonar_desktop.platform.clock import SystemClock


def test_the_wall_clock_is_in_milliseconds_since_1970():
    before = int(time.time() * 1000)
    assert before - 1 <= SystemClock().now_ms() <= int(time.time() * 1000) + 1


def test_the_other_clock_only_grows():
    clock = SystemClock()
    read = [clock.monotonic_ms() for _ in range(1000)]
    assert read == sorted(read)


@pytest.mark.skipif(sys.platform != "linux", reason="CLOCK_BOOTTIME is Linux's")
def test_the_time_a_pc_sleeps_counts():
    boot = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    assert boot <= SystemClock().monotonic_ms() <= boot + 5_000


def test_the_zone_is_one_that_python_knows():
    assert ZoneInfo(SystemClock().zone()).key


@pytest.mark.skipif(sys.platform == "win32", reason="TZ is POSIX")
def test_the_zone_is_that_of_the_pc():
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from sonar_desktop.platform.clock import SystemClock; print(SystemClock().zone())",
        ],
        env={"TZ": "Europe/London", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=True,
        text=True,
    )
    assert said.stdout == "Europe/London\n"
