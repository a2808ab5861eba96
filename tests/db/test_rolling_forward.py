"""A store that was put back to an older copy of itself has from the journal what it lost."""

from __future__ import annotations

import pytest

from sonar_core.records.note import Note
from sonar_core.sync.messages import BegunAnew
from sonar_core.sync.operations import SIGNING_DOMAIN, Operation, header_hash, header_of
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.ports import Standing
from tests.db.centre import Centre
from tests.db.clinic import board_of, standing
from tests.db.journalled import Pc
from tests.db.spoiling import behind_its_back
from tests.db.test_opened import Keys


def test_what_a_store_put_back_lacks_is_in_its_outbox_as_it_was_signed(pc):
    patient, stay = pc.arrival(cell="M1")
    pc.keep_copy()
    pc.move(stay, "M2")
    note = pc.note(patient, stay, "slept")
    signed = pc.sent()
    pc.opened.close()
    pc.put_back()
    assert standing(pc, "Note", note) is Standing.LOCAL
    assert board_of(pc.store)[0]["cell"] == "M2"
    assert pc.sent() == signed
    pc.note(patient, stay, "woke")
    following = [header_of(one) for one in pc.sync.outgoing(500, 1 << 20).operations]
    assert [one.op_seq for one in following] == list(range(1, len(following) + 1))
    assert following[-1].prev_hash == header_hash(signed[-1])
    pc.put_back()
    assert len(pc.sent()) == len(following), "and again, with what was written since"


def test_files_that_changed_places_bring_everything_back(pc):
    patient, stay = pc.arrival(cell="M1")
    pc.keep_copy()
    notes = []
    for text in ("slept", "woke", "ate"):
        notes.append(pc.note(patient, stay, text))
        pc.opened.close()
        pc.open()
    signed = pc.sent()
    folder = pc.path.parent / "journal"
    first, *_, last = sorted(folder.iterdir())
    first.rename(folder / "kept")
    last.rename(first)
    (folder / "kept").rename(last)
    pc.put_back()
    assert [standing(pc, "Note", note) for note in notes] == [Standing.LOCAL] * 3
    assert pc.sent() == signed


def test_a_store_that_has_everything_gets_nothing(pc):
    patient, stay = pc.arrival()
    pc.note(patient, stay, "slept")
    before = pc.sent()
    for _ in range(2):
        pc.opened.close()
        pc.open()
        assert pc.sent() == before


def test_the_server_takes_what_came_back_once(pc):
    centre = Centre()
    patient, stay = pc.arrival(cell="M1")
    centre.exchange(pc)
    pc.keep_copy()
    note = pc.note(patient, stay, "sent before the store was put back")
    centre.exchange(pc)
    later = pc.note(patient, stay, "not sent")
    pc.opened.close()
    pc.put_back()
    for identifier in (note, later):
        assert standing(pc, "Note", identifier) is Standing.LOCAL
    back = {header_of(one).op_id for one in outgoing(pc)}
    assert len(back) == 2
    assert len(back & set(centre.decided)) == 1, "the server knows one of them by its number"


def test_an_entry_that_was_never_committed_is_left_to_its_draft(pc, monkeypatch):
    patient, stay = pc.arrival()

    def fail(*_):
        raise BugError("the disk went away")

    monkeypatch.setattr("sonar_desktop.db.store.update_projections", fail)
    with pytest.raises(BugError):
        pc.note(patient, stay, "not saved")
    monkeypatch.undo()
    before = pc.sent()
    pc.end()
    pc.open()
    assert pc.sent() == before
    saved = pc.note(patient, stay, "saved under the same number")
    after = pc.sent()
    pc.keep_copy()
    assert pc.sent() == after
    assert [one.id for one in pc.store.read(lambda look: look.all_of(Note))] == [saved]


