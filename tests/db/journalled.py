"""A PC with a side journal, whose store's file is copied, put back and spoilt."""

from __future__ import annotations

import random
import shutil
from contextlib import closing
from pathlib import Path

from nacl.public import PrivateKey

from sonar_core.sync.operations import Header, header_of
from sonar_desktop.db.engine import PAGE_BYTES, plain_connection
from sonar_desktop.db.opened import open_pc_store
from sonar_desktop.usecases.disk_ports import DiskSort
from sonar_desktop.usecases.ports import Draft
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keys import SecretBox
from tests.db.clinic import NURSE, START_MS, Desk
from tests.db.test_opened import Keys

ORGANISATION = PrivateKey(bytes(range(32)))


class Pc(Desk):
    """A PC with its journal, whose store's file is copied and put back."""

    def open(self) -> None:
        self.opened = open_pc_store(
            self.path,
            self.key,
            clock=self.clock,
            ids=self.ids,
            board_row=self.board_row,
            in_contact=lambda: False,
            load_identity=Keys,
            journal=SideJournal(self.path.parent / "journal", SecretBox(bytearray(32))),
        )
        self.database = self.opened._database
        self.store, self.sync = self.opened.store, self.opened.sync

    def keep_copy(self) -> None:
        """As an administrator does while nobody is signed in."""
        self.opened.close()
        shutil.copy(self.path, self.kept)
        self.open()

    def end(self) -> None:
        """End like a program that was killed: the journal is not closed."""
        self.opened._keeper.close()
        self.database.close()

    def put_back(self) -> None:
        """The program is not running any more, whatever ended it."""
        self.end()
        for part in self.path.parent.glob("client.db*"):
            part.unlink()
        shutil.copy(self.kept, self.path)
        self.open()

    @property
    def kept(self) -> Path:
        return self.path.with_name("kept.db")

    def files(self) -> list[str]:
        return sorted(one.name for one in (self.path.parent / "journal").iterdir())

    def headers(self) -> list[Header]:
        return [header_of(one) for one in self.sync.outgoing(500, 1 << 20).operations]

    def sent(self) -> list[bytes]:
        return [one.header for one in self.sync.outgoing(500, 1 << 20).operations]


def spoil_page(path, number: int, seed: int = 1) -> bytes:
    """Have the disk fill one page, counted from 0, with noise; return the file as it is then."""
    content = bytearray(path.read_bytes())
    assert number * PAGE_BYTES < len(content)
    begin = number * PAGE_BYTES
    content[begin : begin + PAGE_BYTES] = random.Random(seed).randbytes(PAGE_BYTES)
    path.write_bytes(content)
    return bytes(content)


def draft(record: str, text: bytes, saved_ms: int = START_MS) -> Draft:
    return Draft(
        author=NURSE.user,
        record=record,
        form="note",
        episode=None,
        body=text,
        place="",
        saved_ms=saved_ms,
    )


def kept_drafts(pc: Pc) -> dict[str, bytes]:
    return {one.record: one.body for one in pc.store.read(lambda look: look.drafts(NURSE.user))}


def power_goes(pc: Pc) -> None:
    """End so that the next opening reads every page of the file."""
    pc.database.note_damaged()
    pc.end()


def sorts(pc: Pc) -> list[DiskSort]:
    return [one.sort for one in pc.opened.disk().findings]


def page_of_nothing_written_here(pc: Pc) -> int:
    """A page without which the outbox, drafts and settings can be read."""
    with closing(plain_connection(pc.path, pc.key, reads_only=True)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'spoilt'"
        return connection.execute(query).fetchone()[0] - 1


def refuse(*_: object) -> int:
    raise OSError(5, "Input/output error")
