from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.ids import to_bytes
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.practitioner import Practitioner
from sonar_core.sync.messages import Reason, Verdict
from sonar_core.sync.operations import Operation
from sonar_core.sync.rows import provenance_of
from sonar_server.errors import RefusedError
from tests.server.pc import Pc, new_id


def marks_of(pc: Pc, identifier: str) -> tuple[str, ...]:
    row = next(row for row in pc.copy().rows if row.id == to_bytes(identifier))
    return provenance_of(row.provenance).marks


def test_a_signature_of_another_key_is_refused_and_holds_up_nobody(new_pc, pc, episode):
    forged = pc.wrote(pc.note(episode), sign=new_pc().key.sign)
    receipts = pc.push(*forged, *pc.wrote(pc.note(episode)))
    assert [(r.verdict, r.reason) for r in receipts] == [
        (Verdict.REFUSED, Reason.BAD_SIGNATURE),
        (Verdict.APPLIED, Reason.NONE),
    ]


def test_a_payload_that_changed_on_the_way_is_held_back(pc, episode):
    (written,) = pc.wrote(pc.note(episode))
    (receipt,) = pc.push(Operation(written.header, written.payload[:-1], written.signature))
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.DAMAGED)


@pytest.mark.parametrize("scope", ["clinical", "reference"])
def test_an_entry_for_another_site_or_the_reference_scope_is_refused(pc, episode, scope):
    foreign = f"{new_id()}/clinical"
    if scope == "reference":
        foreign = pc.territory.wire(ScopeKind.REFERENCE)
    (receipt,) = pc.push(*pc.wrote(pc.note(episode), scope=foreign))
    assert (receipt.verdict, receipt.reason) == (Verdict.REFUSED, Reason.FOREIGN_SCOPE)


def test_a_device_cannot_write_who_works_here(pc):
    (receipt,) = pc.push(*pc.wrote(Practitioner(id=new_id(), name="Nobody", initials="N")))
    assert receipt.reason is Reason.FOREIGN_SCOPE


def test_an_entry_of_a_newer_program_is_kept_until_this_one_is_newer(pc, episode):
    newer = pc.wrote(pc.note(episode), kind="BodyMap", schema_v=2)
    (receipt,) = pc.push(*newer)
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.NEWER_SCHEMA)


def test_an_operation_of_a_sort_not_known_yet_is_kept_too(pc, episode):
    (written,) = pc.wrote(pc.note(episode))
    header = bodies.fields_of(written.header) | {"op": "register", "schema_v": 9}
    raw = bodies.encode(header)
    (receipt,) = pc.push(Operation(raw, written.payload, b"\x00" * 64))
    assert (receipt.verdict, receipt.reason) == (Verdict.QUARANTINED, Reason.NEWER_SCHEMA)


def test_an_entry_nobody_can_place_is_held_back_without_holding_up_the_others(pc, episode):
    odd = msgspec.structs.replace(pc.note(episode), episode="not an id")
    receipts = pc.push(*pc.wrote(pc.note(episode)), *pc.wrote(odd), *pc.wrote(pc.note(episode)))
    assert [(r.verdict, r.reason) for r in receipts] == [
        (Verdict.APPLIED, Reason.NONE),
        (Verdict.QUARANTINED, Reason.DAMAGED),
        (Verdict.APPLIED, Reason.NONE),
    ]
    assert [row.kind for row in pc.copy().rows].count("Note") == 2


@pytest.mark.parametrize(
    ("changed", "mark"),
    [
        ({"user": "01a203ca-e468-70cd-ae2e-bd3f4cca056a"}, ("unknown_user",)),
        ({"user": "somebody"}, ("unknown_user",)),
        ({"lease_id": "01a203ca-e468-70cd-ae2e-bd3f4cca056a"}, ("unknown_lease",)),
        ({}, ("no_lease",)),
    ],
)
def test_what_happened_is_recorded_and_what_was_odd_is_marked(pc, episode, changed, mark):
    note = pc.note(episode)
    (receipt,) = pc.push(*pc.wrote(note, **changed))
    assert receipt.verdict is Verdict.APPLIED
    assert marks_of(pc, note.id) == mark


def test_a_push_in_another_protocol_is_refused(pc):
    with pytest.raises(RefusedError) as refused:
        pc.link.push(msgspec.structs.replace(pc.batch(), protocol=0))
    assert (refused.value.status, refused.value.code) == (426, "protocol_too_old")


def test_a_push_of_another_device_is_refused(pc, new_pc, episode):
    other = new_pc()
    with pytest.raises(RefusedError, match="another device") as refused:
        pc.link.push(other.batch(*other.wrote(other.note(episode))))
    assert refused.value.code == "bad_request"


def test_an_operation_replayed_under_another_device_is_refused(pc, new_pc, episode):
    other = new_pc()
    (written,) = other.wrote(other.note(episode))
    with pytest.raises(RefusedError, match="another device") as refused:
        pc.push(written)
    assert refused.value.code == "bad_request"
    (receipt,) = other.push(written)
    assert receipt.verdict is Verdict.APPLIED, "its own device is not hindered by that"
