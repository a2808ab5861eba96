"""The copy beside the store: sound, sealed, and in nobody's way."""

from __future__ import annotations

import os
import time
from queue import SimpleQueue

import pytest

from sonar_desktop.db import copies
from sonar_desktop.db.copies import CopyKeeper, copy_of, fresh_for_s, make_copy
from sonar_desktop.db.errors import StoreDamagedError
from sonar_desktop.usecases.disk_ports import DiskSort
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.vault.errors import VaultLocked
from sonar_desktop.vault.keys import DekBox
from tests.db.clinic import standing
from tests.db.journalled import page_of_nothing_written_here, sorts, spoil_page


def test_a_page_that_cannot_be_read_is_found_by_the_copy_and_put_right_at_the_next_start(pc):
    patient, stay = pc.arrival()
    make_copy(pc.path, pc.key)
    copy = copy_of(pc.path).read_bytes()
    note = pc.note(patient, stay, "since the copy")
    pc.opened.close()
    spoil_page(pc.path, page_of_nothing_written_here(pc))
    pc.open()
    assert sorts(pc) == [], "nobody has read that page yet"
    with pytest.raises(StoreDamagedError):
        make_copy(pc.path, pc.key)
    assert copy_of(pc.path).read_bytes() == copy
    assert not pc.opened.disk().is_damaged
    with pytest.raises(StoreDamagedError):
        pc.database.read(
            lambda connection: connection.exec_driver_sql("SELECT * FROM spoilt").all()
        )
    assert pc.opened.disk().is_damaged
    pc.opened.close()
    pc.open()
    assert standing(pc, "Note", note) is Standing.LOCAL
    assert DiskSort.PUT_RIGHT in sorts(pc)


def test_nothing_of_a_copy_is_readable_without_the_key(pc):
    pc.arrival(family="Marshall")
    make_copy(pc.path, pc.key)
    content = copy_of(pc.path).read_bytes()
    assert b"SQLite" not in content
    assert b"Marshall" not in content
    assert [one.name for one in pc.path.parent.glob("*copy*")] == ["client.db.copy"]


def test_a_copy_is_given_up_when_the_store_closes(pc):
    pc.arrival()
    make_copy(pc.path, pc.key)
    before = copy_of(pc.path).read_bytes()
    make_copy(pc.path, pc.key, is_closing=lambda: True)
    assert copy_of(pc.path).read_bytes() == before


@pytest.fixture
def kept(pc, monkeypatch):
    """Runs a keeper that tries at once until it has tried; returns what that came to."""
    tries = SimpleQueue()
    whole = copies.make_copy

    def make(*about):
        try:
            whole(*about)
        except KnownError as error:
            tries.put(type(error))
            raise
        tries.put(None)

    monkeypatch.setattr(copies, "make_copy", make)

    def run(key=pc.key):
        monkeypatch.setattr(copies, "FIRST_AFTER_S", 0.0)
        keeper = CopyKeeper(pc.database, pc.path, key)
        try:
            return tries.get(timeout=20)
        finally:
            keeper.close()

    return run


def test_a_store_without_a_copy_gets_one_soon(pc, kept):
    pc.arrival()
    assert fresh_for_s(pc.path) == 0
    assert kept() is None
    assert copy_of(pc.path).is_file()
    assert fresh_for_s(pc.path) > copies.EVERY_S - 60
    for age_s in (copies.EVERY_S + 60, -3600):
        at = time.time() - age_s
        os.utime(copy_of(pc.path), (at, at))
        assert fresh_for_s(pc.path) == 0, "old, or of a clock that was wrong"


def test_a_keeper_that_meets_a_damaged_page_says_so_of_the_store(pc, kept):
    pc.arrival()
    pc.opened.close()
    spoil_page(pc.path, page_of_nothing_written_here(pc))
    pc.open()
    assert kept() is StoreDamagedError
    assert pc.opened.disk().is_damaged


def test_a_keeper_without_a_key_ends_nothing(pc, kept):
    pc.arrival()
    key = DekBox(bytearray(32), bytes(16))
    key.wipe()
    assert kept(key) is VaultLocked
    assert not pc.opened.disk().is_damaged
