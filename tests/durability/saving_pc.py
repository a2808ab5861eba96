"""A PC that saves all it can as fast as it can, and what must be left of it after any stop.

Run as `python -m tests.durability.saving_pc FOLDER ROUNDS [lying]` on a folder of `furnish`. It
says `draft N`, `note N`, `key N`, `copy N` on standard output, each once it is on disk. Where it is
`lying`, nothing that it says is waited for: by that a proof shows that it would see a loss.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from sonar_core.records.note import Note
from sonar_desktop.db import engine
from sonar_desktop.db.copies import copy_of, make_copy
from sonar_desktop.db.engine import check_pages, plain_connection
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keybag import Anchor, KeybagFile
from sonar_desktop.vault.keys import SecretBox
from tests.db.clinic import HeldKey, Ids
from tests.db.journalled import ORGANISATION, Pc, draft, kept_drafts
from tests.db.test_opened import RECORD, Keys
from tests.recover.left import leave_key_file

_FIRST: Final = Ids(1)
PATIENT: Final = _FIRST.new()
EPISODE: Final = _FIRST.new()
DRAFT: Final = Ids(3).new()
COPY_EVERY: Final = 8


def furnish(folder: Path) -> None:
    """Make an enrolled PC with one detainee, a key file and a copy of the store.

    Its side journal is begun by what is saved next.
    """
    folder.mkdir()
    pc = Pc(folder / "client.db")
    public = bytes(ORGANISATION.public_key)
    pc.opened.enrol(msgspec.structs.replace(RECORD, recovery_public=public), Keys(b"word"))
    assert pc.arrival() == (PATIENT, EPISODE)
    make_copy(pc.path, pc.key)
    pc.opened.close()
    shutil.rmtree(folder / "journal")
    leave_key_file(folder, pc.key.secret, pc.key.salt)


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def save(folder: Path, rounds: int) -> None:
    """Save until the rounds are over: a draft, the note it becomes, the key file, the copy."""
    pc = Pc(folder / "client.db", space=2)
    keys = KeybagFile(folder)
    bag = keys.load().bag
    for number in range(1, rounds + 1):
        pc.store.keep_draft(draft(DRAFT, str(number).encode()))
        say(f"draft {number}")
        pc.note(PATIENT, EPISODE, str(number))
        say(f"note {number}")
        fresh = msgspec.structs.replace(bag, anchor=Anchor(seq=number))
        keys.save(fresh, forget_previous=number % 2 == 0)
        say(f"key {number}")
        if number % COPY_EVERY == 0:
            make_copy(pc.path, pc.key)
            say(f"copy {number}")
    pc.opened.close()


def lie() -> None:
    """Have nothing waited for until it is on disk, as in a program that trusts its luck."""
    engine._SETTINGS = (*engine._SETTINGS, "PRAGMA synchronous = OFF")
    os.fsync = lambda _: None


class LostError(AssertionError):
    """Something that was said to be on disk is not there."""


def check_nothing_is_lost(
    folder: Path, said: list[str], kept: Path, may_have_gone_on: int = 1
) -> None:
    """Open what a stop has left; `said` is what had been said to be on disk before it.

    So many more of each `may_have` been saved between the last word and the stop. Then the same
    with the store put back to the one of `kept`: the side journal has every note. The folder is
    used up by it.
    """
    told = _Told(Counter(line.split()[0] for line in said), may_have_gone_on)
    loaded = KeybagFile(folder).load()
    _demand(not loaded.from_previous, "the key file is not whole")
    told.compare("key", loaded.bag.anchor.seq)
    _check_copy(folder)
    _check_journal(folder, told)
    _check_store(folder, told)
    for part in folder.glob("client.db*"):
        part.unlink()
    shutil.copy(kept / "client.db", folder / "client.db")
    notes = _notes(Pc(folder / "client.db", space=4))
    # The word that the store has the last is not waited for, and one alone without it is left to
    # its draft (ADR 31): two faults at once, a power cut and a store put back by that very note.
    if told.saved["note"] > 1:
        told.compare("note", len(notes))


@dataclass(frozen=True)
class _Told:
    """How many of each were said to be on disk, and how many more there may be."""

    saved: Counter[str]
    may_have_gone_on: int

    def compare(self, what: str, found: int) -> None:
        least = self.saved[what]
        if not least <= found <= least + self.may_have_gone_on:
            raise LostError(f"{what}: {least} said to be on disk, {found} found")


def _check_store(folder: Path, told: _Told) -> None:
    pc = Pc(folder / "client.db", space=4)
    findings = [one.sort for one in pc.opened.disk().findings]
    drafts = kept_drafts(pc)
    notes = _notes(pc)
    _demand(not findings, f"the store was found {findings}")
    _demand(notes == list(range(1, len(notes) + 1)), f"the notes are {notes}")
    told.compare("note", len(notes))
    # Each note's draft was there before it, and nothing takes it away here.
    told.compare("draft", int(drafts.get(DRAFT, b"0")))


def _check_journal(folder: Path, told: _Told) -> None:
    journal = SideJournal(folder / "journal", SecretBox(bytearray(32)))
    told.compare("note", sum(len(kept.actions) for kept in journal.newest_first()))
    journal.close()


def _notes(pc: Pc) -> list[int]:
    """Return the numbers of the notes, and close the store."""
    try:
        seen = pc.store.read(lambda look: look.of_episode(EPISODE, [Note.__name__]))
        return sorted(int(one.record.text) for one in seen)
    finally:
        pc.opened.close()


def _check_copy(folder: Path) -> None:
    with closing(plain_connection(copy_of(folder / "client.db"), HeldKey())) as connection:
        check_pages(connection)


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise LostError(otherwise)


if __name__ == "__main__":
    if sys.argv[3:] == ["lying"]:
        lie()
    save(Path(sys.argv[1]), int(sys.argv[2]))
