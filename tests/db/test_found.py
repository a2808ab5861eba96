"""What a PC writes down of its disk, by what it had lost."""

from __future__ import annotations

from sonar_desktop.db.copies import make_copy
from sonar_desktop.usecases.disk_ports import DiskSort
from sonar_desktop.usecases.ports import Standing
from tests.db.clinic import standing
from tests.db.journalled import power_goes, refuse, spoil_page


def test_what_neither_the_file_nor_the_journal_has_is_told_by_its_numbers(pc, monkeypatch):
    patient, stay = pc.arrival()
    make_copy(pc.path, pc.key)
    with monkeypatch.context() as patch:
        patch.setattr("sonar_desktop.vault.journal.os.write", refuse)
        for text in ("nowhere", "nowhere either"):
            pc.note(patient, stay, text)
    later = pc.note(patient, stay, "in the journal")
    (wanted,) = {one.op_seq for one in pc.headers() if one.entity == later}
    power_goes(pc)
    spoil_page(pc.path, 0)
    pc.open()
    assert standing(pc, "Note", later) is Standing.LOCAL
    taken_up, missing, put_right = pc.opened.disk().findings
    assert (taken_up.sort, taken_up.actions) == (DiskSort.TAKEN_UP, 1)
    assert (missing.sort, missing.first, missing.last) == (
        DiskSort.MISSING,
        wanted - 2,
        wanted - 1,
    )
    assert put_right.sort is DiskSort.PUT_RIGHT
    assert not put_right.has_drafts, "the first page opens all others"
    numbers = [one.op_seq for one in pc.headers()]
    assert numbers == list(range(1, len(numbers) + 1)), "the chain goes on without a gap"
