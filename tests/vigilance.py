"""Watches what a test leaves behind: lines in the log that nobody expected, and threads."""

from __future__ import annotations

import logging
import re
import threading

import pytest

# Threads that outlive a test by right: those of the runner's worker processes, and those that a
# fixture of wider scope starts and names so.
MAY_STAY = ("execnet", "session-")
# A thread that has been told to end is given this long to do so.
SECONDS_TO_END = 2.0


class LogWatch(logging.Handler):
    """Collects log lines of warning and worse while it is attached to the root logger."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self._lines: list[str] = []
        self._expected: dict[str, bool] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{record.name}: {record.getMessage()}")

    def expect(self, pattern: str) -> None:
        self._expected[pattern] = False

    def attach(self) -> None:
        logging.getLogger().addHandler(self)

    def detach(self) -> None:
        logging.getLogger().removeHandler(self)

    def check_nothing_unexpected(self) -> None:
        """Fails the running test for lines that no expected pattern is found in."""
        lines, self._lines = self._lines, []
        unexpected = []
        for line in lines:
            matching = [pattern for pattern in self._expected if re.search(pattern, line)]
            self._expected.update(dict.fromkeys(matching, True))
            if not matching:
                unexpected.append(line)
        if unexpected:
            pytest.fail("unexpected log lines:\n" + "\n".join(unexpected), pytrace=False)

    def check_everything_expected_came(self) -> None:
        silent = [pattern for pattern, came in self._expected.items() if not came]
        if silent:
            pytest.fail(f"expected log lines did not come: {silent}", pytrace=False)


class ThreadWatch:
    """Remembers which threads ran, and finds those that a test started and did not end."""

    def __init__(self) -> None:
        self._before = set(threading.enumerate())

    def check_nothing_left_running(self) -> None:
        """Fails the test that ends, after a moment's grace for threads that are ending."""
        left = []
        for thread in set(threading.enumerate()) - self._before:
            # Python's mark for a thread that something else owns, as Qt does; it has no end here.
            if isinstance(thread, threading._DummyThread) or thread.name.startswith(MAY_STAY):
                continue
            thread.join(SECONDS_TO_END)
            if thread.is_alive():
                left.append(thread.name)
        if left:
            pytest.fail(f"threads left running: {sorted(left)}", pytrace=False)
