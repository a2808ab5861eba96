"""A damaged store is put right from its copy, the journal, and what can still be read of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sonar_core.ids import from_bytes
from sonar_core.records.note import Note
from sonar_desktop.db.copies import copy_of, make_copy
from sonar_desktop.db.engine import PAGE_BYTES
from sonar_desktop.db.errors import ForeignFileError, StoreError, StoreNotWritableError
from sonar_desktop.db.putting_right import open_or_put_right
from sonar_desktop.usecases.disk_ports import DiskSort
from sonar_desktop.usecases.ports import Standing
from tests.db.centre import Centre
from tests.db.clinic import START_MS, HeldKey, board_of, standing
from tests.db.journalled import power_goes, refuse, sorts, spoil_page

PAGES = (0, 1, 2, 3, 5, 8, 12)
"""Each spoilt alone; the first holds the salt, later ones the tables' roots."""


@pytest.mark.parametrize("page", PAGES)
def test_whatever_page_is_spoilt_every_entry_is_here_and_is_sent_once(pc, page):
    centre = Centre()
    patient, stay = pc.arrival(cell="M1")
    early = [pc.note(patient, stay, f"before the copy {number}") for number in range(6)]
    centre.exchange(pc)
    make_copy(pc.path, pc.key)
    sent = pc.note(patient, stay, "sent since")
    centre.exchange(pc)
    waiting = [pc.note(patient, stay, f"waits {number}") for number in range(6)]
    pc.move(stay, "M2")
    power_goes(pc)
    damaged = spoil_page(pc.path, page)
    pc.open()
    notes = {one.id for one in pc.store.read(lambda look: look.all_of(Note))}
    assert notes == {*early, sent, *waiting}
    assert board_of(pc.store)[0]["cell"] == "M2"
    assert all(standing(pc, "Note", one) is Standing.LOCAL for one in waiting)
    assert sorts(pc) == [DiskSort.TAKEN_UP, DiskSort.PUT_RIGHT]
    (aside,) = pc.path.parent.glob("*.damaged-1.db")
    assert aside.read_bytes() == damaged, "nothing of it is changed"
    centre.exchange(pc)
    headers = [one.header for one in pc.sync.outgoing(500, 1 << 20).operations]
    assert headers == []
    pc.opened.close()
    pc.open()
    assert sorts(pc) == [DiskSort.TAKEN_UP, DiskSort.PUT_RIGHT], "once"


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200))
def test_r6_five_hundred_unsent_entries_and_one_page_spoilt(pc, seed):
    patient, stay = pc.arrival()
    early = pc.note(patient, stay, "before the copy")
    make_copy(pc.path, pc.key)
    notes = {pc.note(patient, stay, f"waits {number}") for number in range(500)}
    power_goes(pc)
    pages = pc.path.stat().st_size // PAGE_BYTES
    spoil_page(pc.path, random.Random(seed).randrange(pages), seed)
    pc.open()
    centre = Centre()
    while pc.headers():
        centre.exchange(pc)
    taken = [from_bytes(row.id) for row in centre.rows if row.kind == "Note"]
    assert sorted(taken) == sorted(notes | {early}), "each once"


def test_without_a_copy_a_damaged_file_is_left_as_it_is(pc):
    pc.arrival()
    pc.opened.close()
    damaged = spoil_page(pc.path, 0)
    with pytest.raises(ForeignFileError):
        pc.open()
    assert pc.path.read_bytes() == damaged
    assert not list(pc.path.parent.glob("*damaged*"))


def test_a_copy_that_is_spoilt_too_changes_nothing(pc):
    pc.arrival()
    make_copy(pc.path, pc.key)
    pc.opened.close()
    damaged, copy = spoil_page(pc.path, 0), spoil_page(copy_of(pc.path), 5)
    with pytest.raises(ForeignFileError):
        pc.open()
    assert pc.path.read_bytes() == damaged
    assert copy_of(pc.path).read_bytes() == copy


def test_another_pcs_key_puts_nothing_right(pc):
    pc.arrival()
    make_copy(pc.path, pc.key)
    pc.opened.close()
    before = pc.path.read_bytes()
    with pytest.raises(StoreError):
        open_or_put_right(pc.path, HeldKey(b"\x33" * 32), START_MS)
    assert pc.path.read_bytes() == before


def test_a_file_that_is_gone_comes_back_from_the_copy(pc):
    patient, stay = pc.arrival()
    make_copy(pc.path, pc.key)
    note = pc.note(patient, stay, "since the copy")
    pc.end()
    for part in pc.path.parent.glob("client.db*"):
        if part != copy_of(pc.path):
            part.unlink()
    pc.open()
    assert standing(pc, "Note", note) is Standing.LOCAL
    assert sorts(pc) == [DiskSort.TAKEN_UP, DiskSort.PUT_RIGHT]


@pytest.mark.parametrize("stop_at", range(1, 4))
def test_a_stop_while_the_files_change_places_goes_on_where_it_was(pc, monkeypatch, stop_at):
    patient, stay = pc.arrival()
    make_copy(pc.path, pc.key)
    note = pc.note(patient, stay, "since the copy")
    power_goes(pc)
    pc.path.with_name("client.db-wal").write_bytes(b"")
    spoil_page(pc.path, 0)
    whole, renamed = Path.rename, []

    def rename(self, target):
        renamed.append(self)
        if len(renamed) == stop_at:
            raise KeyboardInterrupt
        return whole(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            pc.open()
    assert len(renamed) == stop_at
    pc.open()
    assert standing(pc, "Note", note) is Standing.LOCAL
    assert DiskSort.PUT_RIGHT in sorts(pc)


def test_a_folder_that_cannot_be_read_is_said_and_nothing_is_taken_for_gone(pc, monkeypatch):
    pc.arrival()
    make_copy(pc.path, pc.key)
    pc.end()
    before = {one: one.read_bytes() for one in pc.path.parent.glob("client*")}
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", lambda *_, **__: refuse())
        patch.setattr(Path, "open", lambda *_, **__: refuse())
        with pytest.raises(StoreNotWritableError):
            pc.open()
    assert {one: one.read_bytes() for one in pc.path.parent.glob("client*")} == before
    pc.open()
