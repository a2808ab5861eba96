"""R4: each call that writes is killed or refused by the disk: the old or the new is there.

The program is the product's own exchange and store with a side journal, at a real server, run
under strace, which refuses the nth call on the store's files.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.durability.recorded import ROOT
from tests.journeys.conftest import centre, organisation, postgres, rooms
from tests.journeys.fault_client import KINDS
from tests.journeys.rig import Room
from tests.journeys.test_killed_while_recording import notes_of
from tests.journeys.test_two_rooms import admit, agree

__all__ = ["centre", "organisation", "postgres", "rooms"]

CALLS: Final = ("pwrite64", "write", "fsync", "ftruncate", "rename", "unlink")
KILL, FAILING, FULL = "signal=KILL:when={}", "error=EIO:when={}", "error=ENOSPC:when={}+"

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


@dataclass(frozen=True)
class Fault:
    """What befalls the nth call of a thread, or each from that on."""

    call: str
    number: int
    sort: str

    @property
    def injected(self) -> str:
        return f"inject={self.call}:{self.sort.format(self.number)}"


@dataclass
class Run:
    """One save and one exchange under strace: what was said, and what befell it."""

    said: list[str]
    trace: str

    @property
    def was_hit(self) -> bool:
        return "(INJECTED)" in self.trace or "killed by SIGKILL" in self.trace

    @property
    def counts(self) -> Counter[str]:
        """The most calls of each that one thread made."""
        of_thread = Counter(re.findall(r"^(\d+) +(\w+)\(", self.trace, re.MULTILINE))
        most: Counter[str] = Counter()
        for (_, call), count in of_thread.items():
            most[call] = max(most[call], count)
        return most


def save_and_send(room: Room, trace: Path, fault: Fault | None) -> Run:
    """Write a note and exchange, with one fault of the disk."""
    folder = room.folder
    store = folder / "client.db"
    segments = [int(part.stem[-8:]) for part in (folder / "journal").glob("entries-*")]
    journal = folder / "journal" / f"entries-{max(segments, default=0) + 1:08}.journal"
    files = (store, f"{store}-wal", f"{store}.copy", f"{store}.copying", journal)
    command = ["strace", "-f", "-o", str(trace), "-e", f"trace={','.join(CALLS)}"]
    for file in files:
        command += ["-P", str(file)]
    if fault is not None:
        command += ["-e", fault.injected]
    task = {
        "folder": str(folder),
        "key": room.dek.exposed().hex(),
        "salt": room.dek.cipher_salt.hex(),
        "address": room.address,
        "kind": "note",
        "kill_at": None,
        "is_journalled": True,
    }
    ended = subprocess.run(
        [*command, sys.executable, "-m", "tests.durability.one_save"],
        cwd=ROOT,
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in ended.stdout.splitlines() if not line.startswith("at ")]
    assert ended.returncode in {0, -9, 137}, ended.stderr[-2000:]
    return Run(said, trace.read_text())


def own_notes(room: Room, episode: str) -> set[str]:
    notes = (seen.record for seen in notes_of(room, episode))
    return {one.id for one in notes if one.recorded_by == room.actor.user}


def check(room: Room, episode: str, before: set[str], run: Run) -> None:
    """The old or the new: all of a note or none of it; what was said to be saved is there."""
    after = own_notes(room, episode)
    assert before <= after
    assert len(after) - len(before) in ({1} if "saved" in run.said else {0, 1})
    assert not room.opened.disk().findings


def faults(counts: Counter[str]) -> list[Fault]:
    return [
        Fault(call, number, sort)
        for call in CALLS
        for number in range(1, counts[call] + 1)
        for sort in (KILL, FAILING, FULL)
    ]


def some(every: list[Fault]) -> list[Fault]:
    """One write in the midst, an early and the last fsync."""
    writes = [fault for fault in every if fault.call == "pwrite64"]
    syncs = [fault for fault in every if fault.call == "fsync"]
    return [writes[len(writes) // 2], syncs[1], syncs[-1]]


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(some, id="three"),
        pytest.param(lambda every: every, id="each", marks=pytest.mark.soak),
    ],
)
def test_r4_after_a_fault_in_any_call_the_old_or_the_new_is_there(centre, rooms, tmp_path, chosen):
    a, b = rooms
    episode = admit(a).episode
    a.exchange()
    b.exchange()
    a.is_journalled = True
    a.opened.close()
    trace = tmp_path / "trace"
    clean = save_and_send(a, trace, None)
    assert clean.said == ["saved", "exchanged"]
    hit = 0
    a.open()
    for fault in chosen(faults(clean.counts)):
        KINDS["note"](b.desk)
        b.exchange()
        before = own_notes(a, episode)
        a.opened.close()
        run = save_and_send(a, trace, fault)
        a.open()
        check(a, episode, before, run)
        assert run.was_hit or run.said == ["saved", "exchanged"]
        hit += run.was_hit
        a.exchange()
        assert a.opened.sync.waiting().operations == 0
    b.exchange()
    agree(centre, a, b)
    assert hit
