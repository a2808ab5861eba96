from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.records.registry import REGISTRY
from sonar_core.sync.messages import Reason, Receipt, Verdict
from sonar_core.sync.operations import header_of
from sonar_desktop.db.held import corrections, held_facts, is_readable
from sonar_desktop.db.outbox import outbox, waiting
from tests.db.clinic import NURSE
from tests.db.spoiling import behind_its_back


def look(desk, read, *more):
    return desk.database.read(lambda connection: read(connection, *more))


@pytest.fixture
def held_note(desk):
    """A note that the server holds back for good; its patient, its stay and its id."""
    patient, episode = desk.arrival()
    note = desk.note(patient, episode, "settled")
    *_, operation = desk.sync.outgoing(500, 1 << 20).operations
    header = header_of(operation)
    verdict = Receipt(
        op_id=header.op_id,
        op_seq=header.op_seq,
        verdict=Verdict.QUARANTINED,
        reason=Reason.DAMAGED,
    )
    desk.sync.settle((verdict,))
    return patient, episode, note


def follow(desk, held_note, **more) -> str:
    patient, episode, _ = held_note
    after = msgspec.structs.replace(desk.a_note(patient, episode, "settled at 3"), **more)
    desk.store.write(NURSE, "write_note", lambda write: write.record(after))
    return after.id


def test_a_fact_held_back_is_found_with_why_and_nothing_else_is(desk, held_note):
    (held,) = look(desk, held_facts).values()
    assert (held.fact.id, held.reason, held.detail) == (held_note[2], Reason.DAMAGED, "")
    desk.store.read(lambda reading: reading.held_facts()[held_note[2]])


@pytest.mark.parametrize("by", ["corrects", "replaces"])
def test_one_that_another_follows_needs_nobody_any_more(desk, held_note, by):
    note = held_note[2]
    assert (look(desk, waiting).held_back, look(desk, corrections, [note])) == (1, {})
    follow(desk, held_note, **{by: note})
    assert look(desk, waiting).held_back == 0
    assert list(look(desk, corrections, [note])) == [note]
    held = look(desk, outbox, 10)[0]
    assert (held.is_held, held.entity, held.is_stuck) == (True, note, True)
    assert held.corrected_ms is not None


def test_what_is_held_back_counts_while_nobody_has_followed_it(desk, held_note):
    follow(desk, held_note)
    assert look(desk, waiting).held_back == 1
    assert look(desk, outbox, 10)[0].corrected_ms is None


def test_spoilt_bytes_are_listed_as_what_cannot_be_shown(desk, held_note):
    spoil = "UPDATE own_op SET payload = X'7B', header = X'7B' WHERE state = 'held'"
    behind_its_back(desk.database, spoil)
    assert [one.fact for one in look(desk, held_facts).values()] == [None]
    held = look(desk, outbox, 10)[0]
    assert (held.is_held, held.is_readable, held.is_stuck, held.author) == (True, False, True, "")


def test_a_record_an_edit_and_an_unknown_kind_are_told_apart():
    edit = bodies.encode({"base": 1, "groups": {}})
    level = REGISTRY["CareLevel"]
    assert is_readable(level, edit)
    assert not is_readable(level, b"{}")
    assert not is_readable(None, b"{}")
