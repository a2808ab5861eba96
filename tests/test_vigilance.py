"""Each watch of tests/conftest.py and pyproject.toml is shown to bite by a test that deserves it.

The deserving tests run once, in a suite and a process of their own with this repository's
configuration.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

DESERVING = """
import logging, socket, threading, warnings
import pytest
from PySide6.QtCore import qWarning
from hypothesis import given, strategies as st

SYNC = logging.getLogger("sync")

def start(wait, name):
    threading.Thread(target=wait, args=(60,), name=name, daemon=True).start()

@pytest.fixture
def failing_end():
    yield
    SYNC.error("the end is lost")

def test_log_warning(): SYNC.warning("the bus is %s", "locked")
def test_log_information(): SYNC.info("well")
def test_log_at_the_end(failing_end): pass
def test_log_expected(expect_log):
    expect_log("bus is locked$")
    SYNC.warning("the bus is locked")
def test_log_expected_in_vain(expect_log): expect_log("locked")
def test_log_expected_and_another(expect_log):
    expect_log("locked")
    SYNC.warning("locked")
    SYNC.warning("gone")
def test_thread_left(): start(threading.Event().wait, "left")
def test_thread_ended():
    end = threading.Event()
    start(end.wait, "ended")
    end.set()
def test_thread_of_the_session(): start(threading.Event().wait, "session-server")
def test_python_warning(): warnings.warn("old", DeprecationWarning)
def test_qt_warning(qtbot): qWarning("no such slot")
def test_socket_out(): socket.create_connection(("192.0.2.1", 80), timeout=0.1)
def test_socket_here():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
@pytest.mark.xfail
def test_xfail_that_passes(): pass
@given(st.integers())
def test_examples(number): print(f"<{number}>")
"""
MISSPELT = """
import pytest
@pytest.mark.need_root
def test_misspelt_marker(): pass
"""


def run_suite(root: Path, *chosen: str) -> str:
    (root / "tests").mkdir(parents=True)
    for name in ("pyproject.toml", "tests/conftest.py", "tests/vigilance.py"):
        (root / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    (root / "tests/test_deserving.py").write_text(DESERVING, encoding="utf-8")
    (root / "tests/test_misspelt.py").write_text(MISSPELT, encoding="utf-8")
    arguments = ("-p", "no:randomly", "-p", "no:cacheprovider", "--continue-on-collection-errors")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", *arguments, *chosen],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return run_suite(tmp_path_factory.mktemp("deserving") / "suite")


@pytest.mark.parametrize(
    ("test", "outcomes"),
    [
        ("test_log_warning", {"FAILED"}),
        ("test_log_information", {"PASSED"}),
        ("test_log_at_the_end", {"PASSED", "ERROR"}),
        ("test_log_expected", {"PASSED"}),
        ("test_log_expected_in_vain", {"FAILED"}),
        ("test_log_expected_and_another", {"FAILED"}),
        ("test_thread_left", {"PASSED", "ERROR"}),
        ("test_thread_ended", {"PASSED"}),
        ("test_thread_of_the_session", {"PASSED"}),
        ("test_python_warning", {"FAILED"}),
        ("test_qt_warning", {"FAILED"}),
        ("test_socket_out", {"FAILED"}),
        ("test_socket_here", {"PASSED"}),
        ("test_xfail_that_passes", {"FAILED"}),
        ("test_examples", {"PASSED"}),
    ],
)
def test_a_careless_test_gets_what_it_deserves(output, test, outcomes):
    named = re.findall(rf"^(\w+) tests/test_deserving\.py::{test}\b", output, re.MULTILINE)
    assert set(named) == outcomes


@pytest.mark.parametrize(
    "reason",
    [
        "sync: the bus is locked",
        "sync: the end is lost",
        "expected log lines did not come: ['locked']",
        "threads left running: ['left']",
        "SocketConnectBlockedError",
        "'need_root' not found in `markers`",
    ],
)
def test_the_reason_is_told(output, reason):
    assert reason in output


def test_generated_examples_are_the_same_in_every_run(output, tmp_path):
    first, second = (
        re.findall(r"<(-?\d+)>", text)
        for text in (output, run_suite(tmp_path / "suite", "-k", "test_examples"))
    )
    assert len(first) > 10
    assert first == second
