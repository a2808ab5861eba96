from __future__ import annotations

import subprocess
import sys

import pytest

from sonar_desktop.platform.errors import AlreadyRunning, FolderUnusable
from sonar_desktop.platform.single_instance import SingleInstance

HOLDING = """
import sys
from pathlib import Path
from sonar_desktop.platform.single_instance import SingleInstance
holder = SingleInstance(Path(sys.argv[1]))
holder.take()
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "instance.lock"


def test_a_second_start_is_refused_with_a_sentence(path):
    first, second = SingleInstance(path), SingleInstance(path)
    first.take()
    with pytest.raises(AlreadyRunning) as caught:
        second.take()
    assert "already open on this PC" in caught.value.user_message
    first.release()
    second.take()
    second.release()
    second.release()
    assert path.exists()


def test_the_lock_ends_with_a_program_that_is_killed(path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(path)],
        env={"PYTHONPATH": ":".join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "taken\n"
        mine = SingleInstance(path)
        with pytest.raises(AlreadyRunning):
            mine.take()
        other.kill()
        other.wait(10)
    mine.take()
    mine.release()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(FolderUnusable):
        SingleInstance(tmp_path / "none" / "instance.lock").take()
