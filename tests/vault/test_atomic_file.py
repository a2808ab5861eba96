from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys

import pytest

from sonar_desktop.vault import atomic_file
from sonar_desktop.vault.atomic_file import write_atomically
from sonar_desktop.vault.errors import NotWritten

STEPS = ("open", "chmod", "fsync", "close", "replace")

WRITER = """
import sys
from pathlib import Path
from sonar_desktop.vault.atomic_file import write_atomically
for number in range(1, 100_000):
    write_atomically(Path(sys.argv[1]), f"{number:06d}".encode() * 5000)
    print(number, flush=True)
"""


class PowerCut(BaseException):
    """Not an Exception: nothing in the program may tidy up after it."""


def cut_at(monkeypatch, nth, error):
    calls = {"made": 0}

    def wrapped(real):
        def call(*args, **kwargs):
            calls["made"] += 1
            if calls["made"] == nth:
                raise error
            return real(*args, **kwargs)

        return call

    for step in STEPS:
        monkeypatch.setattr(os, step, wrapped(getattr(os, step)))
    return calls


def test_a_written_file_is_for_this_account_only(tmp_path):
    path = tmp_path / "keybag.json"
    left_over = tmp_path / ".keybag.json.new"
    left_over.write_bytes(b"from a crash")
    left_over.chmod(0o644)
    write_atomically(path, b"content")
    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["keybag.json"]


@pytest.mark.parametrize("nth", range(1, 9))
def test_a_power_cut_at_any_step_leaves_the_old_file_or_the_new_one_whole(
    tmp_path, monkeypatch, nth
):
    path = tmp_path / "keybag.json"
    write_atomically(path, b"old")
    with monkeypatch.context() as patch:
        calls = cut_at(patch, nth, PowerCut())
        try:
            write_atomically(path, b"new")
        except PowerCut:
            finished = False
        else:
            finished = True
    assert finished == (calls["made"] < nth)
    assert path.read_bytes() in ((b"new",) if finished else (b"old", b"new"))
    write_atomically(path, b"after")
    assert path.read_bytes() == b"after"


def test_the_steps_cut_above_are_all_there_are(tmp_path, monkeypatch):
    calls = cut_at(monkeypatch, 0, PowerCut())
    write_atomically(tmp_path / "file", b"x")
    assert 6 <= calls["made"] <= 8


@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_a_full_disk_is_said_and_leaves_the_old_file(tmp_path, monkeypatch, step):
    path = tmp_path / "keybag.json"
    write_atomically(path, b"old")

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        with pytest.raises(NotWritten):
            write_atomically(path, b"new")
    assert path.read_bytes() == b"old"


def test_the_content_is_on_the_disk_before_the_name_points_to_it(tmp_path, monkeypatch):
    order = []
    for step in ("fsync", "replace"):
        real = getattr(os, step)
        monkeypatch.setattr(
            os, step, lambda *a, real=real, step=step, **k: (order.append(step), real(*a, **k))[1]
        )
    write_atomically(tmp_path / "file", b"x")
    assert order == ["fsync", "replace", "fsync"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_killed_writer_leaves_a_whole_file_no_older_than_it_said(tmp_path, after):
    path = tmp_path / "keybag.json"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        said = 0
        for line in writer.stdout:
            said = int(line)
            if said >= after:
                writer.send_signal(signal.SIGKILL)
                break
        said = max([said, *(int(line) for line in writer.stdout if line.endswith("\n"))])
    content = path.read_bytes()
    assert content == content[:6] * 5000
    assert int(content[:6]) >= said


def test_windows_needs_no_sync_of_its_folders(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    atomic_file.sync_folder(tmp_path / "not there")
