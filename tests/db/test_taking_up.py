"""What comes back into a store at its opening, beside the entries of the journal."""

from __future__ import annotations

from sonar_desktop.db.copies import make_copy
from sonar_desktop.usecases.disk_ports import DiskSort
from sonar_desktop.usecases.ports import Standing
from tests.db.clinic import NURSE, START_MS, standing
from tests.db.journalled import (
    draft,
    kept_drafts,
    page_of_nothing_written_here,
    power_goes,
    refuse,
    sorts,
    spoil_page,
)


def test_an_entry_that_the_journal_did_not_take_is_read_from_the_damaged_file(pc, monkeypatch):
    patient, stay = pc.arrival()
    make_copy(pc.path, pc.key)
    with monkeypatch.context() as patch:
        patch.setattr("sonar_desktop.vault.journal.os.write", refuse)
        refused = pc.note(patient, stay, "not in the journal")
        assert pc.opened.disk().is_journal_refused
    taken = pc.note(patient, stay, "in the journal")
    assert not pc.opened.disk().is_journal_refused
    power_goes(pc)
    spoil_page(pc.path, page_of_nothing_written_here(pc))
    pc.open()
    for one in (refused, taken):
        assert standing(pc, "Note", one) is Standing.LOCAL
    assert sorts(pc) == [DiskSort.TAKEN_UP, DiskSort.PUT_RIGHT], "nothing is missing"


def test_what_is_being_typed_is_as_it_was_in_the_damaged_file(pc):
    pc.arrival()
    for one in (draft("kept", b"old words"), draft("signed", b"signed since the copy")):
        pc.store.keep_draft(one)
    make_copy(pc.path, pc.key)
    pc.store.keep_draft(draft("kept", b"new words", START_MS + 5))
    pc.store.discard_draft(NURSE.user, "signed")
    power_goes(pc)
    spoil_page(pc.path, page_of_nothing_written_here(pc))
    pc.open()
    assert kept_drafts(pc) == {"kept": b"new words"}
    (put_right,) = pc.opened.disk().findings
    assert put_right.has_drafts


def test_drafts_of_the_copy_stay_where_those_of_the_file_cannot_be_read(pc):
    pc.arrival()
    pc.store.keep_draft(draft("kept", b"of the copy"))
    make_copy(pc.path, pc.key)
    power_goes(pc)
    spoil_page(pc.path, 0)
    pc.open()
    assert kept_drafts(pc) == {"kept": b"of the copy"}
    assert not pc.opened.disk().findings[0].has_drafts
