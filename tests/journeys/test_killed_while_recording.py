"""Journey (b): the client is killed at random moments while somebody types and records."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sonar_core.records.note import Note
from tests.journeys.killed_client import NURSE
from tests.journeys.test_two_rooms import admit, agree

KILLS = 10
KILLS_IN_SOAK = 300


def type_until_killed(room, after_lines: int) -> list[str]:
    """Run the client, kill it once it has said so many lines, return all that it said."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.killed_client", str(room.folder), room.pc.site],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(f"{room.dek.exposed().hex()}\n{room.dek.cipher_salt.hex()}\n")
    child.stdin.flush()
    said = [child.stdout.readline().strip() for _ in range(after_lines)]
    child.kill()
    rest, _ = child.communicate()
    return said + rest.splitlines()


def notes_of(room, episode: str):
    return room.opened.store.read(lambda look: look.of_episode(episode, [Note.__name__]))


def check_nothing_is_lost(room, said: list[str], episode: str) -> None:
    notes = [int(line.split()[1]) for line in said if line.startswith("note ")]
    drafts = [line.split() for line in said if line.startswith("draft ") and line.count(" ") == 2]
    kept = notes_of(room, episode)
    assert len(kept) >= max(notes, default=0)
    waiting = room.opened.store.read(lambda look: look.drafts(NURSE.user))
    if drafts and len(kept) == int(drafts[-1][1]):
        # The last note begun is not signed: what was said to be on disk of it is there.
        assert max(len(draft.body) for draft in waiting) >= int(drafts[-1][2])


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(KILLS, id="ten"),
        pytest.param(KILLS_IN_SOAK, id="three hundred", marks=pytest.mark.soak),
    ],
)
def test_a_kill_at_any_moment_loses_nothing_that_was_said_to_be_saved(centre, rooms, kills):
    a, b = rooms
    admitted = admit(a)
    a.opened.close()
    store, kept = a.folder / "client.db", a.folder / "kept.db"
    shutil.copy(store, kept)
    a.is_journalled = True
    a.open()
    moments = random.Random(7)
    for _ in range(kills):
        a.opened.close()
        said = type_until_killed(a, moments.randint(1, 120))
        a.open()
        check_nothing_is_lost(a, said, admitted.episode)
    a.exchange()
    b.exchange()
    assert a.opened.sync.waiting().operations == 0
    agree(centre, a, b)
    # The store is put back to before all of it: the journal has what was said to be saved.
    saved = {note.record.id for note in notes_of(a, admitted.episode)}
    a.opened.close()
    for part in a.folder.glob("client.db*"):
        part.unlink()
    shutil.copy(kept, store)
    a.open()
    assert {note.record.id for note in notes_of(a, admitted.episode)} == saved
    a.exchange()
    assert a.opened.sync.waiting().operations == 0
    agree(centre, a, b)
