from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sonar_desktop.platform.single_instance import SingleInstance

STARTS = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from sonar_desktop import bootstrap

def watched(make):
    def made(*given):
        window = make(*given)
        def end():
            face = getattr(window, "face", window)
            print(type(face).__name__, window.windowTitle())
            print(" ".join(one.text() for one in window.findChildren(bootstrap_label)))
            window.close()
        QTimer.singleShot(0, end)
        return window
    return made

from PySide6.QtWidgets import QLabel as bootstrap_label
bootstrap.make_window = watched(bootstrap.make_window)
bootstrap.CannotStart = watched(bootstrap.CannotStart)
options = bootstrap.Options(data=Path(sys.argv[1]), server="https://sonar.example", pc_name="PC 7",
                            is_resumed="--resumed" in sys.argv)
sys.exit(bootstrap.run(options))
"""


def started(folder: Path, *more: str, handed_over: bytes = b"") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", STARTS, str(folder), *more],
        input=handed_over,
        capture_output=True,
        check=False,
        timeout=120,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )


@pytest.fixture
def folder(tmp_path):
    """A data folder whose policy keeps the device secret in a file, as a kiosk has it."""
    made = tmp_path / "data"
    made.mkdir(mode=0o700)
    (made / "policy.toml").write_text('device_secret = "file"\n')
    return made


def test_a_fresh_pc_opens_on_enrolment_and_closes_cleanly(folder):
    done = started(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"EnrolmentScreen SONAR Desktop\n")
    log = (folder / "log" / "sonar.log").read_text()
    assert "sonar.started" in log
    kept = json.loads((folder / "window.json").read_text())
    assert set(kept) == {"left", "top", "width", "height", "is_maximised"}
    assert "error.uncaught" not in log
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_start_says_that_the_first_is_open(folder):
    lock = SingleInstance(folder / "instance.lock")
    lock.take()
    done = started(folder)
    lock.release()
    assert done.returncode == 1
    assert b"SONAR is already open on this PC." in done.stdout


def test_a_policy_that_cannot_be_read_is_not_guessed(folder):
    (folder / "policy.toml").write_text("device_secret = maybe")
    done = started(folder)
    assert done.returncode == 1
    assert b"policy file on this PC cannot be read" in done.stdout


def test_a_log_that_cannot_be_written_is_said(folder):
    (folder / "log" / "sonar.log").mkdir(parents=True)
    done = started(folder)
    assert done.returncode == 1
    assert b"folder for SONAR's records cannot be made, written" in done.stdout


def test_a_successor_takes_what_it_was_handed_through_standard_input(folder):
    done = started(folder, "--resumed", handed_over=b"<html>")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"EnrolmentScreen")
