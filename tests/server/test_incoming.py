from __future__ import annotations

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.sync.messages import MAX_OPERATIONS, Reason
from sonar_core.sync.operations import Operation
from sonar_server.errors import RefusedError
from sonar_server.incoming import read


def verify(_message: bytes, _signature: bytes) -> bool:
    return True


def changed(operation: Operation, **fields: object) -> Operation:
    header = bodies.fields_of(operation.header) | fields
    return Operation(msgspec.json.encode(header), operation.payload, operation.signature)


def test_a_batch_is_read_in_its_order(pc):
    written = pc.wrote(*pc.admitted())
    batch = read(pc.batch(*written), pc.territory, verify)
    assert [item.outline.op_seq for item in batch] == [1, 2]
    assert [item.fault for item in batch] == [None, None]


def test_too_many_operations_are_refused(pc):
    (one, _) = pc.wrote(*pc.admitted())
    with pytest.raises(RefusedError) as refused:
        read(pc.batch(*[one] * (MAX_OPERATIONS + 1)), pc.territory, verify)
    assert (refused.value.status, refused.value.code) == (413, "too_large")


@pytest.mark.parametrize(
    "fields", [{"device": "another"}, {"incarnation": 2}, {"op_seq": 0}, {"op_seq": 2**63}]
)
def test_an_operation_of_another_place_in_the_world_is_no_part_of_a_batch(pc, fields):
    (one, _) = pc.wrote(*pc.admitted())
    push = msgspec.structs.replace(pc.batch(changed(one, **fields)), incarnation=1)
    with pytest.raises(RefusedError) as refused:
        read(push, pc.territory, verify)
    assert refused.value.code == "bad_request"


def test_each_of_a_large_batch_is_judged_by_its_own_signature(pc):
    patient, stay = pc.admitted()
    written = [*pc.wrote(patient, stay), *pc.wrote(*[pc.note(stay) for _ in range(98)])]
    forged = {3, 49, 50, 98}
    for number in forged:
        written[number] = Operation(written[number].header, written[number].payload, bytes(64))
    batch = read(pc.batch(*written), pc.territory, lambda _, signature: any(signature))
    assert [item.outline.op_seq for item in batch] == list(range(1, 101))
    assert {number for number, item in enumerate(batch) if item.fault} == forged
    assert {item.fault.reason for item in batch if item.fault} == {Reason.BAD_SIGNATURE}


@pytest.mark.parametrize("number", [10, 90])
def test_what_is_no_operation_refuses_a_large_batch_wherever_it_stands(pc, number):
    patient, stay = pc.admitted()
    written = [*pc.wrote(patient, stay), *pc.wrote(*[pc.note(stay) for _ in range(98)])]
    written[number] = Operation(b"{}", b"", b"")
    with pytest.raises(RefusedError, match="cannot be read"):
        read(pc.batch(*written), pc.territory, verify)


def test_a_gap_within_a_batch_is_refused(pc):
    one, two = pc.wrote(*pc.admitted())
    with pytest.raises(RefusedError, match="gap"):
        read(pc.batch(one, changed(two, op_seq=3)), pc.territory, verify)


@pytest.mark.parametrize("header", [b"", b"[]", b"\xff", b"{}", b'{"op_id":"x"}'])
def test_a_header_that_names_no_operation_is_refused(pc, header):
    with pytest.raises(RefusedError, match="cannot be read"):
        read(pc.batch(Operation(header, b"{}", b"")), pc.territory, verify)


def test_a_push_that_names_another_device_is_refused(pc):
    push = msgspec.structs.replace(pc.batch(), device="another")
    with pytest.raises(RefusedError, match="another device"):
        read(push, pc.territory, verify)
