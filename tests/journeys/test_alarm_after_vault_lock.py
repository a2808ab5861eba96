"""The vault locks before a task is due: the process that follows rings, without a key.

Both processes are real; the loudspeaker's player is a program on PATH that reports to the test.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_S = 120
TICK_S = 15

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture
def speaker(tmp_path):
    """A player that writes a line into a pipe; returns its folder and the pipe's end."""
    folder = tmp_path / "players"
    folder.mkdir()
    pipe = tmp_path / "rung"
    os.mkfifo(pipe)
    player = folder / "pw-play"
    player.write_text(f'#!/bin/sh\necho "$1" > "{pipe}"\n')
    player.chmod(0o755)
    end = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    yield folder, end
    os.close(end)


def copies(pid: int, *wanted: bytes) -> int:
    """How often any of it stands in what a process can read and write."""
    found = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(part, 16) for part in place.split("-"))
            try:
                memory.seek(begin)
                content = memory.read(end - begin)
            except OSError:  # pages that no process may read, as of a device
                continue
            found += sum(content.count(one) for one in wanted)
    return found


def texts(text: str) -> list[bytes]:
    """The text as programs keep it in memory: 8, 16 and 32 bits a letter."""
    return [text.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-32-le")]


def children(pid: int) -> list[bytes]:
    """What children the process has, but for the player that has just rung or ended."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(FileNotFoundError, ProcessLookupError):
            found.append(Path(f"/proc/{child}/cmdline").read_bytes())
    return [one for one in found if one and b"pw-play" not in one]


@pytest.mark.parametrize(
    "seconds",
    [pytest.param(4, id="shortly"), pytest.param(60, id="a minute", marks=pytest.mark.soak)],
)
def test_an_alarm_rings_after_the_vault_was_locked_before_it_was_due(
    tmp_path, speaker, request, seconds
):
    players, rung = speaker
    # The program closes its memory to others of its account; root reads it all the same.
    may_read_memory = os.geteuid() == 0
    folder = tmp_path / "pc"
    (folder / "data").mkdir(parents=True, mode=0o700)
    (folder / "data" / "policy.toml").write_text('device_secret = "file"\n')
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.locking_client", str(folder), str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ
        | {
            "PATH": f"{players}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
        },
    )
    request.addfinalizer(client.kill)
    assert client.stdout is not None
    line = client.stdout.readline()
    assert line.startswith("due "), client.communicate()[1]
    due_ms, key = int(line.split()[1]), bytes.fromhex(line.split()[2])
    name = "QUILLHAVEN"
    if may_read_memory:
        # What is looked for can be found: the key as it is, and a person's name.
        assert copies(client.pid, key) >= 1
        assert copies(client.pid, *texts(name)) >= 1
    client.stdin.write("lock\n")
    client.stdin.flush()
    heard, _, _ = select.select([rung], [], [], LONGEST_S)
    rung_ms = time.time_ns() // 1_000_000
    running = Path(f"/proc/{client.pid}")
    arguments = (running / "cmdline").read_bytes()
    surroundings = (running / "environ").read_bytes()
    if may_read_memory:
        # Security.md A6: the same process, and nothing of what it knew.
        assert copies(client.pid, key, *texts(key.hex()), *texts(key.hex().upper())) == 0
        assert copies(client.pid, *texts(name), *texts("Oswyth")) == 0
        assert children(client.pid) == []
    client.kill()
    _, said = client.communicate()
    assert heard, said
    assert os.read(rung, 1000).endswith(b"late.wav\n")
    assert due_ms <= rung_ms <= due_ms + (2 * TICK_S + 5) * 1000
    # It was the successor that rang, and nobody can read in its arguments what it was told.
    assert arguments.endswith(b"--resumed\0")
    for told in (arguments, surroundings):
        assert b"M4" not in told
        assert str(due_ms).encode() not in told
    for written in (folder / "data").rglob("*"):
        if written.is_file() and not written.name.startswith("client.db"):
            assert str(due_ms).encode() not in written.read_bytes()
