"""What can be read of a damaged store: a page takes its own rows along and no others."""

from __future__ import annotations

from sonar_core.sync.operations import header_of
from sonar_desktop.db.engine import PAGE_BYTES
from sonar_desktop.db.salvage import Salvaged, salvage
from tests.db.clinic import NURSE, HeldKey
from tests.db.journalled import Pc, draft, spoil_page

NOTES = 60
MOST_LOST = 18
"""So many rows of this size lie on one page."""
MOST_ROOTS = 4
"""Pages that lead to all others: a table's root, and those that say which tables there are."""


def numbers(found: Salvaged) -> list[int]:
    return [header_of(one).op_seq for action in found.actions for one in action.operations]


def filled(pc: Pc) -> None:
    patient, stay = pc.arrival()
    for number in range(NOTES):
        pc.note(patient, stay, f"{number} " + "x" * 2000)
        pc.store.keep_draft(draft(str(number), b"y" * 1000))
    pc.opened.close()


def test_a_sound_file_is_read_whole_and_beyond_a_number_only(pc):
    filled(pc)
    found = salvage(pc.path, pc.key, 10)
    assert numbers(found) == list(range(11, NOTES + 3))
    assert found.has_all_drafts
    assert {one.record for one in found.drafts} == set(map(str, range(NOTES)))
    assert {one.author for one in found.drafts} == {NURSE.user}
    pc.open()


def test_a_spoilt_page_takes_its_own_rows_along_and_no_others(pc):
    filled(pc)
    whole = salvage(pc.path, pc.key, 0)
    content = pc.path.read_bytes()
    lost_operations, lost_drafts = [], []
    for page in range(1, len(content) // PAGE_BYTES):
        spoil_page(pc.path, page)
        found = salvage(pc.path, pc.key, 0)
        pc.path.write_bytes(content)
        lost_operations.append(len(numbers(whole)) - len(numbers(found)))
        lost_drafts.append(len(whole.drafts) - len(found.drafts))
        assert set(found.drafts) <= set(whole.drafts)
        assert numbers(found) == sorted(numbers(found))
        assert found.has_all_drafts or lost_drafts[-1]
    for lost, everything in ((lost_operations, len(numbers(whole))), (lost_drafts, NOTES)):
        in_part = [one for one in lost if 0 < one < everything]
        assert in_part
        assert max(in_part) <= MOST_LOST
        assert lost.count(everything) <= MOST_ROOTS
    pc.open()


def test_nothing_is_read_of_what_no_key_opens_or_is_not_there(pc):
    filled(pc)
    assert salvage(pc.path, HeldKey(b"\x33" * 32), 0) == Salvaged()
    assert salvage(pc.path.with_name("none"), pc.key, 0) == Salvaged()
    content = pc.path.read_bytes()
    spoil_page(pc.path, 0)
    assert salvage(pc.path, pc.key, 0) == Salvaged()
    pc.path.write_bytes(content)
    pc.open()
