"""What holds for every test: Qt without a screen, the same examples each time, no test that leaves
a warning in the log or a thread behind, and cycles looked for between tests only."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator

import pytest
import structlog
from hypothesis import settings

from tests.vigilance import LogWatch, ThreadWatch

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Found by chance is found once: the examples are the same on every machine and in every run.
# Deadlines measure the machine and not the code.
settings.register_profile("suite", derandomize=True, deadline=None, database=None, print_blob=True)
settings.load_profile("suite")

LOG_WATCH = pytest.StashKey[LogWatch]()
THREAD_WATCH = pytest.StashKey[ThreadWatch]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.name == "posix" and os.geteuid() == 0:
        return
    for item in items:
        if item.get_closest_marker("needs_root"):
            item.add_marker(pytest.mark.skip(reason="needs root"))


def pytest_sessionstart() -> None:
    # A cycle that holds a Qt object must end on this thread, as in the program (collecting.py).
    gc.disable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    result = yield
    # The test's values are let go of by now. What is left is shared by all tests and is not looked
    # through again: each search would take a quarter of a second.
    _delete_closed_windows()
    gc.collect()
    gc.freeze()
    return result


def _delete_closed_windows() -> None:
    """Let Qt delete what a test asked it to: only an event loop does so by itself."""
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent  # noqa: PLC0415 most tests need no Qt

        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    item.stash[THREAD_WATCH] = ThreadWatch()
    watch = item.stash[LOG_WATCH] = LogWatch()
    watch.attach()
    yield
    watch.check_nothing_unexpected()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    yield
    item.stash[LOG_WATCH].check_nothing_unexpected()
    item.stash[LOG_WATCH].check_everything_expected_came()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    watch = item.stash[LOG_WATCH]
    try:
        yield
    finally:
        watch.detach()
    watch.check_nothing_unexpected()
    item.stash[THREAD_WATCH].check_nothing_left_running()


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """A program that sets up its log in one test leaves it to no other."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def expect_log(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says that a log line of warning or worse is meant: `expect_log("bus is locked")`.

    The argument is a regular expression searched for in "logger: message". A line so named does
    not fail the test; its absence does.
    """
    return request.node.stash[LOG_WATCH].expect