def test_a_number_given_twice_is_that_of_what_was_committed(pc, monkeypatch):
    patient, stay = pc.arrival()
    pc.keep_copy()
    monkeypatch.setattr("sonar_desktop.db.store.update_projections", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pc.note(patient, stay, "not saved")
    monkeypatch.undo()
    saved = pc.note(patient, stay, "saved")
    signed = pc.sent()
    pc.opened.close()
    pc.put_back()
    assert pc.sent() == signed
    assert [one.id for one in pc.store.read(lambda look: look.all_of(Note))] == [saved]


def test_what_was_written_in_a_later_incarnation_comes_back_at_the_end_signed_anew(pc):
    patient, stay = pc.arrival()
    pc.keep_copy()
    asked = pc.sync.to_begin_anew()
    pc.sync.begin_anew(
        BegunAnew(
            device=asked.device,
            incarnation=2,
            parent=1,
            first_seq=asked.first_seq,
            server_ms=1,
        )
    )
    note = pc.note(patient, stay, "later")
    (wanted,) = [one.op_id for one in map(header_of, outgoing(pc)) if one.entity == note]
    pc.opened.close()
    pc.put_back()
    assert standing(pc, "Note", note) is Standing.LOCAL
    headers = [header_of(one) for one in outgoing(pc)]
    assert [one.incarnation for one in headers] == [1] * len(headers)
    assert headers[-1].op_id == wanted
    assert headers[-1].prev_hash == header_hash(pc.sent()[-2])
    assert verified(outgoing(pc)[-1])


def test_what_came_back_under_other_numbers_comes_back_again_with_what_was_written_after(pc):
    """By their first numbers they lie beyond the later ones, which had put them out of sight."""
    patient, stay = pc.arrival()
    pc.keep_copy()
    asked = pc.sync.to_begin_anew()
    pc.sync.begin_anew(
        BegunAnew(
            device=asked.device, incarnation=2, parent=1, first_seq=asked.first_seq, server_ms=1
        )
    )
    notes = [pc.note(patient, stay, text) for text in ("slept", "ate")]
    pc.opened.close()
    pc.put_back()
    notes.append(pc.note(patient, stay, "woke"))
    signed = pc.sent()
    for _ in range(2):
        pc.end()
        pc.put_back()
        assert [standing(pc, "Note", note) for note in notes] == [Standing.LOCAL] * 3
        assert pc.sent() == signed


def test_the_last_entry_before_a_kill_comes_back_alone(pc):
    """The word that it was committed does not wait for the program's end."""
    patient, stay = pc.arrival()
    pc.keep_copy()
    note = pc.note(patient, stay, "the only one since")
    pc.end()
    pc.put_back()
    assert standing(pc, "Note", note) is Standing.LOCAL


def outgoing(pc: Pc):
    return pc.sync.outgoing(500, 1 << 20).operations


def verified(operation: Operation) -> bool:
    return operation.signature == Keys(b"word").sign(SIGNING_DOMAIN + operation.header)


def test_a_file_goes_when_the_store_has_purged_all_of_it(pc):
    patient, stay = pc.arrival()
    pc.keep_copy()
    (first,) = pc.files()
    pc.note(patient, stay, "of the second file")
    assert len(pc.files()) == 2
    pc.opened.close()
    pc.open()
    assert pc.files()[0] == first, "its operations are in the store still"
    # As `acknowledged` does a month after the server could lose them no more.
    for statement in (
        "UPDATE own_op SET state = 'acked' WHERE op_seq <= 2",
        "DELETE FROM op_effect WHERE op_seq <= 2",
        "INSERT INTO purge (name) VALUES ('acknowledged')",
        "DELETE FROM own_op WHERE op_seq <= 2",
        "DELETE FROM purge",
    ):
        behind_its_back(pc.database, statement)
    pc.opened.close()
    pc.open()
    assert first not in pc.files()
    assert len(pc.files()) == 1


def test_a_file_of_an_earlier_incarnation_stays_while_the_store_has_its_operations(pc):
    patient, stay = pc.arrival()
    note = pc.note(patient, stay, "waits")
    asked = pc.sync.to_begin_anew()
    pc.sync.begin_anew(
        BegunAnew(
            device=asked.device,
            incarnation=2,
            parent=1,
            first_seq=asked.first_seq,
            server_ms=1,
        )
    )
    for text in ("in another file", "and another"):
        pc.opened.close()
        pc.open()
        pc.note(patient, stay, text)
    assert len(pc.files()) == 3
    assert standing(pc, "Note", note) is Standing.LOCAL
