"""The copy beside the store: sound, sealed, and in nobody's way."""

from __future__ import annotations

import pytest

from sonar_desktop.db.copies import copy_of, make_copy
from sonar_desktop.db.errors import StoreDamagedError
from sonar_desktop.usecases.disk_ports import DiskSort
from sonar_desktop.usecases.ports import Standing
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
