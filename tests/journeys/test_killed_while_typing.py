"""Journey (b): the client is killed while somebody types into a real widget."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from sonar_core.records.note import Note
from sonar_desktop.ui.viewmodels.note import NoteDraft
from tests.journeys.killed_client import NURSE
from tests.journeys.rig import Room
from tests.journeys.test_two_rooms import admit, agree
from tests.journeys.typing_client import KEYS_A_NOTE, text_of

KILLS = 10
KILLS_IN_SOAK = 300
OLDEST_LOST_MS = 1000
ROOT = Path(__file__).parents[2]


def type_until_killed(room, after_keys: int, seed: int) -> tuple[list[list[str]], int]:
    """Run the client, kill it after so many keys; return what it said, and when it was killed."""
    child = subprocess.Popen(
        [
            sys.executable,
            *("-m", "tests.journeys.typing_client", str(room.folder), room.pc.site, str(seed)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(f"{room.dek.exposed().hex()}\n{room.dek.cipher_salt.hex()}\n")
    child.stdin.flush()
    said = []
    keys = 0
    while keys < after_keys:
        line = child.stdout.readline().split()
        assert line, "the client ended by itself"
        said.append(line)
        keys += line[0] == "key"
    child.kill()
    killed_ms = time.monotonic_ns() // 1_000_000
    rest, _ = child.communicate()
    # A line may be cut by the kill itself.
    return said + [line.split() for line in rest.splitlines(keepends=True) if "\n" in line], (
        killed_ms
    )


def on_disk(room, episode: str) -> tuple[list[str], str]:
    """Return the texts of the signed notes, and that of the draft."""
    notes = room.opened.store.read(lambda look: look.of_episode(episode, [Note.__name__]))
    drafts = room.opened.store.read(lambda look: look.drafts(NURSE.user))
    assert len(drafts) <= 1
    typed = [msgspec.json.decode(draft.body, type=NoteDraft).text for draft in drafts]
    return [one.record.text for one in notes], "".join(typed)


def count_owed(said, killed_ms: int) -> tuple[int, int]:
    """Return how many notes, and how many characters of the one begun, must be on disk."""
    signed = [number for number, line in enumerate(said) if line[0] == "signed"]
    begun = said[signed[-1] + 1 :] if signed else said
    lengths = [
        int(line[1])
        for line in begun
        if line[0] == "open" or (line[0] == "key" and killed_ms - int(line[2]) >= OLDEST_LOST_MS)
    ]
    return len(signed), max(lengths, default=0)


@dataclass
class Desk:
    """What must stand at one of the PCs at which somebody types."""

    room: Room
    episode: str
    notes: list[str] = field(default_factory=list)
    draft: str = ""
    owed_by_typing: int = 0
    """After how many kills something typed since was old enough to be on disk."""

    def check(self, said: list[list[str]], killed_ms: int) -> None:
        # The form stood where it was left.
        assert said[0] == ["open", str(len(self.draft))]
        signed, owed = count_owed(said, killed_ms)
        self.owed_by_typing += owed > len(self.draft)
        before = len(self.notes)
        self.notes, self.draft = on_disk(self.room, self.episode)
        assert set(self.notes) <= {text_of(KEYS_A_NOTE)}
        assert self.draft == text_of(len(self.draft))
        if len(self.notes) == before + signed:
            assert len(self.draft) >= owed
        else:
            # Killed after a signing was on disk and before it was said: the note holds the text.
            assert (len(self.notes), self.draft) == (before + signed + 1, "")


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(KILLS, id="ten"),
        pytest.param(KILLS_IN_SOAK, id="three hundred", marks=pytest.mark.soak),
    ],
)
def test_a_kill_while_somebody_types_loses_no_more_than_the_last_second(centre, rooms, kills):
    a, b = rooms
    episode = admit(a).episode
    a.exchange()
    b.exchange()
    # In both rooms at once: who types waits most of the time.
    desks = [Desk(room, episode) for room in rooms]
    moments = random.Random(11)
    with ThreadPoolExecutor(len(desks)) as both:
        for number in range(0, kills, len(desks)):
            for room in rooms:
                room.opened.close()
            ends = [
                both.submit(
                    type_until_killed, desk.room, moments.randint(1, 32), seed=number + place
                )
                for place, desk in enumerate(desks)
            ]
            for desk, end in zip(desks, ends, strict=True):
                said, killed_ms = end.result()
                desk.room.open()
                desk.check(said, killed_ms)
    # The kills did come late enough to prove something.
    assert sum(desk.owed_by_typing for desk in desks) >= kills // 3
    for room in (a, b, a):
        room.exchange()
    assert [room.opened.sync.waiting().operations for room in rooms] == [0, 0]
    agree(centre, a, b)
